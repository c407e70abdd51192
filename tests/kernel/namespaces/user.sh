# User namespaces: unshare -U, maps, rights in what is owned, files of others.

### without a map one is nobody
su ann -c 'unshare -U id; unshare -U sh -c "cat /proc/self/uid_map /proc/self/gid_map; cat /proc/self/setgroups"'
unshare -U id; unshare -U sh -c 'grep -E "^(Uid|Gid|Groups|Cap)" /proc/self/status'

### -r maps oneself to root, and sets setgroups to deny
su ann -c 'unshare -Ur id; unshare -r sh -c "cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; grep ^Cap /proc/self/status"'
unshare -Ur sh -c 'id; cat /proc/self/uid_map'

### -c maps oneself to oneself
su ann -c 'unshare -c id; unshare -c sh -c "cat /proc/self/uid_map; grep CapEff /proc/self/status"'
su ann -c 'unshare -c --keep-caps sh -c "grep -E Cap /proc/self/status"'

### --map-user and --map-group, by number and name
su ann -c 'unshare --map-user=7 --map-group=8 id; unshare --map-user=bob id; unshare --map-user=nosuch id'; echo $?
su ann -c 'unshare --map-group=8 --setgroups=allow id'; echo $?
su ann -c 'unshare -U --setgroups=deny cat /proc/self/setgroups'; unshare -U --setgroups=maybe true; echo $?

### a plain user may unshare nothing else alone
su ann -c 'for f in m u i n p C T; do unshare -$f true; echo $?; done'

### but everything with -U
su ann -c 'for f in m u i n p C T; do unshare -Ur$f true; echo $?; done; unshare -Ur -u sh -c "hostname inner; hostname"'; hostname | grep -c inner

### rights end at what is owned: host name, network, mounts of the outside
su ann -c 'unshare -Ur hostname other; unshare -Ur ip link set lo down; unshare -Ur mount -t tmpfs none /mnt; unshare -Ur chown 0 /etc/passwd; unshare -Ur kill -9 1; unshare -Ur chroot / true'
su ann -c 'unshare -Urn ip link set lo up'; su ann -c 'unshare -Urn ip link show lo' | grep -c LOOPBACK

### root of a user namespace may set only mapped ids
su ann -c 'unshare -Ur sh -c "chown 5 /tmp/f; touch /tmp/f; chown 5 /tmp/f; chown 0:0 /tmp/f; stat -c %u:%g /tmp/f"; stat -c %u:%g /tmp/f'
stat -c %u:%g /tmp/f

### files of the outside belong to nobody
su ann -c 'unshare -Ur stat -c "%u %g %U %G" /etc/passwd /tmp / /proc'; su ann -c 'unshare -U stat -c "%u %g" /tmp'
mkdir own; chown 1000:1000 own; su ann -c 'unshare -Ur stat -c "%u %g" /lab/own; unshare -Ur touch /lab/own/x; unshare -Ur touch /etc/x'; stat -c '%u %g' own/x

### maps are written once, by the right writer
su ann -c 'unshare -U sh -c "echo 0 1000 1 > /proc/\$\$/uid_map; echo 0 1000 1 > /proc/\$\$/uid_map; echo 0 1000 1 > /proc/\$\$/gid_map; echo deny > /proc/self/setgroups; echo 0 1000 1 > /proc/\$\$/gid_map; cat /proc/\$\$/uid_map /proc/\$\$/gid_map; echo allow > /proc/self/setgroups"'
su ann -c 'unshare -U sh -c "echo 0 1001 1 > /proc/\$\$/uid_map; echo 0 1000 2 > /proc/\$\$/uid_map; echo 0 0 1 > /proc/\$\$/uid_map; echo 7 1000 1 > /proc/\$\$/uid_map; id -u"'
su ann -c 'echo 0 1000 1 > /proc/self/uid_map; echo deny > /proc/self/setgroups'

### maps of several lines, what is wrong with one, and ids through it
unshare -U sh -c 'echo $$ > pid; while [ ! -s go ]; do sleep 0.01; done; id -u; cat /proc/self/uid_map; touch mine; stat -c %u mine' & while [ ! -s pid ]; do sleep 0.01; done
p=$(cat pid); for m in x '0 0' '0 0 0' '0 0 4294967295 5' '1 1 4294967295' '0 100000 10\n5 200000 10' '0 100000 10\n10 100005 10' '0 -1 1'; do printf "$m" > /proc/$p/uid_map; echo "$m $?"; done
printf '0 0 1\n1 100000 5000\n5001 7 1\n' > /proc/$p/uid_map; echo $?; cat /proc/$p/uid_map; printf '0 0 1' > /proc/$p/uid_map; echo x > go; wait; stat -c %u mine

### 340 lines are taken, 341 are not
unshare -U sleep 100 & sleep 0.2; lines() { i=0; while [ $i -lt $1 ]; do echo "$((2 * i)) $((1000 + i)) 1"; i=$((i+1)); done; }
lines 341 > big; lines 340 > fits; wc -c < big
for f in big fits; do dd if=$f of=/proc/$!/uid_map bs=8k 2> /dev/null; echo $?; done; wc -l < /proc/$!/uid_map; kill $!

### nested: each sees the ids of the one above
su ann -c 'unshare -Ur unshare -Ur sh -c "id -u; cat /proc/self/uid_map"'; su ann -c 'unshare --map-user=5 --map-group=5 unshare --map-user=9 cat /proc/self/uid_map'
su ann -c 'unshare -U unshare -U true'; echo $?

### not in a chroot
mkdir -p r/usr; mount --rbind /usr r/usr; for d in bin lib lib64 sbin; do [ -L /$d ] && ln -s usr/$d r/$d || { mkdir -p r/$d; mount --bind /$d r/$d 2>/dev/null; }; done
chroot r unshare -U true; echo $?

### mounts: own kinds only, no devices, and what came along stays
su ann -c 'unshare -Urm sh -c "mount -t tmpfs mine /mnt && echo tmpfs; mount -t devtmpfs none /mnt; mount -t ext4 /dev/null /mnt; umount /lab; umount /proc; mount -o remount,rw /usr 2>/dev/null || echo no; mknod /mnt/null c 1 3; grep -E \"/mnt\" /proc/mounts"'
mount -o bind,ro /usr /usr 2>/dev/null; mount --bind /tmp /mnt; mount -o remount,bind,ro,nosuid /mnt
su ann -c 'unshare -Urm sh -c "umount /mnt; mount -o remount,bind,rw,nosuid /mnt; mount -o remount,bind,ro,suid /mnt; mount --bind /lab /mnt; umount /mnt; grep -c /mnt /proc/mounts"'

### proc may be mounted anew only with a PID namespace of one's own, and where nothing is hidden
su ann -c 'unshare -Urm mount -t proc proc /mnt'; echo $?; su ann -c 'unshare -Urmpf mount -t proc proc /mnt'; echo $?
mount -t tmpfs none /proc/sys; su ann -c 'unshare -Urmpf mount -t proc proc /mnt'; echo $?; umount /proc/sys

### setuid programs work for mapped owners only
cp "$(command -v id)" suid; chmod 4755 suid; chown 1001 suid; chmod 4755 suid; su ann -c ./suid; su ann -c 'unshare -Ur ./suid'; su ann -c 'unshare -U ./suid'

### kill: mine and those below, no others
sleep 100 & su ann -c "unshare -Ur kill $!" 2>&1 | sed s/$!/PID/; kill -0 $! && echo alive; kill $!
su ann -c 'unshare -U sleep 100 & sleep 0.1; kill $! && echo killed'

### setns into a user namespace gives its rights; one's own cannot be entered
su ann -c 'unshare -Urn sleep 100 & sleep 0.2; nsenter -t $! -U --preserve-credentials id -u; nsenter -U -n -t $! ip link set lo up; echo $?; nsenter -n -t $! true; echo $?; nsenter -U -t $$ true; kill $!'
unshare -Ur sleep 100 & sleep 0.1; nsenter -t $! -U id; su bob -c "nsenter -t $! -U id" 2>&1 | sed s/$!/PID/; kill $!

### nesting ends after 33
cat > nest <<'END'
if unshare -Ur true 2> err; then exec unshare -Ur sh nest $(($1 + 1)); else echo $1; cat err; fi
END
chmod 777 .; sh nest 0

### limits of /proc/sys/user
sysctl -n user.max_user_namespaces > /dev/null; echo $?
unshare -Ur sh -c 'echo 1 > /proc/sys/user/max_user_namespaces; cat /proc/sys/user/max_user_namespaces; unshare -Ur true; echo $?; echo 0 > /proc/sys/user/max_user_namespaces; unshare -Ur true; echo $?; echo 0 > /proc/sys/user/max_uts_namespaces; unshare -u true; echo $?; echo x > /proc/sys/user/max_uts_namespaces'
su ann -c 'echo 5 > /proc/sys/user/max_user_namespaces'

### sysctl files of the machine are not its own
su ann -c 'unshare -Uru sh -c "echo inner > /proc/sys/kernel/hostname; hostname x; cat /proc/sys/kernel/hostname"'
su ann -c 'unshare -Urn sh -c "echo 1 > /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward"'
