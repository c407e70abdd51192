/** Names of the programs whose code is loaded late (late-programs.ts). A test compares the two and prints what is missing. */
export const LATE_PROGRAMS: readonly string[] = `
[ add-shell agetty apk apt apt-cache apt-config apt-get apt-mark arch b2sum base32 basename basenc blkid
blockdev bridge busybox busybox-alpine busybox-debian cat chage chcon chfn chgrp chmod choom chown chpasswd
chroot chrt chsh cksum column cp csplit curl cut date df diff diff3 dig dir dircolors dirname docker dpkg
dpkg-deb dpkg-query dpkg-split du echo egrep env envsubst expand expiry factor faillog fallocate false fgrep
find findmnt flock fmt fold free fsck fsfreeze fstrim fuser getconf getent getfattr getopt git gpasswd grep
groupadd groupdel groupmod groups head hello-world hexdump host hostname hostnamectl hwclock iconv ifconfig
infocmp ionice ip ipcmk ipcrm ipcs iptables iptables-restore iptables-save ischroot join journalctl jq kill
killall last lastlog ldconfig ldd link ln locale localedef login logname losetup ls lsblk lscpu lsipc
lslocks lslogins lsmem mawk mcookie mkdir mke2fs mkswap mount mountpoint mv namei nc netstat newgrp nginx
nice nohup nologin nproc nsenter nslookup nstat numfmt openssl partx passwd pathchk peekfd perl pgrep pidof
pidwait ping pinky pivot_root pkill pmap pr printenv printf prlimit ps pstree ptx pwd pwdx readlink realpath
redis-cli redis-server remove-shell rename.ul renice rm rmdir route run-parts runcon runuser savelog scanelf
script sdiff sed seq setarch setfattr setpriv setsid sha1sum sha224sum sha384sum sha512sum shred skill
slabtop sleep sort split ss start-stop-daemon stat stdbuf strace sudo sulogin sum swapoff swapon switch_root
sysctl systemctl systemd-detect-virt tabs tail taskset tc tee test tic timeout tload top touch tput tr tree
true tset tsort umount uname unexpand uniq unlink unshare update-alternatives uptime useradd userdel usermod
users utmpdump vdir vipw vmstat w watch wc wdctl wget whereis which.debianutils who whoami xargs yes
`
  .trim()
  .split(/\s+/);
