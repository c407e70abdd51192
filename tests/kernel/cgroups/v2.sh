# What Linux does with the files of cgroup v2: each line of output is a write and its result.
cd /sys/fs/cgroup || exit
echo "+cpuset +cpu +io +memory +pids" > cgroup.subtree_control
mkdir a
# w FILE VALUE: writes, and shows the error or what the file says then.
w() {
  printf '%s <- "%s": ' "$1" "$2"
  error=$({ echo "$2" > "$1"; } 2>&1)
  if [ -n "$error" ]; then echo "${error##*: }"; else echo "ok, $(cat "$1" 2>/dev/null | tr '\n' '|')"; fi
}
move() { # GROUP: moves the process $pid there.
  error=$({ echo $pid > "$1/cgroup.${2:-procs}"; } 2>&1)
  [ -n "$error" ] && echo "to $1: ${error##*: }" || echo "to $1: ok"
}
try() { error=$("$@" 2>&1); [ -n "$error" ] && echo "${error##*: }" || echo ok; }
each() { file=$1; shift; for value; do w "$file" "$value"; done; }
title() { echo; echo "# $*"; }

title files of the root and of a cgroup
for file in cgroup.controllers cgroup.events cgroup.freeze cgroup.kill cgroup.max.depth cgroup.max.descendants cgroup.procs \
  cgroup.stat cgroup.subtree_control cgroup.threads cgroup.type cpu.idle cpu.max cpu.max.burst cpu.stat cpu.weight \
  cpu.weight.nice cpuset.cpus cpuset.cpus.effective cpuset.cpus.partition cpuset.mems cpuset.mems.effective io.max io.stat \
  io.weight memory.current memory.events memory.events.local memory.high memory.low memory.max memory.min memory.numa_stat \
  memory.oom.group memory.peak memory.reclaim memory.stat memory.swap.current memory.swap.events memory.swap.high \
  memory.swap.max memory.zswap.current memory.zswap.max pids.current pids.events pids.max pids.peak; do
  in_root=$([ -e $file ] && stat -c %A $file || echo -)
  echo "$file $in_root $(stat -c %A a/$file)"
done
for file in a/cgroup.events a/cgroup.freeze a/cgroup.max.depth a/cgroup.max.descendants a/cgroup.stat a/cgroup.type \
  a/cpu.idle a/cpu.max a/cpu.max.burst a/cpu.stat a/cpu.weight a/cpu.weight.nice a/cpuset.cpus a/cpuset.cpus.effective \
  a/cpuset.cpus.partition a/cpuset.mems a/cpuset.mems.effective a/io.max a/io.stat a/io.weight a/memory.current \
  a/memory.events a/memory.events.local a/memory.high a/memory.low a/memory.max a/memory.min a/memory.oom.group a/memory.peak \
  a/memory.stat a/memory.numa_stat a/memory.swap.current a/memory.swap.events a/memory.swap.high a/memory.swap.max \
  a/memory.zswap.current a/memory.zswap.max a/pids.current a/pids.events a/pids.max a/pids.peak; do
  echo "$file: $(cat $file | tr '\n' '|')"
done

title values
each a/cgroup.freeze 0 1 2 -1 x '' ' 1 ' 1x 0x1 0
each a/cgroup.kill 0 1 x 2
each a/cgroup.max.depth 0 1 -1 x 2147483648 010 max
each a/cgroup.max.descendants 0 3 -3 x max
each a/cgroup.type domain x ''
each a/cpu.max max 50000 '50000 100000' 'max 50000' '1000 1000' '999 100000' 1000 '5000 999' '5000 1000001' '5000 1000000' \
  x '50000 x' '50000 100000 3' -1 0 'max 0' 1e3 18446744073709551615 '50000 100000'
each a/cpu.max.burst 0 1000 50000 50001 x -1 0
w a/cpu.max max
each a/cpu.weight 1 100 10000 0 10001 -1 x max default
for nice in 0 -20 19 20 -21 x 5 -7; do w a/cpu.weight.nice "$nice"; cat a/cpu.weight; done
for weight in 1 2 99 101 3000 10000; do w a/cpu.weight $weight; cat a/cpu.weight.nice; done
w a/cpu.idle 1; w a/cpu.weight 50; w a/cpu.weight.nice 1; each a/cpu.idle 2 x 0
for cpus in 0 0-1 0,1 1 2 0-5 x 0-1:1/2 1-0 0,,1 ' 0 ' '0 1' -1 all ''; do w a/cpuset.cpus "$cpus"; cat a/cpuset.cpus.effective; done
each a/cpuset.mems 0 1 x ''
each a/memory.max 0 1 4096 5000 1M 1m 64K 1G 1T 1P 1E 1Z x -1 '' '1M ' ' 2M' 1.5M 0x1000 010 1KB 64MiB 18446744073709551615 \
  9223372036854771712 max
for file in high low min swap.high swap.max zswap.max; do each a/memory.$file 5000 x max 0; done
w a/memory.high max
each a/memory.oom.group 1 2 x 0
each a/memory.reclaim x 0 '1M swappiness=60'
each a/pids.max 0 1 -1 x 4194304 4194305 '5 6' 1K 0x10 010 max
each a/io.weight 1 50 'default 50' 'default 0' 10001 default x '8:0 50' 100
each a/io.max '8:16 rbps=1' x '8:0 foo=5' 1:0
for file in cgroup.controllers cgroup.events cgroup.stat cpu.stat pids.current memory.current memory.events memory.stat; do
  w a/$file 1
done

title what the children have
each a/cgroup.subtree_control +cpu +foo cpu -foo '+memory -memory' '-memory +memory' +cpu+memory '+cpu, +memory' '' +freezer +devices
w a/cgroup.subtree_control '-cpu -memory'
mkdir -p a/b/c
cat a/b/cgroup.controllers
w a/b/cgroup.subtree_control +pids
w a/cgroup.subtree_control '+pids +memory'
cat a/b/cgroup.controllers
w a/b/cgroup.subtree_control '+pids +cpu'
w a/b/cgroup.subtree_control +pids
w a/cgroup.subtree_control -pids
w a/b/cgroup.subtree_control -pids
w a/cgroup.subtree_control '-pids -memory'
cat a/b/cgroup.controllers

title where processes may be
sleep 1000 & pid=$!
show() { for group; do echo "$group: $(cat $group/cgroup.type), $(grep -c . $group/cgroup.threads)"; done; }
each a/cgroup.procs 99999999 -1 x '' '1 2'
move a
cat a/cgroup.events
each a/cgroup.subtree_control +memory +pids
show a a/b
w a/cgroup.subtree_control +memory
move a/b
move a/b/c
w a/cgroup.subtree_control -pids
move a/b/c
w a/cgroup.subtree_control +memory
move a
w a/cgroup.subtree_control -memory
w a/cgroup.subtree_control +pids
move a
w a/cgroup.subtree_control -pids
move a
cat a/b/c/cgroup.events
sed "s/^0::/at /" /proc/$pid/cgroup

title threads
w a/b/cgroup.type threaded
show a a/b a/b/c
move a/b threads
try cat a/b/cgroup.procs
w a/cgroup.subtree_control +memory
w a/cgroup.subtree_control '+cpu +pids'
cat a/b/cgroup.controllers
w a/b/c/cgroup.type threaded
show a a/b a/b/c
mkdir d
move d threads
move d
show a a/b d
w d/cgroup.type threaded
move .
w d/cgroup.type threaded
show d
rmdir d a/b/c a/b
w a/cgroup.subtree_control '-cpu -pids'

title directories
mkdir a/1
try rmdir a
try touch a/x
try mkdir a/cgroup.procs
mkdir a/cpu.foo && rmdir a/cpu.foo
try mv a/1 a/2
try rm a/cgroup.procs
try ln -s x a/y
chmod 600 a/cgroup.procs && stat -c %A a/cgroup.procs
rmdir a/1
echo 2 > a/cgroup.max.depth; mkdir -p a/1/2; try mkdir a/1/2/3
echo 3 > a/cgroup.max.descendants; mkdir a/4; try mkdir a/5
cat a/cgroup.stat
rmdir a/1/2 a/1 a/4
move a
try rmdir a
(cd a; move ..; rmdir ../a; try cat cgroup.procs; try mkdir b; ls | grep -c .)
mkdir gone; move gone; kill -9 $pid; wait $pid 2>/dev/null; try rmdir gone

title delegation
mkdir -p mine/sub theirs
chown -R nobody mine
stat -c '%A %u' mine mine/cgroup.procs mine/pids.max
sleep 1000 & pid=$!
user() { su -s /bin/bash nobody -c "$1" 2>&1 | sed 's/.*: //'; }
user "echo $pid > mine/cgroup.procs && echo moved"
move mine
user "echo $pid > mine/sub/cgroup.procs && echo moved"
grep -c . mine/sub/cgroup.procs
user "echo $pid > theirs/cgroup.procs && echo moved"
user "echo +pids > mine/cgroup.subtree_control; cat mine/sub/cgroup.controllers; echo 5 > mine/sub/pids.max; cat mine/sub/pids.max"
user "mkdir mine/new; stat -c '%u %A' mine/new mine/new/cgroup.procs mine/new/pids.max; rmdir mine/new"
user "mkdir new"
echo -pids > mine/cgroup.subtree_control
kill -9 $pid; wait $pid 2>/dev/null
rmdir mine/sub mine theirs

title namespaces
mkdir -p box/in
cat > /tmp/inside <<'EOF'
echo in $(grep ^0 /proc/self/cgroup), init in $(grep ^0 /proc/1/cgroup)
cd $1
ls -d in
put() { error=$({ echo "$1" > "$2"; } 2>&1); [ -n "$error" ] && echo "$2: ${error##*: }" || echo "$2: ok"; }
put 10 pids.max
put 1 cgroup.freeze
put 0 cgroup.procs
put 0 in/cgroup.procs
put +pids cgroup.subtree_control
echo in $(grep ^0 /proc/self/cgroup)
put $2 in/cgroup.procs
EOF
mkdir /tmp/mnt
sleep 1000 & pid=$!
bash -c "echo \$\$ > box/cgroup.procs; exec unshare -C bash -c 'mount -t cgroup2 none /tmp/mnt; bash /tmp/inside /tmp/mnt $pid; umount /tmp/mnt'"
kill -9 $pid; wait $pid 2>/dev/null
rmdir box/in box a 2>/dev/null
ls -d */ 2>/dev/null
rm -r /tmp/inside /tmp/mnt
