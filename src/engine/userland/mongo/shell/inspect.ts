/** Values as mongosh shows them. Models Node's util.inspect with its defaults, six levels deep. */
import { calendar, instant } from '../../../base/calendar.ts';
import { base64 } from '../../lib/scram.ts';
import { Binary, isDocument, Long, Moment, ObjectId, Pattern } from '../values.ts';

const WIDTH = 80;
/** How many levels of what is innermost may stand on one line. */
const COMPACT = 3;
const DEPTH = 6;
const MOST = 100;

interface Context {
  indentation: number;
  /** The level of what was shown last. */
  level: number;
}

/** What a result is printed as: a text as it is, anything else as in a program. */
export const display = (value: unknown): string => (typeof value === 'string' ? value : inspect(value));

/** A value as it would stand in a program. */
export function inspect(value: unknown): string {
  return shown(value, { indentation: 0, level: 0 }, 0);
}

function shown(value: unknown, context: Context, level: number): string {
  if (typeof value === 'string') return quoted(value);
  if (Object.is(value, -0)) return '-0';
  if (value instanceof Long) return `Long('${value.value}')`;
  if (value instanceof ObjectId) return `ObjectId('${value.hex}')`;
  if (value instanceof Moment)
    return Number.isNaN(value.ms) ? 'Invalid Date' : `ISODate('${isoDate(value.ms)}')`;
  if (value instanceof Pattern) return `/${value.source}/${value.flags}`;
  if (value instanceof Binary) return binary(value);
  if (typeof value === 'function')
    return value.name === '' ? '[Function (anonymous)]' : `[Function: ${value.name}]`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (level > DEPTH) return '[Array]';
    context.level = level;
    context.indentation += 2;
    const output = value.slice(0, MOST).map((item) => shown(item, context, level + 1));
    context.indentation -= 2;
    if (value.length > MOST)
      output.push(`... ${value.length - MOST} more item${value.length > MOST + 1 ? 's' : ''}`);
    return joined(output, ['[', ']'], context, level, value);
  }
  if (!isDocument(value)) return String(value);
  if (value.size === 0) return '{}';
  if (level > DEPTH) return '[Object]';
  context.level = level;
  const output = [...value].map(([name, item]) => {
    context.indentation += 2;
    const text = shown(item, context, level + 1);
    context.indentation -= 2;
    return `${/^[a-zA-Z_][a-zA-Z_0-9]*$/.test(name) ? name : quoted(name)}: ${text}`;
  });
  return joined(output, ['{', '}'], context, level);
}

/** On one line where that is short enough and not too deep; else a line for each, short members of lists in columns. */
function joined(
  members: string[],
  [open, close]: readonly [string, string],
  context: Context,
  level: number,
  list?: readonly unknown[],
): string {
  const output = list !== undefined && members.length > 6 ? inColumns(members, context, list) : members;
  if (context.level - level < COMPACT && output === members) {
    const start = output.length + context.indentation + open.length + 10;
    const total = output.reduce((sum, { length }) => sum + length, output.length + start);
    if (total <= WIDTH && !output.some((text) => text.includes('\n')))
      return `${open} ${output.join(', ')} ${close}`;
  }
  const line = `\n${' '.repeat(context.indentation)}`;
  return `${open}${line}  ${output.join(`,${line}  `)}${line}${close}`;
}

function inColumns(output: string[], { indentation }: Context, list: readonly unknown[]): string[] {
  const own = list.length > MOST ? output.length - 1 : output.length;
  const lengths = output.slice(0, own).map(({ length }) => length);
  const total = lengths.reduce((sum, length) => sum + length + 2, 0);
  const longest = Math.max(...lengths);
  const widest = longest + 2;
  if (widest * 3 + indentation >= WIDTH || (total / widest <= 5 && longest > 6)) return output;
  const bias = Math.max(longest - 1 - Math.sqrt(widest - total / output.length), 1);
  const columns = Math.min(
    Math.round(Math.sqrt(2.5 * bias * own) / bias),
    Math.floor((WIDTH - indentation) / widest),
    COMPACT * 4,
    15,
  );
  if (columns <= 1) return output;
  const widths = Array.from(
    { length: columns },
    (_, column) =>
      lengths.reduce((most, length, i) => (i % columns === column && length > most ? length : most), 0) + 2,
  );
  const isNumeric = list.every((value) => typeof value === 'number');
  const rows: string[] = [];
  for (let from = 0; from < own; from += columns) {
    const row = output.slice(from, Math.min(from + columns, own));
    rows.push(
      row
        .map((text, column) => {
          const isLast = column === row.length - 1;
          if (isNumeric) return (isLast ? text : `${text}, `).padStart(widths[column]! - (isLast ? 2 : 0));
          return isLast ? text : `${text}, `.padEnd(widths[column]!);
        })
        .join(''),
    );
  }
  if (own < output.length) rows.push(output[own]!);
  return rows;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\\': '\\\\',
};

/** In single quotes, or in others where it has those. */
export function quoted(text: string): string {
  const quote = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !/[`$]/.test(text) ? '`' : "'";
  const inner = [...text]
    .map((char) => {
      if (char === quote) return `\\${char}`;
      const escaped = ESCAPES[char];
      if (escaped !== undefined) return escaped;
      const code = char.charCodeAt(0);
      return code < 32 || code === 127 ? `\\x${code.toString(16).toUpperCase().padStart(2, '0')}` : char;
    })
    .join('');
  return `${quote}${inner}${quote}`;
}

function binary({ bytes, subtype }: Binary): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (subtype === 4 && bytes.length === 16)
    return `UUID('${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}')`;
  return `Binary.createFromBase64('${base64(bytes)}', ${subtype})`;
}

/** `2026-11-21T08:00:00.000Z` */
export function isoDate(ms: number): string {
  const { year, month, day, hour, minute, second } = calendar(ms);
  const two = (value: number, width = 2) => String(value).padStart(width, '0');
  const milliseconds = ((Math.floor(ms) % 1000) + 1000) % 1000;
  return `${two(year, 4)}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}.${two(milliseconds, 3)}Z`;
}

/** The moment that a date of ISO 8601 names, of UTC where it does not say; undefined for none. */
export function parseIsoDate(text: string): number | undefined {
  const [
    ,
    year,
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '',
    zone = 'Z',
  ] =
    /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(
      text,
    ) ?? [];
  if (year === undefined) return undefined;
  const at = instant(...([year, month, day, hour, minute, second].map(Number) as [number, number, number]));
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  const offset =
    sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000);
  return at + Math.trunc(Number(`0${fraction}`) * 1000) - offset;
}
