/** Printing as Go's fmt does: `%v` and the verbs that templates use. */
import { quote, quoteRune } from '../../base/go-quote.ts';
import { GoFloat, GoMap, GoNil, GoSlice, type GoValue, JsonNumber, Missing, typeName } from './value.ts';

/** `fmt.Sprint` of one value. */
export function sprint(value: GoValue, plus = false, nested = false): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof GoFloat) return general(value.value);
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof GoNil) return '<nil>';
  if (value instanceof Missing) return '<nil>';
  if (value instanceof GoSlice) return `[${value.items.map((item) => sprint(item, plus, true)).join(' ')}]`;
  if (value instanceof GoMap)
    return `map[${value
      .sorted()
      .map(([key, item]) => `${key}:${sprint(item, plus, true)}`)
      .join(' ')}]`;
  if (value.text !== undefined) return value.text;
  if (nested && value.type.startsWith('*')) return address(value.type);
  return `{${[...value.fields].map(([name, item]) => (plus ? `${name}:` : '') + sprint(item, plus, true)).join(' ')}}`;
}

/** A pointer inside a printed value shows as an address; ours is made from its type, so that it is stable. */
function address(type: string): string {
  let hash = 0;
  for (const char of type) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  return `0xc000${(hash & 0xffff8).toString(16).padStart(6, '0')}`;
}

/** `%v` of a float64: shortest, with an exponent below 1e-4 and from 1e21. */
function general(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e21)) return exponent(value.toExponential());
  return String(value);
}

const exponent = (text: string) => text.replace(/e([+-])(\d)$/, 'e$10$2');

/** `fmt.Sprint(...)`: a space between operands when neither is a string. */
export function sprintAll(values: readonly GoValue[]): string {
  return values
    .map((value, i) => {
      const before = values[i - 1];
      const gap = i > 0 && typeof value !== 'string' && typeof before !== 'string';
      return (gap ? ' ' : '') + sprint(value);
    })
    .join('');
}

/** `fmt.Sprintf` */
export function sprintf(format: string, values: readonly GoValue[]): string {
  let next = 0;
  const out = format.replace(
    /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([\s\S])?/gu,
    (
      whole: string,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      verb?: string,
    ) => {
      if (verb === undefined) return '%!(NOVERB)';
      if (verb === '%') return '%';
      const size = width === '*' ? Number(values[next++]) : width === undefined ? 0 : Number(width);
      const digits = whole.includes('.')
        ? precision === '*'
          ? Number(values[next++])
          : Number(precision ?? 0)
        : undefined;
      if (next >= values.length) return `%!${verb}(MISSING)`;
      return formatted({ verb, flags, width: size, precision: digits }, values[next++]!);
    },
  );
  if (next >= values.length) return out;
  const extra = values
    .slice(next)
    .map((value) => (value === null ? '<nil>' : `${typeName(value)}=${sprint(value)}`));
  return `${out}%!(EXTRA ${extra.join(', ')})`;
}

/** What a verb is written with. */
interface Spec {
  readonly verb: string;
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

/** One value, as wide as asked for: of a list each member. */
function formatted(spec: Spec, value: GoValue): string {
  const { verb, flags, width } = spec;
  if (value instanceof GoSlice && verb !== 'T' && verb !== 'p')
    return `[${value.items.map((item) => formatted(spec, item)).join(' ')}]`;
  const text = verb === 'T' ? typeName(value) : one(spec, value);
  if (text !== undefined) return pad(text, width, flags, verb);
  // What stands in where a verb is not for values of that type is as wide and as precise (fmt's badVerb).
  const shown = formatted({ ...spec, verb: 'v' }, value);
  return value === null ? `%!${verb}(<nil>)` : `%!${verb}(${typeName(value)}=${shown})`;
}

function pad(text: string, width: number, flags: string, verb: string): string {
  const gap = width - [...text].length;
  if (gap <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(gap);
  if (flags.includes('0') && verb !== 's' && verb !== 'v' && verb !== 'q') {
    const sign = /^[+-]/.exec(text)?.[0] ?? '';
    return sign + '0'.repeat(gap) + text.slice(sign.length);
  }
  return (flags.includes('0') ? '0' : ' ').repeat(gap) + text;
}

/** undefined where the verb is not for values of that type. */
function one(spec: Spec, value: GoValue): string | undefined {
  const { verb, flags, precision } = spec;
  if (value instanceof GoMap && verb !== 'p' && verb !== 'v')
    return `map[${value
      .sorted()
      .map(([key, item]) => `${formatted(spec, key)}:${formatted(spec, item)}`)
      .join(' ')}]`;
  const text = typeof value === 'string' ? value : value instanceof JsonNumber ? value.text : undefined;
  if (text !== undefined) {
    const cut = precision === undefined ? text : [...text].slice(0, precision).join('');
    if (verb === 's' || verb === 'v') return cut;
    if (verb === 'q') return quote(cut);
    if (verb === 'x' || verb === 'X') {
      const hex = [...new TextEncoder().encode(text)]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('');
      return verb === 'X' ? hex.toUpperCase() : hex;
    }
    return undefined;
  }
  if (verb === 'v') return sprint(value, flags.includes('+'));
  if (typeof value === 'boolean') return verb === 't' ? String(value) : undefined;
  if (typeof value === 'number') {
    const sign = value >= 0 && flags.includes('+') ? '+' : value >= 0 && flags.includes(' ') ? ' ' : '';
    const radix = { d: 10, x: 16, X: 16, o: 8, b: 2 }[verb];
    if (radix !== undefined) {
      const prefix = flags.includes('#') ? ({ 16: '0x', 8: '0', 2: '0b' }[radix as 16 | 8 | 2] ?? '') : '';
      const digits = Math.abs(value)
        .toString(radix)
        .padStart(precision ?? 0, '0');
      const signed = (value < 0 ? '-' : sign) + prefix + digits;
      return verb === 'X' ? signed.toUpperCase() : signed;
    }
    if (verb === 'c') return String.fromCodePoint(value);
    if (verb === 'q') return quoteRune(String.fromCodePoint(value));
    if (verb === 'U') return `U+${value.toString(16).toUpperCase().padStart(4, '0')}`;
    return undefined;
  }
  if (value instanceof GoFloat) {
    const sign = value.value >= 0 && flags.includes('+') ? '+' : '';
    if (verb === 'f' || verb === 'F') return sign + value.value.toFixed(precision ?? 6);
    if (verb === 'e') return sign + exponent(value.value.toExponential(precision ?? 6));
    if (verb === 'g')
      return (
        sign +
        (precision === undefined ? general(value.value) : String(Number(value.value.toPrecision(precision))))
      );
    return undefined;
  }
  return undefined;
}
