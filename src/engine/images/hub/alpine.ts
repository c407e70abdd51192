import { CA_CERTIFICATES } from '../authority.ts';
import { APPLETS_ALPINE } from '../busybox-applets.ts';
import { add, cmd, image } from '../dockerfile.ts';
import type { Architecture, Recipe } from '../recipe.ts';
import { bulk, directories, directory, link, program, script, type Tree, weighing } from '../tree.ts';

const PASSWD = `root:x:0:0:root:/root:/bin/sh
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
lp:x:4:7:lp:/var/spool/lpd:/sbin/nologin
sync:x:5:0:sync:/sbin:/bin/sync
shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown
halt:x:7:0:halt:/sbin:/sbin/halt
mail:x:8:12:mail:/var/mail:/sbin/nologin
news:x:9:13:news:/usr/lib/news:/sbin/nologin
uucp:x:10:14:uucp:/var/spool/uucppublic:/sbin/nologin
cron:x:16:16:cron:/var/spool/cron:/sbin/nologin
ftp:x:21:21::/var/lib/ftp:/sbin/nologin
sshd:x:22:22:sshd:/dev/null:/sbin/nologin
games:x:35:35:games:/usr/games:/sbin/nologin
ntp:x:123:123:NTP:/var/empty:/sbin/nologin
guest:x:405:100:guest:/dev/null:/sbin/nologin
nobody:x:65534:65534:nobody:/:/sbin/nologin
`;

const GROUP = `root:x:0:root
bin:x:1:root,bin,daemon
daemon:x:2:root,bin,daemon
sys:x:3:root,bin
adm:x:4:root,daemon
tty:x:5:
disk:x:6:root
lp:x:7:lp
kmem:x:9:
wheel:x:10:root
floppy:x:11:root
mail:x:12:mail
news:x:13:news
uucp:x:14:uucp
cron:x:16:cron
audio:x:18:
cdrom:x:19:
dialout:x:20:root
ftp:x:21:
sshd:x:22:
input:x:23:
tape:x:26:root
video:x:27:root
netdev:x:28:
kvm:x:34:kvm
games:x:35:
shadow:x:42:
www-data:x:82:
users:x:100:games
ntp:x:123:
abuild:x:300:
utmp:x:406:
ping:x:999:
nogroup:x:65533:
nobody:x:65534:
`;

const SHADOW = PASSWD.split('\n')
  .filter((line) => line !== '')
  .map((line) => `${line.split(':')[0]}:${line.startsWith('root:') ? '*' : '!'}::0:::::\n`)
  .join('');

/** Our own; what it sets is what Alpine sets. */
const PROFILE = `# settings for login shells
export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export PAGER=less
umask 022

for file in /etc/profile.d/*.sh; do
	[ -r "$file" ] && . "$file"
done
unset file
`;

interface Release {
  version: string;
  total: number;
}

function tree(architecture: Architecture, { version, total }: Release): Tree {
  const arch = architecture === 'amd64' ? 'x86_64' : 'aarch64';
  const branch = version.split('.').slice(0, 2).join('.');
  const applets: Tree = {};
  for (const [where, names] of Object.entries(APPLETS_ALPINE))
    for (const name of names) applets[`${where}/${name}`] = link('/bin/busybox');
  return weighing(total, 'usr/lib/libapk.so.2.14.0', {
    ...applets,
    'bin/busybox': program('busybox-alpine', 808_712),
    dev: directory(),
    'etc/alpine-release': `${version}\n`,
    'etc/apk/arch': `${arch}\n`,
    'etc/apk/repositories': `https://dl-cdn.alpinelinux.org/alpine/v${branch}/main\nhttps://dl-cdn.alpinelinux.org/alpine/v${branch}/community\n`,
    'etc/apk/world': 'alpine-baselayout\nalpine-keys\nalpine-release\napk-tools\nbusybox\nmusl-utils\n',
    'etc/crontabs/root': { text: '# m h dom mon dow command\n', mode: 0o600 },
    'etc/group': GROUP,
    'etc/hostname': 'localhost\n',
    'etc/hosts': '127.0.0.1\tlocalhost localhost.localdomain\n::1\t\tlocalhost localhost.localdomain\n',
    'etc/inittab':
      '# see init(8)\n::sysinit:/sbin/openrc sysinit\n::wait:/sbin/openrc default\n::shutdown:/sbin/openrc shutdown\n',
    'etc/issue': `Welcome to Alpine Linux ${branch}\nKernel \\r on an \\m (\\l)\n\n`,
    'etc/motd': 'Welcome to Alpine!\n',
    'etc/mtab': link('../proc/mounts'),
    'etc/os-release': link('../usr/lib/os-release'),
    'etc/passwd': PASSWD,
    'etc/profile': PROFILE,
    'etc/profile.d/color_prompt.sh.disabled':
      '# rename to color_prompt.sh for a coloured prompt\nPS1="\\033[1m\\h:\\w\\033[0m\\$ "\n',
    'etc/securetty': 'console\ntty1\n',
    'etc/shadow': { text: SHADOW, mode: 0o640, gid: 42 },
    'etc/shells': '# valid login shells\n/bin/sh\n/bin/ash\n',
    ...CA_CERTIFICATES,
    'etc/sysctl.conf': '# content of this file will override /etc/sysctl.d/*\n',
    'lib/apk/db/installed': installed(arch, version),
    'lib/apk/db/lock': { text: '', mode: 0o600 },
    'lib/apk/db/scripts.tar': bulk(13_824),
    'lib/apk/db/triggers': '',
    [`lib/ld-musl-${arch}.so.1`]: { bulk: 650_552, mode: 0o755 },
    [`lib/libc.musl-${arch}.so.1`]: link(`ld-musl-${arch}.so.1`),
    root: directory(0o700),
    'sbin/apk': program('apk', 70_744),
    'sbin/ldconfig': script('#!/bin/sh\n# musl needs no cache of libraries\nexit 0\n'),
    tmp: directory(0o1777),
    'usr/bin/getent': program('getent', 48_360),
    'usr/bin/ldd': link(`../../lib/ld-musl-${arch}.so.1`),
    'usr/bin/scanelf': program('scanelf', 79_840),
    'usr/lib/libcrypto.so.3': { bulk: 4_578_024, mode: 0o755 },
    'usr/lib/libssl.so.3': { bulk: 815_344, mode: 0o755 },
    'usr/lib/libz.so.1': { bulk: 100_072, mode: 0o755 },
    'usr/lib/os-release': `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${branch}"\nHOME_URL="https://alpinelinux.org/"\nBUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n`,
    'var/empty': directory(0o555),
    'var/mail': directory(0o755),
    'var/run': link('../run'),
    'var/spool/mail': link('../mail'),
    'var/tmp': directory(0o1777),
    ...directories(
      'home',
      'media/cdrom',
      'media/floppy',
      'media/usb',
      'mnt',
      'opt',
      'proc',
      'run',
      'srv',
      'sys',
      'usr/local/bin',
      'usr/local/lib',
      'usr/local/share',
      'usr/share/man',
      'var/cache/apk',
      'var/lib/apk',
      'var/lib/misc',
      'var/local',
      'var/lock',
      'var/log',
      'var/opt',
    ),
  });
}

/** The package database, as apk reads it: one paragraph a package. */
function installed(arch: string, version: string): string {
  const packages: [name: string, version: string, description: string][] = [
    ['alpine-baselayout', '3.7.0-r0', 'Alpine base dir structure and init scripts'],
    ['alpine-keys', '2.5-r0', 'Public keys for Alpine Linux packages'],
    ['alpine-release', `${version}-r0`, 'Alpine release data'],
    ['apk-tools', '2.14.9-r2', 'Alpine Package Keeper'],
    ['busybox', '1.37.0-r18', 'Size optimized toolbox of many common UNIX utilities'],
    ['busybox-binsh', '1.37.0-r18', 'busybox ash /bin/sh'],
    ['ca-certificates-bundle', '20250619-r0', 'Pre generated bundle of Mozilla certificates'],
    ['libcrypto3', '3.5.4-r0', 'Crypto library from openssl'],
    ['libssl3', '3.5.4-r0', 'SSL shared libraries'],
    ['musl', '1.2.5-r10', 'the musl c library (libc) implementation'],
    ['musl-utils', '1.2.5-r10', 'the musl c library (libc) implementation'],
    ['scanelf', '1.3.8-r1', 'Scan ELF binaries for stuff'],
    ['ssl_client', '1.37.0-r18', 'External ssl_client for busybox wget'],
    ['zlib', '1.3.1-r2', 'A compression/decompression Library'],
  ];
  return packages
    .map(([name, v, description]) => `P:${name}\nV:${v}\nA:${arch}\nT:${description}\n\n`)
    .join('');
}

interface Build {
  tags: readonly string[];
  created: string;
  /** Of years before: by the classic builder. */
  builder?: 'classic';
}

/** A line of history for the root file system, one for the shell. */
const alpine = (release: Release, { builder, ...build }: Build): Recipe =>
  image({
    repository: 'library/alpine',
    ...build,
    ...(builder === undefined
      ? { config: { Env: [PATH], WorkingDir: '/' } }
      : { builder, dockerVersion: '18.06.1-ce', config: { Env: [PATH] } }),
    lines: [
      add(`alpine-minirootfs-${release.version}-x86_64.tar.gz`, '/', ({ architecture }) =>
        tree(architecture, release),
      ),
      cmd('/bin/sh'),
    ],
  });

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Of 2018 and 2020, for what was built on them and not since. */
export const alpine38 = alpine(
  { version: '3.8.5', total: 4_413_370 },
  { tags: ['3.8', '3.8.5'], created: '2020-01-23T16:53:06Z', builder: 'classic' },
);

export const alpine311 = alpine(
  { version: '3.11.6', total: 5_608_430 },
  { tags: ['3.11', '3.11.6'], created: '2020-04-24T01:05:35Z', builder: 'classic' },
);

const alpine319 = alpine(
  { version: '3.19.9', total: 7_402_832 },
  { tags: ['3.19', '3.19.9'], created: '2026-10-08T11:00:12Z' },
);

export const alpine320 = alpine(
  { version: '3.20.8', total: 7_797_760 },
  { tags: ['3.20', '3.20.8'], created: '2026-04-15T17:02:11Z' },
);

export const alpine321 = alpine(
  { version: '3.21.5', total: 7_834_832 },
  { tags: ['3.21', '3.21.5'], created: '2026-10-08T11:02:38Z' },
);

export const alpine322 = alpine(
  { version: '3.22.2', total: 8_321_550 },
  { tags: ['latest', '3', '3.22', '3.22.2'], created: '2026-10-08T11:04:56Z' },
);

export const alpineRecipes: readonly Recipe[] = [
  alpine38,
  alpine311,
  alpine319,
  alpine320,
  alpine321,
  alpine322,
];
