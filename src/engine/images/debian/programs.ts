import { program, type Tree } from '../tree.ts';

/** The programs of Debian's packages, by package: one file each in /usr/bin or /usr/sbin, running the program of its name. */
const words = (list: string): string[] => list.trim().split(/\s+/);

export type Package = keyof typeof PACKAGES;

const PACKAGES = {
  coreutils: words(`
[ arch b2sum base32 base64 basename basenc cat chcon chgrp chmod chown cksum comm cp csplit cut date dd df dir dircolors
dirname du echo env expand expr factor false fmt fold groups head hostid id install join link ln logname ls md5sum mkdir
mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv printf ptx pwd readlink realpath rm
rmdir runcon seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync
tac tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes
sbin/chroot`),
  bash: words('bash'),
  dash: words('dash'),
  grep: words('grep'),
  sed: words('sed'),
  findutils: words('find xargs'),
  tar: words('tar'),
  gzip: words('gzip'),
  diffutils: words('cmp diff diff3 sdiff'),
  hostname: words('hostname'),
  mawk: words('mawk'),
  perl: words('perl'),
  debianutils: words('ischroot run-parts savelog which.debianutils sbin/add-shell sbin/remove-shell'),
  'util-linux': words(`
choom chrt dmesg fallocate findmnt flock getopt ionice ipcmk ipcrm ipcs last lsblk lscpu lsipc lslocks lslogins lsmem lsns
mcookie more mount mountpoint namei nsenter partx prlimit rename.ul renice rev setarch setpriv setsid su taskset umount
unshare utmpdump wdctl whereis sbin/agetty sbin/blkid sbin/blockdev sbin/fsck sbin/fsfreeze sbin/fstrim sbin/hwclock
sbin/losetup sbin/mke2fs sbin/mkswap sbin/pivot_root sbin/runuser sbin/sulogin sbin/swapoff sbin/swapon sbin/switch_root`),
  login: words('faillog lastlog login newgrp sbin/nologin'),
  passwd: words(`
chage chfn chsh expiry gpasswd passwd sbin/chpasswd sbin/groupadd sbin/groupdel sbin/groupmod sbin/useradd sbin/userdel
sbin/usermod sbin/vipw`),
  'libc-bin': words('getconf getent iconv ldd locale localedef sbin/ldconfig'),
  'ncurses-bin': words('clear infocmp tabs tic tput tset'),
  apt: words('apt apt-cache apt-config apt-get apt-mark'),
  dpkg: words('dpkg dpkg-deb dpkg-query dpkg-split update-alternatives sbin/start-stop-daemon'),
  procps: words(
    'free kill pgrep pidwait pkill pmap ps pwdx skill slabtop tload top uptime vmstat w watch sbin/sysctl',
  ),
  psmisc: words('fuser killall peekfd pstree'),
  curl: words('curl'),
  wget: words('wget'),
  'libcap2-bin': words('sbin/capsh sbin/getpcaps'),
  uidmap: words('newgidmap newuidmap'),
  iproute2: words('ip ss nstat sbin/bridge sbin/tc'),
  'iputils-ping': words('ping'),
  iptables: words('sbin/iptables sbin/iptables-save sbin/iptables-restore'),
  bind9: words('dig host nslookup'),
  netcat: words('nc'),
  nano: words('nano'),
  vim: words('vi'),
  less: words('less'),
  tree: words('tree'),
  jq: words('jq'),
  strace: words('strace'),
  stress: words('stress'),
  attr: words('getfattr setfattr'),
  systemd: words('systemctl journalctl hostnamectl systemd-detect-virt'),
  sudo: words('sudo'),
  openssl: words('openssl'),
  git: words('git'),
  file: words('file'),
  bsdmainutils: words('column hexdump script'),
  xxd: words('xxd'),
} satisfies Record<string, string[]>;

/** Sizes worth knowing; the others are of the usual few dozen kilobytes. */
const SIZES: Record<string, number> = {
  bash: 1_446_024,
  dash: 129_816,
  perl: 4_001_832,
  ls: 158_632,
  cat: 43_816,
  cp: 158_496,
  mv: 154_408,
  sort: 117_816,
  grep: 203_152,
  sed: 126_424,
  find: 224_776,
  tar: 545_512,
  mawk: 166_168,
  curl: 329_592,
  openssl: 1_041_232,
  ip: 793_048,
  apt: 18_752,
  'apt-get': 51_536,
  dpkg: 332_480,
  'dpkg-deb': 183_872,
  ps: 144_328,
  top: 158_696,
  mount: 59_704,
  vi: 4_044_416,
  systemctl: 1_558_520,
  git: 4_131_504,
  strace: 2_138_112,
  jq: 31_168,
  nano: 324_216,
  wget: 540_792,
  ping: 155_160,
  less: 206_424,
  dockerd: 98_472_112,
  docker: 41_388_648,
  'docker-buildx': 66_879_576,
  containerd: 41_052_544,
  'containerd-shim-runc-v2': 14_135_480,
  runc: 12_300_144,
  'docker-proxy': 2_221_360,
  'docker-init': 757_016,
  nginx: 1_601_208,
};

/** Set-user-id programs. */
const SETUID = new Set([
  'su',
  'mount',
  'umount',
  'passwd',
  'chsh',
  'chfn',
  'gpasswd',
  'newgrp',
  'newgidmap',
  'newuidmap',
  'sudo',
  'ping',
]);

/** A program's file, of its known or usual size. */
export function binary(name: string) {
  return program(name, SIZES[name] ?? usualSize(name), SETUID.has(name) ? 0o4755 : 0o755);
}

/** The files of packages. */
export function packages(...names: Package[]): Tree {
  const tree: Tree = {};
  for (const name of names)
    for (const path of PACKAGES[name]) {
      const base = path.slice(path.lastIndexOf('/') + 1);
      tree[path.startsWith('sbin/') ? `usr/${path}` : `usr/bin/${path}`] = binary(base);
    }
  return tree;
}

/** Some size between 27 and 67 kB that depends on the name alone. */
function usualSize(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) % 5000;
  return 27_000 + hash * 8;
}
