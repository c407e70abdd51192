/** The world's one source of chance: seeded, so that the same seed gives the same world. */
export interface Random {
  /** A whole number in [0, 2^32). */
  uint32(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  bytes(length: number): Uint8Array;
  /** `length` lowercase hexadecimal digits. */
  hex(length: number): string;
}

/** sfc32 (Chris Doty-Humphrey's small fast counter), seeded from a string through FNV-1a. */
export function seededRandom(seed: string): Random {
  let h = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) h = Math.imul(h ^ seed.charCodeAt(i), 0x01000193);
  let a = h >>> 0;
  let b = 0x9e3779b9;
  let c = 0x243f6a88;
  let counter = 1;
  const uint32 = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) uint32();
  const bytes = (length: number) => {
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i++) out[i] = uint32() >>> 24;
    return out;
  };
  return {
    uint32,
    below: (limit) => Math.floor((uint32() / 0x1_0000_0000) * limit),
    bytes,
    hex: (length) => {
      let out = '';
      while (out.length < length) out += uint32().toString(16).padStart(8, '0');
      return out.slice(0, length);
    },
  };
}
