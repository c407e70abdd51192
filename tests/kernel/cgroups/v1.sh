# What Linux does with the files of cgroup v1: each line of output is a write and its result.
mkdir /tmp/cg; cd /tmp/cg || exit
for controllers in cpu,cpuacct cpuset memory devices freezer blkio pids net_cls perf_event; do
  mkdir $controllers
  mount -t cgroup -o $controllers cgroup $controllers
done
w() {
  printf '%s <- "%s": ' "$1" "$2"
  error=$({ echo "$2" > "$1"; } 2>&1)
  if [ -n "$error" ]; then echo "${error##*: }"; else echo "ok, $(cat "$1" 2>/dev/null | tr '\n' '|')"; fi
}
each() { file=$1; shift; for value; do w "$file" "$value"; done; }
move() { # FILE: moves the process $pid there.
  error=$({ echo $pid > "$1"; } 2>&1)
  [ -n "$error" ] && echo "to $1: ${error##*: }" || echo "to $1: ok"
}
try() { error=$("$@" 2>&1); [ -n "$error" ] && echo "${error##*: }" || echo ok; }
title() { echo; echo "# $*"; }
die() { kill -9 $pid; wait $pid 2>/dev/null; }

title hierarchies
mount | grep '^cgroup on /tmp/cg'
grep -v hugetlb /proc/self/cgroup
grep -E '^(cpu|cpuset|cpuacct|blkio|memory|devices|freezer|pids|perf_event)\b' /proc/cgroups

title files
for controllers in *; do
  mkdir $controllers/a
  for directory in $controllers $controllers/a; do
    for file in $directory/*; do
      case $file in */a | */memory.kmem.slabinfo) continue ;; esac
      echo "$file $(stat -c %A $file)"
    done
  done
done
for file in */a/*; do
  case $file in */memory.kmem.slabinfo | */memory.pressure_level | *.event_control) continue ;; esac
  [ -n "$(find $file -perm /444)" ] && echo "$file: $(cat $file | tr '\n' '|')"
done
for file in memory/memory.limit_in_bytes cpu,cpuacct/cpu.shares cpuset/cpuset.cpus cpuset/cpuset.mems devices/devices.list; do
  echo "$file: $(cat $file)"
done

title cpu
each cpu,cpuacct/a/cpu.shares 1024 0 1 2 262144 262145 9999999 -1 x ''
w cpu,cpuacct/cpu.shares 5
each cpu,cpuacct/a/cpu.cfs_quota_us 50000 -1 0 999 1000 x 99999999999 -5
each cpu,cpuacct/a/cpu.cfs_period_us 100000 1000 999 1000000 1000001 0 x -1
each cpu,cpuacct/a/cpu.cfs_burst_us 100 0
w cpu,cpuacct/cpu.cfs_quota_us 1000
each cpu,cpuacct/a/cpuacct.usage 0 5 x

title cpuset
each cpuset/a/cpuset.cpus 0 0-1 1 2 x '' 0-5
each cpuset/a/cpuset.mems 0 1 x ''
w cpuset/cpuset.cpus 0
sleep 1000 & pid=$!
mkdir cpuset/b
move cpuset/b/cgroup.procs
w cpuset/b/cpuset.cpus 0
move cpuset/b/tasks
w cpuset/b/cpuset.mems 0
move cpuset/b/tasks
w cpuset/b/cpuset.cpus ''
mkdir cpuset/b/c
each cpuset/b/c/cpuset.cpus 1 0
w cpuset/b/cpuset.cpus 1
echo 1 > cpuset/b/cgroup.clone_children
mkdir cpuset/b/d
cat cpuset/b/d/cpuset.cpus
grep -E 'cpuset|memory' /proc/$pid/cgroup | sed 's/^[0-9]*//'
grep Cpus_allowed_list /proc/$pid/status

title memory
each memory/a/memory.limit_in_bytes 64M 1000000 -1 -2 0 x max 32m 4096
each memory/a/memory.memsw.limit_in_bytes 16M 64M -1
w memory/a/memory.limit_in_bytes 128M
w memory/a/memory.memsw.limit_in_bytes 256M
w memory/a/memory.limit_in_bytes 512M
w memory/a/memory.memsw.limit_in_bytes 64M
w memory/memory.limit_in_bytes 64M
each memory/a/memory.soft_limit_in_bytes 16M -1 x
each memory/a/memory.swappiness 0 100 200 201 -1 x
each memory/a/memory.oom_control 0 2 x
each memory/a/memory.use_hierarchy 1 0
each memory/a/memory.move_charge_at_immigrate 0 4
each memory/a/memory.kmem.limit_in_bytes 1M -1
each memory/a/memory.failcnt 0 1 x
each memory/a/memory.max_usage_in_bytes 0 5
each memory/a/memory.force_empty 0 1
each memory/a/memory.usage_in_bytes 1
each memory/a/memory.stat 1
each memory/a/memory.oom_control 0

title freezer
die
pid=$( (sleep 1000 > /dev/null & echo $!) )
each freezer/a/freezer.state FROZEN THAWED x FREEZING ''
move freezer/a/cgroup.procs
w freezer/a/freezer.state FROZEN
grep State /proc/$pid/status
mkdir freezer/a/b
cat freezer/a/b/freezer.state freezer/a/b/freezer.parent_freezing freezer/a/b/freezer.self_freezing
w freezer/a/b/freezer.state THAWED
kill -9 $pid
grep State /proc/$pid/status
echo THAWED > freezer/a/freezer.state
sleep 0.2
try ls -d /proc/$pid | grep -v ok

title devices
each devices/a/devices.deny 'c 1:3 rwm' x a 'c 1:3' 'd 1:3 r' 'c *:* rwm' 'c 1:* w'
cat devices/a/devices.list
each devices/a/devices.allow 'c 1:3 rwm' 'c 1:5 r' 'c 5:* rwm' 'b *:* m' 'c 1:3 q' '' 'c 1:5 w'
cat devices/a/devices.list
mkdir devices/a/b
cat devices/a/b/devices.list
each devices/a/b/devices.allow 'c 1:8 r' a
w devices/a/devices.allow a
w devices/a/devices.deny 'c 1:5 r'
cat devices/a/devices.list devices/a/b/devices.list
cat > /tmp/inside <<'EOF'
echo $$ > devices/a/cgroup.procs
try() { error=$("$@" 2>&1 > /dev/null); [ -n "$error" ] && echo "${error##*: }" || echo ok; }
try cp /dev/null /tmp/copy
try head -c 1 /dev/zero
try head -c 1 /dev/urandom
try mknod /tmp/null c 1 3
try mknod /tmp/random c 1 8
try mknod /tmp/fifo p
try cp /etc/passwd /dev/zero
EOF
bash /tmp/inside
rm -f /tmp/inside /tmp/copy /tmp/null /tmp/fifo

title others
each net_cls/a/net_cls.classid 0x100001 10 x -1
each blkio/a/blkio.throttle.read_bps_device '8:16 1048576' x '1:3 5'
each pids/a/pids.max 5 max -1
each memory/a/notify_on_release 1 x
each memory/a/cgroup.clone_children 2 0

title release agent
cat > /tmp/agent <<'EOF'
#!/bin/bash
echo "$0 $1 $PATH $HOME" > /tmp/released
EOF
chmod +x /tmp/agent
w memory/release_agent /tmp/agent
mkdir memory/a/x
echo 1 > memory/a/x/notify_on_release
sleep 1000 & pid=$!
move memory/a/x/tasks
die
sleep 0.5
cat /tmp/released
rm /tmp/agent /tmp/released

title mounts
mkdir one two
mnt() { mount "$@" 2>/dev/null && echo "mounted $*" || echo "refused $*"; }
mnt -t cgroup -o memory,cpu none one
mnt -t cgroup -o foo none one
mnt -t cgroup -o none none one
mnt -t cgroup -o none,name=x none one
mnt -t cgroup -o name=x none two
umount two
mnt -t cgroup -o name=y none two
mnt -t cgroup -o memory,name=z none two
mnt -t cgroup -o memory none two
ls -d two/a
umount two
mount | grep '^none on /tmp/cg'

title directories
mv memory/a/x memory/a/y && ls -d memory/a/y
try mv memory/a/y memory/z
try touch memory/a/z
try rmdir memory/a
try mkdir memory/a/tasks
sleep 1000 & pid=$!
move memory/a/y/tasks
try rmdir memory/a/y
die
try rmdir memory/a/y

title who may move whom
sleep 1000 & pid=$!
chown -R nobody pids/a
user() { su -s /bin/bash nobody -c "$1" 2>&1 | sed 's/.*: //'; }
user "echo $pid > pids/a/tasks && echo moved"
user "sleep 0.1 & echo \$! > pids/a/tasks && echo moved"
user "mkdir pids/a/b; stat -c '%U %A' pids/a/b pids/a/b/tasks; rmdir pids/a/b"
die

title namespaces
mkdir memory/box
bash -c 'echo $$ > memory/box/tasks; exec unshare -C bash -c "grep memory /proc/self/cgroup | sed s/^[0-9]*//; mkdir /tmp/inner; mount -t cgroup -o memory none /tmp/inner; cat /tmp/inner/tasks | grep -c .; umount /tmp/inner; mount -t cgroup -o none,name=new none /tmp/inner 2>/dev/null || echo refused"'
