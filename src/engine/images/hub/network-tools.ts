import { useradd } from '../accounts.ts';
import { packages } from '../debian/programs.ts';
import { cmd, copy, entrypoint, env, image, label, run, user, workdir } from '../dockerfile.ts';
import { apkAdd } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { program, script, weighing } from '../tree.ts';
import { alpine322 } from './alpine.ts';

/** An option or a URL is for curl. */
const ENTRYPOINT = `#!/bin/sh
set -e
case "$1" in
  -* | *://*) set -- curl "$@" ;;
esac
command -v "$1" > /dev/null || set -- curl "$@"
exec "$@"
`;

const curl: Recipe = image({
  repository: 'curlimages/curl',
  tags: ['latest', '8.17.0'],
  created: '2026-11-05T09:12:11Z',
  from: alpine322,
  lines: [
    label('maintainer', 'James Fuller <jim.fuller@webcomposite.com>'),
    env('CURL_RELEASE_TAG', 'curl-8_17_0'),
    run('addgroup -S curl_group && adduser -S curl_user -G curl_group', ({ below }) =>
      useradd(below, {
        name: 'curl_user',
        uid: 100,
        gid: 101,
        home: '/home/curl_user',
        shell: '/sbin/nologin',
      }),
    ),
    apkAdd('ca-certificates libcurl nghttp2-libs zlib', {
      total: 12_800_000,
      files: { 'usr/bin/curl': program('curl', 329_592) },
    }),
    copy('entrypoint.sh', '/entrypoint.sh', { 'entrypoint.sh': script(ENTRYPOINT) }),
    cmd('curl'),
    user('curl_user'),
    entrypoint('/entrypoint.sh'),
    cmd('--help'),
  ],
});

/** A box of tools to look at networks with. Those that are not simulated say so. */
const netshoot: Recipe = image({
  repository: 'nicolaka/netshoot',
  tags: ['latest', 'v0.14'],
  created: '2026-03-02T15:40:26Z',
  from: alpine322,
  lines: [
    run(
      'set -ex && apk add --no-cache bash bind-tools bridge-utils curl iperf iproute2 iptables iputils jq netcat-openbsd strace tcpdump',
      () =>
        weighing(195_000_000, 'usr/share/doc/netshoot.data', {
          ...packages('bash', 'bind9', 'curl', 'iproute2', 'iptables', 'iputils-ping', 'jq', 'strace'),
          'usr/bin/tcpdump': program('tcpdump', 1_300_000),
          'usr/bin/iperf': program('iperf', 120_000),
        }),
    ),
    user('root'),
    workdir('/root'),
    env('HOSTNAME', 'netshoot'),
    cmd('bash'),
  ],
});

export const networkToolRecipes: readonly Recipe[] = [curl, netshoot];
