/** Bytes and text. Text is UTF-8 everywhere; bytes that are not become U+FFFD when shown. */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const EMPTY = new Uint8Array(0);

export function encode(text: string): Uint8Array {
  if (text.length > SHORT) return encoder.encode(text);
  // The platform's encoder takes longer to be called than short ASCII, which most is, takes to be copied.
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return encoder.encode(text);
    bytes[i] = code;
  }
  return bytes;
}

const SHORT = 48;

export const decode = (bytes: Uint8Array): string => decoder.decode(bytes);

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
