import type { Case } from './differential-cases.ts';
import { lines } from './testing.ts';

/** Command lines whose options are less used, with the files of the differential test. */
export const OPTION_CASES: Case[] = [
  ...lines(String.raw`
gzip -r dir && find dir | sort
gzip -k a; mv a.gz b.gz; rm a; gunzip -N b.gz; ls
gzip -nk a; mv a.gz c.gz; gunzip -N c.gz; ls
gzip -q dir
touch -d 2020-01-02 a; gzip a; touch a.gz; gunzip -N a.gz; date -r a +%F
gzip -S .foo a; ls; gunzip -S .foo a.foo
gzip a; gzip -tv a.gz
tar -b 1 -cf x.tar a && wc -c < x.tar
tar cbf 2 x.tar a && wc -c < x.tar
tar -b x -cf x.tar a
tar -cf x.tar --no-recursion dir && tar -tf x.tar
tar -cf x.tar --sort=name dir a && tar -tf x.tar
tar -cf x.tar --mtime=@0 --owner=daemon --group=daemon a && TZ=UTC tar -tvf x.tar
tar -cf x.tar --mtime=@0 --mode=u+x,go-r a && TZ=UTC tar -tvf x.tar
tar -cf x.tar a b; tar -rf x.tar csv; tar -tf x.tar
tar -czf x.tgz a; tar -rzf x.tgz b
tar -cf x.tar a; echo changed > a; tar -xf x.tar --skip-old-files; cat a
tar -cf x.tar a; touch -d 2040-01-01 a; echo changed > a; touch -d 2040-01-01 a; tar -xf x.tar --keep-newer-files; cat a
tar -cf x.tar a; ln a hard; echo new > a; tar -xf x.tar --overwrite; head -n 1 hard
tar -cf x.tar dir; tar -xf x.tar --one-top-level=zz; ls zz
tar -cf x.tar --remove-files dir; ls
printf 'a\0b\0' > list; tar --null -T list -cf x.tar; tar tf x.tar
tar --transform 's,^,pre/,' -cf x.tar a b; tar tf x.tar
tar -cf x.tar --exclude-vcs dir; tar tf x.tar | sort
tar cf x.tar a b csv; tar tf x.tar --wildcards '*a'
tar cf x.tar a b csv; tar tf x.tar '*a'
tar -cf x.tar a -C dir inner; tar tf x.tar
(umask 077; tar cf x.tar a; rm a; tar xf x.tar --no-same-permissions; ls -l a | cut -c1-10)
tar --full-time -cf x.tar --mtime=@1 a; TZ=UTC tar --full-time -tvf x.tar | cut -d' ' -f4-
tar -cf x.tar ./dir && tar -tf x.tar | sort
mkdir x; ln -s ../dir x/l; chown -RL 1 x; ls -ln dir | cut -d' ' -f3
mkdir x; ln -s ../dir x/l; chown -RH 1 x/l; ls -ln dir | cut -d' ' -f3
mkdir x; ln -s ../dir x/l; chown -RP 1 x/l; ls -ln dir x| cut -d' ' -f3
chown -v 1 a; chown -v 1 a
chown --from=0 1 a; ls -ln a | cut -d' ' -f3
chmod --preserve-root -R 755 dir
cp --no-preserve=foo a c
cp --reflink=foo a c
cp -p --no-preserve=mode a c; ls -l c | cut -c1-10
mkdir o; cp --parents dir/sub/deep.txt o; find o
cp -s dir/inner s
cp -r dir dir
mv --backup=t a b; ls
ln -b a b; ls
ln -fv -S .z a b; ls
install -Cv a c; install -Cv a c
install -b --suffix=.o a b; ls
install -Dv a x/y
install -t nosuch a
install --strip-program=foo a x
ls -C -T4
ls -xw 30
ls -mw 20
touch x~; ls -B; ls
ls -Z
ls --sort=width
ls --hide='d*'
ls -Aa dir
ls --zero
ls -w x
ls --block-size=K -s a
ls --indicator-style=file-type
ls --classify=never
touch 'a b' "c'd" 'e"f' '#g'; ls --quoting-style=shell; ls -Q; ls -b; ls --quoting-style=shell-escape-always; ls --quoting-style=locale; ls -N
touch 'a b'; ls -C --quoting-style=shell-escape
printf x > "$(printf 'q\tr')"; ls; ls -q; ls --show-control-chars; ls --quoting-style=shell-escape; ls -b; ls --quoting-style=shell
ls -1 -l a | cut -c1-10
ls -fl dir | wc -l
ls -lLd link | cut -c1-10
nl -h a -f a -b n words
nl -p -v 5 -i 2 -w 3 words
nl -l 2 -b a words
printf '\\:\\:\\:\nh\n\\:\\:\nb\n\\:\nf\n' | nl
tac -b -s t a
printf '1\n3\n2\n' > s; printf '1\n2\n' >t; comm --check-order s t
printf '1\n3\n2\n' > s; printf '1\n2\n' >t; comm s t
comm --total a a
fold -b -w 4 tabs
shuf -e a -o x; cat x
split -x -l 1 b; ls x*
split --hex-suffixes=9 -l 1 b; ls x*
xxd -i a
xxd -b b
xxd -a -l 48 /dev/zero
xxd -o 16 b
xxd -s -4 b
xxd -C -i b | head -1
xxd b out; cat out
env -v A=1 true
env -i -v A=1 printenv
env -C nosuch ls
sync -df a
sync nosuch
seq -f %03g 3
seq -f 'x%.2fy' 1 .5 2
seq -f '%d' 3
rm --interactive=once a b csv dup
rm --interactive=foo a
head -z -n 1 a | wc -c
printf 'a\0b\0c\0' | tail -zn1 | tr '\0' .
printf 'a\0b\0c' | tail -z -n 2 | tr '\0' .
tail --pid=x a
tail -n 1 --retry a
sort -m a b
sort --check=quiet a
sort --sort=foo b
sort -S x b
uniq -z a | tr '\0' .
printf 'a\0a\0b' | uniq -z | tr '\0' .
uniq --all-repeated=prepend dup
uniq --group=both dup
tee --output-error=foo
md5sum -z a | tr '\0' .
md5sum a > s; echo bad >> s; md5sum -c s; md5sum -c --strict s; md5sum -cw s
md5sum a b > s; rm a; md5sum -c --ignore-missing s
md5sum --tag a > s; cat s; md5sum -c s
md5sum --quiet a
realpath --relative-base=/ a | sed 's,.*/,,'
realpath -s link | sed 's,.*/,,'
id -Z
stat --cached=foo a
printf 'a\0b\nxx\n' > bin; grep -I a bin; grep -c a bin; grep a bin; grep -a a bin; grep --binary-files=text a bin; grep --binary-files=without-match a bin; grep --binary-files=foo a bin
grep -HT o a
grep -12 five a | wc -l
grep --label=foo -H o < a
grep -d recurse inn dir
grep -d foo o a
grep --group-separator=XX -A0 e a
grep --no-group-separator -A0 e a
echo a > pat; grep --exclude-from=pat -r one .
grep -ZH one a | tr '\0' .
grep -lZ one a b | tr '\0' .
printf 'a b c d e f' | xargs -s 12 echo
printf 'a\nEND\nb\n' | xargs -eEND echo
printf 'a\nEND\nb\n' | xargs -e echo
xargs -n 0 < a
printf "a'b" | xargs
xargs -s x < a
`).map((line): Case => ({ line, only: 'gnu' })),
  ...lines(`
gzip -k a; mv a.gz b.gz; gunzip -N b.gz; ls
gzip -q dir
gzip a; gzip -tv a.gz
tar -xzf a
tar -cf x.tar a; tar -xkf x.tar
tar cf x.tar a; tar xf x.tar nosuch
ls -x
ls -aA dir
ls -sk a
ls -F -p
ls -l -1 a | cut -c1-10
ls -g a | cut -c1-17
ls -L dangling
ls -w x
grep -A0 ven a
grep -m 1 -A 2 o a
printf "a'b" | xargs
xargs -n 0 < a
grep -y ONE a
date -D %Y-%m-%d -d 2020-02-03 +%F
date -D '%b %d %Y' -d 'Mar 07 2021' +%F
date -D '%s' -d 1700000000 -Iseconds -u
`).map((line): Case => ({ line, only: 'busybox' })),
];
