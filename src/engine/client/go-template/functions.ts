/**
 * The functions that templates may call: Go's own (text/template `funcs.go`) and docker's (`templates/templates.go`).
 * `and` and `or` are not here: they leave arguments unevaluated, which only the executor can.
 */
import { marshal } from '../format/json.ts';
import { sprint, sprintAll, sprintf } from './print.ts';
import {
  GoFloat,
  GoMap,
  type GoMethod,
  GoNil,
  GoSlice,
  GoStruct,
  type GoValue,
  JsonNumber,
  Missing,
  truth,
  typeName,
} from './value.ts';

type Call = (...args: GoValue[]) => GoValue;

const fixed = (arity: number, call: Call): GoMethod => ({ arity, call: (args) => call(...args) });
const variadic = (arity: number, call: Call): GoMethod => ({
  arity,
  variadic: true,
  call: (args) => call(...args),
});

const GO: Record<string, GoMethod> = {
  not: fixed(1, (value) => !truth(value!)),
  len: fixed(1, (value) => length(value!)),
  index: variadic(1, (item, ...keys) => keys.reduce(index, item!)),
  slice: variadic(1, (item, ...bounds) => slice(item!, bounds)),
  print: variadic(0, (...values) => sprintAll(values)),
  println: variadic(0, (...values) => `${values.map((value) => sprint(value)).join(' ')}\n`),
  printf: variadic(1, (format, ...values) => sprintf(text(format!), values)),
  html: variadic(0, (...values) => escapeHtml(joined(values))),
  js: variadic(0, (...values) => escapeJs(joined(values))),
  urlquery: variadic(0, (...values) => encodeURIComponent(joined(values)).replaceAll('%20', '+')),
  // The executor puts before the arguments what was written for the first of them.
  call: variadic(1, (written, fn) => {
    throw new Error(`non-function ${sprint(written!)} of type ${typeName(fn!)}`);
  }),
  eq: variadic(1, (first, ...rest) => {
    if (rest.length === 0) throw new Error('missing argument for comparison');
    return rest.some((value) => equal(first!, value));
  }),
  ne: fixed(2, (a, b) => !equal(a!, b!)),
  lt: fixed(2, (a, b) => less(a!, b!)),
  le: fixed(2, (a, b) => less(a!, b!) || equal(a!, b!)),
  gt: fixed(2, (a, b) => !less(a!, b!) && !equal(a!, b!)),
  ge: fixed(2, (a, b) => !less(a!, b!)),
};

const DOCKER: Record<string, GoMethod> = {
  json: fixed(1, (value) => marshal(value!, false)),
  split: fixed(2, (value, separator) => new GoSlice(text(value!).split(text(separator!)), '[]string')),
  join: fixed(2, (items, separator) => {
    if (!(items instanceof GoSlice) || items.type !== '[]string') throw new WrongArgument(items!, '[]string');
    return items.items.map((item) => sprint(item)).join(text(separator!));
  }),
  title: fixed(1, (value) =>
    text(value!).replace(/(^|[^\p{L}\p{N}'])(\p{L})/gu, (_, gap, letter) => gap + letter.toUpperCase()),
  ),
  lower: fixed(1, (value) => text(value!).toLowerCase()),
  upper: fixed(1, (value) => text(value!).toUpperCase()),
  pad: fixed(3, (value, before, after) => {
    const inner = text(value!);
    return inner === '' ? '' : ' '.repeat(Number(before)) + inner + ' '.repeat(Number(after));
  }),
  truncate: fixed(2, (value, length) => [...text(value!)].slice(0, Number(length)).join('')),
};

/** Those that every template has: text/template's own. */
export const GO_FUNCTIONS: ReadonlyMap<string, GoMethod> = new Map(Object.entries(GO));

/** All of them by name. */
export const FUNCTIONS: ReadonlyMap<string, GoMethod> = new Map(Object.entries({ ...GO, ...DOCKER }));

/** What a table's header row is made with: functions that leave the column's title as it is. */
export const HEADER_FUNCTIONS: ReadonlyMap<string, GoMethod> = new Map([
  ...FUNCTIONS,
  ['json', fixed(1, (value) => text(value!))],
  ['split', fixed(2, (value) => value!)],
  ['join', fixed(2, (value) => value!)],
  ['title', fixed(1, (value) => value!)],
  ['lower', fixed(1, (value) => value!)],
  ['upper', fixed(1, (value) => value!)],
  ['truncate', fixed(2, (value) => value!)],
]);

function text(value: GoValue): string {
  if (typeof value === 'string') return value;
  if (value instanceof JsonNumber) return value.text;
  throw new WrongArgument(value, 'string');
}

/** An argument of another type than the function's: reported at the argument, not as the function's error. */
export class WrongArgument extends Error {
  readonly value: GoValue;
  readonly wanted: string;
  constructor(value: GoValue, wanted: string) {
    super(`wrong type for value; expected ${wanted}; got ${typeName(value)}`);
    this.value = value;
    this.wanted = wanted;
  }
}

function length(value: GoValue): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).length;
  if (value instanceof JsonNumber) return value.text.length;
  if (value instanceof GoSlice) return value.items.length;
  if (value instanceof GoMap) return value.entries.size;
  if (value === null || value instanceof Missing || value instanceof GoNil)
    throw new Error('len of nil pointer');
  throw new Error(`len of type ${typeName(value)}`);
}

function index(item: GoValue, key: GoValue): GoValue {
  if (item === null || item instanceof Missing) throw new Error('index of untyped nil');
  if (item instanceof GoNil) throw new Error('index of nil pointer');
  if (item instanceof GoMap) {
    if (typeof key !== 'string' || item.keyType !== 'string')
      throw new Error(`value has type ${typeName(key)}; should be ${item.keyType}`);
    const found = item.entries.get(key);
    return found === undefined ? item.zero : found;
  }
  if (item instanceof GoSlice || typeof item === 'string') {
    const at = position(key);
    if (typeof item === 'string') {
      const bytes = new TextEncoder().encode(item);
      inRange(at, bytes.length, 'string');
      return bytes[at]!;
    }
    inRange(at, item.items.length, 'slice');
    return item.items[at]!;
  }
  throw new Error(`can't index item of type ${typeName(item)}`);
}

/** text/template lets the length itself pass, and package reflect then refuses it. */
function inRange(at: number, length: number, kind: string): void {
  if (at < 0 || at > length) throw new Error(`index out of range: ${at}`);
  if (at === length) throw new Error(`reflect: ${kind} index out of range`);
}

function position(key: GoValue): number {
  if (typeof key === 'number') return key;
  if (key === null || key instanceof Missing) throw new Error('cannot index slice/array with nil');
  throw new Error(`cannot index slice/array with type ${typeName(key)}`);
}

function slice(item: GoValue, bounds: readonly GoValue[]): GoValue {
  if (item === null || item instanceof Missing) throw new Error('slice of untyped nil');
  if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`);
  if (typeof item !== 'string' && !(item instanceof GoSlice))
    throw new Error(`can't slice item of type ${typeName(item)}`);
  if (typeof item === 'string' && bounds.length === 3) throw new Error('cannot 3-index slice a string');
  const size = typeof item === 'string' ? item.length : item.items.length;
  const [from, to] = [
    bounds[0] === undefined ? 0 : position(bounds[0]),
    bounds[1] === undefined ? size : position(bounds[1]),
  ];
  for (const at of [from, to]) if (at < 0 || at > size) throw new Error(`index out of range: ${at}`);
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  return typeof item === 'string' ? item.slice(from, to) : new GoSlice(item.items.slice(from, to), item.type);
}

type Kind = 'bool' | 'int' | 'float' | 'string';

function kind(value: GoValue): Kind | undefined {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'int';
  if (value instanceof GoFloat) return 'float';
  if (typeof value === 'string' || value instanceof JsonNumber) return 'string';
  return undefined;
}

const plain = (value: GoValue) =>
  value instanceof JsonNumber
    ? value.text
    : value instanceof GoFloat
      ? value.value
      : (value as string | number | boolean);

const nil = (value: GoValue) => value === null || value instanceof Missing || value instanceof GoNil;

const incompatible = (a: GoValue, b: GoValue) =>
  new Error(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);

function equal(a: GoValue, b: GoValue): boolean {
  const [ka, kb] = [kind(a), kind(b)];
  if (ka !== undefined && kb !== undefined) {
    if (ka !== kb) throw incompatible(a, b);
    return plain(a) === plain(b);
  }
  if (nil(a) || nil(b)) return nil(a) && nil(b);
  for (const value of [a, b])
    if (value instanceof GoSlice || value instanceof GoMap || value instanceof GoStruct)
      throw new Error(`non-comparable type ${sprint(value)}: ${typeName(value)}`);
  throw incompatible(a, b);
}

function less(a: GoValue, b: GoValue): boolean {
  const [ka, kb] = [kind(a), kind(b)];
  if (ka === undefined || kb === undefined || ka === 'bool') throw new Error('invalid type for comparison');
  if (ka !== kb) throw incompatible(a, b);
  return plain(a) < plain(b);
}

const joined = (values: readonly GoValue[]) =>
  values.length === 1 && typeof values[0] === 'string' ? values[0] : sprintAll(values);

const HTML: Record<string, string> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\uFFFD',
};
const escapeHtml = (value: string) => value.replace(/["'&<>\0]/g, (char) => HTML[char]!);

const JS: Record<string, string> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};
const escapeJs = (value: string) =>
  value.replace(
    /[\\'"<>&=\u0000-\u001f]/g,
    (char) => JS[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
