# df(1) and du(1) over file systems of known size.

### df of a tmpfs
mkdir t; mount -t tmpfs -o size=8m,nr_inodes=50 mine t; dd if=/dev/urandom of=t/f bs=1k count=1500 status=none
df t; df -h t; df -H t; df -T t; df -i t; df -hi t; df -Th t/f; df -P t; df -k t; df -m t; df -B 4096 t; df -BM t; df -B 1M t; df --si t
df --output t; df --output=source,target,pcent,avail t; df --output=file,itotal,iused,iavail,ipcent,fstype,size,used t/f; df --total t | tail -2
df -a t; df --sync t | tail -1; df -l t; df -x tmpfs t; echo $?; df -t ext4 t; echo $?; df -t tmpfs t | tail -1

### df by source, by path, by nothing
mkdir t; mount -t tmpfs -o size=1m mine t; cd t; df . | tail -1; df mine | tail -1; df nowhere; echo $?; df nowhere . ; echo $?; df | grep -c mine; df -t nosuch; echo $?

### several operands
mkdir a b; mount -t tmpfs -o size=1m,nr_inodes=100 one a; mount -t tmpfs -o size=2m,nr_inodes=200 two b; df a b a; df -h a b --total; df -i a b --total | tail -1; df --output=target a b

### bind mounts are one file system
mkdir a b; mount -t tmpfs -o size=1m one a; mount --bind a b; df | grep -c one; df b | tail -1; df -a | grep -c one

### errors
df -Q; echo $?; df --output=nosuch .; echo $?; df -t tmpfs -x tmpfs; echo $?; df -i --output .; echo $?; df -B x .; echo $?

### du counts blocks
mkdir -p d/e; dd if=/dev/urandom of=d/f bs=1k count=9 status=none; dd if=/dev/urandom of=d/e/g bs=1k count=1 status=none; truncate -s 1M d/hole; ln d/f d/h
du d; du -a d | sort -k2; du -s d; du -sh d; du -sb d; du -c d d/e; du --apparent-size d; du -ah d/e; du -d 0 d; du --max-depth=1 d; du -S d; du -l d; du -k d/f d/h; du -m d; du -0 d/e | tr '\0' '|'; echo
du nowhere; echo $?; du -s -a d; echo $?; du -d x d; echo $?; du --exclude='*f' -a d | sort -k2; du -B1 d/f; du -sx d; du --inodes d; du -t 8K -a d | sort -k2; du --time d/nosuch; echo $?
