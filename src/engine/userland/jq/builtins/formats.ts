import { bytesToText, textToBytes } from '../../lib/text.ts';
import { formatNumber } from '../number.ts';
import { isArray, JqError, kindOf, type Value } from '../value.ts';
import { shown, toJson } from '../write.ts';

/** The formats `@text` to `@base64d`. */
export function formatted(name: string, value: Value): string {
  const format = FORMATS[name];
  if (!format) throw new JqError(`${name.slice(1)} is not a valid format`);
  return format(value);
}

export const toText = (value: Value): string => (typeof value === 'string' ? value : toJson(value));

const described = (value: Value): string => `${kindOf(value)} (${shown(value)})`;

const FORMATS: Readonly<Record<string, (value: Value) => string>> = {
  '@text': toText,
  '@json': toJson,
  '@csv': (value) => row('csv', value, ',', (text) => `"${text.replaceAll('"', '""')}"`),
  '@tsv': (value) => row('tsv', value, '\t', (text) => text.replace(/[\t\n\r\\]/g, (char) => TSV[char]!)),
  '@html': (value) => toText(value).replace(/[<>&'"]/g, (char) => HTML[char]!),
  '@uri': (value) =>
    [...textToBytes(toText(value))]
      .map((byte) => {
        const char = String.fromCharCode(byte);
        return /[A-Za-z0-9_.~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
      })
      .join(''),
  '@sh': (value) => (isArray(value) ? value : [value]).map(shellWord).join(' '),
  '@base64': (value) => base64(textToBytes(toText(value))),
  '@base64d': (value) => decodeBase64(toText(value)),
};

const TSV: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };
const HTML: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  "'": '&apos;',
  '"': '&quot;',
};

function row(name: string, value: Value, separator: string, text: (text: string) => string): string {
  if (!isArray(value)) throw new JqError(`${described(value)} cannot be ${name}-formatted, only array`);
  return value
    .map((cell) => {
      if (cell === null) return '';
      if (typeof cell === 'number') return formatNumber(cell);
      if (typeof cell === 'boolean') return `${cell}`;
      if (typeof cell === 'string') return text(cell);
      throw new JqError(`${described(cell)} is not valid in a csv row`);
    })
    .join(separator);
}

function shellWord(value: Value): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "'\\''")}'`;
  if (typeof value === 'object' && value !== null)
    throw new JqError(`${described(value)} can not be escaped for shell`);
  return toJson(value);
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = [...bytes.subarray(i, i + 3)];
    const bits = group.reduce((sum, byte, j) => sum | (byte << (16 - 8 * j)), 0);
    for (let j = 0; j < 4; j++) out += j <= group.length ? DIGITS[(bits >> (18 - 6 * j)) & 63] : '=';
  }
  return out;
}

function decodeBase64(text: string): string {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  let digits = 0;
  for (const char of text) {
    if (char === '=') continue;
    const digit = DIGITS.indexOf(char);
    if (digit === -1) throw new JqError(`string (${shown(text)}) is not valid base64 data`);
    bits = ((bits << 6) | digit) & 0xffffff;
    count += 6;
    digits++;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 0xff);
    }
  }
  // One digit alone makes no byte.
  if (digits > 0 && bytes.length === 0) throw new JqError(`string (${shown(text)}) is not valid base64 data`);
  return bytesToText(Uint8Array.from(bytes)).replace(/[\udc80-\udcff]/g, '\ufffd');
}
