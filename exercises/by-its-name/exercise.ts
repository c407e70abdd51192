import type { ContainerModel } from '../../src/engine/daemon/model.ts';
import type { Check } from '../../src/lab/check.ts';
import { running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';

/** The networks that somebody has created, among those of a container. */
const created = (container: ContainerModel | undefined): string[] =>
  Object.keys(container?.networks ?? {}).filter((name) => !['bridge', 'host', 'none'].includes(name));

const oneNetwork: Check = (world) => {
  const [web, db] = [created(world.container('web')), created(world.container('db'))];
  const list = (names: string[]) => names.join(', ') || 'bridge';
  return {
    passed: web.some((name) => db.includes(name)),
    expected: {
      en: 'web and db are in one network that keeps names',
      'zh-cn': 'web和db同在一个能解析名称的网络里',
    },
    found: {
      en: `web is in ${list(web)}, db in ${list(db)}`,
      'zh-cn': `web在${list(web)}，db在${list(db)}`,
    },
    look: "docker inspect -f '{{json .NetworkSettings.Networks}}' web",
  };
};

/** The bindings of a container's ports, as `address:port → port/protocol`. */
const bindings = (container: ContainerModel | undefined): string[] =>
  Object.entries(container?.ports ?? {}).flatMap(([port, all]) =>
    (all ?? []).map(({ HostIp, HostPort }) => `${HostIp || '0.0.0.0'}:${HostPort} → ${port}`),
  );

const onlyHere: Check = (world) => {
  const found = bindings(world.container('admin'));
  return {
    passed: found.length === 1 && found[0] === '127.0.0.1:9000 → 80/tcp',
    expected: {
      en: 'port 9000 of 127.0.0.1, and of no other address, leads to port 80 of admin',
      'zh-cn': '只有127.0.0.1的9000端口通向admin的80端口',
    },
    found:
      found.length === 0
        ? { en: 'no published port', 'zh-cn': '没有发布端口' }
        : { en: found.join(', '), 'zh-cn': found.join('，') },
    look: 'docker port admin',
  };
};

export default defineExercise({
  id: 'by-its-name',
  title: { en: 'By its name', 'zh-cn': '按名称找到' },
  intro: {
    en: 'Three containers are running: web and db, which do not find each other, and admin, a page that everyone can open at port 9000.',
    'zh-cn': '有三个容器在运行：互相找不到的web和db，以及谁都能在9000端口打开的页面admin。',
  },
  setup: [
    'docker run -d --name db redis',
    'docker run -d --name web nginx',
    'docker run -d --name admin -p 9000:80 nginx',
  ],
  tasks: [
    {
      id: 'name',
      goal: {
        en: 'Have web reach db by the name db. Both go on running: customers are there.',
        'zh-cn': '让web能用db这个名称找到db。两个容器都要继续运行，顾客正在使用。',
      },
      hints: [
        {
          en: 'The default bridge keeps no names. A network that you create does.',
          'zh-cn': '默认网桥不记名称。你自己创建的网络会记。',
        },
        {
          en: 'A running container can be plugged into one network more: docker network connect NETWORK CONTAINER. Both have to be in it.',
          'zh-cn': '正在运行的容器可以再接进一个网络：docker network connect 网络 容器。两个都要接进去。',
        },
      ],
      checks: [oneNetwork, running('web', 'nginx'), running('db', 'redis')],
    },
    {
      id: 'local',
      goal: {
        en: 'The page of admin is for this machine alone: let it be reached at port 9000 of 127.0.0.1 and at no other address.',
        'zh-cn': 'admin的页面只给这台机器看：让它只能在127.0.0.1的9000端口访问，别的地址都不行。',
      },
      hints: [
        {
          en: 'What is published is settled when a container is created. This one has to be made again.',
          'zh-cn': '发布哪些端口，在创建容器时就定下了。这个容器得重新创建。',
        },
        {
          en: 'Three parts stand in -p: the address of the machine, its port, and the port of the container.',
          'zh-cn': '-p里可以写三部分：本机的地址、本机的端口、容器的端口。',
        },
      ],
      checks: [onlyHere, running('admin', 'nginx')],
    },
  ],
  solution: [
    {
      task: 'name',
      commands: [
        'docker network create shop',
        'docker network connect shop db; docker network connect shop web',
        'docker exec web getent hosts db',
      ],
    },
    {
      task: 'local',
      commands: ['docker rm -f admin', 'docker run -d --name admin -p 127.0.0.1:9000:80 nginx'],
    },
  ],
  mistakes: [
    {
      id: 'one-cable-short',
      task: 'name',
      commands: ['docker network create shop; docker network connect shop db'],
      explanation: {
        en: 'db is in the new network, and web is not. Names are kept for those who are in it together.',
        'zh-cn': 'db进了新网络，web还没有。只有同在一个网络里的容器，才能按名称找到彼此。',
      },
      shown: (world) => {
        const [web, db] = [created(world.container('web')), created(world.container('db'))];
        return web.length + db.length > 0 && !web.some((name) => db.includes(name));
      },
    },
    {
      id: 'an-address-by-hand',
      task: 'name',
      commands: ["docker exec web sh -c 'echo 172.17.0.2 db >> /etc/hosts'"],
      explanation: {
        en: 'The name is found now, as long as db has the address that you wrote. It may get another one whenever it starts. A network keeps its names up to date.',
        'zh-cn':
          '现在名称能找到了，前提是db一直用你写的那个地址。它每次启动都可能换地址；网络则会随时更新名称。',
      },
      shown: (world) => {
        const web = world.container('web');
        const hosts = web && world.file(`/var/lib/docker/containers/${web.id}/hosts`);
        return /\sdb$/m.test(hosts ?? '');
      },
    },
    {
      id: 'the-wrong-way-round',
      task: 'local',
      commands: ['docker rm -f admin', 'docker run -d --name admin -p 127.0.0.1:80:9000 nginx'],
      explanation: {
        en: 'Port 80 of the machine leads to port 9000 of the container, where nobody listens. The machine comes first, the container last.',
        'zh-cn': '本机的80端口通向了容器的9000端口，而那里没有程序在监听。前面是本机的，最后才是容器的。',
      },
      shown: (world) => bindings(world.container('admin')).some((binding) => binding.endsWith('9000/tcp')),
    },
    {
      id: 'not-published',
      task: 'local',
      commands: ['docker rm -f admin', 'docker run -d --name admin nginx'],
      explanation: {
        en: 'admin is not published at all now: EXPOSE in its image is only a note. Publish the port, with the address in front.',
        'zh-cn': '现在admin完全没有发布端口：镜像里的EXPOSE只是一条说明。要发布端口，前面写上地址。',
      },
      shown: (world) => {
        const admin = world.container('admin');
        return admin?.status === 'running' && bindings(admin).length === 0;
      },
    },
  ],
});
