/** The functions that are best said in jq itself. */
export const PRELUDE = `
def map(f): [.[] | f];
def select(f): if f then . else empty end;
def recurse(f; condition): recurse(f | select(condition));
def recurse_down: recurse;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type == "array" or type == "object");
def scalars: select(type != "array" and type != "object");
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);
def scalars_or_empty: scalars;
def isfinite: type == "number" and (isinfinite | not);
def map_values(f): .[] |= f;
def del(f): delpaths([path(f)]);
def paths: path(..) | select(length > 0);
def paths(f): path(.. | select(f)) | select(length > 0);
def leaf_paths: paths(scalars);
def to_entries: [keys_unsorted[] as $key | {key: $key, value: .[$key]}];
def from_entries:
  reduce .[] as $entry ({};
    . + {($entry | .key // .name // .Name // .Key):
      ($entry | if has("value") then .value else .Value end)});
def with_entries(f): to_entries | map(f) | from_entries;
def first(f): label $first | (f | ., break $first);
def first: .[0];
def last: .[-1];
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else last(limit($n + 1; f)) end;
def isempty(f): first((f | false), true);
def any(source; condition): isempty(first(source | condition | select(.))) | not;
def all(source; condition): isempty(first(source | condition | select(. | not)));
def any(f): any(.[]; f);
def all(f): all(.[]; f);
def any: any(.);
def all: all(.);
def in(container): . as $key | container | has($key);
def inside(outer): . as $part | outer | contains($part);
def combinations:
  if length == 0 then [] else .[0][] as $first | (.[1:] | combinations) as $rest | [$first] + $rest end;
def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;
def walk(f):
  def inner:
    if type == "object" then . as $in | reduce keys_unsorted[] as $key ({}; . + {($key): ($in[$key] | inner)}) | f
    elif type == "array" then map(inner) | f
    else f end;
  inner;
def transpose: if . == [] then [] else . as $in
  | (map(length) | max) as $most
  | [range(0; $most) as $column | [range(0; $in | length) as $row | $in[$row][$column]]] end;
def reverse: [.[length - 1 - range(0; length)]];
def join($separator):
  if length == 0 then "" else
    reduce .[] as $piece (null;
      (if . == null then "" else . + $separator end)
      + ($piece | if . == null then "" elif type == "boolean" or type == "number" then tojson else . end)) end;
def ascii_downcase: explode | map(if 65 <= . and . <= 90 then . + 32 else . end) | implode;
def ascii_upcase: explode | map(if 97 <= . and . <= 122 then . - 32 else . end) | implode;
def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdate: fromdateiso8601;
def match($pattern): match($pattern; null);
def test($pattern): test($pattern; null);
def capture($pattern): capture($pattern; null);
def scan($pattern):
  match($pattern; "g") | if (.captures | length) > 0 then [.captures[].string] else .string end;
def splits($pattern): splits($pattern; null);
def splits($pattern; flags): split($pattern; flags) | .[];
def sub($pattern; replacement): sub($pattern; replacement; "");
def gsub($pattern; replacement): sub($pattern; replacement; "g");
def gsub($pattern; replacement; $flags): sub($pattern; replacement; $flags + "g");
def tostream:
  path(def inner: (.[]? | inner), .; inner) as $path
  | getpath($path)
  | reduce path(.[]?) as $last ([$path, .]; [$path + $last]);
def fromstream(events):
  {value: null, done: false} as $none
  | foreach events as $event ($none;
      (if .done then $none else . end)
      | if ($event | length) == 2 then
          setpath(["done"]; ($event[0] | length) == 0) | setpath(["value"] + $event[0]; $event[1])
        else setpath(["done"]; ($event[0] | length) == 1) end;
      if .done then .value else empty end);
def truncate_stream(stream):
  . as $depth
  | null
  | stream
  | . as $event
  | if ($event[0] | length) > $depth then setpath([0]; $event[0][$depth:]) else empty end;
def index($part): indices($part) | .[0];
def rindex($part): indices($part) | .[-1:][0];
def IN(source): any(source == .; .);
def IN(items; source): any(items == source; .);
def INDEX(stream; key): reduce stream as $row ({}; .[$row | key | tostring] |= $row);
def INDEX(key): INDEX(.[]; key);
def JOIN($index; key): [.[] | [., $index[key]]];
def JOIN($index; stream; key): stream | [., $index[key]];
def JOIN($index; stream; key; joined): stream | [., $index[key]] | joined;
`;
