import { concat, EMPTY } from '../../base/bytes.ts';

/** The conversions of dd(1) that change bytes. Gives a function to which each block is given, and at the end undefined. */
export function convert(
  conv: ReadonlySet<string>,
  cbs: number,
): (block: Uint8Array | undefined) => Uint8Array {
  const steps: ((block: Uint8Array | undefined) => Uint8Array)[] = [];
  if (conv.has('swab')) steps.push(swab());
  if (conv.has('ucase') || conv.has('lcase')) steps.push(letters(conv.has('ucase')));
  if (conv.has('block') && cbs > 0) steps.push(blocks(cbs));
  if (conv.has('unblock') && cbs > 0) steps.push(lines(cbs));
  if (steps.length === 0) return (block) => block ?? EMPTY;
  return (block) => {
    if (block !== undefined) return steps.reduce((data, step) => step(data), block);
    // What each step still has goes through those after it.
    let rest: Uint8Array = EMPTY;
    for (const step of steps) rest = concat([rest.length > 0 ? step(rest) : EMPTY, step(undefined)]);
    return rest;
  };
}

/** Every two bytes change places; an odd one waits for the next block. */
function swab(): (block: Uint8Array | undefined) => Uint8Array {
  let kept: Uint8Array = EMPTY;
  return (block) => {
    const data = block === undefined ? kept : concat([kept, block]);
    const whole = block === undefined ? data.length : data.length & ~1;
    kept = data.slice(whole);
    const out = data.slice(0, whole);
    for (let i = 0; i + 1 < out.length; i += 2) [out[i], out[i + 1]] = [out[i + 1]!, out[i]!];
    return out;
  };
}

function letters(upper: boolean): (block: Uint8Array | undefined) => Uint8Array {
  const [first, last, change] = upper ? [97, 122, -32] : [65, 90, 32];
  return (block) => block?.map((byte) => (byte >= first && byte <= last ? byte + change : byte)) ?? EMPTY;
}

/** Each line becomes a record of `cbs` bytes, filled with blanks or cut. */
function blocks(cbs: number): (block: Uint8Array | undefined) => Uint8Array {
  let line: number[] = [];
  const record = () => {
    const out = new Uint8Array(cbs).fill(32);
    out.set(line.slice(0, cbs));
    line = [];
    return out;
  };
  return (block) => {
    if (block === undefined) return line.length > 0 ? record() : EMPTY;
    const out: Uint8Array[] = [];
    for (const byte of block) {
      if (byte === 10) out.push(record());
      else line.push(byte);
    }
    return concat(out);
  };
}

/** Each record of `cbs` bytes becomes a line without the blanks at its end. */
function lines(cbs: number): (block: Uint8Array | undefined) => Uint8Array {
  let kept: Uint8Array = EMPTY;
  const line = (record: Uint8Array) => {
    let end = record.length;
    while (end > 0 && record[end - 1] === 32) end--;
    return concat([record.subarray(0, end), Uint8Array.of(10)]);
  };
  return (block) => {
    if (block === undefined) return kept.length > 0 ? line(kept) : EMPTY;
    const data = concat([kept, block]);
    const out: Uint8Array[] = [];
    let at = 0;
    for (; at + cbs <= data.length; at += cbs) out.push(line(data.subarray(at, at + cbs)));
    kept = data.slice(at);
    return concat(out);
  };
}
