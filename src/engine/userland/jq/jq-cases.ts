/** Programs for the comparison with the real jq 1.6, one a line: run with `-nc`, then those whose options and inputs matter. */
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

export const PROGRAMS: readonly string[] = lines(String.raw`
[limit(5;1|repeat(.*2))]
[limit(5;1|repeat(.*2, 10))]
[1|limit(5;repeat(.*2;4))]
[limit(5;[1]|repeat(.+[2]))]
1|[limit(4;repeat(.,7))]
[1|limit(3;repeat(.*2))]
"test" | ltrimstr("te")
[.[]]?
"aXbXc"|split("X"), split("x";"i"), split("";null)
"a.b"|split(".")
""|split(",")
"abc"|split("")
"a b"|@sh,@csv?
[1,"a\"b",null,false,1.5]|@csv,@tsv,@sh,@html,@text
"<&>'\""|@html
"\t\n\\"|[.]|@tsv
"a/é?"|@uri
"YQ"|@base64d
"YWI="|@base64d
"////"|@base64d
1|@base64
{a:1}|@html
@foo
"x"|format("text"),format("csv")?
format("foo")
1|format(1)
"1"|tonumber
" 1 "|tonumber
"1 2"|tonumber
"0x1"|tonumber
"nan"|tonumber
""|tonumber
"[1"|fromjson
""|fromjson
"1 2"|fromjson
"{a}"|fromjson
[3,1,2]|bsearch(2),bsearch(5),bsearch(0)
[1,2,3]|bsearch(2),bsearch(5),bsearch(0)
[{a:1,b:2},{a:1,b:3}]|group_by(.a),unique_by(.a),min_by(.b),max_by(.b),sort_by(-.b),sort_by(.a,.b)
[]|min,max,add,first,last,min_by(.a),transpose
[1,[2,[3,[4]]]]|flatten(2)
{a:1}|flatten
[1,2]|join(",")
["a",1,null,true]|join("-")
[]|join(",")
["a"]|join(",")
["a",[1]]|join(",")
[1,2]|contains([1])
"foo"|contains("o")
{a:[1,2],b:"xyz"}|contains({a:[1],b:"y"})
1|contains("a")
[1]|inside([1,2])
true|contains(true)
[1,2,3]|any,all,any(.>2),all(.>0)
any(1,2;.>1),all(empty;.)
[1,2]|IN(1,2)
1|IN(1,2)
IN(1,2;2,3)
[1,2]|combinations?
[[1,2],[3]]|[combinations]
INDEX({id:1},{id:2};.id)
[{id:1}]|INDEX(.id)
[range(3)]|.[1:]|first
ascii?
"aé"|explode,utf8bytelength,length,ascii_upcase
[1,2]|map(pow(.;2))
[2,3]|ldexp(.[0];.[1]),scalb(1;2),scalbln(1;2),drem(5;3),atan2(1;1),fma(1;2;3),fmin(1;2),fmax(1;2),fmod(5;3),hypot(3;4)?
infinite,-infinite,nan|isinfinite,isnan,isnormal
[1,null,"a",[],{},true]|map(type),(.[]|scalars),(.[]|iterables),(.[]|values)
[1,null,"a"]|.[]|numbers,strings,nulls
"2015-03-05T23:51:47Z"|fromdate,fromdateiso8601,strptime("%Y-%m-%dT%H:%M:%SZ"),(strptime("%Y-%m-%dT%H:%M:%SZ")|mktime)
1425599507|todate,todateiso8601,gmtime
"x"|strptime("%Y")
1|strptime("%Y")
[2015,2,5,23,51,47,4,63]|todate,mktime,strftime("%c")
["a"]|mktime
"x"|strftime("%Y")
gmtime
"a"|gmtime
"aXb"|test("x"),test("x";"i"),test("x";null),test(["x","i"])
"foo bar foo"|[match("foo";"g").offset],match("(?<w>o+)"),[scan("o+")],[scan("(f)(o)")],capture("(?<a>[a-z]+) (?<b>[a-z]+)"),sub("foo";"X"),gsub("foo";"X"),gsub("(?<x>o)";"\(.x)!"),[splits(" ")],ascii_upcase
"aé😀b"|[match(".";"g")|[.offset,.length]],test("é"),.[1:3],length,index("b"),indices("b")
"abc"|[match("(x)?b")]
"abc"|match("(?<n>x)?b").captures
"ABC"|gsub("(?<l>[A-Z])";.l|ascii_downcase)
"a\nb"|[match("^b")|.offset],[match("a.b";"s").offset],[match("a b";"x").offset],[match("a$";"l").offset],[match("";"n")|.offset]
"xyz"|sub("";"a")
"abc"|sub("(?<x>b)";"[\(.x)]";"g")
"aaa"|sub("a";"b","c")
"aaa"|[gsub("a";"b","c")]
"x"|test("[")
"x"|test("a)")
"x"|test("*")
"x"|test("a{2,1}")
"x"|test("\\")
"x"|test("(?<a")
"x"|test("\\p{Foo}")
[tojson,tostring,type]
{a:1}|tostream
[tostream]
fromstream([[0],1],[[0]])
[1|truncate_stream([[0],1],[[1,0],2],[[1,0]],[[1]])]
{a:[1,2]}|[getpath(["a",1],["a",0])]
{a:1,b:2}|del(.a,.b),del(.[]),to_entries,with_entries(select(.value>1)),map(.+1),map_values(empty),keys,length,add
[1,2,3]|del(.[0,2]),del(.[] | select(.>1)),map_values(.+1),(.[1:]|=[9]),(.[0]|=empty),to_entries
{a:{b:[1,2]}}|paths(type=="number"),leaf_paths,[..|numbers],path(..),delpaths([["a","b",0]]),(.a.b[1]|=.+5),(.a["b"][0]=9),(.a.b|=map(.*2)),pick(.a)?
splits("a";"b";"c")
getpath(1)
limit(-1;1,2)
error
tojson(1)
[input_line_number]
input_filename
halt
debug(1)
[1]|debug
stderr
@json "a\(1,2)"
ascii(1)
getpath(["a",0])
{} | .a[1].b = 1
.[2].x |= 3
.a[1:3] = [1]
null|.[1:2]
"x"|.[0:1]
[1]|.[:-1]
[1,2,3]|.[null:2]
[1,2,3]|.["a":]
[]|.[-1]
[1]|.[-1]
{a:1}|.["a","b"]
{a:1}|."a"
{"a b":1}|."a b"
{a:1}|."\("a")"
{a:{b:1}}|.a."b"
.a."b"."c"
[[1,2],[3,4]]|.[][0]
[[1]]|.[0][0]
.[]?.a
try error("x") // 1
(try error("x") catch .) // 1
try error
.a?
"a"|.a?
1?
[.a?,.b?]
"a"|[.a?//"d"]
if . then 1 else 2 end
if (true,false) then 1 else 2 end
if null then 1 elif 1 then 2 else 3 end
[1,2]|if length>1 then "many" else "few" end
reduce range(5) as $i ([];.+[$i])
reduce ([1,2],[3,4]) as [$a,$b] (0;.+$a*$b)
[foreach range(5) as $i (0;.+$i)]
def f: reduce .[] as $x (0;.+$x); [1,2,3]|f
def fac: if .<=1 then 1 else .*(.-1|fac) end; 10|fac
[recurse(if .<3 then .+1 else empty end)]
[range(0;10;3)],[range(10;0;-3)],[range(0;1;0)]?
[limit(3;range(0;10))]
[first(range(5)),last(range(5)),nth(2;range(5))]
[until(.>100;(.+1)*2)]
[.[]|tostring]?
[splits(", *";null)]?
"a, b,c"|[splits(", *")]
"a,b"|[splits(",";"g")]
[range(3)]|combinations(2)?
[[1,2]|.[]|{a:.}]
{a:1}|{a:.a,b:.a|tostring}
{"a":1|tostring}
{a:(1|tostring)}
{@base64 "x":1}
{"x":1}|{"x"}
{$__loc__}
1 as $a|{$a}
{(1,2|tostring):3}
{a:1}+{b:2}|keys
. as [$a] | $a
. as {a:$x} | $x
[[1,{b:2}]]|.[] as [$a,{b:$c}] | [$a,$c]
{"as":1,"if":2}|.as,.if
def f 1; 1
def f(
def f(a
def f(a;
def f(a) 1
def
def f: 1; 
[1
[1;2]
(1
(1]
{a
{a:
{a:1
{a:1;
{(1)}
{1:2}
{"a
{"a":1 "b"}
{$x}
. as
. as [
. as [$x
. as {
. as {a
. as {a:$x
. as {$x:
reduce
reduce .
reduce . as
reduce . as $x (1
reduce . as $x (1;2
foreach . as $x (1;2;3
if
if 1
if 1 then
if 1 else 2 end
if 1 then 2 else 3
if 1 then 2 elif 3 end
if 1 then 2 end
label
label $
label $x
label $x 1
try 1 catch
.a[1
.a[1:
.a[:
.a[1:2
@base64 1
@
.. .a
..a
. .
1 2
"a" "b"
-
|
,
.a,
$
$1
.[]a
.a?b
1 as x | x
.a.[0]
.["a"].b.["c"]
.a = 
.a == 
.a // 
f(
f(1;
f()
.a | as $x
"a\
#
1 # c
__loc__
$__loc__
.a.if
{if:1}
.and
not
.a-1
.a - -1
1 as $x | [$x,$x+1]
1|.
&
.a.b.c[
try error("x") catch .a.b
.[1,2]
. as [$a,{b:$c}] ?// $a | [$a]
[1,2,3]|.[1.7]
{a:1}|delpaths([[0]])
[1]|delpaths([["a"]])
1|delpaths([["a"]])
1|delpaths(1)
1|delpaths([1])
{}|.[{}]=1
[1]|.[0:1]=2
"abc"|.[1:]="x"
null|.[null]
[1]|.[true]
{} | has(0)
[]|has(-1)
null|has("a")
null|keys
"x"|reverse
null|reverse
[3,1]|delpaths([[0],[1]])
{a:{b:1}}|delpaths([["a","b"],["x","y"]])
[1]|.[-5]=1
[1]|.[99999999999]=1
[1,[1]]|index([1])
[1,2,[1,2]]|indices([1,2])
[1,2,1]|.[[1]]
[1]|setpath([0,0];5)
1|setpath(["a"];1)
1|getpath("a")
{(1):2}
{a:1}|{(.a):2}
[-(1,2)],-"a"
{a:{b:2}} as {$a:{$b}}|[$a,$b]
[[3]] | .[] as [$a] ?// $a | if ($a|type)=="number" then error("x") else $a end
def f($a;$b): [$a,$b,a]; f(1,2;3,4)
def f(x): x|x; 2|f(.*.)
[label $out|foreach (1,2,3) as $i (0;.+$i;if .>2 then .,break $out else . end)]
try (1,error("x"),3) catch .
(1,null,2) // 3
[(null,false)//(4,5)]
[error("x")//1]
[range(0;1;0.3)]
[range(3,2)]
[0|while(.<3;.+1)]
[2|recurse(. * .; . < 100)]
[[[1]]|..|numbers]
isempty(empty),isempty(1,error("x"))
nth(-1;1)
[1,{a:2}]|walk(if type=="number" then .+1 else . end)
error(1)
error({a:"x"})
try error("a\nb") catch .
{a:{c:1}} * {a:{b:2}}
5 % 3, -5 % 3, 5 % -3, 5.9 % 2.1
"ab" * 1.5, "ab" * 0.5, "ab"*-1
0 * "a"
1/3
null < false
{a:1} < {b:0}
halt_error("x")
"x"|halt_error(1)
{"a":1}|halt_error
null|halt_error
$x + $y
a + b
[pow(2,3;1,2)]
[range(0,1;3,4)]
{a:(1,2),b:(3,4)}
"\(1,2)-\(3,4)"
[(1,2)+(10,20)]
[[1,2,3][(0,1):(2,3)]]
[(true,false) and (true,false)]
["abc"|sub("(?<x>b)";"1","2")]
[path(1|.a)]
{a:1}|[path(.a|tostring)]
[path(limit(1;.a,.b))]
[path(first(.a,.b))]
[path(if .a then .b else .c end)]
[path(.a // .b)]
[1,2,3]|(.[]|select(.>1))|=empty
{} | .a += 1 | .b //= 5
[limit(0;1,2)]
reduce (1,2) as $x (0;.,$x)
reduce (1,2) as $x (0;empty)
[.a,.b]=(1,2)
(.a,.b)=(1,2)
1|group_by(.)
{}|group_by(.)
{}|unique
1|unique
{}|min
1|min
1|min_by(.)
{}|sort_by(.a)
1|sort_by(.a)
1|split("a")
"a"|split(1)
1|join(",")
1|utf8bytelength
1|startswith("a")
1|endswith("a")
1|has(1)
1|in({})
[1]|from_entries
1|flatten
1|add
1|transpose
[1]|transpose
["a"]|implode
1|tostream
1|indices(1)
[1]|indices("a")
1|index("a")
1|limit("a";1)
1|range("a")
"a"|todate
1|ldexp("a";1)
"x"|floor
pow(2;"a")
1|strftime("%s %% %e")
1 - "a"
"a" % 2
1 % 0.5
nan % 1
5 % nan
. as [] | 1
[{"a":{}}]|INDEX(.a)
[{"name":"a","value":1},{"k":"b","v":2},{"Key":"z","Value":3},{"key":false},{"K":"x"}]|from_entries
[{"key":null,"value":3}]|from_entries
[{"Name":"a","Value":1},{"Key":"b","value":null},{"key":""}]|from_entries
null|from_entries
[[3,1],[2]]|sort,sort_by(.[0]),group_by(length),unique_by(length),min_by(.[0]),max_by(.[0]),transpose
"foobar"|contains("bar"),inside("xfoobarx"),ltrimstr("foo"),rtrimstr("bar"),indices("o"),rindex("o"),.[2:4],(./"o")
1425599621|todate,gmtime,(gmtime|mktime),strftime("%A, %B %d, %Y %j %U %e %H:%M:%S %Z")
"10:20" | try strptime("%H:%M:%S") catch .
"Thu, 05 Mar 2015 23:51:47 +0100" | strptime("%a, %d %b %Y %H:%M:%S %z")
10|exp10,exp2
5|significand,logb,trunc,fabs
[splits("a")]?
"test"|[match("(?<a>t)|(s)";"g")|.captures|map(.name,.string)]
"aXbX"|gsub("X";"<\(.)>")
"ab"|gsub("(?<l>.)";"\(.l|ascii_upcase)-")
[{a:1,b:[{c:2}]}]|.[0].b[0].c,(.[]|.b[]|.c),(map(.b)|flatten|.[0].c),(.[0]|keys),(.[0]|to_entries|map(.key))
[{"Names":["/web"],"Ports":[{"PublicPort":80}]},{"Names":["/db"],"Ports":[]}]|.[]|"\(.Names[0]|ltrimstr("/")): \(.Ports|map(.PublicPort)|join(","))"
{"a":{"b":{"c":[1,{"d":2}]}}}|[paths|map(tostring)|join(".")]
[3,1,2]|sort|reverse|.[0]
[{"n":"a","c":2},{"n":"b","c":1}]|sort_by(.c)|map(.n)|@csv
{"x":[1,2,3]}|.x|length,add,(add/length),min,max
def addvalue(f): f as $x | map(. + $x); [[1,2],[10,20]] | addvalue(.[0])
[.[]?]|if length==0 then "none" else "some" end
{"a":1,"b":2}|with_entries(.key|=ascii_upcase)
{"a":[{"b":1},{"b":2}]}|.a|=map(select(.b>1))
{"a":1}|.b=.a|.c=(.a+.b)|del(.a)
[1,[2,3]]|tostream
fromstream([1,[2,3]]|tostream)
[{"id":1,"v":"x"},{"id":2,"v":"y"}]|INDEX(.id)|map_values(.v)
"2015-03-05T23:51:47Z"|fromdate|todate
@base64 "a\("b")"
"é"|@base64,(@base64|@base64d)
[1,2]|@json "x\(.)",@html "<\("&")>",@uri "?q=\("a b")",@sh "echo \("it's")",@text "\(.)",@csv,@tsv
`);

/** Texts given to `jq -c .`: JSON and what is none. */
export const TEXTS: readonly string[] = lines(String.raw`
{
[1,2
{"a" 1}
{"a":1,}
[1,]
tru
"abc
{a:1}
{'a':1}
1 2
[1 2]
{"a","b"}
]
}
:
,
1,2
{"a":1 "b":2}
[1}
{"a"]
nan
-
01
1.2.3
"\x"
"\u12"
[1,2]]
{"a":1}}
{"a":
{1:2}
"\ud83d\ude00"
"\ud83d"
truefalse
"a""b"
[,1]
{,}
nul
null1
/* c */ 1
1[2]
"a"[1]
1:2
"a":1
[1]2
1"a"
[1],
1]
{"a":1}"x"
[[]
{"a":[}
[{"a":1,"b"}]
["a":1]
{"a":1:2}
{"a"::1}
[:1]
{[1]:2}
[1 "a"]
[[1][2]]
[1{}]
+1
1e
1e5
.5
5.
0x10
inf
-Infinity
nulll
tru e
True
"\udc00"
"\ud800\u0041"
"\
1e17
1e16
1e15
123456789012345678
1.10
1e-5
1e-4
0.00012345
1e1000
-0
100000000000000000000
1.5e300
12345678901234567890123
{"b":1,"a":{"d":[],"c":{}}}
"\b\f\n\r\t\/\\\"\u0001\u007f"
`);

/** Command lines of a shell, with a file `in` (`{"a":[1,2],"b":"x"}`) and a file `prog.jq` (`.a`). */
export const COMMANDS: readonly string[] = lines(String.raw`
jq . in
jq < in
jq --foo . in
jq -Z . in
jq --arg
jq --arg a
jq -n --arg a 1 '$a'
jq --argjson a '{' '$a' in
jq -nc --argjson a '{"x":1}' '$a'
jq --argjson a '1 2' '$a' in
jq -c --slurpfile a in '$a' in
jq --slurpfile a nosuch '$a' in
jq --rawfile a in '$a' in
jq -nc --args '$ARGS' a b
jq -nc --jsonargs '$ARGS' 1 '{"a":2}'
jq -n '$ARGS' -c --arg x 1 --args y
jq --indent 3 . in
jq --indent 9 . in
jq --indent 0 . in
jq --indent
jq --tab . in
jq -nS '{b:1,a:{d:1,c:2}}'
jq -nSc '{b:1,a:{d:1,c:2}}|keys_unsorted,tojson'
jq -r .b in
jq -j '.b,.b' in
jq -na '"é😀"'
jq -R . in
jq -Rs . in
jq -sc . in
jq -nc input < in
jq -e '.a|length>5' in; echo $?
jq -e .c in; echo $?
jq -e empty in; echo $?
jq -ec .a in; echo $?
jq . nosuch; echo $?
jq . nosuch in -c; echo $?
jq -c -f prog.jq in
jq -f nosuch in
jq --stream -c . in
jq --version
jq -nr '"a","b",[1]'
jq -rc '.a[]' in
jq -n
jq -C . in
jq -cC '[1,"x",null,true,false,{}],{}' in
jq -nC '{"a":[1,{"b":[]}]}'
jq -M . in
JQ_COLORS='4;31' jq -nC 'null,1'
jq --unbuffered -c . in
jq '. as $x | error("a\nb")' in
jq -c '.a,error("x"),.b' in
echo '1 2 3' | jq 'if .==2 then error("two") else . end'; echo $?
printf '1\n2\n' | jq -e 'if .==1 then true else false end'; echo $?
printf 'a\nb' | jq -R .
printf 'a\nb\n' | jq -Rn '[inputs]' -c
printf '1 2' | jq -n 'input,input'
printf '' | jq -s . -c
printf '' | jq -R .
printf '' | jq -Rs .
printf '[1,[2]]' | jq -c --stream .
printf '1 2 3' | jq -c '[.,input]'; echo $?
printf '1\n2' | jq -c '[., input_line_number, input_filename]'
jq -c 'input_filename, input_line_number' in
printf '{"a":1}\n{"b":' | jq -c .; echo $?
printf '"a\tb"' | jq .
printf '"\303"' | jq .
printf '\357\273\2771' | jq .
FOO=bar jq -n 'env.FOO, $ENV.FOO'
jq -n 'halt'; echo $?
jq -n '"bye\n"|halt_error'; echo $?
jq -n '{}|halt_error(3)'; echo $?
jq '.a[] | . * 2' in | jq -s 'add'
jq -r '.a | @tsv, @csv, @sh' in
jq -nr '[1,"a b"]|@sh'
jq -n 'debug' 2>&1
`);
