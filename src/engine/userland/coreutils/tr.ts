import { textToBytes } from '../lib/text.ts';
import { Given, Misuse, quote, type Utility } from '../utility.ts';

/** tr(1), on bytes. */
export const tr: Utility = {
  name: 'tr',
  usage: '[OPTION]... STRING1 [STRING2]',
  summary: 'Translate, squeeze, and/or delete characters from standard input, writing to standard output.',
  options: {
    short: '+cCdst',
    long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
  },
  busybox: { options: { short: '+Ccdst' }, usage: '[-cds] STRING1 [STRING2]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const [first, second, extra] = parsed.operands;
    const [remove, squeeze] = [given.has('d'), given.has('s')];
    if (first === undefined) throw new Misuse('missing operand');
    if (second === undefined && !remove && !squeeze)
      throw new Misuse(
        `missing operand after ${quote(io, first)}\nTwo strings must be given when translating.`,
      );
    if (second === undefined && remove && squeeze)
      throw new Misuse(
        `missing operand after ${quote(io, first)}\nTwo strings must be given when both deleting and squeezing repeats.`,
      );
    if (second !== undefined && remove && !squeeze)
      throw new Misuse(
        `extra operand ${quote(io, second)}\nOnly one string may be given when deleting without squeezing repeats.`,
      );
    if (extra !== undefined) throw new Misuse(`extra operand ${quote(io, extra)}`);
    let from = expandSet(first, 0);
    if (typeof from === 'string') return io.fail(from);
    if (given.has('c', 'C')) {
      const excluded = new Set(from);
      from = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !excluded.has(byte));
    }
    const to = second === undefined ? undefined : expandSet(second, from.length);
    if (typeof to === 'string') return io.fail(to);
    if (to?.length === 0 && !remove && flavour === 'gnu')
      return io.fail('when not truncating set1, string2 must be non-empty');
    const map = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const gone = new Uint8Array(256);
    const single = new Uint8Array(256);
    if (remove) for (const byte of from) gone[byte] = 1;
    else if (to !== undefined && to.length > 0)
      for (const [i, byte] of from.entries())
        if (i < to.length || !given.has('t')) map[byte] = to[Math.min(i, to.length - 1)]!;
    if (squeeze) for (const byte of to ?? from) single[byte] = 1;
    let last = -1;
    for (;;) {
      const chunk = await io.stdin.read();
      if (chunk.length === 0) return 0;
      const out = new Uint8Array(chunk.length);
      let length = 0;
      for (const byte of chunk) {
        if (gone[byte]) continue;
        const made = map[byte]!;
        if (single[made] && made === last) continue;
        out[length++] = last = made;
      }
      await io.stdout.write(out.subarray(0, length));
      if (chunk.length < 65536) await io.stdout.flush();
    }
  },
};

const CLASSES: Record<string, RegExp> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};
const ESCAPES: Record<string, number> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };

/** The bytes of a SET; or what is wrong with it. `length` is what `[x*]` fills up to. */
function expandSet(text: string, length: number): number[] | string {
  const bytes: number[] = [];
  const source = String.fromCharCode(...textToBytes(text));
  let i = 0;
  const take = (): number => {
    if (source[i] !== '\\' || i + 1 >= source.length) return source.charCodeAt(i++);
    const octal = /^[0-7]{1,3}/.exec(source.slice(i + 1));
    if (octal) {
      i += 1 + octal[0].length;
      return Number.parseInt(octal[0], 8) & 255;
    }
    const next = source[i + 1]!;
    i += 2;
    return ESCAPES[next] ?? next.charCodeAt(0);
  };
  while (i < source.length) {
    const rest = source.slice(i);
    const named = /^\[:(\w*):\]/.exec(rest);
    const equal = /^\[=(.)=\]/s.exec(rest);
    const repeat = /^\[(\\?.)\*(\d*)\]/s.exec(rest);
    if (named) {
      const set = CLASSES[named[1]!];
      if (!set) return `invalid character class '${named[1]}'`;
      for (let byte = 0; byte < 256; byte++)
        if (byte < 128 && set.test(String.fromCharCode(byte))) bytes.push(byte);
      i += named[0].length;
    } else if (equal) {
      bytes.push(equal[1]!.charCodeAt(0));
      i += equal[0].length;
    } else if (repeat) {
      i++;
      const byte = take();
      const digits = repeat[2]!;
      const times =
        digits === '' ? length - bytes.length : Number.parseInt(digits, digits.startsWith('0') ? 8 : 10);
      for (let n = 0; n < times; n++) bytes.push(byte);
      i = source.indexOf(']', i) + 1;
    } else {
      const low = take();
      if (source[i] === '-' && i + 1 < source.length) {
        i++;
        const high = take();
        if (high < low)
          return `range-endpoints of '${String.fromCharCode(low)}-${String.fromCharCode(high)}' are in reverse collating sequence order`;
        for (let byte = low; byte <= high; byte++) bytes.push(byte);
      } else bytes.push(low);
    }
  }
  return bytes;
}
