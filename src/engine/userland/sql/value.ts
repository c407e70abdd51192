import { calendar, instant } from '../../base/calendar.ts';

/** What a column or an expression can hold. Dates and times are milliseconds since the epoch, in UTC. */
export type Value = null | boolean | number | string;

/** What kind of value a column holds; `scale` are the digits behind the point, `length` the most characters. */
export interface SqlType {
  kind: 'integer' | 'decimal' | 'float' | 'text' | 'boolean' | 'date' | 'timestamp' | 'json' | 'unknown';
  /** As the dialect names it: `int`, `character varying`. */
  name: string;
  length?: number;
  scale?: number;
  precision?: number;
  /** The least and the largest integer. */
  range?: readonly [number, number];
}

export const INTEGER: SqlType = { kind: 'integer', name: 'integer' };
export const BIGINT: SqlType = { kind: 'integer', name: 'bigint' };
export const TEXT: SqlType = { kind: 'text', name: 'text' };
export const FLOAT: SqlType = { kind: 'float', name: 'double precision' };
export const BOOLEAN: SqlType = { kind: 'boolean', name: 'boolean' };
export const TIMESTAMP: SqlType = { kind: 'timestamp', name: 'timestamp' };
export const DATE: SqlType = { kind: 'date', name: 'date' };
export const UNKNOWN: SqlType = { kind: 'unknown', name: 'unknown' };
export const decimal = (scale: number, precision?: number): SqlType => ({
  kind: 'decimal',
  name: 'decimal',
  scale,
  ...(precision === undefined ? {} : { precision }),
});

export const isNumeric = ({ kind }: SqlType): boolean =>
  kind === 'integer' || kind === 'decimal' || kind === 'float';

/** Negative, zero or positive; null is less than all. `fold` compares texts without regard to case. */
export function compare(a: Value, b: Value, fold: boolean): number {
  if (a === null || b === null)
    return Number(b === null) - Number(a === null) === 0 ? 0 : a === null ? -1 : 1;
  if (typeof a === 'string' && typeof b === 'string') {
    const [x, y] = fold ? [a.toLowerCase(), b.toLowerCase()] : [a, b];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const [x, y] = [toNumber(a), toNumber(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** A number as MySQL takes one from a text: as far as it goes, else 0. */
export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return value === null ? 0 : Number.parseFloat(value) || 0;
}

/** A moment of `YYYY-MM-DD[ HH:MM[:SS[.fff]]]`, with a time zone if there is one; undefined when it is none. */
export function parseMoment(text: string): number | undefined {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(
      text.trim(),
    );
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const ms = instant(year, month, day, hour, minute, second);
  const there = calendar(ms);
  // What overflows is no moment: there is no 30th of February.
  if (there.month !== month || there.day !== day || hour > 23 || minute > 59 || second > 59) return undefined;
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(match[8] ?? '') ?? [];
  const shift =
    sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000);
  return ms + Math.trunc(Number(match[7] ?? 0) * 1000) - shift;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-21`. */
export function showDate(ms: number): string {
  const { year, month, day } = calendar(ms);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** `2026-11-21 08:00:00`, with so many digits of the second's fraction. */
export function showMoment(ms: number, digits = 0): string {
  const { hour, minute, second } = calendar(ms);
  const micro = Math.floor((((ms % 1000) + 1000) % 1000) * 1000);
  const fraction = digits === 0 ? '' : `.${String(micro).padStart(6, '0').slice(0, digits)}`;
  return `${showDate(ms)} ${two(hour)}:${two(minute)}:${two(second)}${fraction}`;
}

/** A decimal with its digits, rounded half away from zero. */
export function showDecimal(value: number, scale: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '-Infinity' : 'Infinity';
  const [mantissa = '', exponent = '0'] = Math.abs(value)
    .toPrecision(scale > 10 ? 17 : 15)
    .split('e');
  const rounded = Number(`${mantissa}e${Number(exponent) + scale}`);
  const digits = BigInt(Math.round(rounded))
    .toString()
    .padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}
