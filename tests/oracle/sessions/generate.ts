import fc from 'fast-check';

/** Sessions at the command line as people have them: things are made, looked at, used, broken and removed, with mistakes between. */

const NAMES = ['web', 'db', 'box', 'job'];
const IMAGES = ['busybox:1.36', 'alpine:3.19', 'nginx', 'hello-world'];
const NETWORKS = ['front', 'back'];
const VOLUMES = ['data', 'cache'];

export const SESSION_IMAGES: readonly string[] = IMAGES;

const one = (...values: string[]) => fc.constantFrom(...values);
/** Sometimes one of them, more often none. */
const maybe = (...values: string[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: one(...values) });
/** Parts with a blank between, what is empty left out. */
const line = (...parts: (string | fc.Arbitrary<string>)[]) =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((words) => words.filter(Boolean).join(' '));

const name = fc.oneof(
  { weight: 14, arbitrary: one(...NAMES) },
  { weight: 1, arbitrary: one('nosuch', 'WEB', 'web/1', "''") },
);
const image = fc.oneof(
  { weight: 12, arbitrary: one(...IMAGES) },
  { weight: 1, arbitrary: one('Busybox', 'busybox:1.36@sha256:12', 'nginx:latest', 'nginx:') },
);
const network = fc.oneof(
  { weight: 8, arbitrary: one(...NETWORKS) },
  { weight: 1, arbitrary: one('bridge', 'host', 'none', 'nowhere') },
);
const volume = fc.oneof(
  { weight: 8, arbitrary: one(...VOLUMES) },
  { weight: 1, arbitrary: one('nothing', 'a/b') },
);

const options = line(
  maybe('-e CITY=Turku', '-e A=1 -e B=2', '-e HOME=/x', '-e NAME'),
  maybe('-w /tmp', '-w /new/dir', '-w relative'),
  maybe('-u nobody', '-u 1000:1000', '-u nosuchuser'),
  maybe('-l tier=front', '--label a=b --label c'),
  maybe('-v data:/data', '-v cache:/c:ro', '-v /tmp', '-v data:relative', '--tmpfs /t:size=1m'),
  maybe('-p 8080:80', '-p 127.0.0.1:81:80', '-p 80', '-p 8080:80/udp', '-p bad', '-p 99999:80'),
  maybe('--network front', '--network none', '--network host', '--network nowhere'),
  maybe('-m 64m', '-m 1m', '--cpus 0.5', '--cpus 99', '--pids-limit 20'),
  maybe('--hostname h1', '--add-host a:10.0.0.1', '--dns 1.1.1.1', '--read-only', '--init'),
  maybe('--restart always', '--restart on-failure:2', '--restart sometimes'),
  maybe('--cap-drop ALL', '--cap-add NET_ADMIN', '--privileged', '--security-opt no-new-privileges'),
  maybe('--stop-signal SIGKILL', '--stop-timeout 1', '--entrypoint echo', '--entrypoint ""'),
);

/** What ends by itself, or cannot begin. */
const ending = one(
  'true',
  'false',
  'echo hello',
  "sh -c 'echo out; echo err >&2; exit 3'",
  'nosuchcommand',
  '/etc',
  'id',
  'env',
  'pwd',
  'hostname',
  'cat /proc/self/cgroup',
  'ls -ld /data /c /t',
  "sh -c 'kill -9 $$'",
  'wget -qO- http://web/',
);

/** In the background something may go on as well. */
const command = fc.oneof(ending, fc.constant('sleep 600'));

const runs = fc.oneof(
  line('docker run -d --name', name, options, image, command),
  line('docker run -d --name', name, options, image, fc.constant('sleep 600')),
  line('docker run --rm', options, image, ending),
  line('docker run --name', name, maybe('-it', '-i', '-t'), image, ending),
  line('docker create --name', name, options, image, maybe('sleep 600', 'echo created')),
  line('docker run', options, one('busybox:1.36', 'alpine:3.19')),
);

const looks = fc.oneof(
  line('docker ps', maybe('-a', '-q', '-aq', '-l', '-n 2', '--no-trunc', '-s', '-as', '-n x')),
  line('docker ps -a --format', one("'{{.Names}}\\t{{.Status}}\\t{{.Image}}'", "'{{.Ports}}|{{.Command}}'")),
  line(
    'docker ps -a --format',
    one('json', "'table {{.Names}}\\t{{.Networks}}\\t{{.Mounts}}'", "'{{.Nope}}'"),
  ),
  line(
    'docker ps -a --filter',
    one(
      'status=exited',
      'status=running',
      'name=we',
      'label=tier',
      'ancestor=nginx',
      'exited=3',
      'status=nope',
      'nope=1',
    ),
    one('-q', "--format '{{.Names}}'"),
  ),
  line(
    'docker ps -a --filter',
    one('network=front', 'volume=data', 'publish=80', 'is-task=false'),
    "--format '{{.Names}}'",
  ),
  line('docker logs', maybe('--tail 1', '-n 0', '--since 10m', '--until 1h', '--tail x'), name),
  line('docker port', name, maybe('80', '80/udp', '81')),
  line('docker top', name),
  line('docker diff', name),
  line(
    'docker inspect -f',
    one(
      "'{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}'",
      "'{{json .HostConfig.PortBindings}} {{json .NetworkSettings.Ports}}'",
      "'{{range .Mounts}}{{.Type}}:{{.Destination}}:{{.RW}} {{end}}'",
      "'{{.Config.Hostname}} {{.Config.User}} {{.Config.WorkingDir}} {{.Config.Env}}'",
      "'{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}}'",
      "'{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{$v.Aliases}} {{end}}'",
      "'{{.Path}} {{.Args}} {{.Config.Cmd}} {{.Config.Entrypoint}}'",
      "'{{.Nope}}'",
      '\'{{len .Mounts}} {{index .Config.Labels "tier"}}\'',
    ),
    name,
  ),
  line(
    'docker inspect --type',
    one('container', 'image', 'volume', 'network', 'nope'),
    '-f',
    "'{{.Id}}'",
    name,
  ),
  line(
    'docker images',
    maybe('-q', '-a', '--no-trunc', 'nginx', "--format '{{.Repository}}:{{.Tag}}'", '--filter dangling=true'),
  ),
  line('docker history -q nosuch'),
  line(
    'docker image inspect -f',
    one("'{{.Config.Cmd}} {{.Config.Env}}'", "'{{.Os}}/{{.Architecture}} {{.RootFS.Type}}'"),
    image,
  ),
  line(
    'docker network ls',
    maybe('-q', '--filter driver=bridge', "--format '{{.Name}} {{.Driver}} {{.Scope}}'"),
  ),
  line(
    'docker network inspect -f',
    one(
      "'{{.Name}} {{.Driver}} {{.Internal}} {{range .Containers}}{{.Name}} {{end}}'",
      "'{{json .IPAM.Config}}'",
    ),
    network,
  ),
  line(
    'docker volume ls',
    maybe('-q', '--filter dangling=true', '--filter name=da', "--format '{{.Name}} {{.Driver}}'"),
  ),
  line('docker volume inspect', maybe("-f '{{.Mountpoint}}'"), volume),
);

const uses = fc.oneof(
  line('docker exec', maybe('-e X=1', '-w /tmp', '-u nobody', '-d', '-i'), name, ending),
  line(
    'docker exec',
    name,
    one("sh -c 'echo $X $HOME; id -un'", 'ls /', 'cat /etc/hosts', 'ps', 'touch /data/f', 'rm /etc/passwd'),
  ),
  line('docker start', name),
  line('docker stop', one('-t 0', '-t 1', '-s KILL'), name),
  line('docker restart -t 0', name),
  line('docker kill', maybe('-s HUP', '-s 0', '-s NOPE', '-s USR1'), name),
  line('docker', one('pause', 'unpause'), name),
  line('docker wait', name, '& sleep 1; kill %1 2>/dev/null; wait %1'),
  line('docker rename', name, name),
  line(
    'docker update',
    one('-m 128m --memory-swap 256m', '--restart no', '--cpus 1', '--pids-limit 30', ''),
    name,
  ),
  line('docker network', one('connect', 'disconnect', 'connect --alias api', 'disconnect -f'), network, name),
  line('docker tag', image, one('mine:1', 'mine:2', 'Mine:1')),
  name.map((of) => `docker cp ${of}:/etc/hostname - | tar t`),
);

const makes = fc.oneof(
  line(
    'docker network create',
    maybe('--internal', '--subnet 10.9.0.0/24', '-d nope', '--label x=y', '--subnet bad'),
    network,
  ),
  line('docker volume create', maybe('--label x=y', '-d nope'), volume),
);

const removes = fc.oneof(
  line('docker rm', maybe('-f', '-v', '-fv', '--force'), name),
  line('docker rm -f', name, name),
  line('docker network rm', maybe('-f'), network),
  line('docker volume rm', maybe('-f'), volume),
  line('docker rmi', maybe('-f', '--no-prune'), one('mine:1', 'mine:2', 'mine:1', 'nosuch', 'busybox:1.36')),
  line('docker', one('container', 'network', 'volume', 'image'), 'prune -f'),
  line('docker volume prune -af'),
);

const mistakes = one(
  'docker',
  'docker pss',
  'docker runn nginx',
  'docker run',
  'docker run --nmae x nginx',
  'docker run -d nginx --name x',
  'docker run -p nginx',
  'docker exec web',
  'docker stop',
  'docker rm',
  'docker logs',
  'docker logs web db',
  'docker ps extra',
  'docker images a b',
  'docker network',
  'docker network create',
  'docker volume inspect',
  'docker container',
  'docker image nope',
  'docker inspect',
  'docker tag nginx',
  'docker rename web',
  'docker kill',
  'docker cp web',
  'docker start -a web db',
  'docker network connect front',
  'docker --nope',
  'docker run --rm -d --restart always nginx',
  'docker run --memory 1 nginx',
  'docker run -v /a:/b:/c:/d nginx',
  'docker run --network container:nosuch busybox:1.36 true',
  'docker run --platform nope busybox:1.36 true',
  'docker run --pull nope busybox:1.36 true',
  'docker run -e =x busybox:1.36 env',
  'docker run --cpus x busybox:1.36',
  'docker run --ulimit nofile busybox:1.36',
  'docker run --mount type=nope,target=/x busybox:1.36',
  'docker run --mount type=bind,source=/nosuch,target=/x busybox:1.36',
  'docker run --device /dev/nosuch busybox:1.36',
  'docker run --cap-add NOPE busybox:1.36',
  'docker run --gpus all busybox:1.36',
  'docker run --link nosuch busybox:1.36',
  'docker run --env-file nosuch busybox:1.36',
  'docker run --volumes-from nosuch busybox:1.36',
);

const step = fc.oneof(
  { weight: 8, arbitrary: runs },
  { weight: 8, arbitrary: looks },
  { weight: 7, arbitrary: uses },
  { weight: 2, arbitrary: makes },
  { weight: 4, arbitrary: removes },
  { weight: 2, arbitrary: mistakes },
);

/** How many commands a session has. */
const LENGTH = 30;

/** Sessions of 30 commands; the same for the same seed. Each begins with a container to speak of. */
export function sessions(seed: number, count: number): string[][] {
  const session = fc.array(step, { minLength: LENGTH - 1, maxLength: LENGTH - 1 });
  return fc
    .sample(session, { seed, numRuns: count })
    .map((steps) => ['docker run -d --name web nginx', ...steps]);
}
