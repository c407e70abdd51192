/** Sizes for people. Models docker/go-units `size.go`. */
import { quote } from './go-quote.ts';

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

/** `1.99MB`: thousands, four significant digits unless told otherwise. */
export const humanSize = (bytes: number, precision = 4): string => scale(bytes, 1000, DECIMAL, precision);

/** `23.54GiB`: powers of 1024, four significant digits. */
export const bytesSize = (bytes: number): string => scale(bytes, 1024, BINARY, 4);

function scale(bytes: number, base: number, units: readonly string[], precision: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= base && unit < units.length - 1) {
    size /= base;
    unit++;
  }
  return significant(size, precision) + units[unit]!;
}

/** `%.Ng` of Go and C. */
function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const exponent = Number(value.toExponential(digits - 1).split('e')[1]);
  if (exponent < -4 || exponent >= digits) {
    const [mantissa, power] = value.toExponential(digits - 1).split('e');
    const sign = power!.startsWith('-') ? '-' : '+';
    return `${trimZeros(mantissa!)}e${sign}${power!.replace(/^[+-]/, '').padStart(2, '0')}`;
  }
  return trimZeros(value.toFixed(digits - 1 - exponent));
}

const trimZeros = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** Bytes that `512m`, `1.5GiB`, `10 kb` stand for (powers of 1024). Throws `invalid size: 'x'`. */
export const ramInBytes = (text: string): number => parseSize(text, 1024);

/** The same with powers of 1000. */
export const fromHumanSize = (text: string): number => parseSize(text, 1000);

function parseSize(text: string, base: number): number {
  const split = Math.max(...[...'01234567890. '].map((char) => text.lastIndexOf(char)));
  if (split < 0) throw new Error(`invalid size: '${text}'`);
  const number = text[split] === ' ' ? text.slice(0, split) : text.slice(0, split + 1);
  const suffix = text.slice(split + 1);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(number))
    throw new Error(`strconv.ParseFloat: parsing ${quote(number)}: invalid syntax`);
  const size = Number(number);
  if (size < 0) throw new Error(`invalid size: '${text}'`);
  if (suffix === '') return Math.trunc(size);
  const lower = suffix.toLowerCase();
  const power = 'bkmgtp'.indexOf(lower[0]!);
  const rest = lower.slice(1);
  const suffixFits = power === 0 ? rest === '' : rest === '' || rest === 'b' || rest === 'ib';
  if (power < 0 || !suffixFits || lower.length > 3) throw new Error(`invalid suffix: '${suffix}'`);
  return Math.trunc(size * base ** power);
}
