/**
 * Text that loses nothing: bytes that are not UTF-8 become lone surrogates U+DC80 … U+DCFF and come back as they
 * were (the "surrogateescape" of PEP 383). So names, variables and lines of binary files survive a program that
 * handles them as strings.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Bytes as text, reversibly. */
export function bytesToText(bytes: Uint8Array): string {
  if (bytes.length < 64) {
    // Short and ASCII: what most lines are. Much cheaper than a decoder.
    let text = '';
    let i = 0;
    for (; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (i === bytes.length) return text;
  }
  try {
    return strict.decode(bytes);
  } catch {
    return decodeByHand(bytes);
  }
}

/** The bytes of a text made by `bytesToText`, or of any text in UTF-8. */
export function textToBytes(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return encoder.encode(text);
  const out: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xdc80 && unit <= 0xdcff) {
      out.push(unit - 0xdc00);
      continue;
    }
    const point = text.codePointAt(i)!;
    if (point > 0xffff) i++;
    for (const byte of encoder.encode(String.fromCodePoint(point))) out.push(byte);
  }
  return Uint8Array.from(out);
}

function decodeByHand(bytes: Uint8Array): string {
  let text = '';
  let i = 0;
  while (i < bytes.length) {
    const length = sequenceLength(bytes, i);
    if (length === 0) text += String.fromCharCode(0xdc00 + bytes[i++]!);
    else {
      text += strict.decode(bytes.subarray(i, i + length));
      i += length;
    }
  }
  return text;
}

/** The length of the valid UTF-8 sequence at `at`, or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    strict.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}
