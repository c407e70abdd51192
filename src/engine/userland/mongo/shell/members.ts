/** What values have of themselves: the members of texts, lists, documents, moments and ids that programs use. */
import { isDocument, Long, Moment, ObjectId, Pattern } from '../values.ts';
import { isoDate } from './inspect.ts';

/** A function of a program, or of the shell. */
export type ShellFunction = (...args: unknown[]) => unknown;

/** An object of the shell: a database, a collection, a cursor. */
export interface Host {
  /** A member by its name; undefined for none. */
  get(name: string): unknown;
}

export const isHost = (value: unknown): value is Host =>
  typeof value === 'object' && value !== null && !(value instanceof Map) && 'get' in value;

/** What went wrong in a program or on the server. */
export class ShellError extends Error {
  /** `TypeError`, `MongoServerError`. */
  readonly kind: string;
  readonly code: number | undefined;
  readonly codeName: string | undefined;

  constructor(kind: string, message: string, code?: number, codeName?: string) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.codeName = codeName;
  }
}

/** A method that the real shell's `things` have, and that is not simulated: it says so when it is called. */
export const absentMethod =
  (things: string, name: string): ShellFunction =>
  () => {
    throw new ShellError(
      'MongoshUnimplementedError',
      `the method ${name} of ${things} is not simulated in Drydock`,
    );
  };

/** A value that a program threw. */
export class Thrown extends Error {
  readonly value: unknown;

  constructor(value: unknown) {
    super('');
    this.value = value;
  }
}

/** A value as text, as it is in `'' + value`. */
export function toText(value: unknown): string {
  if (value instanceof ObjectId) return value.hex;
  if (value instanceof Long) return String(value.value);
  if (value instanceof Moment) return isoDate(value.ms);
  if (value instanceof Pattern) return `/${value.source}/${value.flags}`;
  if (value instanceof ShellError) return `${value.kind}: ${value.message}`;
  if (Array.isArray(value))
    return value.map((item) => (item === null || item === undefined ? '' : toText(item))).join(',');
  return isDocument(value) ? '[object Object]' : String(value);
}

/** A value as a number. */
export function toNumber(value: unknown): number {
  if (value instanceof Long) return Number(value.value);
  if (value instanceof Moment) return value.ms;
  return typeof value === 'object' && value !== null ? Number.NaN : Number(value);
}

/** Whether a value counts as true. */
export const isTrue = (value: unknown): boolean => Boolean(value);

type Methods<T> = Readonly<Record<string, (on: T, ...args: never[]) => unknown>>;

const TEXT: Methods<string> = {
  toUpperCase: (text) => text.toUpperCase(),
  toLowerCase: (text) => text.toLowerCase(),
  trim: (text) => text.trim(),
  includes: (text, part: unknown) => text.includes(toText(part)),
  startsWith: (text, part: unknown) => text.startsWith(toText(part)),
  endsWith: (text, part: unknown) => text.endsWith(toText(part)),
  indexOf: (text, part: unknown) => text.indexOf(toText(part)),
  slice: (text, from: number, to?: number) => text.slice(from, to),
  substring: (text, from: number, to?: number) => text.substring(from, to),
  split: (text, by: unknown) => text.split(by instanceof Pattern ? by.compile() : toText(by)),
  repeat: (text, count: number) => text.repeat(Math.min(count, 1_000_000)),
  padStart: (text, width: number, by?: string) => text.padStart(Math.min(width, 10_000), by),
  padEnd: (text, width: number, by?: string) => text.padEnd(Math.min(width, 10_000), by),
  replace: (text, what: unknown, by: unknown) =>
    text.replace(what instanceof Pattern ? new RegExp(what.source, what.flags) : toText(what), toText(by)),
  toString: (text: string) => text,
};

async function each<T>(
  list: readonly unknown[],
  use: (item: unknown, i: number) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const [i, item] of list.entries()) {
    const found = await use(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}

const LIST: Methods<unknown[]> = {
  push: (list, ...items: unknown[]) => list.push(...items),
  pop: (list) => list.pop(),
  shift: (list) => list.shift(),
  concat: (list, ...others: unknown[]) => list.concat(...(others as unknown[][])),
  slice: (list, from?: number, to?: number) => list.slice(from, to),
  join: (list, by: unknown = ',') => list.map(toText).join(toText(by)),
  includes: (list, item: unknown) => list.includes(item),
  indexOf: (list, item: unknown) => list.indexOf(item),
  reverse: (list) => list.reverse(),
  forEach: async (list, act: ShellFunction) => {
    await each(list, async (item, i) => {
      await act(item, i);
      return undefined;
    });
  },
  map: async (list, act: ShellFunction) => {
    const out: unknown[] = [];
    for (const [i, item] of list.entries()) out.push(await act(item, i));
    return out;
  },
  filter: async (list, test: ShellFunction) => {
    const out: unknown[] = [];
    for (const [i, item] of list.entries()) if (isTrue(await test(item, i))) out.push(item);
    return out;
  },
  find: async (list, test: ShellFunction) => {
    const found = await each(list, async (item, i) => (isTrue(await test(item, i)) ? { item } : undefined));
    return found?.item;
  },
  some: async (list, test: ShellFunction) =>
    (await each(list, async (item, i) => (isTrue(await test(item, i)) ? true : undefined))) ?? false,
  every: async (list, test: ShellFunction) =>
    (await each(list, async (item, i) => (isTrue(await test(item, i)) ? undefined : false))) ?? true,
  reduce: async (list, join: ShellFunction, first?: unknown) => {
    let [sum, rest] = first === undefined ? [list[0], list.slice(1)] : [first, list];
    for (const [i, item] of rest.entries()) sum = await join(sum, item, i);
    return sum;
  },
  toString: (list: unknown[]) => toText(list),
};

const MOMENT: Methods<Moment> = {
  getTime: ({ ms }: Moment) => ms,
  valueOf: ({ ms }: Moment) => ms,
  toISOString: ({ ms }: Moment) => isoDate(ms),
  toString: ({ ms }: Moment) => isoDate(ms),
  getFullYear: ({ ms }) => Number(isoDate(ms).slice(0, 4)),
  getMonth: ({ ms }) => Number(isoDate(ms).slice(5, 7)) - 1,
  getDate: ({ ms }) => Number(isoDate(ms).slice(8, 10)),
  getHours: ({ ms }) => Number(isoDate(ms).slice(11, 13)),
};

const ID: Methods<ObjectId> = {
  toString: ({ hex }: ObjectId) => hex,
  toHexString: ({ hex }) => hex,
  getTimestamp: ({ hex }) => new Moment(Number.parseInt(hex.slice(0, 8), 16) * 1000),
  equals: ({ hex }, other: unknown) => other instanceof ObjectId && other.hex === hex,
};

const NUMBER: Methods<number> = {
  toFixed: (value, digits?: number) => value.toFixed(Math.min(Math.max(digits ?? 0, 0), 100)),
  toString: (value: number) => String(value),
};

/** A member of a value; undefined for none. Throws `ShellError` where nothing can have one. */
export function memberOf(value: unknown, name: string): unknown {
  if (value === undefined || value === null)
    throw new ShellError('TypeError', `Cannot read properties of ${value} (reading '${name}')`);
  if (isDocument(value)) return value.get(name);
  if (typeof value === 'string')
    return name === 'length'
      ? value.length
      : /^\d+$/.test(name)
        ? value[Number(name)]
        : bound(TEXT, value, name);
  if (Array.isArray(value))
    return name === 'length'
      ? value.length
      : /^\d+$/.test(name)
        ? value[Number(name)]
        : bound(LIST, value, name);
  if (value instanceof Moment) return bound(MOMENT, value, name);
  if (value instanceof ObjectId) return bound(ID, value, name);
  if (typeof value === 'number') return bound(NUMBER, value, name);
  if (value instanceof Long)
    return name === 'toNumber' || name === 'valueOf'
      ? () => Number(value.value)
      : name === 'toString'
        ? () => String(value.value)
        : undefined;
  if (value instanceof Pattern)
    return name === 'test' ? (text: unknown) => value.compile().test(toText(text)) : undefined;
  if (value instanceof ShellError)
    return { name: value.kind, message: value.message, code: value.code, codeName: value.codeName }[name];
  if (typeof value === 'function') {
    const own = Object.hasOwn(value, name) ? (value as unknown as Record<string, unknown>)[name] : undefined;
    return typeof own === 'function' ? own : undefined;
  }
  return isHost(value) ? value.get(name) : undefined;
}

function bound<T>(methods: Methods<T>, on: T, name: string): ShellFunction | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return method && ((...args: unknown[]) => method(on, ...(args as never[])));
}
