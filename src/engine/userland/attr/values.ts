import { decodeBase64, encodeBase64 } from '../lib/base64.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';

/** How values of extended attributes are written: as text in quotes, in hexadecimal, in base64. */
export type Encoding = 'text' | 'hex' | 'base64';

/** A value as getfattr(1) shows it; without an encoding as text if most of it is. */
export function showValue(value: Uint8Array, encoding: Encoding | undefined): string {
  switch (encoding ?? (isText(value) ? 'text' : 'base64')) {
    case 'hex':
      return `0x${[...value].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    case 'base64':
      return `0s${encodeBase64(value)}`;
    default:
      return `"${escaped(bytesToText(value))}"`;
  }
}

/** At most one byte in eight is no printable character. */
function isText(value: Uint8Array): boolean {
  const others = value.reduce((count, byte) => count + (byte < 32 || byte > 126 ? 1 : 0), 0);
  return value.length >= others * 8;
}

const escaped = (text: string) =>
  text.replace(/[\\"\0\n\r]/g, (character) =>
    /[\\"]/.test(character) ? `\\${character}` : `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );

/** The value that the text after `-v` of setfattr(1) means; undefined if it is malformed. */
export function readValue(text: string): Uint8Array | undefined {
  if (/^0[xX]/.test(text)) {
    const digits = text.slice(2).replace(/\s/g, '');
    if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined;
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  }
  if (/^0[sS]/.test(text)) {
    const { bytes, valid } = decodeBase64(textToBytes(text.slice(2)), false);
    return valid ? bytes : undefined;
  }
  const quoted = /^"(.*)"$/s.exec(text)?.[1];
  const plain = (quoted ?? text).replace(/\\([0-7]{3}|.)/gs, (_, what: string) =>
    /^[0-7]{3}$/.test(what) ? String.fromCharCode(Number.parseInt(what, 8)) : what,
  );
  return textToBytes(plain);
}
