import { lines } from './testing.ts';

/** Command lines for the differential test, with the files that they find. */
export interface Case {
  line: string;
  stdin?: string;
  only?: 'gnu' | 'busybox';
}

export const FILES: Record<string, string | { link: string }> = {
  a: 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\n',
  b: 'banana 3 x\napple 10 y\ncherry 2 z\napple 1 w\n',
  words: 'the quick brown fox\njumps over\tthe lazy dog\n\n\nThe End',
  'dir/inner': 'inner\n',
  'dir/sub/deep.txt': 'deep\n',
  'dir/.hidden': '',
  link: { link: 'a' },
  dangling: { link: 'nowhere' },
  csv: 'name,age,city\nann,30,oslo\nbob,25,rome\neve,,paris\n',
  dup: 'a\na\nb\nB\nb\nc\nc\nc\n',
  tabs: 'a\tb\tc\nno tab\n1\t2\t3\n',
};

const both = (text: string): Case[] => lines(text).map((line) => ({ line }));
const gnu = (text: string): Case[] => lines(text).map((line) => ({ line, only: 'gnu' }));
const busybox = (text: string): Case[] => lines(text).map((line) => ({ line, only: 'busybox' }));
export const CASES: Case[] = [
  ...both(String.raw`
ls
ls -a dir
ls -A dir
ls -1 dir a
ls -R dir
ls -d dir link
ls -F
ls -p
ls -r
ls nosuch
ls nosuch a
ls -Z9
cat a b
cat -n words
cat -b words
cat -A tabs
cat -e words
cat -s words
cat nosuch a
cat -q
cat dir
cat < a
echo hello | cat - b
head a
head -n 3 a
head -3 a
head -n -9 a
head -c 5 a
head -n 2 a b
head -q -n 1 a b
head nosuch
head -n x a
tail a
tail -n 3 a
tail -2 a
tail -n +10 a
tail -c 4 a
tail -n 1 a b
tail -q -n 1 a b
tail nosuch
wc a
wc -l a
wc a b
wc -c < a
wc -w words
wc -L words
wc nosuch
cat a | wc
sort b
sort -r b
sort -k2n b
sort -k 2,2n -k 1,1r b
sort -t, -k2n csv
sort -u dup
sort -f dup
sort -n nosuch
sort -c b
sort -k1,1 -s b
printf '10\n9\n1.5\n-3\n' | sort -n
printf 'v1.10\nv1.9\n' | sort -V
uniq dup
uniq -c dup
uniq -d dup
uniq -u dup
uniq -i dup
uniq -f 1 b
uniq nosuch
cut -d, -f1,3 csv
cut -d, -f2- csv
cut -c2-4 a
cut -b1 a
cut -f2 tabs
cut -s -f2 tabs
cut -f
cut a
tr a-z A-Z < b
tr -d aeiou < b
tr -s ' ' '\n' < words
tr -cd 0-9 < b
tr '[:lower:]' '[:upper:]' < b
tr
mkdir new; ls
mkdir -p x/y/z; find x
mkdir dir
mkdir x/y
mkdir -m 700 x; stat -c %a x
mkdir
rmdir dir
rmdir nosuch
mkdir e; rmdir e; ls
rm a; ls
rm nosuch
rm -f nosuch; echo $?
rm dir
rm -r dir; ls
rm
rm -f
rm -rf .
cp a c; cat c
cp a dir; ls dir
cp -r dir d2; ls -R d2
cp dir d2
cp nosuch c
cp a b c
cp a
cp a a
cp -v a c
mv a c; ls
mv a dir; ls dir
mv nosuch c
mv a
mv dir dir/sub
mv a b nosuch
ln -s a l2; readlink l2
ln a l3; ls l3
ln nosuch l4
ln -s a link
ln -sf b link; readlink link
ln
touch t; ls t
touch -c t2; ls t2
touch -d '2020-01-02 03:04:05' t; date -r t +%s
touch nosuch/x
touch
chmod 600 a; stat -c '%a %A' a
chmod u+x,g-r a; stat -c %A a
chmod -x dir; stat -c %A dir; chmod +x dir
chmod a=r,u+w a; stat -c %a a
chmod 9z a
chmod 644 nosuch
chmod 644
chown nosuch a
chown 12:34 a; stat -c '%u %g' a
chown daemon: a; stat -c '%U:%G' a
chown root nosuch
readlink link
readlink a; echo $?
readlink -f link | sed 's:.*/::'
readlink
realpath link | sed 's:.*/::'
realpath nosuch/x
basename /usr/lib/
basename /usr/lib/x.c .c
basename
dirname /usr/lib/x
dirname x
dirname /
dirname
seq 3
seq 2 5
seq 10 -3 1
seq -s, 3
seq -w 8 11
seq 0.5 0.5 2
seq
echo hello world
echo -n hello
echo -e 'a\tb\x41\n'
env echo -n x
printf '%s-%d\n' a 1 b 2
printf '%5.2f|%-5s|%05d\n' 3.14159 ab 42
printf '%x %o %c\n' 255 8 hello
printf '\0101|\101|' | od -c
printf %b '\0101|\101|' | od -c
env printf '\0101|\101|' | od -c
env echo -e '\0101|\101|'
env -i A=1 B=2 env
env -i A=1 nosuch
test a = a; echo $?
test -f a && test -d dir && echo yes
test -e nosuch; echo $?
test 3 -gt 2 -a -n x; echo $?
[ 1 -lt 2 ]; echo $?
true; echo $?
false; echo $?
sleep 0; echo $?
sleep
sleep abc
id -u
id -un
id
id nosuch
id -z
whoami
groups
uname
uname -s
uname -z
pwd | sed 's:.*/::' | wc -l
date -u -d @0
date -u -d @86400 +%Y-%m-%dT%H:%M:%S
date -d foo
date -u -d '2024-02-29 12:00:00' '+%a %j %U'
tee x < a | tail -n 1; cat x | head -n 1
tee nosuch/x < a | head -n 1
echo more | tee -a a | wc -l; wc -l < a
yes | head -n 3
yes no | head -n 2
timeout 1 sleep 5; echo $?
timeout 5 echo in time
timeout
chroot /nonex
grep an b
grep -n e words
grep -c a b
grep -v a b
grep -i THE words
grep -l a a b csv
grep -L banana a b
grep -o 'a[np]' b
grep -w the words
grep -x one a
grep -q one a; echo $?
grep nomatch a; echo $?
grep -E 'one|two' a
grep -F . csv
grep 'o\{1\}' a
grep -e one -e two a
grep -A1 three a
grep -B1 three a
grep -C1 -n five a
grep -A1 -n e a
grep -r deep dir
grep -rn deep dir
grep -h e a csv | head -n 2
grep -H one a
grep -m 1 e a
grep one nosuch
grep -s one nosuch
grep
grep -E '(' a
grep '[' a
grep -E 'a{1,2}' b
grep '^t' a
grep 'e$' a
grep -E '^(ann|bob),[0-9]+' csv
grep '\(o\)n\|x' a
grep -E '\bfox\b' words
echo abc | grep b -
grep --nosuch x
egrep -c 'e|o' a 2>/dev/null
sed -n 2p a
sed -n '2,4p' a
sed 2d a
sed '$d' a
sed -n '$p' a
sed 's/e/E/' a
sed 's/e/E/g' a
sed 's/e/E/2' a
sed -n 's/one/ONE/p' a
sed 's/\(.*\) \(.*\)/\2 \1/' b
sed -E 's/([a-z]+) ([0-9]+)/\2 \1/' b
sed 's|/|:|g' csv
sed '/two/,/four/d' a
sed '/three/q' a
sed -e 1d -e 2d a
sed '1a after' a
sed '2c changed' a
sed 'y/abc/xyz/' b
sed -n '/e/=' a
sed '1!d' a
sed 'N;s/\n/-/' a
sed '/^$/d' words
sed 's/[aeiou]//g;s/t/T/' a
sed -i 's/one/1/' a; head -n 1 a
sed 'G' b
sed '1!G;h;$!d' a
sed ':a;s/^\(x*\)o/\1x/;ta' a
sed -n p nosuch
sed 's/a/b' a
sed 's/x*/-/g' b
sed = b
sed 5q a
sed '2,3!d' a
sed '/one/{s/o/0/;p}' a
sed 's/.*/"&"/' a
sed 's/\t/ /' tabs
find dir | sort
find dir -type f | sort
find dir -name '*.txt'
find dir -name '.*'
find . -maxdepth 1 -type d
find dir -type f -exec echo {} \; | sort
find dir -type f -execdir echo {} \; | sort
mkdir -p q/r; echo x >q/f; find q -name f -execdir pwd \; | sed 's,.*/,,'
mkdir -p q/r; ln -s ../dir q/r/link; find q -follow -type f | sort
find dir -type f -exec echo {} + | wc -l
find . -maxdepth 1 -type l | sort
find dir -empty
find . -name a -o -name b | sort
find . -name nosuch
find nosuch
find dir -mindepth 1 -maxdepth 1 | sort
find dir -path '*sub*' | sort
find dir ! -type d | sort
find dir -type f -print0 | tr '\0' ' ' | wc -w
find dir -size +0 -type f | sort
find . -newer nosuch
find dir -name
find dir -type q
find . -maxdepth 1 -name 'a*' -prune
find dir '(' -name inner -o -name deep.txt ')' | sort
echo a b c | xargs
echo a b c | xargs -n 1
echo a b c | xargs -n 2 echo x
printf 'a b\nc\n' | xargs -I{} echo '<{}>'
printf 'a\0b c\0' | xargs -0 -n 1
echo | xargs echo none
echo | xargs -r echo none
echo "a 'b c' d" | xargs -n 1
echo x | xargs nosuchcmd
echo x | xargs false; echo $?
echo a | xargs -t echo
nl a | head -n 3
nl -ba words
tac a
rev b
rev words
fold -w 4 words
fold -s -w 10 words
paste -s a
od -c tabs
od -An -tx1 tabs
od -x b
od b | head -n 2
hexdump -C b
hexdump b
base64 a
base64 a | base64 -d
sha256sum a b
md5sum a
md5sum nosuch
sha512sum a
sha256sum a > sums; sha256sum -c sums
expr 1 + 2
expr 2 '*' 3
expr abc : 'a\(.\)c'
expr abc : b
expr length hello
expr substr hello 2 3
expr 5 / 0
expr 1 '>' 2
expr a
expr 7 % 3
expr '(' 1 + 2 ')' '*' 3
cmp a a
cmp a b
cmp nosuch a
dd if=a bs=4 count=2 status=none
mkfifo p; ls -F p
mkfifo a
truncate -s 3 a; cat a; echo
truncate a
mktemp nox
which nosuch; echo $?
strings -n 3 words
stat -c '%n %s %F' a link
stat nosuch
du nosuch
env kill -0 nosuch
expand tabs
tty < a
tar cf t.tar a dir; tar tf t.tar | sort
tar cf t.tar a b; mkdir out; tar xf t.tar -C out; ls out
tar cf t.tar a; tar xOf t.tar a | head -n 1
tar xf nosuch.tar
tar cf t.tar nosuch
tar cvf t.tar a b
tar -tvf nosuch
gzip a; ls; gunzip a.gz; head -n 1 a
gzip -c a | gunzip | head -n 1
gzip -k b; zcat b.gz | head -n 1
gzip nosuch
gunzip a
gzip -d nosuch.gz
shuf -e x
awk '{print $1}' b
awk '{print $NF, NF}' b
awk -F, '{print $2}' csv
awk -F, 'NR>1{s+=$2} END{print s, s/NR}' csv
awk '/an/' b
awk '$2>2' b
awk '{c[$1]++} END{print c["apple"], length(c)}' b
awk 'BEGIN{for(i=0;i<3;i++) printf "%d-", i; print ""}'
awk 'NR==2,NR==4' a
awk '{$2="X"; print}' b
awk '{sub(/a/,"A"); print}' b
awk '{gsub(/a/,"<&>"); print}' b
awk 'BEGIN{print substr("hello",2,3), index("hello","l"), length("abc"), toupper("x")}'
awk 'BEGIN{n=split("a:b:c",p,":"); print n, p[1], p[3]}'
awk -v x=5 'BEGIN{print x*2}'
awk 'function f(n){return n<2?1:n*f(n-1)} BEGIN{print f(5)}'
awk 'BEGIN{print "b" "a", 1 " " 2}'
awk 'END{print NR}' a b
awk '{print FILENAME, FNR}' csv
awk 'BEGIN{if (match("foobar", /o+/)) print RSTART, RLENGTH}'
awk 'BEGIN{while ((getline line < "a") > 0) n++; print n}'
awk 'BEGIN{"echo hi" | getline x; print x}'
awk '{print $1 > "out"} END{close("out"); while ((getline l < "out")>0) print "got", l}' b
awk 'BEGIN{printf "%5.2f|%-5s|%c|%x\n", 3.14159, "ab", "hello", 255}'
awk 'BEGIN{x["a"]=1; delete x["a"]; print ("a" in x)}'
awk '!seen[$0]++' dup
awk 'length > 4' a
awk 'BEGIN{exit 3}'; echo $?
awk '{next} END{print "end"}' a
awk 'BEGIN { OFS="-" } { $1=$1; print }' b
awk 'NR%2' a
awk 'BEGIN{print length()}' < a
awk 'BEGIN{print -3 % 2, !0, !"x", 1==1.0, "a"<"b"}'
awk 'BEGIN { RS="" } { print NR": "$1 }' words
awk '$1 ~ /^b/ {print "b:", $0; next} {print "other"}' b
awk 'BEGIN{print substr("hello", 0, 2) "|" substr("hello", -1) "|" substr("hello", 4, 10)}'
awk '{ print ($2 > 2) ? "big" : "small" }' b
awk 'BEGIN { do { i++ } while (i < 5); print i; for (;;) { if (++j > 3) break }; print j }'
`),
  ...gnu(`
ls -l nosuch
env -u A printenv A; echo $?
printenv HOME
printf '2K\\n1M\\n3\\n' | sort -h
ls --color=never
ls --sort=size -1
sort --foo
sort -t xy a
cut --complement -d, -f1 csv
cut -d, --output-delimiter=: -f1,2 csv
cut -f 0 a
cut -d xx -f1 a
head --lines=2 a
uniq --count dup
rmdir -p nosuch/x
seq a
sleep 1x
cp --foo a b
readlink -e nosuch; echo $?
nohup
basename -a /x/a /y/b
basename -s .c /x/a.c
date -u -d '2024-01-31 + 1 day' +%F
date -u -d '@0' -R
date -u -d '@0' -Iseconds
sed -n 'l' tabs
sed -n '1~3p' a
sed 's/b*/X/2' b
sed -s -n '$p' a b
tar czf t.tgz a; tar tzf t.tgz
paste -d, a dup
find dir -name deep.txt -delete; find dir | sort
awk 'BEGIN{print 1/3, 10%3, 2^10, 1e6, 1000000*10}'
awk '{print | "sort"}' b
env printf
env printf %d abc
env printf '%z'
tr a
tr -d a b
tail -c +60 a
tail --lines=1 a
wc --lines a b
`),
  ...busybox(`
nosuch
printf %d abc
[[ a = a ]]; echo $?
`),
];
