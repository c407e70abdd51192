# IPC namespaces: System V objects, their keys, rights and limits, and how ipcs shows them.

### made, shown, removed
ipcmk -M 4096; ipcmk -M 10 -p 600; ipcmk -Q; ipcmk -S 3
ipcs | sed 's/^0x......../KEY       /'; ipcs -m | grep -c root; ipcrm -m 0; ipcrm -q 0 -s 0; ipcs | sed 's/^0x......../KEY       /'

### other ways to look
ipcmk -M 4K > /dev/null; ipcmk -M 5MiB > /dev/null; ipcmk -Q > /dev/null; ipcmk -S 2 > /dev/null
ipcs -c; ipcs -p | sed 's/root  *[1-9][0-9]*  */root PID /'; ipcs -u; ipcs -l; ipcs -m --human | sed 's/^0x......../KEY/'; ipcs -l --human; ipcs -lb
ipcs -t | sed 's/[A-Z][a-z][a-z] [A-Z][a-z][a-z] [ 0-9][0-9] ..:..:.. 20../TIME/; s/[A-Z][a-z][a-z] [ 0-9][0-9] ..:..:../TIME/; s/... ... .. ..:..:.. 20../TIME/'

### one object
ipcmk -M 100 > /dev/null; ipcmk -Q > /dev/null; ipcmk -S 2 > /dev/null
for k in m q s; do ipcs -$k -i 0 | sed 's/cpid=[0-9]*/cpid=PID/; s/[A-Z][a-z][a-z] [A-Z][a-z][a-z] .* 20../TIME/'; ipcs -$k -i 5; echo $?; done; ipcs -i 0; echo $?

### ids go on; removed ones are not soon used again
for i in 1 2 3; do ipcmk -M 1; done; ipcrm -m 1; ipcmk -M 1; ipcrm -m 0 -m 2 -m 3; ipcmk -M 1; ipcs -m | grep ^0x | tr -s ' ' | cut -d' ' -f2

### what is wrong
ipcmk; echo $?; ipcmk -M 0; echo $?; ipcmk -M x; echo $?; ipcmk -S 0; echo $?; ipcmk -S 40000; echo $?; ipcmk -p 9 -Q; echo $?
ipcrm -m 7; echo $?; ipcrm -M 0; echo $?; ipcrm -M 0x1234; echo $?; ipcrm -q x; echo $?; ipcrm; echo $?; ipcrm shm; echo $?; ipcrm shm 9 x; echo $?; ipcrm -m; echo $?; ipcs -i x -m; echo $?

### remove by key, by list, all
ipcmk -M 10 > /dev/null; ipcrm -v -M $(ipcs -m | grep ^0x | cut -d' ' -f1); ipcmk -M 1; ipcmk -M 1; ipcmk -Q; ipcrm shm 1 2; ipcmk -S 1; ipcrm -a -v; ipcs | grep -c ^0x
ipcmk -M 1; ipcmk -Q; ipcrm --all=msg; ipcs | grep -c ^0x; ipcrm -a=what; echo $?

### others may look only where the mode lets them, and remove only what is theirs
ipcmk -M 10 -p 600 > /dev/null; ipcmk -M 10 -p 644 > /dev/null; su ann -c 'ipcs -m -i 0 | grep -c uid=; ipcs -m -i 1 | grep uid=; ipcrm -m 0; ipcrm -m 1; ipcmk -M 20 -p 600 > /dev/null; ipcs -m | grep ann | cut -c12-; ipcrm -m 2; echo $?'

### each namespace has its own
ipcmk -M 10 > /dev/null; unshare -i sh -c 'ipcs -m | grep -c ^0x; ipcmk -M 5; ipcs -m | grep -c ^0x'; ipcs -m | grep -c ^0x
unshare -i sleep 100 & sleep 0.1; nsenter -i -t $! ipcmk -Q; ipcs -q | grep -c ^0x; nsenter -i -t $! ipcs -q | grep -c ^0x; kill $!

### plain users need a user namespace for one; its root sees its ids
su ann -c 'unshare -i true; unshare -Uri sh -c "ipcmk -M 8; ipcs -m -c | tail -n +4; cut -c22- /proc/sysvipc/shm | cut -d: -f1 | head -1; ipcrm -m 0"'

### limits are per namespace
unshare -i sh -c 'echo 100 > /proc/sys/kernel/shmmax; ipcmk -M 101; ipcmk -M 100; echo 1 > /proc/sys/kernel/shmmni; ipcmk -M 1; echo "2 3 4 1" > /proc/sys/kernel/sem; ipcmk -S 3; ipcmk -S 2; ipcmk -S 2; cat /proc/sys/kernel/sem; ipcs -l'
cat /proc/sys/kernel/shmmax /proc/sys/kernel/sem /proc/sys/kernel/msgmax

### the files of /proc/sysvipc
ipcmk -M 4096 > /dev/null; ipcmk -Q > /dev/null; ipcmk -S 4 > /dev/null
sed 's/-\{0,1\}[0-9]\{6,\}/BIG/g; s/ *BIG/ BIG/g' /proc/sysvipc/msg /proc/sysvipc/sem; head -1 /proc/sysvipc/shm; tail -n +2 /proc/sysvipc/shm | tr -s ' ' | sed 's/^ //' | cut -d' ' -f2-4,6-13,15-16; ls /proc/sysvipc
