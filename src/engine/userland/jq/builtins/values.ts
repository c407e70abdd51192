import { textToBytes } from '../../lib/text.ts';
import { deletePaths, entriesOf, getPath, indices, setPath } from '../access.ts';
import { parseJson } from '../json-text.ts';
import { add, splitText } from '../operators.ts';
import { compare, equal, isArray, isObject, JqError, kindOf, sortedKeys, type Value } from '../value.ts';
import { shown, toJson } from '../write.ts';
import { brokenDown, formatTime, parseTime, secondsOf } from './dates.ts';
import { formatted, toText } from './formats.ts';
import { mathFunctions } from './math.ts';

/** Functions of values only: the input, then the arguments. By name; how many arguments they take is their length less one. */
export type ValueFunction = (input: Value, ...args: Value[]) => Value;

const described = (value: Value): string => `${kindOf(value)} (${shown(value)})`;

function lengthOf(value: Value): Value {
  if (value === null) return 0;
  if (typeof value === 'number') return Math.abs(value);
  if (typeof value === 'string') return [...value].length;
  if (isArray(value)) return value.length;
  if (isObject(value)) return value.size;
  throw new JqError(`${described(value)} has no length`);
}

function keysOf(value: Value, sorted: boolean): Value {
  if (isArray(value)) return value.map((_item, i) => i);
  if (isObject(value)) return sorted ? sortedKeys(value) : [...value.keys()];
  throw new JqError(`${described(value)} has no keys`);
}

function has(value: Value, key: Value): Value {
  if (isObject(value) && typeof key === 'string') return value.has(key);
  if (isArray(value) && typeof key === 'number') return key >= 0 && key < value.length;
  if (value === null) return false;
  throw new JqError(`Cannot check whether ${kindOf(value)} has a ${kindOf(key)} key`);
}

function contains(value: Value, part: Value): boolean {
  if (isObject(value) && isObject(part))
    return [...part].every(([key, inner]) => value.has(key) && contains(value.get(key)!, inner));
  if (isArray(value) && isArray(part))
    return part.every((inner) =>
      value.some((item) => kindOf(item) === kindOf(inner) && contains(item, inner)),
    );
  if (typeof value === 'string' && typeof part === 'string') return value.includes(part);
  if (kindOf(value) === kindOf(part)) return equal(value, part);
  throw new JqError(`${described(value)} and ${described(part)} cannot have their containment checked`);
}

function flatten(value: Value, depth: Value): Value {
  if (typeof depth !== 'number') throw new JqError('flatten depth must not be negative');
  if (depth < 0) throw new JqError('flatten depth must not be negative');
  const flat = (items: Iterable<readonly [Value, Value]>, left: number): Value[] =>
    [...items].flatMap(([, item]) => (isArray(item) && left > 0 ? flat(entriesOf(item), left - 1) : [item]));
  return flat(entriesOf(value), depth);
}

function pathOf(path: Value): readonly Value[] {
  if (isArray(path)) return path;
  throw new JqError('Path must be specified as an array');
}

function explode(value: Value): Value {
  if (typeof value !== 'string') throw new JqError('explode input must be a string');
  return [...value].map((char) => char.codePointAt(0)!);
}

function implode(value: Value): Value {
  if (!isArray(value)) throw new JqError('implode input must be an array');
  return value
    .map((point) => {
      if (typeof point !== 'number')
        throw new JqError(`${described(point)} can't be imploded, unicode codepoint needs to be numeric`);
      const valid = point >= 0 && point <= 0x10ffff && !(point >= 0xd800 && point < 0xe000);
      return valid ? String.fromCodePoint(Math.trunc(point)) : '\ufffd';
    })
    .join('');
}

function fromJson(value: Value): Value {
  if (typeof value !== 'string') throw new JqError(`${described(value)} cannot be parsed as JSON`);
  const { value: read, error } = parseJson(value);
  if (error !== undefined) throw new JqError(`${error} (while parsing '${value}')`);
  if (read === undefined) throw new JqError(`Expected JSON value (while parsing '${value}')`);
  return read;
}

function toNumber(value: Value): Value {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') throw new JqError(`${described(value)} cannot be parsed as a number`);
  const read = fromJson(value);
  return typeof read === 'string' ? toNumber(read) : read;
}

function affix(name: 'startsWith' | 'endsWith', value: Value, part: Value): Value {
  if (typeof value !== 'string' || typeof part !== 'string')
    throw new JqError(`${name.toLowerCase()}() requires string inputs`);
  return value[name](part);
}

function occurrences(value: Value, part: Value): Value {
  if (value === null) return null;
  if (typeof value === 'string' && typeof part === 'string') {
    // jq counts these in bytes.
    return indices([...textToBytes(value)], [...textToBytes(part)]);
  }
  if (isArray(value)) return indices(value, isArray(part) ? part : [part], equal);
  if (isObject(value)) return typeof part === 'string' ? (value.get(part) ?? null) : null;
  throw new JqError(
    `Cannot index ${kindOf(value)} with ${typeof part === 'string' ? `string "${part}"` : kindOf(part)}`,
  );
}

/** Where a value is in a sorted array; if it is not, the place where it would be, turned negative and one less. */
function binarySearch(value: Value, wanted: Value): Value {
  if (!isArray(value)) throw new JqError(`Cannot index ${kindOf(value)} with number`);
  let low = 0;
  let high = value.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const difference = compare(value[middle]!, wanted);
    if (difference === 0) return middle;
    if (difference < 0) low = middle + 1;
    else high = middle;
  }
  return -1 - low;
}

export function sorted(value: Value): Value[] {
  if (!isArray(value)) throw new JqError(`${described(value)} cannot be sorted, as it is not an array`);
  return [...value].sort(compare);
}

function sum(value: Value): Value {
  let total: Value = null;
  for (const [, item] of entriesOf(value)) total = add(total, item);
  return total;
}

export const VALUE_FUNCTIONS: Readonly<Record<string, ValueFunction>> = {
  ...mathFunctions,
  not: (value) => value === null || value === false,
  length: lengthOf,
  utf8bytelength(value) {
    if (typeof value !== 'string')
      throw new JqError(`${described(value)} only strings have UTF-8 byte length`);
    return textToBytes(value).length;
  },
  keys: (value) => keysOf(value, true),
  keys_unsorted: (value) => keysOf(value, false),
  has,
  contains: (value, part) => contains(value, part),
  add: sum,
  type: (value) => kindOf(value),
  'flatten/0': (value) => flatten(value, 1e9),
  'flatten/1': flatten,
  getpath: (value, path) => getPath(value, pathOf(path)),
  setpath: (value, path, inner) => setPath(value, pathOf(path), inner),
  delpaths: (value, paths) => deletePaths(value, paths, compare),
  explode,
  implode,
  tojson: toJson,
  fromjson: fromJson,
  tostring: toText,
  tonumber: toNumber,
  startswith: (value, part) => affix('startsWith', value, part),
  endswith: (value, part) => affix('endsWith', value, part),
  ltrimstr: (value, part) =>
    typeof value === 'string' && typeof part === 'string' && value.startsWith(part)
      ? value.slice(part.length)
      : value,
  rtrimstr: (value, part) =>
    typeof value === 'string' && typeof part === 'string' && part !== '' && value.endsWith(part)
      ? value.slice(0, -part.length)
      : value,
  'split/1': (value, separator) => {
    if (typeof value !== 'string' || typeof separator !== 'string')
      throw new JqError('split input and separator must be strings');
    return splitText(value, separator);
  },
  indices: occurrences,
  bsearch: binarySearch,
  sort: sorted,
  format: (value, name) => {
    if (typeof name !== 'string') throw new JqError(`${described(name)} is not a valid format`);
    return formatted(`@${name}`, value);
  },
  gmtime: brokenDown,
  localtime: brokenDown,
  mktime: secondsOf,
  strftime: (value, format) => formatTime(value, format),
  strflocaltime: (value, format) => formatTime(value, format, 'strflocaltime/1'),
  strptime: parseTime,
  infinite: () => Number.POSITIVE_INFINITY,
  nan: () => Number.NaN,
  isinfinite: (value) => Math.abs(numberIn(value)) === Number.POSITIVE_INFINITY,
  isnan: (value) => Number.isNaN(numberIn(value)),
  isnormal: (value) => {
    const size = Math.abs(numberIn(value));
    return size >= 2.2250738585072014e-308 && size !== Number.POSITIVE_INFINITY;
  },
};

function numberIn(value: Value): number {
  if (typeof value === 'number') return value;
  throw new JqError(`${described(value)} number required`);
}
