### one holds the lock, others wait, give up or are told
exec 9> f
flock -x 9; echo $?
flock -n f true; echo $?
flock -n -E 5 f true; echo $?
flock -w 0.1 f echo never; echo $?
flock --verbose -n f true
flock -u 9
flock -n f echo free

### locks may be shared
flock -s f sleep 100 &
until ! flock -n f true; do sleep 0.02; done
flock -sn f echo shared
flock -n f echo never; echo $?
pkill -x sleep; wait
flock -n f echo alone

### a lock goes with the last descriptor of its opening
(exec 9> f; flock 9; sleep 100 & p=$!
 exec 9>&-
 flock -n f true; echo $?; kill $p; wait; flock -n f true; echo $?)

### the process that held it is gone
flock f sleep 100 &
until ! flock -n f true; do sleep 0.02; done
kill $!
flock -n f true; echo $?
pkill -x sleep
until flock -n f true; do sleep 0.02; done; echo free

### a lock is converted
exec 8> f 9> f
flock -s 8; flock -s 9
flock -n 8; echo $?
flock -u 9
flock -n 8; echo $?
flock -sn 9; echo $?

### counting one after another
echo 0 > n
for i in 1 2 3 4 5; do
  (flock 9; read n < n; sleep 0.05; echo $((n + 1)) > n) 9> lock &
done
wait
cat n

### what is wrong is said
flock; echo $?
flock f; echo $?
flock -n; echo $?
flock f -c; echo $?
flock f -c a b; echo $?
flock -E 300 f true; echo $?
flock -w x f true; echo $?
flock /nonexistent/x true; echo $?
flock 99; echo $?
flock f nosuchcommand; echo $?
flock -z; echo $?
flock f -c 'echo by a shell; exit 3'; echo $?
flock . true; echo $?
