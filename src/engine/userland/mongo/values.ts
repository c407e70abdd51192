/** The values of documents: BSON's types as they are in memory. Numbers that are whole and fit 32 bits are int32, others double. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Long
  | ObjectId
  | Moment
  | Pattern
  | Binary
  | Value[]
  | Document;

/** Fields in their order. */
export type Document = Map<string, Value>;

/** A whole number of 64 bits. */
export class Long {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = BigInt.asIntN(64, value);
  }
}

/** Twelve bytes that nobody else makes: the second, who makes it, and a counter. */
export class ObjectId {
  /** 24 hexadecimal digits. */
  readonly hex: string;

  constructor(hex: string) {
    this.hex = hex.toLowerCase();
  }
}

/** A moment, in milliseconds since the epoch. */
export class Moment {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A text that is no regular expression. */
export class InvalidPattern extends Error {}

/** A regular expression. */
export class Pattern {
  readonly source: string;
  readonly flags: string;

  constructor(source: string, flags: string) {
    this.source = source;
    this.flags = flags;
  }

  /** Throws `InvalidPattern`. */
  compile(): RegExp {
    try {
      return new RegExp(this.source, this.flags.replace(/[^ims]/g, ''));
    } catch (error) {
      throw new InvalidPattern((error as Error).message);
    }
  }
}

export class Binary {
  readonly bytes: Uint8Array;
  /** 4 for an UUID. */
  readonly subtype: number;

  constructor(bytes: Uint8Array, subtype: number) {
    this.bytes = bytes;
    this.subtype = subtype;
  }
}

export const isDocument = (value: unknown): value is Document => value instanceof Map;

/** A document of an object of JavaScript: for commands and answers. */
export const doc = (fields: Readonly<Record<string, Value | undefined>>): Document =>
  new Map(Object.entries(fields).filter((entry): entry is [string, Value] => entry[1] !== undefined));

/** A number of whatever type, or undefined. */
export function numberOf(value: Value | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof Long ? Number(value.value) : undefined;
}

/** The names by which BSON's types go, with their place in the order of values. */
export function typeOf(value: Value): { name: string; rank: number } {
  if (value === null) return { name: 'null', rank: 0 };
  if (typeof value === 'number') return { name: isInt32(value) ? 'int' : 'double', rank: 1 };
  if (value instanceof Long) return { name: 'long', rank: 1 };
  if (typeof value === 'string') return { name: 'string', rank: 2 };
  if (value instanceof Map) return { name: 'object', rank: 3 };
  if (Array.isArray(value)) return { name: 'array', rank: 4 };
  if (value instanceof Binary) return { name: 'binData', rank: 5 };
  if (value instanceof ObjectId) return { name: 'objectId', rank: 6 };
  if (typeof value === 'boolean') return { name: 'bool', rank: 7 };
  if (value instanceof Moment) return { name: 'date', rank: 8 };
  return { name: 'regex', rank: 9 };
}

export const isInt32 = (value: number): boolean =>
  Number.isInteger(value) && (value | 0) === value && !Object.is(value, -0);

/** The order in which MongoDB sorts: by type, then by value. */
export function compare(a: Value, b: Value): number {
  const by = typeOf(a).rank - typeOf(b).rank;
  if (by !== 0) return by;
  const order = <T extends string | number | bigint | boolean>(x: T, y: T) => (x < y ? -1 : x > y ? 1 : 0);
  if (typeof a === 'number' || a instanceof Long) return order(numberOf(a)!, numberOf(b)!);
  if (typeof a === 'string') return order(a, b as string);
  if (typeof a === 'boolean') return order(a, b as boolean);
  if (a instanceof ObjectId) return order(a.hex, (b as ObjectId).hex);
  if (a instanceof Moment) return a.ms - (b as Moment).ms;
  if (a instanceof Pattern)
    return order(`${a.source}/${a.flags}`, `${(b as Pattern).source}/${(b as Pattern).flags}`);
  if (a instanceof Binary)
    return order(String.fromCharCode(...a.bytes), String.fromCharCode(...(b as Binary).bytes));
  if (Array.isArray(a)) return compareLists(a, b as Value[]);
  if (a instanceof Map) {
    const [mine, its] = [[...a], [...(b as Document)]];
    for (let i = 0; i < Math.min(mine.length, its.length); i++) {
      const [[key, value], [other, against]] = [mine[i]!, its[i]!];
      const found = order(key, other) || compare(value, against);
      if (found !== 0) return found;
    }
    return mine.length - its.length;
  }
  return 0;
}

function compareLists(a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const found = compare(a[i]!, b[i]!);
    if (found !== 0) return found;
  }
  return a.length - b.length;
}

/** Whether two values are the same; numbers of different types are. */
export const equal = (a: Value, b: Value): boolean => compare(a, b) === 0;
