/** Names of the programs whose code is loaded late (late-programs.ts). A test compares the two and prints what is missing. */
export const LATE_PROGRAMS: readonly string[] = `
[ add-shell agetty apk apt apt-cache apt-config apt-get apt-mark arch awk b2sum base32 base64 basename
basenc blkid blockdev bridge busybox busybox-alpine busybox-debian cat chage chcon chfn chgrp chmod choom
chown chpasswd chroot chrt chsh cksum clear cmp column comm cp csplit curl cut date dd df diff diff3 dig dir
dircolors dirname dmesg docker dpkg dpkg-deb dpkg-query dpkg-split du echo egrep env envsubst expand expiry
expr factor faillog fallocate false fgrep file find findmnt flock fmt fold free fsck fsfreeze fstrim fuser
getconf getent getfattr getopt git gpasswd grep groupadd groupdel groupmod groups gunzip gzip head
hello-world hexdump host hostname hostnamectl hwclock iconv ifconfig infocmp install ionice ip ipcmk ipcrm
ipcs iptables iptables-restore iptables-save ischroot join journalctl jq kill killall last lastlog ldconfig
ldd less link ln locale localedef login logname losetup ls lsblk lscpu lsipc lslocks lslogins lsmem lsns
mawk mcookie md5sum mkdir mke2fs mkfifo mknod mkswap mktemp more mount mountpoint mv namei nano nc netstat
newgrp nginx nice nl nohup nologin nproc nsenter nslookup nstat numfmt od openssl partx passwd paste pathchk
peekfd perl pgrep pidof pidwait ping pinky pivot_root pkill pmap pr printenv printf prlimit ps pstree ptx
pwd pwdx readlink realpath redis-cli redis-server remove-shell rename.ul renice reset rev rm rmdir route
run-parts runcon runuser savelog scanelf script sdiff sed seq setarch setfattr setpriv setsid sha1sum
sha224sum sha256sum sha384sum sha512sum shred shuf skill slabtop sleep sort split ss start-stop-daemon stat
stdbuf strace strings stty su sudo sulogin sum swapoff swapon switch_root sync sysctl systemctl
systemd-detect-virt tabs tac tail tar taskset tc tee test tic timeout tload top touch tput tr tree true
truncate tset tsort tty umount uname unexpand uniq unlink unshare update-alternatives uptime useradd userdel
usermod users utmpdump vdir vi vipw vmstat w watch wc wdctl wget whereis which which.debianutils who whoami
xargs xxd yes zcat
`
  .trim()
  .split(/\s+/);
