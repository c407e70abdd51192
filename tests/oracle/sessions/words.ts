import fc from 'fast-check';

/** What sessions speak of, and how commands are put together. */

const NAMES = ['web', 'db', 'box', 'job'];
export const IMAGES: readonly string[] = ['busybox:1.36', 'alpine:3.19', 'nginx', 'hello-world', 'redis:7'];
const NETWORKS = ['front', 'back'];
const VOLUMES = ['data', 'cache'];

export type Words = fc.Arbitrary<string>;

export const one = (...values: string[]): Words => fc.constantFrom(...values);
/** Sometimes one of them, more often none. */
export const maybe = (...values: string[]): Words =>
  fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: one(...values) });
/** Parts with a blank between, what is empty left out. */
export const line = (...parts: (string | Words)[]): Words =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((words) => words.filter(Boolean).join(' '));
/** Mostly the usual ones. */
const mostly = (weight: number, usual: readonly string[], ...strange: string[]): Words =>
  fc.oneof({ weight, arbitrary: one(...usual) }, { weight: 1, arbitrary: one(...strange) });

export const name: Words = mostly(14, NAMES, 'nosuch', 'WEB', 'web/1', "''");
export const image: Words = mostly(12, IMAGES, 'Busybox', 'busybox:1.36@sha256:12', 'nginx:latest', 'nginx:');
export const network: Words = mostly(8, NETWORKS, 'bridge', 'host', 'none', 'nowhere');
export const volume: Words = mostly(8, VOLUMES, 'nothing', 'a/b');

/** What ends by itself, or cannot begin. */
export const ending: Words = one(
  'true',
  'false',
  'echo hello',
  "sh -c 'echo out; echo err >&2; exit 3'",
  'nosuchcommand',
  '/etc',
  './x',
  "''",
  'id',
  'env',
  'pwd',
  'hostname',
  'ps -o user,args',
  'ls -a /',
  'cat /proc/self/cgroup',
  'cat /etc/hosts',
  'grep -E "Cap(Eff|Bnd)|Seccomp|NoNewPrivs" /proc/self/status',
  'stat -c "%n %a %u" /data /c /t',
  'ls /data',
  'touch /data/f /c/f',
  "sh -c 'kill -9 $$'",
  "sh -c 'kill -TERM $$'",
  'wget -qO- http://127.0.0.1/',
  'nslookup web 127.0.0.11',
  'ip -4 -o addr show eth0',
  'ip route',
  'mount -t tmpfs none /mnt',
  'mount -t tmpfs none /tmp',
  'umount /proc',
  'chown nobody /etc/passwd',
  'unshare -m true',
  'unshare -U true',
  'chroot / true',
  'mknod /tmp/n c 1 3',
  'ping -c 1 -W 1 192.0.2.1',
  'nice -n -5 true',
  'df -h /dev/shm',
  'stat -c "%a %u %F" /tmp /dev/null /root',
  'readlink /proc/self/fd/0',
  'ls /dev',
  'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/pids/pids.max',
  "sh -c 'ulimit -c; ulimit -s'",
  'tty',
  'awk "BEGIN { print 1 / 3 }"',
);

/** In the background something may go on as well. */
export const command: Words = fc.oneof(ending, fc.constant('sleep 600'));
