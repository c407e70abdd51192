# Mount namespaces and how mount events spread: unshare -m, mount --make-*, mountinfo, findmnt.

### a new mount namespace hides its mounts
mkdir t; unshare -m sh -c 'mount -t tmpfs inner t; touch t/here; ls t; grep -c /lab/t /proc/mounts'; ls t; grep -c /lab/t /proc/mounts

### unshare makes what it copies private, unless told otherwise
mount --make-shared /lab
p() { findmnt -no PROPAGATION /lab; }
p; unshare -m findmnt -no PROPAGATION /lab
for how in private shared slave unchanged; do unshare -m --propagation $how findmnt -no PROPAGATION /lab; done
unshare -m --propagation wrong true; echo $?
unshare --propagation slave true; echo $?
mount --make-private /lab; unshare -m --propagation shared findmnt -no PROPAGATION /lab; unshare -m --propagation slave findmnt -no PROPAGATION /lab

### make-shared, make-slave, make-private, make-unbindable as mountinfo and findmnt show them
mkdir a b; mount -t tmpfs a a
i() { sed -n 's#.* \(/lab/[^ ]*\) [^ ]* \(.*\) - tmpfs.*#\1 \2#p' /proc/self/mountinfo; findmnt -rno TARGET,PROPAGATION | grep /lab/; }
i; mount --make-shared a; i; mount --bind a b; i; mount --make-slave b; i; mount --make-shared b; i
mount --make-private a; i; mount --make-slave b; i; mount --make-unbindable b; i
mount --bind b a; echo $?; mount --make-private b; mount --bind b a; echo $?; i

### mount events go to peers and back
mkdir a b c; mount -t tmpfs a a; mkdir a/x; mount --make-shared a; mount --bind a b; mount --bind b c
mount -t tmpfs in b/x; touch b/x/seen; ls a/x b/x c/x; grep -c /lab /proc/mounts
umount c/x; ls a/x b/x; grep -c /lab /proc/mounts

### a slave hears and does not tell
mkdir a b; mount -t tmpfs a a; mkdir a/x a/y; mount --make-shared a; mount --bind a b; mount --make-slave b
mount -t tmpfs one a/x; touch a/x/1; ls b/x; mount -t tmpfs two b/y; touch b/y/2; ls a/y; grep -o '/lab/[^ ]*' /proc/mounts
umount a/x; grep -o '/lab/[^ ]*' /proc/mounts

### a private mount does neither
mkdir a b; mount -t tmpfs a a; mkdir a/x a/y; mount --bind a b
mount -t tmpfs one a/x; mount -t tmpfs two b/y; grep -o '/lab/[^ ]*' /proc/mounts

### shared slaves pass on to their own peers
mkdir a b c d; mount -t tmpfs a a; mkdir a/x; mount --make-shared a; mount --bind a b; mount --make-slave b; mount --make-shared b
mount --bind b c; mount --bind c d; mount --make-slave d
mount -t tmpfs in a/x; touch a/x/f; ls b/x c/x d/x
sed -n 's#.* \(/lab/[^ ]*\) [^ ]* \(.*\) - tmpfs.*#\1 \2#p' /proc/self/mountinfo
umount b/x; grep -o '/lab/./x' /proc/mounts; umount a/x; grep -o '/lab/./x' /proc/mounts; echo done

### propagate_from names the nearest group that can be seen
mkdir a b c; mount -t tmpfs a a; mount --make-shared a; mount --bind a b; mount --make-slave b; mount --make-shared b
mount --bind b c; mount --make-slave c; umount b
sed -n 's#.* \(/lab/[^ ]*\) [^ ]* \(.*\) - tmpfs.*#\1 \2#p' /proc/self/mountinfo
mount --bind a b; mount --make-slave b; mount --make-shared b; unshare -m --propagation slave sh -c '
umount c; umount b; sed -n "s#.* \(/lab/[^ ]*\) [^ ]* \(.*\) - tmpfs.*#\1 \2#p" /proc/self/mountinfo'

### shared mounts reach other namespaces, private ones do not
mkdir s p; mount -t tmpfs s s; mkdir s/x; mount -t tmpfs p p; mkdir p/x; mount --make-shared s
unshare -m --propagation unchanged sh -c 'mount -t tmpfs in s/x; mount -t tmpfs in p/x; grep -o "/lab/./x" /proc/mounts'
echo outside; grep -o '/lab/./x' /proc/mounts; umount s/x; echo $?

### a slave namespace sees the new disk and keeps its own to itself
mkdir s; mount -t tmpfs s s; mkdir s/x s/y; mount --make-shared s
unshare -m --propagation slave sh -c 'mount -t tmpfs own s/y; echo ready > s/pipe; while [ -e s/pipe ]; do :; done; grep -o "/lab/s/." /proc/mounts' &
while [ ! -e s/pipe ]; do :; done; mount -t tmpfs new s/x; rm s/pipe; wait; echo outside; grep -o '/lab/s/.' /proc/mounts

### recursive forms
mkdir a; mount -t tmpfs a a; mkdir a/b; mount -t tmpfs b a/b; p() { findmnt -rno TARGET,PROPAGATION | grep /lab/; }
mount --make-shared a; p; mount --make-rshared a; p; mount --make-rslave a; p; mount --make-rprivate a; p; mount --make-runbindable a; p

### bind mounts of trees: rbind takes what is below, bind does not, unbindable stays behind
mkdir a b c d; mount -t tmpfs a a; mkdir a/in a/un; mount -t tmpfs in a/in; mount -t tmpfs un a/un; mount --make-unbindable a/un
mount --bind a b; mount --rbind a c; grep -o '/lab/[^ ]*' /proc/mounts

### a mount that is shared may not be moved away from, nor one with unbindable parts to it
mkdir a b; mount -t tmpfs a a; mkdir a/x a/y; mount -t tmpfs x a/x; mount --move a/x a/y; echo $?
mount --make-shared a; mount --move a/y a/x; echo $?
mount -t tmpfs b b; mkdir b/x; mount -t tmpfs x b/x; mount --make-unbindable b/x; mount --move b a/x; echo $?

### moving to a shared place tells the peers
mkdir a b m; mount -t tmpfs a a; mkdir a/x; mount --make-shared a; mount --bind a b; mount -t tmpfs m m; touch m/f
mount --move m a/x; ls b/x m; sed -n 's#.* \(/lab/[^ ]*\) [^ ]* \(.*\) - tmpfs.*#\1 \2#p' /proc/self/mountinfo

### one that is busy elsewhere is busy here
mkdir a b; mount -t tmpfs a a; mkdir a/x; mount --make-shared a; mount --bind a b; mount -t tmpfs in a/x
cd b/x; umount /lab/a/x; echo $?; cd /lab; umount /lab/a/x; echo $?
mount -t tmpfs in a/x; cd b/x; umount -l /lab/a/x; echo $?; grep -c /x /proc/mounts

### what a peer has mounted on top keeps its place
mkdir a b; mount -t tmpfs a a; mkdir a/x; mount --bind a b; mount -t tmpfs own b/x; touch b/x/own; mount --make-shared a; mount --make-shared b
umount b/x; umount b; mount --bind a b; mount -t tmpfs one a/x; touch a/x/1; mount --make-private b; mount -t tmpfs two b/x; touch b/x/2
ls b/x; umount a/x; ls b/x; umount b/x; ls b/x

### bad ways to ask
mkdir a; mount --make-shared a; echo $?; mount --make-shared nowhere; echo $?; mount --make-private; echo $?
mount -t tmpfs a a; mount --make-shared --make-private a; echo $?; findmnt -no PROPAGATION a

### pivot_root: a new root, and what it refuses
mkdir r; pivot_root r r; echo $?; mount -t tmpfs r r; pivot_root r nowhere; echo $?; pivot_root r /tmp; echo $?; pivot_root r; echo $?; pivot_root; echo $?
mkdir r/usr r/proc r/old; mount --rbind /usr r/usr; mount -t proc proc r/proc
for d in bin lib lib64; do if [ -L /$d ]; then ln -s usr/$d r/; elif [ -d /$d ]; then mkdir r/$d; mount --bind /$d r/$d; fi; done
mount --make-shared r; unshare -m --propagation unchanged pivot_root r r/old; echo $?; mount --make-private r
unshare -m sh -c 'cd r; pivot_root . old; cd /; ls -d *; umount -l old; cut -d" " -f2 /proc/mounts | grep -vE "usr|bin"' | grep -vE 'bin|lib'
ls -d /lab
