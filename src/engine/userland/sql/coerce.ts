import type { Dialect } from './dialect.ts';
import type { SqlError } from './errors.ts';
import { parseMoment, type SqlType, type Value } from './value.ts';

const DAY = 86_400_000;

/** What a value of another type becomes as one of `type`; undefined when it cannot. Whether it fits is not asked. */
export function convert(value: Value, type: SqlType, dialect: Dialect): Value | undefined {
  if (value === null) return null;
  switch (type.kind) {
    case 'integer': {
      const number = toNumber(value, dialect);
      return number === undefined ? undefined : roundHalfAway(number);
    }
    case 'decimal': {
      const number = toNumber(value, dialect);
      if (number === undefined || type.scale === undefined) return number;
      const factor = 10 ** type.scale;
      return roundHalfAway(Number((number * factor).toPrecision(15))) / factor;
    }
    case 'float':
      return toNumber(value, dialect);
    case 'boolean':
      return toBoolean(value);
    case 'date':
    case 'timestamp': {
      const moment =
        typeof value === 'string' ? parseMoment(value) : typeof value === 'number' ? value : undefined;
      return moment === undefined || type.kind === 'timestamp' ? moment : Math.floor(moment / DAY) * DAY;
    }
    case 'json':
      return typeof value === 'string' ? normalJson(value, type.name) : String(value);
    case 'text':
    case 'unknown':
      if (typeof value === 'boolean') return dialect.name === 'mysql' ? String(Number(value)) : String(value);
      return String(value);
  }
}

function toNumber(value: Exclude<Value, null>, { name }: Dialect): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return name === 'mysql' ? Number(value) : undefined;
  return /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(value) ? Number(value) : undefined;
}

function toBoolean(value: Exclude<Value, null>): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  const text = value.trim().toLowerCase();
  if (['t', 'true', 'y', 'yes', 'on', '1'].includes(text)) return true;
  return ['f', 'false', 'n', 'no', 'off', '0'].includes(text) ? false : undefined;
}

const roundHalfAway = (value: number): number => Math.sign(value) * Math.round(Math.abs(value)) + 0;

/** JSON is kept as it came; what is stored in pieces (jsonb, MySQL's) comes back in one form. */
function normalJson(text: string, name: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return name === 'json' ? text : spaced(value);
  } catch {
    return undefined;
  }
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}: ${spaced(field)}`).join(', ')}}`;
}

/** Where a value goes: for what is said when it does not fit. */
export interface Target {
  column: string;
  table: string;
  database: string;
  row: number;
  at?: number | undefined;
}

/** A value for a column of a type. Throws SqlError for one that is none, or does not fit. */
export function assign(value: Value, type: SqlType, target: Target, dialect: Dialect): Value {
  if (value === null) return null;
  const { words } = dialect;
  const converted = convert(value, type, dialect);
  if (converted === undefined) {
    const shown = typeof value === 'boolean' ? String(value) : String(value);
    throw words.badValue({ ...target, type: type.name, value: shown });
  }
  const { column, row } = target;
  const tooLarge = (): SqlError =>
    words.outOfRange({ column, row, type: fullName(type), value: String(value) });
  if (type.range !== undefined && typeof converted === 'number')
    if (converted < type.range[0] || converted > type.range[1]) throw tooLarge();
  if (type.kind === 'decimal' && type.precision !== undefined && typeof converted === 'number')
    if (Math.abs(converted) >= 10 ** (type.precision - (type.scale ?? 0))) throw tooLarge();
  if (type.length !== undefined && typeof converted === 'string' && [...converted].length > type.length)
    throw words.tooLong({ column, row, type: fullName(type), length: type.length });
  return converted;
}

/** `character varying(5)`. */
export function fullName({ name, length, precision, scale }: SqlType): string {
  if (length !== undefined) return `${name}(${length})`;
  return precision === undefined ? name : `${name}(${precision},${scale ?? 0})`;
}
