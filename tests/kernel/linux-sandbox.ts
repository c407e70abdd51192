import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from './simulated-sandbox.ts';

/**
 * A root of its own for one script, in namespaces of its own: this machine's programs, fresh /proc, /sys, /dev and /tmp, and a tmpfs of
 * 64 MiB at /lab, where the script starts. Nothing of it is left when the script has ended.
 */
const SANDBOX = `set -e
mount -t tmpfs -o mode=755 root "$1"
cd "$1"
mkdir usr etc proc sys dev lab tmp root run mnt var
chmod 1777 tmp
for name in bin sbin lib lib64; do ln -s usr/$name $name; done
mount --rbind /usr usr
printf 'root:x:0:0:root:/root:/bin/sh\\nann:x:1000:1000:ann:/:/bin/sh\\nbob:x:1001:1001:bob:/:/bin/sh\\n' > etc/passwd
printf 'root:x:0:\\nann:x:1000:\\nbob:x:1001:\\n' > etc/group
cp /etc/ld.so.cache etc
mkdir etc/pam.d
for kind in auth account password session; do echo "$kind required pam_permit.so"; done > etc/pam.d/su
: > etc/fstab
ln -s /proc/self/mounts etc/mtab
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755 dev dev
for node in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 dev/\${node%:*} c 1 \${node#*:}; done
mknod -m 666 dev/tty c 5 0
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
mount -t tmpfs -o size=64m,mode=755 lab lab
pivot_root . mnt
cd /lab
umount -l /mnt
exec env -i PATH=/usr/bin:/usr/sbin HOME=/root LC_ALL=C dash -c "$2"
`;

/** The settings of this machine's kernel that change what scripts about files print. */
export function fileSettings(): Record<string, number> {
  const names = ['protected_symlinks', 'protected_hardlinks', 'protected_regular', 'protected_fifos'];
  return Object.fromEntries(
    names.map((name) => [name, Number(readFileSync(`/proc/sys/fs/${name}`, 'utf8'))]),
  );
}

/** Runs a script on the Linux kernel that the tests run on; or says why this cannot be done here. */
export function linuxSandbox(): ((script: string) => Outcome) | string {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'mounting needs root';
  const run = (script: string): Outcome => {
    const root = mkdtempSync(join(tmpdir(), 'sandbox-'));
    try {
      const argv = [
        '--mount',
        '--pid',
        '--fork',
        '--kill-child',
        '--ipc',
        '--uts',
        '--net',
        'sh',
        '-c',
        SANDBOX,
      ];
      const { status, stdout, stderr } = spawnSync('unshare', [...argv, 'sandbox', root, script], {
        encoding: 'utf8',
        input: '',
        timeout: 60_000,
      });
      return { exit: status ?? 255, stdout, stderr };
    } finally {
      rmdirSync(root);
    }
  };
  const { exit, stdout, stderr } = run('mount --version; ls --version; echo ready >&2');
  if (exit !== 0 || !stderr.startsWith('ready')) return `no sandbox: ${stderr}`;
  if (!/util-linux 2\.38/.test(stdout) || !/GNU coreutils/.test(stdout))
    return 'no util-linux 2.38 of Debian 12';
  return run;
}
