import type { Program } from '../kernel/program.ts';
import { utility } from './lib/stdio.ts';

/** The program of a binary that is there and whose work is not simulated: it says so. */
const notSimulated: Program = utility((io) => io.fail('not simulated in Drydock', 126));

/** What runs in place of a binary that came from outside, in an image or by the learner's hand. */
export const foreignBinary: Program = utility((io) =>
  io.fail(
    'a foreign binary, which the simulator cannot execute: it runs its own simulated programs only',
    126,
  ),
);

const words = (list: string): string[] => list.trim().split(/\s+/);

/** Binaries of the images and of the learner's machine that have files and no program of their own. */
const NAMES = words(`
b2sum base32 basenc chcon cksum csplit dir dircolors factor fmt fold expand unexpand join numfmt pathchk pinky pr ptx
runcon sha1sum sha224sum sha384sum sha512sum shred split stdbuf sum tsort users vdir who
perl ischroot run-parts savelog which.debianutils add-shell remove-shell mawk diff diff3 sdiff
choom chrt fallocate getopt ionice last lsblk lscpu lsipc lslocks lslogins lsmem mcookie namei
nsenter partx prlimit rename.ul renice setarch setpriv utmpdump wdctl whereis agetty
blkid blockdev fsck fsfreeze fstrim hwclock losetup mke2fs mkswap runuser sulogin swapoff swapon switch_root
faillog lastlog login newgrp nologin chage chfn chsh expiry gpasswd passwd chpasswd groupadd groupdel groupmod useradd
userdel usermod vipw getconf getent iconv ldd locale localedef ldconfig infocmp tabs tic tput tset apt apt-cache
apt-config apt-get apt-mark dpkg dpkg-deb dpkg-query dpkg-split update-alternatives start-stop-daemon pidwait pmap pwdx
skill slabtop tload vmstat w sysctl fuser killall peekfd pstree curl wget ip ss nstat bridge tc ping iptables
iptables-save iptables-restore dig host nslookup nc tree getfattr setfattr systemctl journalctl hostnamectl
systemd-detect-virt openssl column script hexdump apk scanelf envsubst rpm yum dnf microdnf autoconf automake gcc g++ make gofmt gpg hg ssh svn
tcpdump iperf
`);

/** A stand-in for each of these that `known` does not have. */
export const standIns = (known: ReadonlySet<string>): [string, Program][] =>
  NAMES.filter((name) => !known.has(name)).map((name) => [name, notSimulated]);
