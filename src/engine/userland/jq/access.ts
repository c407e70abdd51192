import { isArray, isObject, JqError, kindOf, type Value } from './value.ts';
import { shown } from './write.ts';

/** Looking into values and changing what is there (`.[KEY]`, getpath, setpath, delpaths). */

/** `.[key]` */
export function index(target: Value, key: Value): Value {
  if (typeof key === 'string') {
    if (isObject(target)) return target.get(key) ?? null;
    if (target === null) return null;
  }
  if (typeof key === 'number' && isArray(target)) return at(target, key);
  if (isObject(key) && (isArray(target) || typeof target === 'string')) return slice(target, key);
  if (isArray(key) && isArray(target)) return indices(target, key);
  if (target === null && (typeof key === 'number' || isObject(key))) return null;
  throw cannotIndex(target, key);
}

const cannotIndex = (target: Value, key: Value): JqError =>
  new JqError(
    `Cannot index ${kindOf(target)} with ${typeof key === 'string' ? `string "${key}"` : kindOf(key)}`,
  );

function at(target: readonly Value[], key: number): Value {
  return target[key < 0 ? key + target.length : key] ?? null;
}

/** Where a text or array lies within another. */
export function indices(target: readonly Value[], wanted: readonly Value[], same = isSame): number[] {
  if (wanted.length === 0) return [];
  const found: number[] = [];
  for (let i = 0; i + wanted.length <= target.length; i++)
    if (wanted.every((value, j) => same(target[i + j]!, value))) found.push(i);
  return found;
}

const isSame = (a: Value, b: Value): boolean => JSON.stringify(plain(a)) === JSON.stringify(plain(b));
const plain = (value: Value): unknown =>
  isObject(value) ? [...value].sort() : isArray(value) ? value.map(plain) : value;

/** The bounds that `{start, end}` stands for in something of a length. */
function bounds(key: ReadonlyMap<string, Value>, length: number): [number, number] {
  const from = key.get('start') ?? null;
  const to = key.get('end') ?? null;
  if ((from !== null && typeof from !== 'number') || (to !== null && typeof to !== 'number'))
    throw new JqError('Start and end indices of an array slice must be numbers');
  const within = (value: number): number => Math.min(length, Math.max(0, value < 0 ? value + length : value));
  const start = from === null ? 0 : Math.floor(within(from));
  const end = to === null ? length : Math.ceil(within(to));
  return [start, Math.max(start, end)];
}

function slice(target: readonly Value[] | string, key: ReadonlyMap<string, Value>): Value {
  if (typeof target === 'string') {
    const points = [...target];
    return points.slice(...bounds(key, points.length)).join('');
  }
  return target.slice(...bounds(key, target.length));
}

/** `getpath(path)`: null where the way ends. */
export function getPath(target: Value, path: readonly Value[]): Value {
  let value = target;
  for (const key of path) {
    if (value === null) return null;
    value = index(value, key);
  }
  return value;
}

/** The target with another value at a path. */
export function setPath(target: Value, path: readonly Value[], value: Value): Value {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  return put(target, key, setPath(index(target, key), rest, value));
}

function put(target: Value, key: Value, value: Value): Value {
  if (typeof key === 'string' && (isObject(target) || target === null))
    return new Map(target ?? []).set(key, value);
  if (typeof key === 'number' && (isArray(target) || target === null))
    return putAt(target ?? [], Math.trunc(key), value);
  if (isObject(key) && (isArray(target) || target === null)) {
    if (!isArray(value)) throw new JqError('A slice of an array can only be assigned another array');
    const list = target ?? [];
    const [start, end] = bounds(key, list.length);
    return [...list.slice(0, start), ...value, ...list.slice(end)];
  }
  if (isObject(key)) throw new JqError(`Cannot update field at object index of ${kindOf(target)}`);
  throw cannotIndex(target, key);
}

function putAt(list: readonly Value[], key: number, value: Value): Value {
  const position = key < 0 ? key + list.length : key;
  // An index is an int: what is more than fits turns negative.
  if (position < 0 || position > 0x7fffffff) throw new JqError('Out of bounds negative array index');
  if (position > LARGEST_INDEX) throw new JqError('Array index too large');
  const copy = list.slice();
  while (copy.length < position) copy.push(null);
  copy[position] = value;
  return copy;
}

/** More would not fit into the memory that a program may have. */
const LARGEST_INDEX = 0x1ffffff;

/** The target without what is at some paths; the last in order goes first, so that indices stay true. */
export function deletePaths(target: Value, paths: Value, compare: (a: Value, b: Value) => number): Value {
  if (!isArray(paths)) throw new JqError('Paths must be specified as an array');
  let value = target;
  for (const path of [...paths].sort(compare).reverse()) {
    if (!isArray(path)) throw new JqError(`Path must be specified as array, not ${kindOf(path)}`);
    value = deletePath(value, path);
  }
  return value;
}

function deletePath(target: Value, path: readonly Value[]): Value {
  const [key, ...rest] = path;
  if (key === undefined || target === null) return null;
  if (rest.length === 0) return deleteKey(target, key);
  const inner = index(target, key);
  return inner === null ? target : put(target, key, deletePath(inner, rest));
}

function deleteKey(target: Value, key: Value): Value {
  if (isObject(target) && typeof key === 'string') {
    const copy = new Map(target);
    copy.delete(key);
    return copy;
  }
  if (isArray(target) && typeof key === 'number') {
    const position = Math.trunc(key) + (key < 0 ? target.length : 0);
    return target.filter((_value, i) => i !== position);
  }
  if (isArray(target) && isObject(key)) {
    const [start, end] = bounds(key, target.length);
    return [...target.slice(0, start), ...target.slice(end)];
  }
  const place = isArray(target) ? 'element of array' : isObject(target) ? 'field of object' : undefined;
  throw new JqError(
    place === undefined
      ? `Cannot delete fields from ${kindOf(target)}`
      : `Cannot delete ${kindOf(key)} ${place}`,
  );
}

/** What `.[]` goes through: each key with its value. */
export function entriesOf(target: Value): Iterable<readonly [Value, Value]> {
  if (isArray(target)) return target.map((value, i) => [i, value] as const);
  if (isObject(target)) return target;
  throw new JqError(`Cannot iterate over ${kindOf(target)} (${shown(target)})`);
}
