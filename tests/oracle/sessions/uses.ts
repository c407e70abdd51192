import fc from 'fast-check';
import { ending, image, line, maybe, name, network, one, volume, type Words } from './words.ts';

/** What is done with what there is. */

const inside = fc.oneof(
  line(
    'docker exec',
    maybe(
      '-e X=1',
      '-w /tmp',
      '-u nobody',
      '-d',
      '-i',
      '-it',
      '-t',
      '--privileged',
      '-w rel',
      '-w /nosuch',
      '-u 99:99',
      '-e NAME',
      '--env-file env',
      '--env-file nosuch',
      '-u nosuch',
      '--detach-keys bad',
    ),
    name,
    ending,
  ),
  line(
    'docker exec',
    name,
    one(
      "sh -c 'echo $X $HOME; id -un'",
      'ls /',
      'cat /etc/hosts',
      'ps -o user,args',
      'touch /data/f',
      'rm /etc/passwd',
      'mkdir /new',
      "sh -c 'echo more >> /etc/motd; mv /etc/group /etc/grp'",
      'ln -s /etc/motd /link',
      'kill -9 1',
      'kill 1',
      'chmod 600 /etc/hostname',
      'wget -qO- http://127.0.0.1/',
      'wget -qO- http://db/',
      'rm -r /var',
      "sh -c 'echo hi > /data/greeting; cat /data/greeting'",
      'getent hosts web',
      'cat /data/f /c/f',
      'ip -4 -o addr',
    ),
  ),
);

const copies = fc.oneof(
  name.map((of) => `docker cp ${of}:/etc/hostname - | tar t`),
  name.map((of) => `docker cp ${of}:/etc - | tar t | sort | head -3`),
  fc
    .tuple(
      name,
      one(
        '/etc/passwd .',
        '/etc out',
        '/nosuch .',
        '/etc/passwd /nosuch/x',
        '/etc/passwd out/',
        'etc/group g',
        '/etc/. here',
        '/bin/sh sh',
      ),
    )
    .map(([of, rest]) => `docker cp ${of}:${rest}; ls`),
  fc
    .tuple(
      one('env', '.', './env', 'nosuch', '/srv/lab', '/srv/lab/.'),
      name,
      one('/tmp', '/tmp/', '/new', '/nosuch/x', '/tmp/e'),
    )
    .map(([from, to, at]) => `docker cp ${from} ${to}:${at}`),
  fc
    .tuple(maybe('-a', '-L', '-q'), name)
    .map(([flag, of]) => `docker cp ${flag} ${of}:/etc/hostname h && wc -l h`),
  line(
    'tar c env | docker cp -',
    name.map((of) => `${of}:/tmp`),
  ),
  name.map((of) => `docker export ${of} | tar t | grep -c etc/host`),
  line('docker export -o x.tar', name, '&& ls x.tar'),
);

const images = fc.oneof(
  line(
    'docker tag',
    image,
    one('mine:1', 'mine:2', 'Mine:1', 'mine', 'you/mine:1', 'localhost:5000/mine:1', 'mine:', 'bad/:x'),
  ),
  line(
    'docker commit',
    maybe(
      "-m 'a note' -a me",
      '-c \'CMD ["echo","hi"]\'',
      "-c 'ENV Z=1' -c 'EXPOSE 99'",
      '-p=false',
      "-c 'RUN x'",
      "-c 'BOGUS'",
    ),
    name,
    one('mine:1', 'mine:2', '', 'Mine'),
  ),
  line(
    'docker save',
    maybe('-o x.tar'),
    one('mine:1', 'nginx', 'nosuch', 'mine:1 mine:2'),
    '| tar t | grep -c blobs/',
  ),
  line('docker save -o x.tar', one('mine:1', 'nginx', 'nosuch'), '&& docker load', maybe('-q'), '-i x.tar'),
  line('docker load -i', one('nosuch.tar', 'env')),
  line('echo x | docker load'),
  name.map((of) => `docker export ${of} | docker import ${'-'} mine:2`),
  line('docker import', one('nosuch.tar', 'env mine:1', '-c BOGUS - mine:1')),
  line('docker run --rm', one('mine:1', 'mine:2', 'mine'), ending),
  line('docker create', one('mine:1', 'mine:2')),
);

const lives = fc.oneof(
  line('docker start', maybe('-a'), name),
  line('docker start', name, name),
  line('docker stop', one('-t 0', '-t 1', '-s KILL', '-s NOPE', '--time 0', '-t -1 -s KILL'), name),
  line('docker stop -t 0', name, name),
  line('docker restart -t 0', name),
  line('docker restart -s KILL', name),
  line(
    'docker kill',
    maybe('-s HUP', '-s 0', '-s NOPE', '-s USR1', '-s 9', '-s SIGTERM', '-s 65', "-s ''"),
    name,
  ),
  line('docker kill', name, name),
  line('docker', one('pause', 'unpause'), name),
  line('docker pause', name, name),
  line('docker rename', name, name),
  line('docker rename', name, one('fresh', 'bad name', '/web', "''", 'a')),
  line('docker attach --no-stdin', name, '& sleep 0.5; kill -9 %1 2>/dev/null; wait %1 2>/dev/null; echo $?'),
  line(
    'docker update',
    one(
      '-m 128m --memory-swap 256m',
      '-m 32m',
      '--restart no',
      '--restart always',
      '--restart bogus',
      '--restart on-failure:3',
      '--cpus 1',
      '--cpus x',
      '--pids-limit 30',
      '--cpu-shares 100 --cpuset-cpus 0',
      '--cpuset-cpus 9-10',
      '-m 1m',
      '--memory-reservation 16m',
      '--blkio-weight 5',
      '',
    ),
    name,
  ),
);

const networks = fc.oneof(
  line(
    'docker network',
    one(
      'connect',
      'disconnect',
      'connect --alias api',
      'disconnect -f',
      'connect --ip 10.9.0.50',
      'connect --ip bad',
      'connect --link web:w',
      'connect --driver-opt a=b',
    ),
    network,
    name,
  ),
  line('docker network rm', network, network),
);

export const uses: Words = fc.oneof(
  { weight: 3, arbitrary: inside },
  { weight: 2, arbitrary: copies },
  { weight: 2, arbitrary: images },
  { weight: 4, arbitrary: lives },
  { weight: 1, arbitrary: networks },
);

export const makes: Words = fc.oneof(
  line(
    'docker network create',
    maybe(
      '--internal',
      '--subnet 10.9.0.0/24',
      '-d nope',
      '--label x=y',
      '--subnet bad',
      '--subnet 10.9.0.0/24 --gateway 10.9.0.254',
      '--subnet 10.9.0.0/24 --ip-range 10.9.0.128/25',
      '--gateway 10.9.0.1',
      '--subnet 10.9.0.0/24 --gateway 10.8.0.1',
      '--subnet 10.9.0.0/24 --aux-address r=10.9.0.7',
      '-d host',
      '-d none',
      '-d overlay',
      '--attachable',
      '--ipv6=false',
      '-o com.docker.network.bridge.name=lab0',
      '--scope swarm',
      '--subnet 10.9.0.5/24',
      '--subnet 10.9.0.0/24 --subnet 10.9.0.0/25',
      '--subnet 172.17.0.0/16',
      '--ingress',
      '--config-only',
    ),
    network,
  ),
  line(
    'docker volume create',
    maybe('--label x=y', '-d nope', '--name other', '--label x', '-o size=1m', '-o bogus=1'),
    volume,
  ),
  one(
    'docker volume create | wc -c',
    'docker volume create ""',
    "docker volume create 'a b'",
    'docker volume create x',
    'docker network create a/b',
    "docker network create ''",
  ),
);

export const removes: Words = fc.oneof(
  line('docker rm', maybe('-f', '-v', '-fv', '--force', '-l'), name),
  line('docker rm -f', name, name),
  line('docker network rm', maybe('-f'), network),
  line('docker volume rm', maybe('-f'), volume),
  line('docker volume rm', volume, volume),
  line(
    'docker rmi',
    maybe('-f', '--no-prune'),
    one(
      'mine:1',
      'mine:2',
      'mine:1',
      'mine',
      'you/mine:1',
      'nosuch',
      'busybox:1.36',
      'hello-world',
      'nginx',
      'mine:1 mine:2',
    ),
  ),
  line('docker', one('container', 'network', 'volume', 'image'), 'prune -f'),
  line('docker volume prune -af'),
  line(
    'docker',
    one('container', 'network', 'image', 'volume'),
    'prune -f --filter',
    one('label=tier', 'until=1h', 'until=bad', 'nope=1', 'label!=x'),
  ),
  line(
    'docker',
    one('container', 'image -a', 'network').map(
      (what) => `${what.split(' ')[0]} prune ${what.split(' ')[1] ?? ''}`,
    ),
    '< /dev/null',
  ),
  line('docker system prune -f', maybe('--volumes'), "| grep -Evi '^$|build cache|^[a-z0-9]{25}$'"),
);
