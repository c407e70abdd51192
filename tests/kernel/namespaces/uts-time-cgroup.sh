# UTS, time and cgroup namespaces, and the files of /proc/PID/ns.

### a host name of one's own
hostname outer; unshare -u sh -c 'hostname; hostname inner; hostname; uname -n; cat /proc/sys/kernel/hostname'; hostname
unshare -u sh -c 'echo third > /proc/sys/kernel/hostname; hostname'; hostname; unshare -u uname -r | cmp - /proc/sys/kernel/osrelease && echo same kernel

### no user may set it, and not too long a one
su ann -c 'hostname x'; echo $?; hostname $(printf 'x%.0s' 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5); echo $?

### nsenter -u
unshare -u sleep 100 & sleep 0.1; nsenter -u -t $! hostname there; hostname | grep -c there; nsenter -u -t $! hostname; nsenter -t $! --uts=/proc/$!/ns/uts hostname; kill $!

### a new time namespace is for the children
unshare -T sh -c 'cat /proc/self/timens_offsets; a=$(readlink /proc/self/ns/time); b=$(readlink /proc/$$/ns/time_for_children); [ "$a" = "$b" ] && echo same'
cat /proc/self/timens_offsets

### boot time moved by a day
up() { cut -d. -f1 /proc/uptime; }; a=$(up); b=$(unshare -T --boottime 86400 cut -d. -f1 /proc/uptime); c=$((b - a)); [ $c -ge 86400 ] && [ $c -le 86402 ] && echo a day
unshare -T --boottime 86400 --monotonic 3600 cat /proc/self/timens_offsets
d=$(unshare -T --boottime 86400 grep btime /proc/stat | cut -d' ' -f2); e=$(grep btime /proc/stat | cut -d' ' -f2); f=$((e - d)); [ $f -ge 86399 ] && [ $f -le 86401 ] && echo a day before
unshare -T --boottime 100000 -f sh -c 'a=$(date +%s); [ $a -gt 1700000000 ] && echo the date is for all'

### offsets are set before anybody is in, and within bounds
unshare -T sh -c 'echo "monotonic 10 0" > /proc/$$/timens_offsets; echo $?; cat /proc/self/timens_offsets'
unshare -T sh -c 'exec 3> /proc/self/timens_offsets; echo "boottime 5 7" >&3; echo "wrong 1 1" >&3; echo "boottime x 1" >&3; echo "monotonic 1 1000000000" >&3; echo "boottime -99999999 0" >&3; echo "monotonic 9223372037 0" >&3; cat <&3' 2>&1 | sort | uniq -c | sed 's/^ *//'
echo "monotonic 1 0" > /proc/self/timens_offsets; echo $?; unshare --boottime 5 true; echo $?; unshare -T --boottime x true; echo $?; su ann -c 'unshare -T --boottime 1 true'; echo $?

### nsenter -T
unshare -T --boottime 1000000 sleep 100 & sleep 0.2; u=$(nsenter -T -t $! cut -d. -f1 /proc/uptime); [ $u -ge 1000000 ] && echo inside; kill $!

### a cgroup namespace has its root where its maker was
unshare -C sh -c 'grep ^0: /proc/self/cgroup'; unshare -C readlink /proc/self/ns/cgroup > a; readlink /proc/self/ns/cgroup > b; cmp -s a b || echo other

### /proc/PID/ns: links, numbers, same and other
for n in cgroup ipc mnt net pid time user uts; do [ "$(readlink /proc/self/ns/$n)" = "$(readlink /proc/$$/ns/$n)" ] && echo $n; done
unshare -mupfinC sh -c 'for n in cgroup ipc mnt net pid time user uts; do readlink /proc/self/ns/$n; done' > in; for n in cgroup ipc mnt net pid time user uts; do l=$(readlink /proc/self/ns/$n); grep -qxF "$l" in && echo $n shared; done
stat -Lc %i /proc/self/ns/uts | tr -d '\n' | wc -c; stat -c '%A %U %F' /proc/self/ns/uts; stat -Lc '%A %F' /proc/self/ns/uts; cat /proc/self/ns/uts; ls /proc/self/ns/uts/x

### a bind mount keeps a namespace alive
touch kept; unshare --uts=kept hostname bound; nsenter --uts=kept hostname; grep -o ' nsfs rw' /proc/self/mountinfo; grep -o '^[^ ]* /lab/kept nsfs' /proc/mounts; findmnt -no FSTYPE /lab/kept
umount kept; nsenter --uts=kept true; echo $?

### for mount and PID namespaces too
mkdir p; mount --bind p p; mount --make-private p; touch p/m p/p; until unshare --mount=p/m sh -c 'mount -t tmpfs inner /mnt; touch /mnt/here' 2> /dev/null; do :; done; nsenter --mount=p/m ls /mnt; ls /mnt
unshare -f --pid=p/p sh -c 'echo $$'; nsenter --pid=p/p true; echo $?
(unshare --mount=nowhere true; echo $?; unshare --mount=kept true; echo $?; unshare --user=kept -r true; echo $?) 2>&1 | sed 's#/proc/[0-9]*/#/proc/PID/#'
touch own; mount --bind /proc/self/ns/mnt own; echo $?

### nsenter's errors
nsenter -m true; echo $?; nsenter -a true; echo $?; nsenter -t 99999 -u true; echo $?; nsenter -t x -u true; echo $?; nsenter --uts=/etc/passwd true; echo $?; nsenter --uts=nowhere true; echo $?; nsenter --net=/proc/self/ns/uts true; echo $?; nsenter -t $$ -u nosuch; echo $?; nsenter -S x true; echo $?
su ann -c "nsenter -t $$ -u true" 2>&1 | sed "s/$$/PID/"; su ann -c 'nsenter --uts=/proc/self/ns/uts true'; echo $?

### nsenter with ids, root and working directory
nsenter -t $$ -u -S 1000 -G 1001 id; nsenter -t $$ -u -S 1000 id -u; mkdir wd; (cd wd; sleep 100) & sleep 0.1; nsenter -t $(pgrep sleep) -w pwd; nsenter -t $$ --wd=/tmp pwd; nsenter -W /usr pwd; nsenter -W /usr -w/tmp pwd; nsenter -r/ -w/usr sh -c 'pwd'; kill $(pgrep sleep)

### unshare's errors
unshare -Q true; echo $?; unshare nosuch; echo $?; unshare /etc/passwd; echo $?; unshare -S x true; echo $?; unshare -R nowhere true; echo $?; unshare -w nowhere true; echo $?; unshare --kill-child=WHAT true; echo $?; unshare --map-users=1,2 true; echo $?; unshare --map-users=1,2,3,4 true; echo $?
unshare -u -S 1000 -G 1000 id; unshare -w /usr pwd; unshare -R / sh -c 'pwd'; unshare --mount-proc=/nowhere true; echo $?; unshare echo no namespace at all
