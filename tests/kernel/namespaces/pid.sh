# PID namespaces: numbers, init, orphans, death.

### the first child is 1; /proc shows the old numbers until it is mounted anew
unshare -fp sh -c 'echo $$; ls /proc | grep -c "^1$"; readlink /proc/self > /dev/null || echo no self'
unshare -fp --mount-proc sh -c 'echo $$; readlink /proc/self; ls -d /proc/[0-9]*; sh -c "echo \$\$ \$PPID; true"'

### without -f the children are elsewhere, and only one is the first
unshare -p sh -c 'sh -c "echo \$\$"; sh -c "echo \$\$"; echo $?; true'
unshare -p sh -c '(exit 3); echo $?; /usr/bin/true; echo $?'

### NSpid and its like list the numbers from the reader's namespace inwards
unshare -fp sh -c 'sleep 100' & sleep 0.1; p=$(pgrep -P $!); grep -cE "^NS(tgid|pid):	[0-9]+	1$" /proc/$p/status; grep -E "^(NSpgid|NSsid)" /proc/$p/status | tr -s '0-9' N; kill -9 $p; wait
unshare -fp --mount-proc unshare -fp --mount-proc grep -E ^NS /proc/self/status
unshare -fp --mount-proc sh -c 'unshare -fp sleep 100 & sleep 0.2; grep -h "^NSpid.*	.*	" /proc/[0-9]*/status | cut -f3; kill -9 2'

### pid_for_children
unshare -p sh -c 'a=$(readlink /proc/$$/ns/pid); readlink /proc/$$/ns/pid_for_children || echo none; sleep 100 & b=$(readlink /proc/$$/ns/pid_for_children); [ "$a" = "$b" ] || echo other; kill -9 $!'
ls -l /proc/self/ns | sed 's/.* \([a-z_]* -> .*\)/\1/; /^total/d'

### init is immune to what it does not handle, from inside; from outside only to what can be blocked
unshare -fp --mount-proc sh -c 'kill -TERM 1; kill -KILL 1; kill -STOP 1; kill -INT $$; echo alive; trap "echo heard" TERM; kill -TERM 1; echo still'
unshare -fp sh -c 'sleep 100; true' & sleep 0.2; i=$(pgrep -P $!); kill -TERM $i; sleep 0.1; kill -0 $i && echo alive; kill -STOP $i; sleep 0.1; grep State /proc/$i/status; kill -KILL $i; wait $!; echo $?

### the namespace dies with its init
unshare -fp sh -c 'sleep 1000 & sleep 1000 & exit 5'; echo $?; pgrep -c sleep
unshare -fp --kill-child sh -c 'sleep 1000; true' & sleep 0.1; kill -9 $!; wait $! 2> /dev/null; sleep 0.1; pgrep -c sleep

### nothing can be born where init is dead
unshare -p sh -c '/usr/bin/true; /usr/bin/true; echo not here'; echo $?
unshare -p sh -c '/usr/bin/true; exec unshare -p true'; echo $?

### nesting twice in a row needs a process between
unshare -p unshare -p true; echo $?; unshare -fp unshare -fp true; echo $?

### orphans go to the init of their namespace
unshare -fp --mount-proc sh -c 'sh -c "sleep 0.3 & echo \$!" > /tmp/p; sleep 0.1; grep PPid /proc/$(cat /tmp/p)/status; wait; echo done'

### a process outside has no number inside
unshare -fp --mount-proc sh -c 'kill -0 7777; echo $PPID; grep -E "^(PPid|Pid)" /proc/1/status'

### nsenter: its child is inside, it is not
unshare -fp --mount-proc sleep 100 & sleep 0.2; i=$(pgrep -P $!); nsenter -t $i -p -m sh -c 'echo $PPID; ls -d /proc/[0-9]* | head -1; grep Name /proc/1/status'
nsenter -t $i -p sh -c 'echo $$' | grep -c '^[2-9]$'; nsenter -t $i -p -F sh -c 'sh -c "echo \$\$"; true' | grep -c '^[2-9]$'; nsenter -t $i -a grep -c sleep /proc/1/comm; kill -9 $i; wait

### one cannot go up
unshare -fp --mount-proc sh -c 'exec 3< /proc/1/ns/pid; unshare -fp nsenter --pid=/proc/self/fd/3 true; echo $?'

### ps sees what /proc shows
unshare -fp --mount-proc ps -o pid,ppid,comm; unshare -fp --mount-proc sh -c 'sleep 9 & ps -o pid,ppid,args'

### deeper than 32 is refused
cat > nest <<'END'
if unshare -fp true 2> err; then exec unshare -fp --mount-proc sh nest $(($1 + 1)); else cat err; fi
END
sh nest 0

### exit status and signals of the child are those of unshare and nsenter
unshare -fp sh -c 'exit 7'; echo $?; unshare -fp nosuch; echo $?; unshare -f sh -c 'kill -TERM $$'; echo $?; nsenter -t $$ -p sh -c 'exit 9'; echo $?; nsenter -t $$ -p sh -c 'kill -KILL $$'; echo $?
