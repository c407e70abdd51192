/**
 * What is left of containers, images, volumes and networks when dockerd ends and comes again. The tables are what a real Docker Engine
 * 28.5.2 with a containerd of its own showed for the same commands.
 */
import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

/** Ends by itself with 3 when it is told to stop. */
const SERVER = `sh -c "trap 'exit 3' TERM; while :; do sleep 0.2; done"`;
const POLICIES = ['no', 'always', 'unless-stopped', 'on-failure'];

/** Of each policy one that runs, one that was stopped and one that never ran; and some of another kind. */
const CONTAINERS = [
  ...POLICIES.flatMap((policy) => [
    `docker run -d --name r-${policy} --restart ${policy} busybox ${SERVER}`,
    `docker run -d --name s-${policy} --restart ${policy} busybox ${SERVER}`,
    `docker stop s-${policy}`,
    `docker create --name c-${policy} --restart ${policy} busybox ${SERVER}`,
  ]),
  `docker run -d --name clean --restart on-failure busybox sh -c "trap 'exit 0' TERM; while :; do sleep 0.2; done"`,
  `docker run -d --rm --name passing busybox ${SERVER}`,
  `docker run -d --name frozen busybox ${SERVER}`,
  'docker pause frozen',
];

async function machine(): Promise<{ run: (cmd: string) => Promise<string>; states: () => Promise<object> }> {
  const runner = new ScriptRunner(openWorld('learner'));
  await runner.prepare(['busybox', 'nginx']);
  const run = async (cmd: string): Promise<string> => {
    const { exit, stdout, stderr } = await runner.run({ cmd });
    expect({ cmd, exit, stderr }).toEqual({ cmd, exit: 0, stderr: '' });
    return stdout.trimEnd();
  };
  const states = async () => {
    const lines = (await run("docker ps -a --format '{{.Names}}\t{{.Status}}'")).split('\n');
    return Object.fromEntries(
      lines.map((line) => {
        const [name = '', status = ''] = line.split('\t');
        return [name, status.replace(/(Less than a second|About a \w+|\d+ \w+)( ago)?/, '').trim()];
      }),
    );
  };
  return { run, states };
}

const NEVER_RAN = Object.fromEntries(POLICIES.map((policy) => [`c-${policy}`, 'Created']));

const END = 'sudo kill $(cat /var/run/docker.pid)';
/** It ends, and the service manager starts it again. */
const RESTART = `${END}; sleep 8; docker version > /dev/null`;
const KILL = 'sudo kill -9 $(cat /var/run/docker.pid); sleep 5; docker version > /dev/null';

test('told to end, dockerd stops what runs; the next one starts what its policy wants up', async () => {
  const { run, states } = await machine();
  for (const command of CONTAINERS) await run(command);
  await run(RESTART);
  expect(await states()).toEqual({
    ...NEVER_RAN,
    'r-no': 'Exited (3)',
    's-no': 'Exited (3)',
    'r-always': 'Up',
    // Though it had been stopped.
    's-always': 'Up',
    'r-unless-stopped': 'Up',
    's-unless-stopped': 'Exited (3)',
    'r-on-failure': 'Up',
    's-on-failure': 'Up',
    clean: 'Exited (0)',
    frozen: 'Exited (3)',
  });
});

test('killed, dockerd leaves containers running; the next one stops them', async () => {
  const { run, states } = await machine();
  for (const command of CONTAINERS) await run(command);
  await run(KILL);
  expect(await states()).toEqual({
    ...NEVER_RAN,
    'r-no': 'Exited (3)',
    's-no': 'Exited (3)',
    'r-always': 'Up',
    's-always': 'Up',
    // The new daemon's own stop counts as somebody's.
    'r-unless-stopped': 'Exited (3)',
    's-unless-stopped': 'Exited (3)',
    'r-on-failure': 'Up',
    's-on-failure': 'Up',
    clean: 'Exited (0)',
    frozen: 'Exited (3)',
  });
  expect(await run('mount | grep -c ^overlay')).toBe('4');
});

test('with live-restore containers outlive dockerd, and their logs, networks and ports are taken up again', async () => {
  const { run, states } = await machine();
  await run(`echo '{"live-restore": true}' | sudo tee /etc/docker/daemon.json`);
  await run('sudo kill -HUP $(cat /var/run/docker.pid); sleep 0.1');
  for (const command of CONTAINERS) await run(command);
  await run('docker network create inner; docker volume create kept');
  await run('docker run -d --name web --network inner -p 8088:80 -v kept:/data nginx');
  await run(
    'docker run -d --name teller --network inner busybox sh -c "while :; do echo tick; sleep 1; done"',
  );
  const facts = () =>
    run(
      "docker inspect -f '{{.Id}} {{.State.Pid}} {{.State.StartedAt}} {{json .NetworkSettings}}' web teller",
    );
  const before = await facts();
  const networks = await run('docker network ls');
  const rulesOf = async () =>
    (await run('sudo iptables -S; sudo iptables -t nat -S; sudo iptables -t raw -S')).split('\n').sort();
  const rules = await rulesOf();
  const pid = await run("docker inspect -f '{{.State.Pid}}' clean");
  await run(`${END}; sleep 0.5; sudo kill -9 ${pid}`);
  // Nobody holds the port open meanwhile.
  expect(await run('curl -s localhost:8088 || echo $?')).toBe('7');
  await run('sleep 5; docker version > /dev/null');
  expect(await states()).toEqual({
    ...NEVER_RAN,
    'r-no': 'Up',
    's-no': 'Exited (3)',
    'r-always': 'Up',
    's-always': 'Up',
    'r-unless-stopped': 'Up',
    's-unless-stopped': 'Exited (3)',
    'r-on-failure': 'Up',
    's-on-failure': 'Up',
    // Killed while there was no daemon: a failure, so its policy has it run again.
    clean: 'Up',
    passing: 'Up',
    frozen: 'Up  (Paused)',
    web: 'Up',
    teller: 'Up',
  });
  expect(await facts()).toBe(before);
  expect(await run('docker network ls')).toBe(networks);
  const rulesNow = (await rulesOf()).filter((rule) => !/^-A PREROUTING -d 172.17/.test(rule));
  expect(rulesNow).toEqual(rules.filter((rule) => !/^-A PREROUTING -d 172.17/.test(rule)));
  // One for each container that runs.
  const guarded = (await rulesOf()).filter((rule) => /^-A PREROUTING -d 172.17/.test(rule));
  expect(guarded).toHaveLength(9);
  expect(new Set(guarded).size).toBe(9);
  expect(await run('curl -s localhost:8088 | grep -c "Welcome to nginx"')).toBe('2');
  expect(await run('docker exec teller wget -qO- http://web | grep -c Welcome')).toBe('2');
  expect(await run('docker logs --since 2s teller | sort -u')).toBe('tick');
  expect(Number(await run('docker logs teller | wc -l'))).toBeGreaterThan(4);
});

test('images, their names, volumes and networks are there again; the default bridge is another one', async () => {
  const { run } = await machine();
  await run(
    'docker tag busybox mine:1; docker volume create --label a=b kept; docker network create --subnet 10.9.0.0/24 inner',
  );
  await run('docker run --name maker -v kept:/data busybox sh -c "echo written > /data/file; touch /made"');
  await run('docker commit -m made maker mine:2; docker network create gone; docker network rm gone');
  const look = () =>
    run(
      `docker images --digests --no-trunc --format '{{.Repository}} {{.Tag}} {{.Digest}} {{.ID}} {{.Size}}'
      docker history --no-trunc --format '{{.ID}} {{.CreatedBy}} {{.Comment}} {{.Size}}' mine:2; docker image inspect mine:1 mine:2 nginx
      docker volume inspect kept; docker network inspect inner none host; docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.Mounts}}'
      docker inspect -f '{{json .Config}} {{json .HostConfig}} {{json .Mounts}} {{json .State}}' maker; docker diff maker`,
    );
  const ids = () => run("docker network ls --no-trunc --format '{{.Name}} {{.ID}}'");
  const [before, networks] = [await look(), await ids()];
  const saved = await run('docker save mine:2 | tar xO manifest.json');
  await run(RESTART);
  expect(await look()).toBe(before);
  expect(await run('docker save mine:2 | tar xO manifest.json')).toBe(saved);
  const changed = (await ids()).split('\n').filter((line) => !networks.includes(line));
  expect(changed).toEqual([expect.stringMatching(/^bridge [0-9a-f]{64}$/)]);
  expect(await run('docker start -a maker; docker run --rm -v kept:/data mine:2 cat /data/file')).toBe(
    'written',
  );
  expect(await run('docker pull nginx | tail -2')).toContain('Image is up to date');
  await run(
    'docker rm maker; docker rmi mine:1 mine:2 busybox nginx; docker volume rm kept; docker network rm inner',
  );
  expect(
    await run(
      'sudo sh -c "cd /var/lib/docker; ls image/overlay2/layerdb/sha256 image/overlay2/imagedb/content/sha256 containers overlay2 overlay2/l | grep -v : | grep ."',
    ),
  ).toBe('l');
});

test('containers outlive containerd, too; without it nothing begins', async () => {
  const { run } = await machine();
  await run('docker run -d --name kept busybox sleep 1000');
  await run('sudo kill -9 $(pgrep -x containerd)');
  const refused =
    'Unavailable: connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"';
  expect(await run('docker run --rm busybox true 2>&1 || echo $?')).toBe(
    `docker: Error response from daemon: ${refused}\n\nRun 'docker run --help' for more information\n125`,
  );
  expect((await run('docker exec kept true || echo $?')).replace('\r', '')).toBe(`${refused}\n126`);
  expect(await run("docker ps --format '{{.Names}}'")).toBe('kept');
  // The service manager brings it back after five seconds.
  await run('sleep 8');
  expect(await run('docker exec kept echo again; docker run --rm busybox echo anew')).toBe('again\nanew');
  expect(await run("docker stop -t 0 kept; docker ps -a --format '{{.Names}} {{.State}}'")).toBe(
    'kept\nkept exited',
  );
});

test('logs are kept and refused as daemon.json says', async () => {
  const { run } = await machine();
  const configure = (text: string) =>
    run(
      `echo '${text}' | sudo tee /etc/docker/daemon.json > /dev/null; ${END}; sleep 4; sudo tail -n 1 /var/log/dockerd.log`,
    );
  await configure('{"log-opts": {"max-size": "1k", "max-file": "2"}}');
  const show = "docker inspect -f '{{json .HostConfig.LogConfig}}'";
  await run("docker run -d --name many busybox sh -c 'seq 100000 100100; sleep 100'; sleep 1");
  expect(await run(`${show} many; sudo sh -c 'ls /var/lib/docker/containers/*/*-json.log*' | wc -l`)).toBe(
    '{"Type":"json-file","Config":{"max-file":"2","max-size":"1k"}}\n2',
  );
  await run(
    'docker create --name own --log-opt max-size=5m busybox; docker create --name none --log-driver none busybox',
  );
  expect(await run(`${show} own none`)).toBe(
    '{"Type":"json-file","Config":{"max-file":"2","max-size":"5m"}}\n{"Type":"none","Config":{}}',
  );
  await run('docker rm -f many');
  expect(await configure('{"log-opts": {"nosuch": "1"}}')).toBe(
    "failed to start daemon: failed to set log opts: failed to set log opts: unknown log opt 'nosuch' for json-file log driver",
  );
});

test('what cannot be read is passed over and named; without its indexes the daemon does not start', async () => {
  const { run } = await machine();
  await run('for name in broken plain whole; do docker create --name $name busybox true; done');
  const [broken = '', plain = ''] = (await run("docker inspect -f '{{.Id}}' broken plain")).split('\n');
  const containers = '/var/lib/docker/containers';
  const damage = `echo '{broken' > ${containers}/${broken}/config.v2.json; rm ${containers}/${plain}/hostconfig.json`;
  await run(`${END}; sleep 1; sudo sh -c "${damage}"; sleep 5`);
  expect(await run("docker ps -a --format '{{.Names}}'")).toBe('whole\nplain');
  expect(await run('sudo cat /var/log/dockerd.log')).toMatch(
    new RegExp(
      `^time="[^"]*" level=error msg="failed to load container" container=${broken} error="invalid character 'b' looking for beginning of object key string"$`,
      'm',
    ),
  );
  // Its name is free, and its files lie where they lay.
  await run(
    `docker create --name broken busybox true; docker start -a plain; sudo ls ${containers}/${broken}`,
  );
  for (const [file, complaint] of [
    [
      'image/overlay2/repositories.json',
      "Couldn't create reference store repository: invalid character 'b' looking for beginning of object key string",
    ],
    [
      'volumes/metadata.db',
      'error while opening volume store metadata database (/var/lib/docker/volumes/metadata.db): invalid database',
    ],
    [
      'network/files/local-kv.db',
      'Error initializing network controller: error obtaining controller instance: libnet controller initialization: invalid database',
    ],
  ] as const) {
    const path = `/var/lib/docker/${file}`;
    await run(
      `sleep 60; docker volume create any; ${END}; sleep 1; sudo sh -c "mv ${path} /kept; echo '{broken' > ${path}"; sleep 3`,
    );
    expect(await run('sudo tail -n 1 /var/log/dockerd.log')).toBe(`failed to start daemon: ${complaint}`);
    await run(
      `sudo mv /kept ${path}; docker version > /dev/null; docker image inspect busybox; docker volume inspect any`,
    );
  }
});
