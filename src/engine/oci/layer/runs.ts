/** What is too short to be worth a word of its own. */
const SHORTEST = 48;

/** Where one byte stands many times in a row: the begin and the end of each run in order, no two of which touch. */
export function runsIn(bytes: Uint8Array): Int32Array {
  let runs = new Int32Array(64);
  let count = 0;
  // Words of four bytes, of which those at either end are left out: runs may begin a little late and end a little early.
  const skipped = -bytes.byteOffset & 3;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + skipped, (bytes.length - skipped) >> 2);
  const all = words.length;
  for (let at = 0; at < all; at++) {
    const word = words[at]!;
    if (word !== words[at + SHORTEST / 8] || word >>> 8 !== (word & 0xffffff)) continue;
    let end = at + 1;
    while (end < all && words[end] === word) end++;
    if ((end - at) * 4 >= SHORTEST) {
      if (count === runs.length) {
        const more = new Int32Array(count * 2);
        more.set(runs);
        runs = more;
      }
      runs[count++] = skipped + at * 4;
      runs[count++] = skipped + end * 4;
    }
    at = end - 1;
  }
  return runs.subarray(0, count);
}
