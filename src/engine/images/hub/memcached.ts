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
  symlink,
  user,
} from '../dockerfile.ts';
import { aptInstall, flavoured } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { program, weighing } from '../tree.ts';
import { alpine322 } from './alpine.ts';
import { debianBookwormSlim } from './debian.ts';

const VERSION = '1.6.39';
const NAMES = ['latest', '1', '1.6', VERSION];

const ENTRYPOINT = `#!/bin/sh
set -e
case "$1" in
  -*) set -- memcached "$@" ;;
esac
exec "$@"
`;

const lines = (account: Instruction, libraries: Instruction, total: number): Instruction[] => [
  account,
  libraries,
  env('MEMCACHED_VERSION', VERSION),
  env('MEMCACHED_URL', `https://memcached.org/files/memcached-${VERSION}.tar.gz`),
  run(
    'set -eux;   wget -O memcached.tar.gz "$MEMCACHED_URL";  mkdir -p /usr/src/memcached;  tar -xzf memcached.tar.gz -C /usr/src/memcached --strip-components=1;  cd /usr/src/memcached;  ./configure --enable-extstore --enable-proxy;  make -j "$(nproc)";  make install;   rm -rf /usr/src/memcached;   memcached -V',
    () =>
      weighing(total, 'usr/local/share/memcached.data', {
        'usr/local/bin/memcached': program(`memcached/memcached@${VERSION}`, 1_390_000),
      }),
  ),
  copyScript('docker-entrypoint.sh', '/usr/local/bin/', ENTRYPOINT),
  symlink('usr/local/bin/docker-entrypoint.sh', '/entrypoint.sh'),
  entrypoint('docker-entrypoint.sh'),
  user('memcache'),
  expose(11_211),
  cmd('memcached'),
];

const account = (uid: number, listed: boolean): Instruction =>
  run(
    `set -eux;  groupadd --system --gid ${uid} memcache;  useradd --system --gid memcache --uid ${uid} memcache`,
    ({ below }) =>
      useradd(below, { name: 'memcache', uid, shell: listed ? '/sbin/nologin' : '/bin/sh', listed }),
  );

export const memcachedRecipes: readonly Recipe[] = [
  image({
    repository: 'library/memcached',
    tags: [...NAMES, ...flavoured(NAMES, 'bookworm')],
    created: '2026-11-04T05:20:31Z',
    from: debianBookwormSlim,
    lines: lines(account(11_211, false), aptInstall('libsasl2-modules', { total: 2_950_000 }), 6_800_000),
  }),
  image({
    repository: 'library/memcached',
    tags: [...flavoured(NAMES, 'alpine'), ...flavoured(NAMES, 'alpine3.22')],
    created: '2026-11-04T05:24:08Z',
    from: alpine322,
    lines: lines(
      account(11_211, true),
      run('apk add --no-cache libsasl', () => weighing(190_000, 'usr/lib/libsasl2.so.3', {})),
      4_300_000,
    ),
  }),
];
