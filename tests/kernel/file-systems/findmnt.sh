# findmnt(8): which mounts, in which columns, how arranged.

### one mount, by its place and by its source
mkdir t; mount -t tmpfs -o size=64k mine t; findmnt t; echo $?; findmnt /lab/t; findmnt mine; findmnt -n /lab/t; findmnt nowhere; echo $?
findmnt -T t/x/y; findmnt --target t; findmnt -M /lab/t; findmnt -S mine; findmnt -n -o TARGET -T /lab/t/..

### columns
mkdir t; mount -t tmpfs -o size=64k,ro,nosuid mine t
findmnt -o TARGET,FSTYPE /lab/t; findmnt -o source,vfs-options,fs-options /lab/t; findmnt -no FSROOT,PROPAGATION,LABEL,UUID /lab/t; findmnt -o nosuch /lab/t; echo $?
findmnt -no SIZE,AVAIL,USED,USE% /lab/t; findmnt -bno SIZE,USED /lab/t; findmnt -D /lab/t; findmnt -nrD /lab/t; findmnt -no +SIZE /lab/t

### a tree
mkdir -p a/b a/c; mount -t tmpfs one a; mkdir a/b a/c; mount -t tmpfs two a/b; mount -t tmpfs three a/c; mkdir a/b/d; mount -t tmpfs four a/b/d
findmnt -R /lab/a -o TARGET,SOURCE,FSTYPE; LC_ALL=C.UTF-8 findmnt -R /lab/a -o TARGET,SOURCE; findmnt -l -R /lab/a -o TARGET,SOURCE; findmnt -rn -R /lab/a -o TARGET,SOURCE
findmnt -a -R /lab/a -o TARGET,SOURCE; findmnt -D -R /lab/a -o TARGET,SOURCE; findmnt --submounts /lab/a/b -o target

### as JSON, as pairs
mkdir -p a/b; mount -t tmpfs -o size=64k one a; mkdir a/b; mount -t tmpfs -o size=64k two a/b
findmnt -J -R /lab/a; findmnt -J -l -R /lab/a -o TARGET,SOURCE; findmnt -P /lab/a -o TARGET,SOURCE,FSTYPE; findmnt -J -o TARGET,SIZE /lab/a/b

### by type and by option
mkdir a b c; mount -t tmpfs one a; mount -t proc two b; mount -t tmpfs -o ro three c
findmnt -l -t tmpfs -o TARGET,SOURCE | grep lab; findmnt -lt proc,mqueue -no SOURCE; findmnt -l -t notmpfs -no SOURCE | grep two; findmnt -l -O ro -no SOURCE; findmnt -l -t strange; echo $?
findmnt -lno SOURCE --real | grep -c two; findmnt -lno SOURCE --pseudo | grep -c two

### the first and the last of a stack
mkdir t; mount -t tmpfs one t; mount -t tmpfs two t; findmnt -no SOURCE /lab/t; findmnt -fno SOURCE /lab/t; findmnt -no SOURCE -T /lab/t; findmnt -lno SOURCE -R /lab/t

### a bind mount shows what it shows
mkdir -p a/in b; mount --bind a/in b; findmnt -no TARGET,SOURCE,FSROOT /lab/b; findmnt -vno SOURCE /lab/b; findmnt -no SOURCE -T b

### fstab instead of the kernel
printf 'one /lab/a tmpfs ro 0 0\ntwo /lab/b ext4 defaults 0 1\n' > /etc/fstab; findmnt --fstab; findmnt -s -n -o SOURCE,TARGET; findmnt -s /lab/b; findmnt --fstab -t ext4 -no TARGET

### errors
findmnt -Q; echo $?; findmnt -t; echo $?; findmnt a b c; echo $?; findmnt -T nowhere/x; echo $?
