import { byteText, interpretEscapes } from './escapes.ts';
import { textToBytes } from './text.ts';

/** printf(1): formats arguments, going through the format again while some are left. */
export interface PrintfWords {
  /** An argument that is no number, or not wholly: `abc: invalid number`. */
  badNumber(text: string): string;
  /** Out of range of 64 bits. */
  outOfRange(text: string): string;
  /** `rest` is the format from the directive on. */
  badDirective(directive: string, rest: string): string;
  /** An argument that is no number is 0, not what of it is one. */
  badIsZero?: boolean;
  /** `'c` is the value of the first byte, not of the character. */
  byteValues?: boolean;
  badDirectiveStatus?: number;
  /** Only POSIX' escapes: no \x, \u, \e. */
  posixEscapes?: boolean;
  /** bash's %q and %(…)T. */
  quote?: (text: string) => string;
  time?: (format: string, argument: string | undefined) => string;
}

export interface Formatted {
  text: string;
  status: number;
  /** Messages for standard error, without the program's name. */
  messages: string[];
}

export function printf(format: string, args: readonly string[], words: PrintfWords): Formatted {
  return new Printer(args, words).run(format);
}

const DIRECTIVE = /%([-+ 0#']*)(\*|\d+)?(?:\.(\*|-?\d*))?(hh|h|ll|l|L|j|z|t)?(\([^)]*\)T|[\s\S])?/y;

class Printer {
  readonly #args: readonly string[];
  readonly #words: PrintfWords;
  #used = 0;
  #text = '';
  #status = 0;
  readonly #messages: string[] = [];

  constructor(args: readonly string[], words: PrintfWords) {
    this.#args = args;
    this.#words = words;
  }

  run(format: string): Formatted {
    do {
      const before = this.#used;
      if (!this.#once(format)) break;
      if (this.#used === before) break;
    } while (this.#used < this.#args.length);
    return { text: this.#text, status: this.#status, messages: this.#messages };
  }

  /** Goes through the format; false when all output is to stop. */
  #once(format: string): boolean {
    let at = 0;
    while (at < format.length) {
      const next = format.indexOf('%', at);
      const literal = interpretEscapes(format.slice(at, next === -1 ? undefined : next), {
        hex: !this.#words.posixEscapes,
        octal: 'plain',
        quotes: true,
      });
      this.#text += literal.text;
      if (literal.stop) return false;
      if (next === -1) return true;
      if (format[next + 1] === '%') {
        this.#text += '%';
        at = next + 2;
        continue;
      }
      DIRECTIVE.lastIndex = next;
      const match = DIRECTIVE.exec(format)!;
      at = next + match[0].length;
      if (!this.#directive(match, format.slice(next))) return false;
    }
    return true;
  }

  #argument(): string | undefined {
    return this.#args[this.#used++];
  }

  #directive([whole, flags0, width0, precision0, , conversion]: RegExpExecArray, rest: string): boolean {
    let flags = flags0!;
    let width = width0 === '*' ? Number(this.#integer(this.#argument() ?? '0')) : Number(width0 ?? 0);
    if (width < 0) {
      flags += '-';
      width = -width;
    }
    const star = precision0 === '*' ? Number(this.#integer(this.#argument() ?? '0')) : undefined;
    const precision = star ?? (precision0 === undefined ? undefined : Number(precision0 || 0));
    const pad = (text: string, zero = false) => this.#pad(text, width, flags, zero);
    switch (conversion) {
      case 's': {
        const text = this.#argument() ?? '';
        pad(precision === undefined || precision < 0 ? text : text.slice(0, precision));
        return true;
      }
      case 'b': {
        const result = interpretEscapes(this.#argument() ?? '', { hex: !this.#words.posixEscapes });
        pad(precision === undefined ? result.text : result.text.slice(0, precision));
        return !result.stop;
      }
      case 'c': {
        const text = this.#argument() ?? '';
        pad(text === '' ? '' : byteText(textToBytes(text)[0]!));
        return true;
      }
      case 'd':
      case 'i':
        this.#signed(this.#integer(this.#argument()), flags, precision, pad);
        return true;
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        this.#unsigned(this.#integer(this.#argument(), true), conversion, flags, precision, pad);
        return true;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
      case 'a':
      case 'A':
        this.#float(this.#argument(), conversion, flags, precision, pad);
        return true;
      case 'q':
        if (!this.#words.quote) break;
        pad(this.#words.quote(this.#argument() ?? ''));
        return true;
    }
    if (conversion?.endsWith('T') && this.#words.time) {
      pad(this.#words.time(conversion.slice(1, -2), this.#argument()));
      return true;
    }
    this.#messages.push(this.#words.badDirective(whole, rest));
    this.#status = this.#words.badDirectiveStatus ?? 1;
    return false;
  }

  #pad(text: string, width: number, flags: string, zero: boolean): void {
    const missing = width - textToBytes(text).length;
    if (missing <= 0) this.#text += text;
    else if (flags.includes('-')) this.#text += text + ' '.repeat(missing);
    else if (zero) {
      const sign = /^(?:[-+ ]|)(?:0[xX])?/.exec(text)![0];
      this.#text += sign + '0'.repeat(missing) + text.slice(sign.length);
    } else this.#text += ' '.repeat(missing) + text;
  }

  #integer(text: string | undefined, unsigned = false): bigint {
    if (text === undefined || text === '') {
      if (text === '') return 0n;
      return 0n;
    }
    // 'c is the character's code.
    if (text.startsWith("'") || text.startsWith('"')) return BigInt(this.#characterValue(text));
    const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
    if (match === null) {
      this.#complain(text);
      return 0n;
    }
    if (match[0].length < text.length) {
      this.#complain(text);
      if (this.#words.badIsZero) return 0n;
    }
    const digits = match[2]!;
    const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits) * (match[1] === '-' ? -1n : 1n);
    // strtoumax(3) takes a minus sign, strtoimax(3) has half the range.
    const most = unsigned ? 2n ** 64n - 1n : 2n ** 63n - 1n;
    const least = unsigned ? -most : -most - 1n;
    if (value >= least && value <= most) return value;
    this.#messages.push(this.#words.outOfRange(text));
    this.#status = 1;
    return value < least && !unsigned ? least : most;
  }

  /** The value of the character after a quote. */
  #characterValue(text: string): number {
    if (!this.#words.byteValues) return text.codePointAt(1) ?? 0;
    return textToBytes(text)[1] ?? 0;
  }

  #complain(text: string): void {
    this.#messages.push(this.#words.badNumber(text));
    this.#status = 1;
  }

  #signed(
    value: bigint,
    flags: string,
    precision: number | undefined,
    pad: (text: string, zero: boolean) => void,
  ): void {
    const signed = BigInt.asIntN(64, value);
    const digits = String(signed < 0n ? -signed : signed).padStart(precision ?? 0, '0');
    const sign = signed < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
    pad(
      sign + (precision === 0 && signed === 0n ? '' : digits),
      flags.includes('0') && precision === undefined,
    );
  }

  #unsigned(
    value: bigint,
    conversion: string,
    flags: string,
    precision: number | undefined,
    pad: (text: string, zero: boolean) => void,
  ): void {
    const unsigned = BigInt.asUintN(64, value);
    const base = conversion === 'o' ? 8 : conversion === 'u' ? 10 : 16;
    let digits = unsigned.toString(base).padStart(precision ?? 0, '0');
    if (precision === 0 && unsigned === 0n) digits = '';
    if (flags.includes('#') && unsigned !== 0n) {
      if (base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
      if (base === 16) digits = `0x${digits}`;
    }
    pad(conversion === 'X' ? digits.toUpperCase() : digits, flags.includes('0') && precision === undefined);
  }

  #float(
    text: string | undefined,
    conversion: string,
    flags: string,
    precision: number | undefined,
    pad: (text: string, zero: boolean) => void,
  ): void {
    let value = 0;
    if (text !== undefined && text !== '') {
      if (/^['"]/.test(text)) value = this.#characterValue(text);
      else {
        const match =
          /^\s*[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?|nan)/i.exec(text);
        if (match === null || match[0].length < text.length) this.#complain(text);
        if (match)
          value = /inf/i.test(match[0]) ? (match[0].includes('-') ? -Infinity : Infinity) : Number(match[0]);
      }
    }
    const lower = conversion.toLowerCase();
    const magnitude = Math.abs(value);
    let digits: string;
    if (!Number.isFinite(magnitude)) digits = Number.isNaN(magnitude) ? 'nan' : 'inf';
    else if (lower === 'f') {
      digits = magnitude.toFixed(Math.min(precision ?? 6, 100));
      if (flags.includes('#') && !digits.includes('.')) digits += '.';
    } else if (lower === 'e') digits = exponent(magnitude.toExponential(Math.min(precision ?? 6, 100)));
    else digits = general(magnitude, precision ?? 6, flags.includes('#'));
    const negative = value < 0 || Object.is(value, -0);
    const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
    const out = sign + digits;
    pad(conversion === lower ? out : out.toUpperCase(), flags.includes('0') && Number.isFinite(magnitude));
  }
}

/** Exponents have two digits at least. */
const exponent = (text: string): string => text.replace(/e([-+])(\d)$/, 'e$10$2');

function general(value: number, precision: number, keepZeros: boolean): string {
  const digits = precision === 0 ? 1 : precision;
  if (value === 0) return '0';
  const power = Number(/e([-+]\d+)$/.exec(value.toExponential(digits - 1))![1]);
  if (power < -4 || power >= digits) {
    const text = value.toExponential(digits - 1);
    return exponent(keepZeros ? text : text.replace(/\.?0+e/, 'e'));
  }
  const text = value.toFixed(Math.max(0, digits - 1 - power));
  return keepZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, '');
}
