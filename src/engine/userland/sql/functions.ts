import { calendar } from '../../base/calendar.ts';
import { BIGINT, DATE, decimal, INTEGER, type SqlType, TEXT, toNumber, type Value } from './value.ts';

/** What a function can ask of the session and the machine. */
export interface CallContext {
  now(): number;
  /** Between 0 and 1, by chance. */
  random(): number;
  uuid(): string;
  database: string | undefined;
  /** As whom one is logged in: `root@localhost` with MySQL. */
  user: string;
  /** The account that this is, with MySQL: `root@%`. */
  account: string;
  version: string;
  hostname: string;
  /** Lets the answer wait. */
  delay(ms: number): void;
  lastInsertId: number;
  connection: number;
}

export interface SqlFunction {
  min: number;
  max: number;
  /** Of its arguments' types, and of their values where these stand in the statement. */
  type: SqlType | ((args: readonly SqlType[], values: readonly (Value | undefined)[]) => SqlType);
  /** Whether it may give null though no argument is. */
  mayBeNull?: true;
  /** Whether it sees nulls; others give null when an argument is null. */
  seesNull?: true;
  call(args: readonly Value[], context: CallContext): Value;
}

export type FunctionTable = Readonly<Record<string, SqlFunction>>;

const fixed = (count: number, type: SqlFunction['type'], call: SqlFunction['call']): SqlFunction => ({
  min: count,
  max: count,
  type,
  call,
});

const first = (types: readonly SqlType[]): SqlType =>
  types.find(({ kind }) => kind !== 'unknown') ?? types[0] ?? TEXT;

const text = (value: Value | undefined): string => String(value ?? '');

const number = (value: Value | undefined): number => toNumber(value ?? null);

function substring([value, from, count]: readonly Value[]): string {
  const characters = [...text(value)];
  const start = number(from);
  const begin = start < 0 ? characters.length + start : start - 1;
  const end = count === undefined ? characters.length : begin + number(count);
  return characters.slice(Math.max(0, begin), Math.max(0, end)).join('');
}

function round([value, digits]: readonly Value[]): number {
  const factor = 10 ** number(digits ?? 0);
  const shifted = Number((Math.abs(number(value)) * factor).toPrecision(15));
  return (Math.sign(number(value)) * Math.round(shifted)) / factor;
}

/** Functions that both servers have. */
export const COMMON: FunctionTable = {
  abs: fixed(1, first, ([value]) => Math.abs(number(value))),
  ceil: fixed(1, BIGINT, ([value]) => Math.ceil(number(value))),
  ceiling: fixed(1, BIGINT, ([value]) => Math.ceil(number(value))),
  char_length: fixed(1, INTEGER, ([value]) => [...text(value)].length),
  coalesce: {
    min: 1,
    max: 100,
    type: first,
    seesNull: true,
    call: (args) => args.find((value) => value !== null) ?? null,
  },
  concat: { min: 0, max: 100, type: TEXT, call: (args) => args.map(text).join('') },
  concat_ws: {
    min: 2,
    max: 100,
    type: TEXT,
    seesNull: true,
    call: ([separator, ...parts]) =>
      separator === null
        ? null
        : parts
            .filter((part) => part !== null)
            .map(text)
            .join(text(separator)),
  },
  current_date: fixed(0, DATE, (_, { now }) => Math.floor(now() / 86_400_000) * 86_400_000),
  extract: fixed(2, INTEGER, ([field, moment]) => {
    if (typeof moment !== 'number') return null;
    const { year, month, day, hour, minute, second, weekday, yearday } = calendar(moment);
    const parts: Record<string, number> = {
      year,
      month,
      day,
      hour,
      minute,
      second,
      dow: weekday,
      doy: yearday,
      quarter: Math.ceil(month / 3),
      epoch: Math.floor(moment / 1000),
    };
    return parts[text(field)] ?? null;
  }),
  floor: fixed(1, BIGINT, ([value]) => Math.floor(number(value))),
  greatest: {
    min: 2,
    max: 100,
    type: first,
    call: (args) => args.reduce((a, b) => (number(a) >= number(b) ? a : b)),
  },
  least: {
    min: 2,
    max: 100,
    type: first,
    call: (args) => args.reduce((a, b) => (number(a) <= number(b) ? a : b)),
  },
  left: fixed(2, TEXT, ([value, count]) => [...text(value)].slice(0, number(count)).join('')),
  length: fixed(1, INTEGER, ([value]) => [...text(value)].length),
  lower: fixed(1, TEXT, ([value]) => text(value).toLowerCase()),
  mod: fixed(2, first, ([a, b]) => (number(b) === 0 ? null : number(a) % number(b))),
  nullif: {
    ...fixed(2, first, ([a = null, b]) => (a === b ? null : a)),
    seesNull: true,
    mayBeNull: true,
  },
  power: fixed(2, { kind: 'float', name: 'double precision' }, ([a, b]) => number(a) ** number(b)),
  repeat: fixed(2, TEXT, ([value, count]) =>
    text(value).repeat(Math.max(0, Math.min(number(count), 1_000_000))),
  ),
  replace: fixed(3, TEXT, ([value, from, to]) =>
    text(from) === '' ? text(value) : text(value).replaceAll(text(from), text(to)),
  ),
  reverse: fixed(1, TEXT, ([value]) => [...text(value)].reverse().join('')),
  right: fixed(2, TEXT, ([value, count]) =>
    number(count) === 0 ? '' : [...text(value)].slice(-number(count)).join(''),
  ),
  round: {
    min: 1,
    max: 2,
    type: ([type], [, digits = 0]) =>
      type?.kind === 'decimal' ? decimal(Number(digits)) : (type ?? INTEGER),
    call: round,
  },
  substring: { min: 2, max: 3, type: TEXT, call: substring },
  substr: { min: 2, max: 3, type: TEXT, call: substring },
  trim: fixed(1, TEXT, ([value]) => text(value).trim()),
  upper: fixed(1, TEXT, ([value]) => text(value).toUpperCase()),
  version: fixed(0, TEXT, (_, { version }) => version),
};

/** The present moment, under the names that a dialect has for it. */
export const moments = (type: SqlType, ...names: string[]): FunctionTable =>
  Object.fromEntries(
    names.map((name) => [
      name,
      { min: 0, max: 1, type, call: (_: readonly Value[], { now }: CallContext) => now() },
    ]),
  );
