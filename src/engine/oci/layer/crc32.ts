/** Four tables: four bytes at once. */
const TABLES: Int32Array[] = [];
for (let table = 0; table < 4; table++)
  TABLES.push(
    Int32Array.from({ length: 256 }, (_, byte) => {
      let value = table === 0 ? byte : TABLES[table - 1]![byte]!;
      for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
      return value;
    }),
  );

/** The CRC-32 of RFC 1952. What is known to be runs of one byte (`runsIn`) costs by the digits of their lengths. */
export function crc32(bytes: Uint8Array, runs: Int32Array): number {
  let crc = -1;
  let at = 0;
  for (let run = 0; run < runs.length; run += 2) {
    crc = passed(crc, bytes, at, runs[run]!);
    at = runs[run + 1]!;
    crc = passedRun(crc, bytes[at - 1]!, at - runs[run]!);
  }
  return ~passed(crc, bytes, at, bytes.length);
}

/** The register after some bytes. */
function passed(before: number, bytes: Uint8Array, from: number, to: number): number {
  const [t0, t1, t2, t3] = TABLES as [Int32Array, Int32Array, Int32Array, Int32Array];
  let crc = before;
  let at = from;
  for (const end = to - 3; at < end; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc = t3[crc & 255]! ^ t2[(crc >>> 8) & 255]! ^ t1[(crc >>> 16) & 255]! ^ t0[crc >>> 24]!;
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]!) & 255]!;
  return crc;
}

/** What 2^i equal bytes do to the register: it is linear, so it is the sum of what each of its bytes becomes, and of what they add. */
interface Step {
  /** For each byte of the register its 256 outcomes, were the bytes zeros. */
  zeros: Int32Array;
  /** What each byte gives, from an empty register. */
  own: Int32Array;
}

const STEPS: Step[] = [];

/** Each step is the one before taken twice. */
function stepOf(i: number): Step {
  const known = STEPS[i];
  if (known !== undefined) return known;
  const after = i === 0 ? undefined : stepOf(i - 1);
  const advance = (crc: number) =>
    after === undefined ? (crc >>> 8) ^ TABLES[0]![crc & 255]! : advanced(after, advanced(after, crc));
  const step = {
    zeros: Int32Array.from({ length: 1024 }, (_, slot) => advance((slot & 255) << ((slot >> 8) * 8))),
    own: Int32Array.from({ length: 256 }, (_, byte) =>
      after === undefined ? TABLES[0]![byte]! : advanced(after, after.own[byte]!) ^ after.own[byte]!,
    ),
  };
  STEPS[i] = step;
  return step;
}

const advanced = ({ zeros }: Step, crc: number): number =>
  zeros[crc & 255]! ^
  zeros[256 | ((crc >>> 8) & 255)]! ^
  zeros[512 | ((crc >>> 16) & 255)]! ^
  zeros[768 | (crc >>> 24)]!;

/** The register after a byte so many times. */
function passedRun(before: number, byte: number, times: number): number {
  let crc = before;
  for (let i = 0, left = times; left > 0; i++, left >>>= 1) {
    if ((left & 1) === 0) continue;
    const step = stepOf(i);
    crc = advanced(step, crc) ^ step.own[byte]!;
  }
  return crc;
}
