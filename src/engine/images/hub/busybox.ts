import { APPLETS_1_36, APPLETS_1_37 } from '../busybox-applets.ts';
import type { Architecture, Recipe } from '../recipe.ts';
import { bulk, directories, directory, hardlink, link, program, type Tree, weighing } from '../tree.ts';

const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
sync:x:4:100:sync:/bin:/bin/sync
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;

const GROUP = `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
lp:x:7:
mail:x:8:
kmem:x:9:
wheel:x:10:root
cdrom:x:11:
dialout:x:18:
floppy:x:19:
video:x:28:
audio:x:29:
tape:x:32:
www-data:x:33:
operator:x:37:
utmp:x:43:
plugdev:x:46:
staff:x:50:
lock:x:54:
netdev:x:82:
users:x:100:
nogroup:x:65534:
`;

const SHADOW = PASSWD.split('\n')
  .filter((line) => line !== '')
  .map((line) => `${line.split(':')[0]}:*:::::::\n`)
  .join('');

/** Every applet is a hard link to one file, and C library and name service lie beside it. */
function tree(architecture: Architecture, applets: readonly string[], binary: number, total: number): Tree {
  const links = Object.fromEntries(
    applets.filter((name) => name !== '[').map((name) => [`bin/${name}`, hardlink('bin/[')]),
  );
  const loader = architecture === 'amd64' ? 'ld-linux-x86-64.so.2' : 'ld-linux-aarch64.so.1';
  return weighing(total, 'lib/libm.so.6', {
    'bin/[': program('busybox', binary),
    ...links,
    'bin/busybox': hardlink('bin/['),
    'bin/getconf': bulk(35_768),
    dev: directory(),
    'etc/group': GROUP,
    'etc/hostname': 'localhost\n',
    'etc/localtime': bulk(114),
    'etc/network/if-down.d': directory(),
    'etc/network/if-up.d': directory(),
    'etc/nsswitch.conf': 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n',
    'etc/passwd': PASSWD,
    'etc/shadow': { text: SHADOW, mode: 0o600 },
    home: directory(0o755, 65534, 65534),
    'lib/libc.so.6': { bulk: 1_926_256, mode: 0o755 },
    [`lib/${loader}`]: { bulk: 210_968, mode: 0o755 },
    'lib/libnss_dns.so.2': bulk(14_464),
    'lib/libnss_files.so.2': bulk(14_464),
    'lib/libpthread.so.0': bulk(14_480),
    'lib/libresolv.so.2': bulk(60_328),
    lib64: link('lib'),
    root: directory(0o700),
    tmp: directory(0o1777),
    'usr/bin/env': link('../../bin/env'),
    'usr/sbin': directory(0o755, 1, 1),
    'var/spool/mail': directory(0o755, 8, 8),
    'var/www': directory(0o755, 33, 33),
    ...directories('usr', 'var', 'var/spool'),
  });
}

const ENV = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

export const busybox136: Recipe = {
  repository: 'library/busybox',
  tags: ['1.36', '1.36.1', '1.36-glibc'],
  created: '2024-09-26T21:31:42Z',
  steps: [
    {
      createdBy: 'BusyBox 1.36.1 (glibc), Debian 12',
      files: ({ architecture }) => tree(architecture, APPLETS_1_36, 1_040_800, 4_261_502),
    },
  ],
  config: { Env: ENV, Cmd: ['sh'] },
};

export const busybox137: Recipe = {
  repository: 'library/busybox',
  tags: ['latest', '1', '1.37', '1.37.0', 'glibc', 'stable'],
  created: '2026-09-26T21:31:42Z',
  steps: [
    {
      createdBy: 'BusyBox 1.37.0 (glibc), Debian 13',
      files: ({ architecture }) => tree(architecture, APPLETS_1_37, 1_119_640, 4_428_560),
    },
  ],
  config: { Env: ENV, Cmd: ['sh'] },
};
