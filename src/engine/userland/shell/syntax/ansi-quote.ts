import { byteText } from '../../lib/escapes.ts';
import { bytesToText, textToBytes } from '../../lib/text.ts';

const NAMED: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

const ESCAPE =
  /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c([\s\S])|([\s\S]))/g;

/** What stands between the quotes of `$'…'` (bash, QUOTING). A NUL ends it. BusyBox knows fewer escapes. */
export function decodeAnsiQuoted(text: string, busybox = false): string {
  const decoded = text.replace(
    ESCAPE,
    (
      whole,
      octal?: string,
      hex?: string,
      short?: string,
      long?: string,
      control?: string,
      letter?: string,
    ): string => {
      if (octal !== undefined) return byteText(Number.parseInt(octal, 8) & 0xff);
      if (hex !== undefined) return byteText(Number.parseInt(hex, 16));
      if (
        busybox &&
        (short ?? long ?? control ?? (/[eE?]/.test(letter ?? '') ? letter : undefined)) !== undefined
      )
        return whole;
      const point = short ?? long;
      if (point !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(point, 16), 0x10ffff));
      if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f);
      return NAMED[letter!] ?? whole;
    },
  );
  const end = decoded.indexOf('\0');
  const value = end === -1 ? decoded : decoded.slice(0, end);
  // Bytes written one by one may be a character together.
  return /[\udc80-\udcff]/.test(value) ? bytesToText(textToBytes(value)) : value;
}
