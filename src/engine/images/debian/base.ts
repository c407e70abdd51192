import type { Architecture } from '../recipe.ts';
import { bulk, directories, directory, link, script, type Tree } from '../tree.ts';
import { type Package, packages } from './programs.ts';

/** What tells one release of Debian or Ubuntu from another. */
export interface Release {
  id: 'debian' | 'ubuntu';
  codename: string;
  osRelease: string;
  /** /etc/issue and such. */
  issue: string;
  debianVersion: string;
  /** Whether /bin, /sbin and /lib are directories of their own, as they were before 2019. */
  unmerged: boolean;
  /** Lines for users beyond the system's own. */
  passwd?: string;
  group?: string;
}

const PASSWD = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
man:x:6:12:man:/var/cache/man:/usr/sbin/nologin
lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
news:x:9:9:news:/var/spool/news:/usr/sbin/nologin
uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin
proxy:x:13:13:proxy:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin
irc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
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
news:x:9:
uucp:x:10:
man:x:12:
proxy:x:13:
kmem:x:15:
dialout:x:20:
fax:x:21:
voice:x:22:
cdrom:x:24:
floppy:x:25:
tape:x:26:
sudo:x:27:
audio:x:29:
dip:x:30:
www-data:x:33:
backup:x:34:
operator:x:37:
list:x:38:
irc:x:39:
src:x:40:
shadow:x:42:
utmp:x:43:
video:x:44:
sasl:x:45:
plugdev:x:46:
staff:x:50:
games:x:60:
users:x:100:
nogroup:x:65534:
`;

/** What every image has, the essential packages. */
export const ESSENTIAL: readonly Package[] = [
  'coreutils',
  'bash',
  'dash',
  'grep',
  'sed',
  'findutils',
  'tar',
  'gzip',
  'diffutils',
  'hostname',
  'mawk',
  'perl',
  'debianutils',
  'util-linux',
  'login',
  'passwd',
  'libc-bin',
  'ncurses-bin',
  'apt',
  'dpkg',
];

/** Libraries of the base system with their sizes. */
const LIBRARIES: Record<string, number> = {
  'libc.so.6': 2_003_408,
  'libm.so.6': 931_456,
  'libstdc++.so.6': 2_592_224,
  'libapt-pkg.so.7.0': 2_199_536,
  'libcrypto.so.3': 6_246_712,
  'libssl.so.3': 1_149_656,
  'libsystemd.so.0': 1_005_176,
  'libgcc_s.so.1': 186_192,
  'libselinux.so.1': 186_136,
  'libpcre2-8.so.0': 661_256,
  'libtinfo.so.6': 212_264,
  'liblzma.so.5': 202_904,
  'libzstd.so.1': 767_384,
  'libdb-5.3.so': 1_860_752,
  'libgmp.so.10': 541_904,
  'libresolv.so.2': 68_208,
  'libz.so.1': 121_280,
  'libacl.so.1': 39_048,
  'libbz2.so.1.0': 75_128,
  'libcap.so.2': 52_224,
  'libblkid.so.1': 239_592,
  'libmount.so.1': 339_968,
  'libpam.so.0': 67_840,
  'libudev.so.1': 244_544,
  'libxxhash.so.0': 88_416,
  'liblz4.so.1': 165_680,
};

export const multiarch = (architecture: Architecture): string =>
  architecture === 'amd64' ? 'x86_64-linux-gnu' : 'aarch64-linux-gnu';

/** The root file system of a minimal Debian-like system: merged /usr, GNU utilities, dash as sh. */
export function debianBase(
  release: Release,
  architecture: Architecture,
  more: readonly Package[] = [],
): Tree {
  const libraries = `usr/lib/${multiarch(architecture)}`;
  const loader = architecture === 'amd64' ? 'lib64/ld-linux-x86-64.so.2' : 'lib/ld-linux-aarch64.so.1';
  const passwd = PASSWD + (release.passwd ?? '');
  // Hundreds of files: the others are put to them, for a copy would cost more than the tree.
  const tree = Object.assign(packages(...ESSENTIAL, ...more), {
    ...Object.fromEntries(
      Object.entries(LIBRARIES).map(([name, size]) => [`${libraries}/${name}`, bulk(size)]),
    ),
    ...(architecture === 'amd64' ? { lib64: link('usr/lib64') } : {}),
    bin: link('usr/bin'),
    lib: link('usr/lib'),
    sbin: link('usr/sbin'),
    [`usr/${loader}`]: { bulk: 225_600, mode: 0o755 },
    'usr/bin/sh': link('dash'),
    'usr/bin/rbash': link('bash'),
    'usr/bin/awk': link('/etc/alternatives/awk'),
    'usr/bin/which': link('/etc/alternatives/which'),
    'etc/alternatives/awk': link('/usr/bin/mawk'),
    'etc/alternatives/which': link('/usr/bin/which.debianutils'),
    'usr/bin/egrep': script('#!/bin/sh\nexec grep -E "$@"\n'),
    'usr/bin/fgrep': script('#!/bin/sh\nexec grep -F "$@"\n'),
    'usr/bin/gunzip': script('#!/bin/sh\nexec gzip -d "$@"\n'),
    'usr/bin/zcat': script('#!/bin/sh\nexec gzip -cd "$@"\n'),
    'etc/bash.bashrc': BASHRC,
    'etc/debian_version': `${release.debianVersion}\n`,
    'etc/environment': '',
    'etc/fstab': '# no file system is mounted from here\n',
    'etc/group': GROUP + (release.group ?? ''),
    'etc/gshadow': { text: shadowOf(GROUP, '*::'), mode: 0o640, gid: 42 },
    'etc/host.conf': 'multi on\n',
    'etc/issue': `${release.issue} \\n \\l\n\n`,
    'etc/issue.net': `${release.issue}\n`,
    'etc/ld.so.conf': 'include /etc/ld.so.conf.d/*.conf\n',
    'etc/nsswitch.conf':
      'passwd:         files\ngroup:          files\nshadow:         files\n\nhosts:          files dns\nnetworks:       files\n',
    'etc/os-release': link('../usr/lib/os-release'),
    'etc/passwd': passwd,
    'etc/profile': PROFILE,
    'etc/shadow': { text: shadowOf(passwd, '*:20000:0:99999:7:::'), mode: 0o640, gid: 42 },
    'etc/shells':
      '# valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/rbash\n/usr/bin/rbash\n/usr/bin/dash\n',
    'etc/skel/.bashrc': ALIASES,
    'etc/skel/.profile': '[ -n "$BASH_VERSION" ] && [ -f "$HOME/.bashrc" ] && . "$HOME/.bashrc"\n',
    root: directory(0o700),
    'root/.bashrc': ALIASES,
    'root/.profile': '[ -n "$BASH_VERSION" ] && [ -f ~/.bashrc ] && . ~/.bashrc\n',
    'run/lock': directory(0o1777),
    tmp: directory(0o1777),
    'usr/lib/os-release': release.osRelease,
    'var/lib/dpkg/status': packageStatus([...ESSENTIAL, ...more], architecture),
    'var/local': directory(0o2775, 0, 50),
    'var/lock': link('/run/lock'),
    'var/mail': directory(0o2775, 0, 8),
    'var/run': link('/run'),
    'var/tmp': directory(0o1777),
    ...directories(
      'boot',
      'dev',
      'etc/apt/sources.list.d',
      'home',
      'media',
      'mnt',
      'opt',
      'proc',
      'srv',
      'sys',
      'usr/games',
      'usr/include',
      'usr/local/bin',
      'usr/local/lib',
      'usr/local/sbin',
      'usr/local/share',
      'usr/sbin',
      'usr/share/doc',
      'usr/src',
      'var/backups',
      'var/cache/apt',
      'var/lib/apt/lists',
      'var/log/apt',
      'var/opt',
      'var/spool',
    ),
  });
  return release.unmerged ? unmerged(tree) : tree;
}

/** What was in /bin and not in /usr/bin. */
const ROOT_PROGRAMS = new Set(
  `bash cat chgrp chmod chown cp dash date dd df dir dmesg echo egrep false fgrep findmnt grep gunzip gzip hostname ip kill ln
login ls lsblk mkdir mknod mktemp more mount mountpoint mv netstat pidof ping ps pwd rbash readlink rm rmdir run-parts sed sh
sleep ss stty su sync tar touch true umount uname which zcat`.split(/\s+/),
);

/** The tree with /bin, /sbin and /lib of their own. */
function unmerged(tree: Tree): Tree {
  const moved = Object.entries(tree)
    .filter(([path]) => !['bin', 'lib', 'sbin', 'lib64'].includes(path))
    .map(([path, node]) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const isRoot = path.startsWith('usr/bin/') && ROOT_PROGRAMS.has(name);
      const inRoot = isRoot || path.startsWith('usr/sbin/') || path.startsWith('usr/lib64/');
      return [inRoot ? path.slice('usr/'.length) : path, node] as const;
    });
  return { ...Object.fromEntries(moved), ...directories('usr/bin', 'usr/sbin', 'lib', 'sbin') };
}

/** Our own, as short as they can be. */
const BASHRC = `# system-wide settings of interactive bash shells
[ -z "$PS1" ] && return
shopt -s checkwinsize
PS1='\${debian_chroot:+($debian_chroot)}\\u@\\h:\\w\\$ '
`;

const ALIASES = `# settings of interactive bash shells
[ -z "$PS1" ] && return
alias ll='ls -l'
`;

const PROFILE = `# settings of login shells
if [ "$(id -u)" -eq 0 ]; then
  PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
else
  PATH="/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
fi
export PATH
[ -n "$BASH" ] && [ -f /etc/bash.bashrc ] && . /etc/bash.bashrc
for file in /etc/profile.d/*.sh; do
  [ -r "$file" ] && . "$file"
done
unset file
`;

const shadowOf = (names: string, rest: string): string =>
  names
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${line.split(':')[0]}:${rest}\n`)
    .join('');

/** dpkg's record of what is installed. */
function packageStatus(names: readonly string[], architecture: Architecture): string {
  return [...names]
    .sort()
    .map(
      (name) =>
        `Package: ${name}\nStatus: install ok installed\nPriority: required\nArchitecture: ${architecture}\n\n`,
    )
    .join('');
}
