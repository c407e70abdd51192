/** Bytes and text. Text is UTF-8 everywhere; bytes that are not become U+FFFD when shown. */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const EMPTY = new Uint8Array(0);

/** Where text is encoded, to be copied out at its length: far cheaper than to have the platform make the array. */
const scratch = new Uint8Array(1 << 15);
/** No UTF-16 unit takes more bytes in UTF-8. */
const BYTES_MOST = 3;

export function encode(text: string): Uint8Array {
  if (text.length * BYTES_MOST > scratch.length) return encoder.encode(text);
  return scratch.slice(0, encoder.encodeInto(text, scratch).written);
}

export const decode = (bytes: Uint8Array): string => decoder.decode(bytes);

/** How many bytes a text has in UTF-8; a lone surrogate stands for one byte that is none (PEP 383). */
export function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80 || (unit >= 0xdc80 && unit <= 0xdcff)) continue;
    if (unit < 0x800) length++;
    else if (unit >= 0xd800 && unit < 0xdc00) {
      // The pair's other half counts already.
      length += 2;
      i++;
    } else length += 2;
  }
  return length;
}

/** Joins chunks into one array. A single chunk is returned as it is. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
