import { byCodePoint } from '../lib/glob.ts';

/** JSON values as jq has them. Objects keep the order of their keys; nothing is ever changed in place. */
export type Value = null | boolean | number | string | readonly Value[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Value>;
export type Kind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export const isArray = (value: Value): value is readonly Value[] => Array.isArray(value);
export const isObject = (value: Value): value is JsonObject => value instanceof Map;

export function kindOf(value: Value): Kind {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  return typeof value as 'boolean' | 'number' | 'string';
}

/** `false` and `null` are false, all else is true. */
export const isTrue = (value: Value): boolean => value !== null && value !== false;

/** An object of pairs. */
export const object = (pairs: Iterable<readonly [string, Value]>): JsonObject => new Map(pairs);

export const sortedKeys = (of: JsonObject): string[] => [...of.keys()].sort(byCodePoint);

const RANK: Readonly<Record<string, number>> = {
  null: 0,
  false: 1,
  true: 2,
  number: 3,
  string: 4,
  array: 5,
  object: 6,
};

const rank = (value: Value): number => RANK[typeof value === 'boolean' ? `${value}` : kindOf(value)]!;

/** jq's order of all values: by kind, then within it; objects by their sets of keys, then key by key. */
export function compare(a: Value, b: Value): number {
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  // nan is less than any number, itself too.
  if (typeof a === 'number') return a < (b as number) || Number.isNaN(a) ? -1 : a === b ? 0 : 1;
  if (typeof a === 'string') return byCodePoint(a, b as string);
  if (isArray(a)) return compareArrays(a, b as readonly Value[]);
  if (a instanceof Map) return compareObjects(a, b as JsonObject);
  return 0;
}

export const equal = (a: Value, b: Value): boolean => compare(a, b) === 0;

function compareArrays(a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = compare(a[i]!, b[i]!);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareObjects(a: JsonObject, b: JsonObject): number {
  const keys = sortedKeys(a);
  const difference = compareArrays(keys, sortedKeys(b));
  if (difference !== 0) return difference;
  for (const key of keys) {
    const found = compare(a.get(key)!, b.get(key)!);
    if (found !== 0) return found;
  }
  return 0;
}

/** An error that a program can catch; its message may be any value. */
export class JqError extends Error {
  readonly value: Value;

  constructor(value: Value) {
    super(typeof value === 'string' ? value : 'not a string');
    this.value = value;
  }
}
