import { binary, type Package, packages } from '../debian/programs.ts';
import type { Architecture } from '../recipe.ts';
import { bulk, directories, directory, link, program, script, type Tree } from '../tree.ts';

/** What tells one system of Red Hat's family from another. */
export interface RedHat {
  id: 'centos' | 'rocky' | 'fedora' | 'ol';
  /** As /etc/redhat-release says it. */
  release: string;
  osRelease: string;
  /** Its package manager: yum of old, dnf, or the small one of slim images. */
  manager: 'yum' | 'dnf' | 'microdnf';
  /** Packages beyond the essential ones. */
  more?: readonly Package[];
}

const PASSWD = `root:x:0:0:root:/root:/bin/bash
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
adm:x:3:4:adm:/var/adm:/sbin/nologin
lp:x:4:7:lp:/var/spool/lpd:/sbin/nologin
sync:x:5:0:sync:/sbin:/bin/sync
shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown
halt:x:7:0:halt:/sbin:/sbin/halt
mail:x:8:12:mail:/var/spool/mail:/sbin/nologin
operator:x:11:0:operator:/root:/sbin/nologin
games:x:12:100:games:/usr/games:/sbin/nologin
ftp:x:14:50:FTP User:/var/ftp:/sbin/nologin
nobody:x:99:99:Nobody:/:/sbin/nologin
`;

const GROUP = `root:x:0:
bin:x:1:
daemon:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
lp:x:7:
mem:x:8:
kmem:x:9:
wheel:x:10:
cdrom:x:11:
mail:x:12:
man:x:15:
dialout:x:18:
floppy:x:19:
games:x:20:
tape:x:33:
video:x:39:
ftp:x:50:
lock:x:54:
audio:x:63:
nobody:x:99:
users:x:100:
utmp:x:22:
utempter:x:35:
`;

const ESSENTIAL: readonly Package[] = [
  'coreutils',
  'bash',
  'grep',
  'sed',
  'findutils',
  'gzip',
  'util-linux',
  'login',
  'passwd',
  'libc-bin',
  'curl',
];

const LIBRARIES: Record<string, number> = {
  'libc.so.6': 2_156_592,
  'libstdc++.so.6': 2_263_400,
  'libcrypto.so.3': 4_472_704,
  'librpm.so.9': 556_320,
  'libcurl.so.4': 632_664,
  'libsystemd.so.0': 838_416,
  'libglib-2.0.so.0': 1_267_960,
};

/** The root file system of a container image of the family: merged /usr, GNU utilities, bash as sh, rpm. */
export function redHatBase(system: RedHat, architecture: Architecture): Tree {
  const loader =
    architecture === 'amd64' ? 'usr/lib64/ld-linux-x86-64.so.2' : 'usr/lib/ld-linux-aarch64.so.1';
  const nobody = system.id === 'centos' ? 99 : 65_534;
  const passwd = PASSWD.replace('nobody:x:99:99:Nobody', `nobody:x:${nobody}:${nobody}:Nobody`);
  const shadow = passwd.replace(/^(\w+):.*$/gm, '$1:*:18353:0:99999:7:::');
  return {
    ...packages(...ESSENTIAL, ...(system.more ?? [])),
    ...Object.fromEntries(Object.entries(LIBRARIES).map(([name, size]) => [`usr/lib64/${name}`, bulk(size)])),
    bin: link('usr/bin'),
    lib: link('usr/lib'),
    lib64: link('usr/lib64'),
    sbin: link('usr/sbin'),
    [loader]: { bulk: 225_600, mode: 0o755 },
    'usr/bin/awk': link('gawk'),
    'usr/bin/gawk': program('awk', 714_968),
    'usr/bin/sh': link('bash'),
    'usr/bin/egrep': script('#!/usr/bin/sh\nexec grep -E "$@"\n'),
    'usr/bin/fgrep': script('#!/usr/bin/sh\nexec grep -F "$@"\n'),
    'usr/bin/zcat': script('#!/usr/bin/sh\nexec gzip -cd "$@"\n'),
    'usr/bin/gunzip': script('#!/usr/bin/sh\nexec gzip -d "$@"\n'),
    'usr/bin/rpm': binary('rpm'),
    ...managers(system.manager),
    'etc/bashrc': BASHRC,
    'etc/centos-release': system.id === 'centos' ? `${system.release}\n` : link('redhat-release'),
    'etc/group': GROUP.replace('nobody:x:99:', `nobody:x:${nobody}:`),
    'etc/host.conf': 'multi on\n',
    'etc/nsswitch.conf': 'passwd:     files\nshadow:     files\ngroup:      files\nhosts:      files dns\n',
    'etc/os-release': link('../usr/lib/os-release'),
    'etc/passwd': passwd,
    'etc/profile': PROFILE,
    'etc/redhat-release': `${system.release}\n`,
    'etc/shadow': { text: shadow, mode: 0 },
    'etc/shells': '/bin/sh\n/bin/bash\n/usr/bin/sh\n/usr/bin/bash\n',
    'etc/system-release': link('redhat-release'),
    root: directory(0o550),
    'root/.bashrc': '# settings of interactive bash shells\n[ -f /etc/bashrc ] && . /etc/bashrc\n',
    'root/.bash_profile': '# settings of login shells\n[ -f ~/.bashrc ] && . ~/.bashrc\n',
    'run/lock': directory(),
    tmp: directory(0o1777),
    'usr/lib/os-release': system.osRelease,
    'var/lib/rpm/rpmdb.sqlite': bulk(7_340_032),
    'var/lock': link('../run/lock'),
    'var/mail': link('spool/mail'),
    'var/run': link('../run'),
    'var/spool/mail': directory(0o775, 0, 12),
    'var/tmp': directory(0o1777),
    ...directories(
      'boot',
      'dev',
      'etc/yum.repos.d',
      'home',
      'media',
      'mnt',
      'opt',
      'proc',
      'srv',
      'sys',
      'usr/local/bin',
      'usr/local/sbin',
      'usr/local/share',
      'usr/share/doc',
      'var/cache',
      'var/log',
    ),
  };
}

function managers(name: RedHat['manager']): Tree {
  if (name === 'yum') return { 'usr/bin/yum': binary('yum') };
  if (name === 'microdnf') return { 'usr/bin/microdnf': binary('microdnf') };
  return { 'usr/bin/dnf': binary('dnf'), 'usr/bin/yum': link('dnf') };
}

/** Our own, as short as they can be. */
const BASHRC = `# system-wide settings of interactive bash shells
[ -z "$PS1" ] && return
shopt -s checkwinsize
PS1='[\\u@\\h \\W]\\$ '
`;

const PROFILE = `# settings of login shells
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
export PATH
[ -n "$BASH" ] && [ -f /etc/bashrc ] && . /etc/bashrc
for file in /etc/profile.d/*.sh; do
  [ -r "$file" ] && . "$file"
done
unset file
`;
