import { useradd } from '../accounts.ts';
import {
  cmd,
  copyScript,
  entrypoint,
  env,
  expose,
  type Instruction,
  image,
  run,
  volume,
  workdir,
} from '../dockerfile.ts';
import { gosu, suExec } from '../gosu.ts';
import { apkAdd, aptInstall, flavoured } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { directory, hardlink, program, type Tree, weighing } from '../tree.ts';
import { alpine38, alpine322 } from './alpine.ts';
import { debianBookwormSlim } from './debian.ts';

/** Options and configuration files are for redis-server; root hands what is its own to the user redis. */
const entry = (stepDown: string): string => `#!/bin/sh
set -e

case "$1" in
  -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \\! -user redis -exec chown redis '{}' +
  exec ${stepDown} redis "$0" "$@"
fi

[ "$(umask)" = 0022 ] && umask 0077
exec "$@"
`;

/** Since Redis 8 the entry point says that it starts, and needs no program of its own to step down from root. */
const ENTRY_8 = `#!/bin/bash
set -e

case "$1" in
  -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \\! -user redis -exec chown redis '{}' +
  exec setpriv --reuid redis --regid redis --clear-groups "$0" "$@"
fi

[ "$(umask)" = 0022 ] && umask 0077
[ "$1" = redis-server ] && echo "Starting Redis Server"
exec "$@"
`;

const server = (version: string, size: number): Tree => ({
  'usr/local/bin/redis-server': program(`redis/redis-server@${version}`, size),
  'usr/local/bin/redis-cli': program(`redis/redis-cli@${version}`, size / 2),
  'usr/local/bin/redis-check-aof': hardlink('usr/local/bin/redis-server'),
  'usr/local/bin/redis-check-rdb': hardlink('usr/local/bin/redis-server'),
  'usr/local/bin/redis-sentinel': hardlink('usr/local/bin/redis-server'),
});

const build = (version: string, total: number): Instruction[] => [
  env('REDIS_VERSION', version),
  env('REDIS_DOWNLOAD_URL', `https://github.com/redis/redis/archive/refs/tags/${version}.tar.gz`),
  run(
    'set -eux;   wget -O redis.tar.gz "$REDIS_DOWNLOAD_URL";  mkdir -p /usr/src/redis;  tar -xzf redis.tar.gz -C /usr/src/redis --strip-components=1;   export BUILD_TLS=yes;  make -C /usr/src/redis -j "$(nproc)" all;  make -C /usr/src/redis install;   rm -r /usr/src/redis;   redis-cli --version;  redis-server --version',
    () => weighing(total, 'usr/local/lib/redis/modules.data', server(version, 17_000_000)),
  ),
  run('mkdir /data && chown redis:redis /data', ({ below }) => {
    const [, uid, gid] = /^redis:x:(\d+):(\d+):/m.exec(below['etc/passwd'] as string) ?? [];
    return { data: directory(0o755, Number(uid), Number(gid)) };
  }),
  volume('/data'),
  workdir('/data'),
];

const start = (script: string): Instruction[] => [
  copyScript('docker-entrypoint.sh', '/usr/local/bin/', script),
  entrypoint('docker-entrypoint.sh'),
  expose(6379),
  cmd('redis-server'),
];

const DEBIAN_USER = run(
  'set -eux;  groupadd -r -g 999 redis;  useradd -r -g redis -u 999 redis',
  ({ below }) => useradd(below, { name: 'redis', uid: 999, home: '/home/redis', shell: '/bin/sh' }),
);

const alpineUser = (uid: number): Instruction =>
  run(`set -eux;  addgroup -S -g ${uid + 1} redis;  adduser -S -G redis -u ${uid} redis`, ({ below }) =>
    useradd(below, {
      name: 'redis',
      uid,
      gid: uid + 1,
      home: '/home/redis',
      shell: '/sbin/nologin',
      listed: true,
    }),
  );

interface Version {
  version: string;
  names: readonly string[];
  created: string;
}

/** Redis 8: with modules beside the server, so that it is larger. */
const redis8 = ({ version, names, created }: Version): Recipe[] => [
  image({
    repository: 'library/redis',
    tags: [...names, ...flavoured(names, 'bookworm')],
    created,
    from: debianBookwormSlim,
    lines: [
      DEBIAN_USER,
      aptInstall('tzdata', { total: 3_160_000 }),
      ...build(version, 59_200_000),
      ...start(ENTRY_8),
    ],
  }),
  image({
    repository: 'library/redis',
    tags: [...flavoured(names, 'alpine'), ...flavoured(names, 'alpine3.22')],
    created,
    from: alpine322,
    lines: [
      alpineUser(999),
      apkAdd('setpriv tzdata', { total: 2_100_000, files: { 'bin/setpriv': program('setpriv', 36_000) } }),
      ...build(version, 59_900_000),
      ...start(ENTRY_8.replace('/bin/bash', '/bin/sh')),
    ],
  }),
];

const redis7 = ({ version, names, created }: Version): Recipe[] => [
  image({
    repository: 'library/redis',
    tags: [...names, ...flavoured(names, 'bookworm')],
    created,
    from: debianBookwormSlim,
    lines: [
      DEBIAN_USER,
      aptInstall('tzdata', { total: 3_160_000 }),
      ...gosu('1.17'),
      ...build(version, 36_800_000),
      ...start(entry('gosu')),
    ],
  }),
  image({
    repository: 'library/redis',
    tags: flavoured(names, 'alpine'),
    created,
    from: alpine322,
    lines: [
      alpineUser(999),
      apkAdd('tzdata', { total: 1_900_000 }),
      ...gosu('1.17'),
      ...build(version, 28_600_000),
      ...start(entry('gosu')),
    ],
  }),
];

/** As articles of 2018 use it; not kept since 2020. */
const redis4: Recipe = image({
  repository: 'library/redis',
  tags: ['4-alpine', '4.0-alpine', '4.0.14-alpine'],
  created: '2020-04-24T02:18:25Z',
  from: alpine38,
  builder: 'classic',
  dockerVersion: '18.09.7',
  lines: [alpineUser(100), suExec, ...build('4.0.14', 14_800_000), ...start(entry('su-exec'))],
});

export const redisRecipes: readonly Recipe[] = [
  ...redis8({ version: '8.2.3', names: ['latest', '8', '8.2', '8.2.3'], created: '2026-11-04T02:41:36Z' }),
  ...redis7({ version: '7.4.7', names: ['7', '7.4', '7.4.7'], created: '2026-11-04T02:46:12Z' }),
  redis4,
];
