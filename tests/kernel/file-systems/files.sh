# What the kernel allows with names, links, modes and owners.

### a running program's file is busy
cp /usr/bin/sleep s; ./s 100 & sleep 0.1; echo x > s; echo $?; echo x >> s; echo $?; cp /usr/bin/true s; echo $?; truncate -s 0 s; echo $?; (: > s); echo $?; mv s s2; echo moved; rm s2; kill $!
cp /usr/bin/true t; exec 3>> t; ./t; echo $?; exec 3>&-; ./t; echo $?; printf '#!/bin/sh\necho ran\n' > u; chmod +x u; exec 3>> u; ./u; echo $?; sh u

### names and paths have limits
n=$(printf '%0255d' 0); touch $n; echo $?; touch ${n}0; echo $?; mkdir ${n}1; echo $?; ln -s x ${n}2; echo $?; cat ${n}3; mv $n ${n}4; echo $?; stat -c %h $n
u=$(printf 'é%.0s' $(seq 127)); touch $u; echo $?; touch ${u}é 2>/dev/null; echo $?
p=.; for i in $(seq 100); do p=$p/$(printf '%050d' 0); done; mkdir -p $p; echo $?; ls $p; echo $?; ls -d $(echo $p | cut -c1-4000) >/dev/null; echo $?

### deep trees are made and removed a level at a time
i=0; while [ $i -lt 300 ]; do mkdir dddddddddddddddddddd; cd dddddddddddddddddddd; i=$((i+1)); done; touch f; ls; cd /lab; rm -r dddddddddddddddddddd; echo $?; ls

### links in a circle
ln -s b a; ln -s a b; cat a; ls a; ls -L a; cd a; mkdir a/x; touch a; ls -l a | sed 's/.* a/a/'; rm a b; ln -s self self; cat self/x; stat self > /dev/null && echo there; readlink self; readlink -f self; echo $?
i=0; ln -s f l0; echo deep > f; while [ $i -lt 45 ]; do ln -s l$i l$((i+1)); i=$((i+1)); done; cat l39; echo $?; cat l40; echo $?; cat l45; echo $?; rm f; cat l3; mkdir d; ln -s .. d/up; ls d/up/d/up/d; ln -s d/d2 d2; ls d2/; ln -sn . here; ls here/here/here/here/d; find . -name up; find -L . -name nothing; du -L . > /dev/null; echo $?

### hard links
echo one > a; ln a b; ln a d/c; mkdir d; ln a d/c; stat -c %h a; echo two >> b; cat d/c; rm a; cat b; ln d e; echo $?; ln nowhere e; echo $?; ln b b; echo $?; ln -f b b; echo $?; ln b d/c; echo $?; ln -f b d/c; ln -s x l; ln l m; stat -c '%h %F' l; ln -L l n; echo $?; ln /proc/version v; echo $?; ls -i b d/c | sed 's/ .*//' | uniq | wc -l

### a directory that is not empty, not one, or in use
mkdir -p d/e; touch f d/g; rmdir d; rmdir f; rm d; rm -d d; rmdir d/e; rm d/g; rm -d d; echo $?; mkdir d; cd d; rmdir ../d; pwd; ls; touch x; mkdir y; cd .; cd ..; pwd; ls; rmdir .; rmdir ..; rm -r .; rm -r ..; rmdir /; mkdir .; mkdir /; mkdir f; mkdir f/x; touch f/; ls f/; cat f/x; echo x > f/; rm f/; mv f/ g; cp f/ g; ln f/ g

### rename's rules
mkdir -p a/b c; touch f g; mv a a/b/x; mv f c; mv g c/f; ls c; mv -T a c; echo $?; mkdir e; mv -T a e; ls e; mv -T f e; mv -T e f; touch f; mv -T e f; mv -T f e; mv -n f c; ls; mv nowhere x; mv e/b /lab; ls; mv f/ h; mv b h/; ls; mv h /dev/null/x; echo $?

### the sticky bit keeps others' files
mkdir -m 1777 t; mkdir -m 777 o; for d in t o; do touch $d/mine; chmod 666 $d/mine; su ann -c "rm -f /lab/$d/mine"; ls $d; su ann -c "touch /lab/$d/hers; mkdir /lab/$d/dir; ls -ld /lab/$d/hers | cut -c1-10"; su bob -c "rm -f /lab/$d/hers; rmdir /lab/$d/dir; mv /lab/$d/hers /lab/$d/his"; su ann -c "rm /lab/$d/hers"; done 2>&1
su bob -c 'touch /lab/t/b; chmod 777 /lab/t/b'; su ann -c 'echo x > /lab/t/b; cat /lab/t/b; ln -s b /lab/t/l'; su bob -c 'rm /lab/t/l'; rm t/l; echo $?

### links of others are not followed in a sticky directory
mkdir -m 1777 t; echo secret > s; chmod 600 s; su ann -c 'ln -s /lab/s /lab/t/l; echo hers > /lab/t/f; chmod 666 /lab/t/f'; cat t/l; echo $?; su bob -c 'cat /lab/t/l; ln /lab/s /lab/t/h; ln /lab/t/f /lab/t/g'; echo more >> t/f; echo $?; mkfifo t/p; chmod 666 t/p; chown ann t/p; timeout 1 sh -c 'echo x > t/p'; echo $?
cat /proc/sys/fs/protected_symlinks /proc/sys/fs/protected_hardlinks /proc/sys/fs/protected_regular /proc/sys/fs/protected_fifos

### set-group-id directories hand their group down
mkdir d; chgrp bob d; chmod 2777 d; umask 022; touch d/f; mkdir d/e; mkdir d/e/g; ln -s x d/l; stat -c '%a %G %n' d d/f d/e d/e/g; stat -c %G d/l; su ann -c 'touch /lab/d/a; mkdir /lab/d/b; touch /lab/d/s; chmod 2755 /lab/d/s'; stat -c '%a %U %G %n' d/a d/b d/s; chmod 755 d; stat -c %a d; chmod 00755 d; stat -c %a d; chmod g+s d; chmod g-s d; stat -c %a d

### set-id bits go when a file is written to or changes its owner
touch f; chmod 6755 f; echo x > f; stat -c %a f; chown ann f; stat -c %a f; chmod 6755 f; chgrp bob f; stat -c %a f; chmod 6644 f; chown bob f; stat -c %a f; chmod 2755 f; su bob -c 'echo y >> /lab/f'; stat -c %a f; chmod 6755 f; su bob -c 'truncate -s 0 /lab/f'; stat -c %a f; chown bob:ann f; su bob -c 'chmod 2755 /lab/f'; stat -c %a f; mkdir d; chmod 6755 d; chown ann d; stat -c %a d

### set-user-id programs
cp /usr/bin/id i; chmod 755 i; chown ann:bob i; su bob -c './i -un; ./i -u' ; chmod 4755 i; su bob -c './i -un; ./i -run; ./i -gn'; chmod 2755 i; ./i -gn; ./i -rgn; chmod 6755 i; ./i; printf '#!/bin/sh\nid -un\n' > s; chmod 4755 s; chown ann s; ./s; ls -l s i | cut -c1-10

### who may change what
echo x > f; chmod 640 f; chown ann:bob f; su ann -c 'cat f; echo y >> f; chmod 600 f; chown bob f; chgrp ann f; chgrp root f; touch f' 2>&1; stat -c '%a %U %G' f; su bob -c 'cat f; chmod 777 f; touch f; touch -d 2020-01-01 f; rm -f f; mv f g' 2>&1; chmod 000 f; cat f; su ann -c 'cat f; test -r f; echo $?'; mkdir d; chmod 711 d; touch d/f; su ann -c 'ls d; cat d/f; cd d; touch d/g'; chmod 744 d; su ann -c 'ls d 2>/dev/null; cat d/f'; chmod 000 d; ls d

### the umask
for m in 000 022 027 077 777; do umask $m; touch f$m; mkdir d$m; mkfifo p$m; ln -s x l$m; stat -c '%a %n' f$m d$m p$m l$m; done; umask; umask -S; umask 0; mkdir -m 1770 k; stat -c %a k; touch w; chmod +w w; umask 22; chmod +w w; chmod -x w; chmod +x w; stat -c %a w; umask 9; echo $?

### times
touch -d '2020-01-01 00:00:00 UTC' f; stat -c '%X %Y' f; touch -a -d @1000 f; stat -c '%X %Y' f; touch -m -d @2000 f; stat -c '%X %Y' f; ln -s f l; touch -h -d @4000 l; stat -c '%Y' f l; touch -r f g; stat -c '%X %Y' g; cp -p f h; stat -c %Y h; mv h i; stat -c %Y i; touch -c nowhere; ls nowhere; mkdir d; touch -d @5000 d; touch d/x; test $(stat -c %Y d) -gt 5000 && echo newer; touch -d @5000 d; rm d/x; test $(stat -c %Y d) -gt 5000 && echo newer; touch -d @6000 f; chmod 600 f; stat -c %Y f; echo x > f; test $(stat -c %Y f) -gt 6000 && echo newer; test f -nt g && echo nt; test g -ot f && echo ot

### access times as the mount wants them
mkdir t; for o in relatime strictatime noatime; do mount -t tmpfs -o $o none t; echo x > t/f; touch -a -d @1000 t/f; cat t/f; test $(stat -c %X t/f) -gt 1000 && echo $o updates; touch -d @2000 t/f; touch -d @3000 t/f; touch -a -d '+1 hour' t/f; a=$(stat -c %X t/f); cat t/f; test $(stat -c %X t/f) -lt $a && echo $o updates again; mkdir t/d; touch -a -d @1000 t/d; ls t/d; test $(stat -c %X t/d) -gt 1000 && echo $o directory; umount t; done; mount -t tmpfs -o strictatime,nodiratime none t;  mkdir t/d; touch -a -d @1000 t/d; ls t/d; test $(stat -c %X t/d) -gt 1000 || echo nodiratime; umount t

### symbolic links that a mount does not follow
mkdir t; mount -t tmpfs -o nosymfollow none t; echo x > t/f; ln -s f t/l; cat t/l; readlink t/l; ls t/l; ln -s t/f m; cat m; umount t

### device nodes
mknod n c 1 3; echo x > n; cat n; stat -c '%F %t %T %a' n; mknod z c 1 5; head -c 3 z | od -An -tx1; mknod b b 7 0; stat -c '%F %t %T' b; mknod p p; stat -c %F p; mknod -m 600 q c 1 7; stat -c %a q; mknod x c 1; mknod x; mknod x y 1 2; mknod n c 1 3; mknod n p; mknod /nowhere/x p; su ann -c 'mknod /tmp/c c 1 3; mknod /tmp/p p; ls -l /tmp/p | cut -c1'; mknod u c 200 1; cat u; mkfifo n; mkfifo -m 700 r; stat -c %a r; rm n z b

### the memory devices
echo x > /dev/full; echo $?; head -c 4 /dev/full | od -An -tx1; head -c 4 /dev/zero | od -An -tx1; cat /dev/null; head -c 1000 /dev/urandom | wc -c; head -c 1000 /dev/random | wc -c; echo x > /dev/null; echo x > /dev/zero; dd if=/dev/zero of=/dev/full count=1 status=noxfer; cp /etc/passwd /dev/full; cat /etc/passwd > /dev/full; printf x > /dev/full; tee /dev/full < /etc/group; ls / > /dev/full; echo $?; dd if=/dev/zero bs=1k count=3 status=none | wc -c; tail -c 0 /dev/zero; cat /dev/full | head -c 2 | od -An -tx1; stat -c '%F %t %T' /dev/null /dev/zero /dev/full; test -c /dev/null && echo c; cat < /dev/null > /dev/null; cp /dev/null empty; stat -c '%s %F' empty; ls -l /dev/null | cut -c1-10
