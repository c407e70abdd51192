# mount(8) and umount(8): what they print, and what /proc shows of it.

### a tmpfs is mounted, listed and unmounted
mkdir t; mount -t tmpfs -o size=1m,mode=700,uid=1000,gid=1001,nr_inodes=100 mine /lab/t; echo $?
grep /lab/t /proc/mounts; mount | grep /lab/t; mount -t tmpfs | grep -c /lab/t; mount -t ext4 | grep -c /lab/t
stat -c '%a %u %g %F' t; cut -d' ' -f4-6,8- /proc/self/mountinfo | grep /lab/t
umount t; echo $?; grep -c /lab/t /proc/mounts; stat -c '%a %u %g' t

### flags of a mount show in their order
mkdir t; mount -t tmpfs -o noatime,nodiratime,noexec,nodev,nosuid none t; grep /lab/t /proc/mounts
mount -o remount,rw t; grep /lab/t /proc/mounts
mount -o remount,ro,exec t; grep /lab/t /proc/mounts
mount -o remount,rw,strictatime,dev,suid t; grep /lab/t /proc/mounts
mount -o remount,sync,dirsync t; grep /lab/t /proc/mounts; umount t

### errors of mount
mkdir t; touch f
mount -t strangefs none t; echo $?
mount -t tmpfs none nowhere; echo $?
mount -t tmpfs none f; echo $?
mount -t tmpfs -o nosuch none t; echo $?
mount -t tmpfs -o size=x none t; echo $?
mount t; echo $?
mount none; echo $?
mount t f x; echo $?
mount nowhere t; echo $?
mount f t; echo $?
mount t f; echo $?
mount --bind nowhere t; echo $?
mount --bind t nowhere; echo $?
mount --bind t f; echo $?
mount --bind f t; echo $?
mount -o remount t; echo $?
mount -o remount,ro nowhere; echo $?
mount --move t f; echo $?
mount -Q; echo $?

### errors of umount
mkdir t; touch f
umount t; echo $?
umount nowhere; echo $?
umount f; echo $?
umount; echo $?
umount -l t; echo $?
umount -q t; echo $?
umount -R t; echo $?
umount /lab/t/../t; echo $?
umount -a -t strange; echo $?
mount -t tmpfs none t; umount -t ext4 t; echo $?; umount -v t; umount -v t

### what is busy stays
mkdir t; mount -t tmpfs none t; cd t; umount /lab/t; echo $?; cd ..; umount t; echo $?
mount -t tmpfs none t; sleep 1000 < /dev/null > t/out & while [ ! -e t/out ]; do sleep 0.01; done; umount t; echo $?; umount -f t; echo $?
umount -l t; echo $?; grep -c /lab/t /proc/mounts; kill $!
mount -t tmpfs none t; mkdir t/in; mount -t tmpfs none t/in; umount t; echo $?; umount -R t; echo $?; grep -c /lab/t /proc/mounts
mount -t tmpfs none t; exec 3> t/open; umount t; exec 3>&-; umount t; echo $?

### a lazily unmounted file system lives on for who has it
mkdir t; mount -t tmpfs none t; cd t; echo kept > file; umount -l /lab/t; cat file; ls; pwd; ls /lab/t; cd /lab; ls t
cat t/file

### a bind mount shows a directory twice
mkdir a b; echo one > a/f; mount --bind a b; cat b/f; echo two > b/f; cat a/f
cut -d' ' -f4-6,8- /proc/self/mountinfo | grep ' /lab/b '; stat -c %i a b | uniq | wc -l
mount -o remount,bind,ro b; echo x > b/f; echo y > a/f; cat b/f; grep -E '/lab/(a|b) ' /proc/mounts
rmdir b; rm -r a; ls a; umount b; rmdir b; echo $?

### a read-only bind in one command
mkdir a b; mount -o bind,ro a b; grep /lab/b /proc/mounts; touch b/f; touch a/f; ls b; umount b

### a file can be bound over a file
echo one > a; echo two > b; mount --bind a b; cat b; rm b; mv b c; echo 3 > b; cat a; umount b; cat b

### rbind takes what is mounted below along, bind does not
mkdir -p a/in b c; mount -t tmpfs none a/in; touch a/in/f; mount --bind a b; ls b/in; mount --rbind a c; ls c/in
grep -c /lab/c /proc/mounts; umount c; umount -R c; grep -c /lab/c /proc/mounts; umount b; umount a/in

### a mount moves
mkdir a b; mount -t tmpfs none a; touch a/f; mount --move a b; ls a b; grep -c /lab/a /proc/mounts; mount --move a b; mount -M b a; ls a; umount a

### mounts stack
mkdir t; mount -t tmpfs one t; touch t/1; mount -t tmpfs two t; ls t; touch t/2; umount t; ls t; grep /lab/t /proc/mounts | cut -d' ' -f1; umount t; ls t

### a mount over the working directory is not seen from inside
mkdir t; cd t; mount -t tmpfs none /lab/t; touch /lab/t/f; ls; ls ../t; cd ../t; ls; cd /; umount /lab/t

### names with blanks are escaped
mkdir 'a b'; mount -t tmpfs 'x y' 'a b'; grep lab/a /proc/mounts; mount | grep 'lab/a'; umount 'a b'; echo $?

### only root mounts
mkdir t; chmod 777 t
su ann -c 'cd /lab; mount -t tmpfs none t; echo $?; umount t; echo $?; mount -o remount,ro /lab; echo $?; umount /lab; echo $?'

### fstab says what to mount
mkdir a b c d; printf '# mounts\none /lab/a tmpfs size=4k 0 0\n\ntwo /lab/b tmpfs ro,noexec 0 0\nthree /lab/c tmpfs noauto 0 0\n/lab/a /lab/d none bind\n' > /etc/fstab
mount /lab/a; grep /lab/a /proc/mounts; mount -a; echo $?; grep /lab/ /proc/mounts | cut -d' ' -f1,2,4
mount -a; echo $?; mount three; grep -c /lab/c /proc/mounts; mount /lab/c; echo $?
umount /lab/d; umount two; echo $?; grep -c two /proc/mounts

### verbose and fake
mkdir t; mount -v -t tmpfs none t; mount -f -t tmpfs none t; grep -c /lab/t /proc/mounts; mount -fv --bind t t; umount -v t

### mountpoint tells
mkdir t; touch f; mountpoint t; echo $?; mountpoint /lab; echo $?; mountpoint -q t; echo $?; mountpoint f; echo $?; mountpoint nowhere; echo $?
mountpoint; echo $?; mount -t tmpfs none t; mountpoint t; mountpoint t/.; mountpoint /proc; ln -s t s; mountpoint s; mountpoint --nofollow s; echo $?; umount t

### pseudo file systems
mkdir p; mount -t proc mine p; ls p | grep -c '^self$'; grep /lab/p /proc/mounts; touch p/x; echo $?; umount p
mount -t sysfs mine p; grep /lab/p /proc/mounts; ls p | grep -c kernel; umount p
mount -t mqueue mine p; grep /lab/p /proc/mounts; umount p

### filesystems that the kernel knows
for one in proc tmpfs sysfs devpts mqueue cgroup2 devtmpfs; do grep -w $one /proc/filesystems; done

### the one devtmpfs takes options, and stays as it is
mkdir m; mount -t devtmpfs none m; echo $?; ls m | grep -cx null; before=$(stat -f -c %b m); umount m
mount -t devtmpfs -o nonsense none m; echo $?
mount -t devtmpfs -o size=x none m; echo $?
mount -t devtmpfs -o size=64m,mode=700 none m; echo $?; stat -c %A m; [ $(stat -f -c %b m) = $before ] && echo the same size
