import { formatNumber } from './number.ts';
import { isArray, type JsonObject, type Kind, kindOf, sortedKeys, type Value } from './value.ts';

/** How values are written as JSON. */
export interface Layout {
  /** What a level is indented by; undefined puts all on one line. */
  indent?: string;
  sortKeys?: boolean;
  asciiOnly?: boolean;
  /** SGR parameters by kind (JQ_COLORS); absent: no colours. */
  colors?: Colors;
}

export type Colors = Readonly<
  Record<'null' | 'false' | 'true' | 'number' | 'string' | 'array' | 'object', string>
>;

export const DEFAULT_COLORS: Colors = {
  null: '1;30',
  false: '0;39',
  true: '0;39',
  number: '0;39',
  string: '0;32',
  array: '1;39',
  object: '1;39',
};
const KEY = '34;1';

/** On one line, as `tojson` and messages have it. */
export const toJson = (value: Value): string => write(value, {});

/** At most as much of a value as error messages show. */
export function shown(value: Value, most = 11): string {
  const text = toJson(value);
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= most + 3) return text;
  return `${new TextDecoder().decode(bytes.subarray(0, most)).replace(/\ufffd+$/, '')}...`;
}

export function write(value: Value, layout: Layout, level = 0): string {
  const { colors } = layout;
  const name = colorName(value);
  const start = colors ? `\x1b[${colors[name]}m` : '';
  const end = colors ? '\x1b[0m' : '';
  if (isArray(value)) return writeArray(value, layout, level, start, end);
  if (value instanceof Map) return writeObject(value, layout, level, start, end);
  return start + scalar(value, layout) + end;
}

function colorName(value: Value): keyof Colors {
  if (value === true) return 'true';
  return value === false ? 'false' : (kindOf(value) as Exclude<Kind, 'boolean'>);
}

function scalar(value: Value, { asciiOnly = false }: Layout): string {
  if (typeof value === 'number') return formatNumber(value);
  return typeof value === 'string' ? quoted(value, asciiOnly) : String(value);
}

const newline = ({ indent }: Layout, level: number): string =>
  indent === undefined ? '' : `\n${indent.repeat(level)}`;

function writeArray(
  value: readonly Value[],
  layout: Layout,
  level: number,
  start: string,
  end: string,
): string {
  if (value.length === 0) return `${start}[]${end}`;
  const inner = newline(layout, level + 1);
  const items = value.map((item) => inner + write(item, layout, level + 1));
  const separator = `${start},`;
  return `${start}[${items.join(separator)}${start}${newline(layout, level)}${start}]${end}`;
}

function writeObject(value: JsonObject, layout: Layout, level: number, start: string, end: string): string {
  if (value.size === 0) return `${start}{}${end}`;
  const inner = newline(layout, level + 1);
  const { colors, asciiOnly = false, indent } = layout;
  const keys = layout.sortKeys ? sortedKeys(value) : [...value.keys()];
  const items = keys.map((key) => {
    const name = quoted(key, asciiOnly);
    const shownKey = colors ? `${inner}${end}\x1b[${KEY}m${name}${end}${start}:` : `${inner}${name}:`;
    return `${shownKey}${indent === undefined ? '' : ' '}${end}${write(value.get(key)!, layout, level + 1)}`;
  });
  return `${start}{${items.join(`${start},`)}${start}${newline(layout, level)}${start}}${end}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A string with its quotes. */
export function quoted(text: string, asciiOnly = false): string {
  const pattern = asciiOnly ? /["\\\x00-\x1f\x7f-\uffff]/g : /["\\\x00-\x1f\x7f]/g;
  return `"${text.replace(pattern, (char) => ESCAPES[char] ?? unicodeEscape(char))}"`;
}

const unicodeEscape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
