# Overlays made by hand: options, their errors, what is seen and what is left in the layers.

### layers, from the top down
mkdir l1 l2 l3 u w m; echo 1 > l1/a; echo 2 > l2/a; echo 2 > l2/b; echo 3 > l3/b; echo 3 > l3/c; mkdir l1/d l2/d l3/d; echo 1 > l1/d/x; echo 2 > l2/d/y; echo 3 > l3/d/x; mount -t overlay ov -o lowerdir=l1:l2:l3,upperdir=u,workdir=w m; cat m/a m/b m/c m/d/x m/d/y; ls m m/d; find u; echo new > m/a; rm m/b; mkdir m/e; echo 4 > m/d/y; find u | sort; cat l1/a l2/b l2/d/y; ls -l u/b | cut -d' ' -f1,5,6; stat -c '%F %t %T %a' u/b; ls m; rm -r m/d; ls -l u/d | cut -d' ' -f1,5,6; mkdir m/d; ls m/d; getfattr -n trusted.overlay.opaque u/d; stat -c '%h %F' m m/d m/e; umount m; ls u

### read-only without an upper directory
mkdir l1 l2 m; echo 1 > l1/a; mkdir l2/d; mount -t overlay ov -o lowerdir=l1:l2 m; echo x > m/a; touch m/b; rm m/a; mkdir m/c; chmod 600 m/a; ls m; grep ' /lab/m ' /proc/mounts | cut -d, -f1,2; mount -o remount,rw m; echo $?; mount -o remount,ro m; echo $?; touch m/a; umount m

### errors of options
mkdir l1 l2 u w m; touch f
for o in lowerdir=l1 lowerdir= '' upperdir=u,workdir=w lowerdir=nowhere:l1 lowerdir=l1:nowhere lowerdir=f:l1 lowerdir=l1,upperdir=u lowerdir=l1,workdir=w lowerdir=l1,upperdir=nowhere,workdir=w lowerdir=l1,upperdir=u,workdir=nowhere lowerdir=l1,upperdir=u,workdir=u lowerdir=l1,upperdir=u,workdir=u/w lowerdir=l1,upperdir=f,workdir=w lowerdir=l1,upperdir=u,workdir=f lowerdir=l1:l1 lowerdir=l1:l2:l1 lowerdir=l1:l2,foo lowerdir=l1:l2,foo=bar lowerdir=l1:l2,index lowerdir=l1:l2,index=maybe lowerdir=:l1:l2 lowerdir=l1:l2: lowerdir=/lab/l1:/lab/l2,redirect_dir=nosuch lowerdir=l1:l2,xino=maybe lowerdir=u,upperdir=u,workdir=w lowerdir=l1:u,upperdir=u,workdir=w lowerdir=w:l1,upperdir=u,workdir=w lowerdir=l1:l2,volatile lowerdir=l1,upperdir=u,workdir=w,userxattr,redirect_dir=on; do
mount -t overlay ov -o "$o" m 2>e; echo "$? $o: $(head -1 e)"; umount -q m; rm -rf w/work u/w; done
mkdir u/w l1/in; mount -t overlay ov -o lowerdir=l1,upperdir=u,workdir=u/w m; echo $?; mount -t overlay ov -o lowerdir=l1:l1/in m; echo $?; mount -t overlay ov -o lowerdir=l1/in:l1 m; echo $?; mount -t overlay ov -o lowerdir=l1:l2 nowhere; mount -t overlay ov -o lowerdir=l1:l2 f; mkdir l1/up l1/wk; mount -t overlay ov -o lowerdir=l1,upperdir=l1/up,workdir=l1/wk m; echo $?; ls m; ls m/up; umount m

### names with colons, commas and backslashes
mkdir 'a:b' 'c,d' 'e\f' u w m; touch 'a:b/1' 'c,d/2' 'e\f/3'; mount -t overlay ov -o 'lowerdir=a\:b:c\,d:e\\f' m; echo $?; ls m; grep ' /lab/m ' /proc/mounts | sed 's/.*lowerdir=\([^ ]*\).*/\1/; s/,redirect_dir=on//'; umount m; mount -t overlay ov -o 'lowerdir=a\:b,upperdir=c\,d,workdir=w' m; echo $?; ls m; umount m

### too many layers and too deep a stack
i=0; l=; while [ $i -lt 501 ]; do mkdir l$i; l=$l:l$i; i=$((i+1)); done; mkdir m; cd /lab; mount -t overlay ov -o lowerdir=${l#:} m 2>&1 | head -1; umount -q m; mkdir m1 m2 m3 b1 b2; mount -t overlay o1 -o lowerdir=b1:b2 m1; echo $?; mount -t overlay o2 -o lowerdir=m1:b2 m2; echo $?; mount -t overlay o3 -o lowerdir=m2:b2 m3; echo $?; mkdir u w; mount -t overlay o3 -o lowerdir=b1,upperdir=m1,workdir=w m3; echo $?; umount m2 m1

### work directory is made empty, and another device is refused
mkdir l u w m t; mkdir -p w/work/left; touch w/work/left/x w/other; mount -t overlay ov -o lowerdir=l,upperdir=u,workdir=w m; echo $?; find w | sort; stat -c %a w/work; umount m; mount -t tmpfs none t; mkdir t/w t/l; mount -t overlay ov -o lowerdir=l,upperdir=u,workdir=t/w m; echo $?; mount -t overlay ov -o lowerdir=t/l,upperdir=u,workdir=w m; echo $?; test $(stat -c %d m) -ne $(stat -c %d l) && echo own; touch m/x; test $(stat -c %d m/x) -ne $(stat -c %d m) && echo other; umount m; mount -o remount,ro t; mkdir t2; mount -t overlay ov -o lowerdir=l,upperdir=t/l,workdir=t/w m; echo $?; umount t

### one upper directory for two overlays
mkdir l u w w2 m m2; mount -t overlay a -o lowerdir=l,upperdir=u,workdir=w m; mount -t overlay b -o lowerdir=l,upperdir=u,workdir=w2 m2 2>&1; echo $?; echo x > m/f; ls m2; umount m; umount -q m2; mount -t overlay c -o lowerdir=l,upperdir=u,workdir=w,index=off m; echo $?; umount m

### volatile cannot be mounted again
mkdir l u w m; mount -t overlay ov -o lowerdir=l,upperdir=u,workdir=w,volatile m; echo $?; find w | sort; grep -o volatile /proc/mounts; umount m; mount -t overlay ov -o lowerdir=l,upperdir=u,workdir=w m; echo $?; rm -r w/work; mount -t overlay ov -o lowerdir=l,upperdir=u,workdir=w m; echo $?; umount m

### what is hidden by hand
mkdir l1 l2 u w m; touch l2/a l2/b l2/c; mkdir l2/d l2/e; touch l2/d/x l2/e/y; mknod l1/a c 0 0; mkdir l1/d l1/e; touch l1/d/z; setfattr -n trusted.overlay.opaque -v y l1/d; setfattr -n trusted.overlay.opaque -v n l1/e; mknod u/b c 0 0; mknod l1/c c 1 3; mount -t overlay ov -o lowerdir=l1:l2,upperdir=u,workdir=w m; ls m m/d m/e; cat m/a; stat -c %F m/c; mknod m/w c 0 0; echo $?; touch m/a m/b; ls m; ls u; rm m/a; stat -c %F u/a; ln m/c m/k; rm m/c m/k; ls u; getfattr -d -m - m/d; setfattr -n trusted.overlay.opaque -v y m/e; getfattr -d -m trusted m/e; getfattr -d -m 'trusted.overlay.overlay' u/e; umount m

### copy-up keeps what a file is
mkdir l u w m; echo data > l/f; chmod 4711 l/f; chown ann:bob l/f; touch -d @1000000 l/f; setfattr -n user.k -v v l/f; setfattr -n trusted.t -v w l/f; ln -s target l/s; chown -h ann l/s; mkfifo -m 600 l/p; ln l/f l/g; mount -t overlay ov -o lowerdir=l,upperdir=u,workdir=w m; touch -c -a m/f; stat -c '%a %U %G %Y %s %h' m/f u/f; getfattr -d -m - m/f | grep -v '^#'; chown -h bob m/s; readlink u/s; stat -c %U u/s l/s; chmod 644 m/p; stat -c '%F %a' u/p; stat -c %h m/g l/g; test m/f -ef m/g || echo apart; echo more >> m/g; cat m/f; cat l/f; mkdir l/dd; umount m; stat -c '%a %U %G %Y %s' u/f

### renames
mkdir l u w m; mkdir -p l/d/e; echo x > l/f; mount -t overlay ov -o lowerdir=l,upperdir=u,workdir=w,redirect_dir=off m; mv m/f m/g; ls m; ls -l u | sed 1d | cut -d' ' -f1; mv m/d m/d2; echo $?; ls m/d2; find u | sort; mkdir m/n; mv m/n m/n2; ls m; mv m/g /lab/; echo $?; umount m

### what an overlay tells of itself
mkdir l1 l2 u w m; mount -t overlay name -o lowerdir=l1:l2,upperdir=u,workdir=w m; grep ' /lab/m ' /proc/mounts | sed 's/,\(uuid\|nouserxattr\|redirect\|xino\)[^, ]*//g'; findmnt -no SOURCE,FSTYPE m; df --output=source,fstype,target m; stat -f -c %T m; mount -o remount,ro m; grep ' /lab/m ' /proc/mounts | cut -c1-24; mount -o remount,lowerdir=x,rw m; echo $?; mount -o remount,noatime m; grep -c noatime /proc/mounts; umount l1; umount m
