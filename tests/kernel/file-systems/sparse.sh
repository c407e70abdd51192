# Files with holes.

### what a hole costs
truncate -s 10G f; stat -c '%s %b' f; ls -l f | cut -d' ' -f5; ls -s f; du f; du -h --apparent-size f; df --output=used . | tail -1; echo end >> f; stat -c '%s %b' f; tail -c 4 f; head -c 3 f | od -An -tx1; dd if=f bs=1M skip=10239 status=none | wc -c; printf x | dd of=f bs=1 seek=5000000000 conv=notrunc status=none; stat -c '%s %b' f; dd if=f bs=1 skip=4999999999 count=3 status=none | od -An -c; cmp -n 1000 f /dev/zero; echo $?

### truncate's sizes
for s in 0 10 1K 1KB 1M +5 -3 '<8' '>20' /16 %16 -100 1x x '' +; do truncate -s "$s" f; echo "$? $(stat -c '%s %b' f 2>/dev/null)"; done; truncate -c -s 5 nowhere; ls nowhere; truncate -r /etc/passwd g; cmp -s g /etc/passwd; stat -c %s g | grep -c .; truncate f; truncate -s 1; mkdir d; truncate -s 1 d; truncate -s 8K f; truncate -o -s 3 f; stat -c %s f; ln -s f l; truncate -s 7 l; stat -c %s f

### fallocate sets space aside and makes holes
fallocate -l 40K f; stat -c '%s %b' f; fallocate -n -l 80K f; stat -c '%s %b' f; yes | head -c 40960 > f; fallocate -p -o 4096 -l 8192 f; stat -c '%s %b' f; dd if=f bs=1 skip=4095 count=2 status=none | od -An -tx1; fallocate -l 10 -o 100 g; stat -c '%s %b' g; fallocate g; fallocate -l 0 g; fallocate -l x g; fallocate -o -1 -l 5 g; fallocate -l 1 nowhere/x; mkdir d; fallocate -l 1 d; fallocate -z -l 10 f; fallocate -c -o 0 -l 4096 f; fallocate -i -o 0 -l 4096 f; fallocate -p f; fallocate -l 100M big; echo $?; stat -c '%s %b' big; fallocate -d f; echo $?; stat -c '%s %b' f; fallocate -v -l 1 v; fallocate -p -n -l 5 f; fallocate -p -z -l 5 f

### copies keep holes or make them
truncate -s 1M f; printf data | dd of=f bs=1 seek=500000 conv=notrunc status=none; cp f a; cp --sparse=never f b; cp --sparse=always f c; cat f > d; dd if=f of=e bs=64k conv=sparse status=none; tar cf t.tar f; tar cSf s.tar f; mkdir x y; tar xf t.tar -C x; tar xf s.tar -C y; for n in f a b c d e x/f y/f; do cmp f $n; stat -c '%n %s %b' $n; done; stat -c '%n %s' t.tar s.tar; cp --sparse=x f z; cp b g; stat -c %b g; cp --sparse=always b h; stat -c %b h; rsync --version >/dev/null 2>&1; mv f /dev/shm/ 2>/dev/null; ls | head -3

### dd and its ways
seq 1000 > f; dd if=f of=g bs=100 count=2 skip=1 status=noxfer; dd if=f of=g bs=100 seek=3 count=1 conv=notrunc status=noxfer; stat -c %s g; dd if=f of=g bs=1k seek=2 count=1 status=none; stat -c %s g; dd if=/dev/zero of=h bs=1M count=5 status=none; stat -c '%s %b' h; dd if=/dev/zero of=h bs=1 count=0 seek=1G status=none; stat -c '%s %b' h; dd if=nowhere; dd of=/nowhere/x < /dev/null; dd bs=x; dd foo=1; dd conv=foo; dd if=f of=i conv=excl status=none; dd if=f of=i conv=excl status=none; dd if=f of=j conv=nocreat; dd if=f ibs=10 obs=20 count=3 status=noxfer | wc -c; echo abc | dd conv=ucase status=none; printf 'ab\ncd' | dd cbs=4 conv=block status=none; echo; printf abcd | dd conv=swab status=none; echo; dd if=f bs=1k count=1 skip=100 status=noxfer; dd if=f of=k bs=1k count=1 iflag=fullblock oflag=append conv=notrunc status=none; stat -c %s k; printf abc | dd bs=2 conv=sync status=none | od -An -c
