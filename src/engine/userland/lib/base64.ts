/** Base64 (RFC 4648). */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out += ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]!;
    out += i + 1 < bytes.length ? ALPHABET[(group >> 6) & 63]! : '=';
    out += i + 2 < bytes.length ? ALPHABET[group & 63]! : '=';
  }
  return out;
}

/** `lenient` passes over what is no base64; otherwise it makes the whole invalid. */
export function decodeBase64(input: Uint8Array, lenient: boolean): { bytes: Uint8Array; valid: boolean } {
  const out: number[] = [];
  let group = 0;
  let count = 0;
  let padding = 0;
  for (const byte of input) {
    if (byte === 10 || (byte === 13 && lenient)) continue;
    if (byte === 61) {
      padding++;
      continue;
    }
    const value = ALPHABET.indexOf(String.fromCharCode(byte));
    if (value === -1 || padding > 0) {
      if (lenient) continue;
      return { bytes: Uint8Array.from(out), valid: false };
    }
    group = (group << 6) | value;
    if (++count % 4 === 0) {
      out.push((group >> 16) & 255, (group >> 8) & 255, group & 255);
      group = 0;
    }
  }
  const rest = count % 4;
  if (rest === 2) out.push((group >> 4) & 255);
  if (rest === 3) out.push((group >> 10) & 255, (group >> 2) & 255);
  return { bytes: Uint8Array.from(out), valid: rest === 0 ? padding === 0 : rest + padding === 4 };
}
