import { env, type Instruction, run } from './dockerfile.ts';
import { program } from './tree.ts';

/** gosu as the official images fetch it: what their entry points become another user with. */
export const gosu = (version: string): Instruction[] => [
  env('GOSU_VERSION', version),
  run(
    'set -eux;  arch="$(dpkg --print-architecture)";  wget -O /usr/local/bin/gosu "https://github.com/tianon/gosu/releases/download/$GOSU_VERSION/gosu-$arch";  chmod +x /usr/local/bin/gosu;  gosu --version;  gosu nobody true',
    { 'usr/local/bin/gosu': program(`gosu/gosu@${version}`, 2_469_888) },
  ),
];

/** The same for Alpine. */
export const suExec: Instruction = run("apk add --no-cache 'su-exec>=0.2'", {
  'sbin/su-exec': program('gosu/su-exec@0.2', 14_144),
});
