/** Base64 as Go's encoding/base64 reads and writes it. */
import { decode, encode } from '../base/bytes.ts';

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_SAFE = STANDARD.replace('+/', '-_');

/** Text as base64url, padded: what the API's authentication headers carry. */
export const encodeBase64Url = (text: string): string => encoded(encode(text), URL_SAFE);

/** Text as standard base64, padded. */
export const encodeBase64 = (text: string): string => encodeBase64Bytes(encode(text));

export const encodeBase64Bytes = (bytes: Uint8Array): string => encoded(bytes, STANDARD);

function encoded(bytes: Uint8Array, alphabet: string): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let k = 0; k < 4; k++) out += i + k > bytes.length ? '=' : alphabet[(group >> (18 - 6 * k)) & 63];
  }
  return out;
}

/** The text that standard base64 stands for. Throws with the place of the first byte that does not fit. */
export const decodeBase64 = (text: string): string => decode(decodeBase64Bytes(text));

/** The bytes that standard base64 stands for. Throws as `decodeBase64` does. */
export function decodeBase64Bytes(text: string): Uint8Array {
  const body = text.replace(/={1,2}$/, '');
  const wrong = [...body].findIndex((char) => !STANDARD.includes(char));
  if (wrong >= 0 || text.length % 4 !== 0)
    throw new Error(`illegal base64 data at input byte ${wrong >= 0 ? wrong : text.length}`);
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const char of body) {
    held = ((held << 6) | STANDARD.indexOf(char)) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}
