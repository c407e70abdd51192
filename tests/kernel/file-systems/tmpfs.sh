# tmpfs(5): its limits.

### size is a limit
mkdir t; mount -t tmpfs -o size=64k none t; dd if=/dev/zero of=t/f bs=1k count=100 status=noxfer; echo $?; stat -c '%s %b' t/f; echo more > t/g; echo $?; stat -c %s t/g; df t | tail -1
rm t/f; echo more > t/g; cat t/g; cp /usr/bin/true t/true 2>/dev/null; echo $?

### words of a full disk
mkdir t; mount -t tmpfs -o size=16k none t; head -c 20000 /dev/zero > t/a; echo $?; stat -c %s t/a; echo x | tee t/b; echo $?; cp t/a t/c; echo $?; cat t/a > t/d; echo $?; printf '%05000d' 1 > t/e; echo $?; mkdir t/m; echo $?; ln -s a t/l; echo $?; touch t/n; echo $?; tar cf t/x.tar t/a; echo $?; seq 10000 > t/q; echo $?

### inodes are a limit
mkdir t; mount -t tmpfs -o nr_inodes=4 none t; touch t/1 t/2 t/3 t/4 t/5; echo $?; mkdir t/6; ln t/1 t/7; echo $?; ln -s x t/8; echo $?; ls t; df -i t | tail -1; rm t/1; touch t/9; echo $?; rm t/7; touch t/9; echo $?

### sizes in many forms
mkdir t; for o in size=512m size=1M size=10000 size=1K size=4097 size=0 nr_blocks=10 nr_inodes=1k nr_inodes=0 mode=0 mode=1777 mode=7777 mode=888 mode=x uid=-1 uid=x uid=99999 gid=12x size=1x size= nr_inodes=x huge=never huge=nosuch mpol=default inode32 inode64; do
mount -t tmpfs -o $o none t 2>/dev/null && { echo "$o: $(grep /lab/t /proc/mounts | cut -d' ' -f4)"; umount t; } || echo "$o: no"; done

### a share of the memory
mkdir t; mount -t tmpfs -o size=25% none t; a=$(df --output=size t | tail -1); umount t; mount -t tmpfs none t; b=$(df --output=size t | tail -1); test $((a / 500)) -eq $((b / 1000)) && echo half; grep /lab/t /proc/mounts

### the root's mode and owner, and those of what is in it
mkdir t; mount -t tmpfs -o mode=2750,uid=1000,gid=1001 none t; stat -c '%a %u %g' t; touch t/f; mkdir t/d; stat -c '%a %u %g' t/f t/d; chmod 700 t; mount -o remount t; stat -c %a t

### resized while mounted
mkdir t; mount -t tmpfs -o size=16k none t; head -c 16384 /dev/zero > t/f; echo x > t/g; mount -o remount,size=32k t; echo x > t/g; echo $?; grep /lab/t /proc/mounts; mount -o remount,size=8k t; echo $?; df --output=size t | tail -1
mount -o remount,nr_inodes=2 t; echo $?; mount -o remount,nr_inodes=10 t; echo $?; mount -o remount,mode=700 t; echo $?; stat -c %a t; mount -o remount,nosuch t; echo $?; grep /lab/t /proc/mounts

### read-only is read-only for everything
mkdir t; mount -t tmpfs none t; echo x > t/f; mkdir t/d; ln -s f t/l; mount -o remount,ro t
echo y > t/f; (: > t/f); (>> t/f); touch t/f; touch t/new; mkdir t/new; rmdir t/d; rm t/f; rm -f t/f; mv t/f t/g; ln t/f t/g; ln -s x t/y; chmod 600 t/f; chown 1 t/f; truncate -s 0 t/f; mknod t/p p; cp t/f t/c; rm -rf t/d; mkdir -p t/d; mkdir -p t/a/b; echo $?; cat t/f; test -w t/f; echo $?; dd if=/dev/zero of=t/f count=1 2>&1 | head -1; ls t; touch -c t/none; echo $?
mv /proc/version t/v; cp -r t/d t/e; install t/f t/z; tee t/f < /dev/null;

### read-only is refused while somebody writes
mkdir t; mount -t tmpfs none t; exec 3> t/f; mount -o remount,ro t; echo $?; mount -o remount,bind,ro t; echo $?; exec 3>&-; mount -o remount,ro t; echo $?; exec 3< t/f; mount -o remount,rw t; echo $?

### no execution, no set-id, no devices
mkdir t; mount -t tmpfs -o noexec none t; cp /usr/bin/true t; t/true; echo $?; printf '#!/bin/sh\necho ran\n' > t/s; chmod +x t/s; t/s; echo $?; sh t/s; test -x t/s; echo $?; mount -o remount,exec t; t/s; t/true; echo $?
mount -o remount,nodev t; mknod t/n c 1 3; echo $?; cat t/n; echo $?; echo x > t/n; mount -o remount,dev t; cat t/n; echo $?; stat -c '%F %t %T' t/n
cp /usr/bin/id t/id; chown 1001:1001 t/id; chmod 6755 t/id; su ann -c '/lab/t/id -un'; mount -o remount,nosuid t; su ann -c '/lab/t/id -un'; ls -l t/id | cut -c1-10

### directories grow by twenty bytes an entry
mkdir d; stat -c '%s %b %h' d; touch d/a d/b; stat -c '%s %b %h' d; mkdir d/c; stat -c '%s %h' d; rm d/a; rmdir d/c; stat -c '%s %h' d
