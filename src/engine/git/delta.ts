import { GitError } from './objects.ts';

/** What a difference makes of what it is from (gitformat-pack(5), "Deltified representation"). Throws `GitError`. */
export function applyDelta(base: Uint8Array, delta: Uint8Array): Uint8Array {
  let at = 0;
  const number = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = delta[at++] ?? 0;
      value += (byte & 127) * scale;
      if (!(byte & 0x80)) return value;
      scale *= 128;
    }
  };
  /** A number of which only the bytes are there that `present` has a bit for. */
  const sparse = (present: number, bytes: number): number => {
    let value = 0;
    for (let i = 0; i < bytes; i++) if (present & (1 << i)) value += delta[at++]! * 256 ** i;
    return value;
  };
  if (number() !== base.length) throw new GitError('delta does not fit its base');
  const out = new Uint8Array(number());
  let length = 0;
  while (at < delta.length) {
    const op = delta[at++]!;
    if (op & 0x80) {
      const offset = sparse(op & 15, 4);
      const size = sparse((op >> 4) & 7, 3) || 0x10000;
      out.set(base.subarray(offset, offset + size), length);
      length += size;
    } else {
      out.set(delta.subarray(at, at + op), length);
      at += op;
      length += op;
    }
  }
  return out;
}
