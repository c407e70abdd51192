import { parseCount } from '../lib/count.ts';
import { NotSimulated } from '../lib/not-simulated.ts';
import { Given, quote, type Utility } from '../utility.ts';
import { NAMED, pad, whole } from './dump.ts';

const ASCII_NAMES =
  'nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp'.split(
    ' ',
  );

interface Format {
  size: number;
  width: number;
  text: (bytes: Uint8Array) => string;
}

/** One of od's types; undefined if it is none. */
function format(type: string): Format | undefined {
  const match = /^([acdoux])([1248]|[CSIL])?z?$/.exec(type);
  if (!match) return undefined;
  if (match[1] === 'c')
    return {
      size: 1,
      width: 3,
      text: ([byte]) =>
        NAMED[byte!] ?? (byte! >= 32 && byte! < 127 ? String.fromCharCode(byte!) : pad(byte!, 3, 8)),
    };
  if (match[1] === 'a')
    return {
      size: 1,
      width: 3,
      text: ([byte]) => {
        const low = byte! & 127;
        return low === 127 ? 'del' : (ASCII_NAMES[low] ?? String.fromCharCode(low));
      },
    };
  const size = { C: 1, S: 2, I: 4, L: 8 }[match[2] as 'C'] ?? Number(match[2] ?? 4);
  const value = (bytes: Uint8Array) => {
    let out = 0n;
    for (let i = size - 1; i >= 0; i--) out = (out << 8n) | BigInt(bytes[i] ?? 0);
    return out;
  };
  const bits = size * 8;
  if (match[1] === 'x')
    return {
      size,
      width: size * 2,
      text: (bytes) =>
        value(bytes)
          .toString(16)
          .padStart(size * 2, '0'),
    };
  if (match[1] === 'o') {
    const digits = Math.ceil(bits / 3);
    return { size, width: digits, text: (bytes) => value(bytes).toString(8).padStart(digits, '0') };
  }
  const digits = { 1: 3, 2: 5, 4: 10, 8: 20 }[size]!;
  return match[1] === 'u'
    ? { size, width: digits, text: (bytes) => value(bytes).toString() }
    : {
        size,
        width: digits + 1 - (size === 8 ? 1 : 0),
        text: (bytes) => BigInt.asIntN(bits, value(bytes)).toString(),
      };
}

/** od(1). Simplified: no floating-point numbers. */
export const od: Utility = {
  name: 'od',
  usage: '[OPTION]... [FILE]...',
  summary: 'Write an unambiguous representation, octal bytes by default, of FILE to standard output.',
  options: {
    short: 'A:abBcdDefFhHiIj:lLN:oOsS:t:vw::xX',
    refused: ['e', 'f', 'F', 'S', 'endian', 'traditional'],
    long: {
      'address-radix': 'A:',
      format: 't:',
      'skip-bytes': 'j:',
      'read-bytes': 'N:',
      'output-duplicates': 'v',
      strings: 'S:',
      width: 'w::',
      endian: 'endian:',
      traditional: 'traditional',
    },
  },
  busybox: {
    options: { short: 'abcdeFfhiIlLoxsvXDOA:j:N:S:t:w::BH', refused: ['e', 'f', 'F', 'S'] },
    usage: '[-abcdeFfhiIlLoxsv] [-t TYPE] [-A RADIX] [-N SIZE] [-j SIZE] [-S MINSTR] [-w [WIDTH]] [FILE]...',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const short: Record<string, string> = {
      a: 'a',
      b: 'o1',
      B: 'o2',
      c: 'c',
      d: 'u2',
      D: 'u4',
      o: 'o2',
      O: 'o4',
      x: 'x2',
      X: 'x4',
      H: 'x4',
      h: 'x2',
      i: 'd4',
      I: 'd8',
      l: 'd8',
      L: 'd8',
      s: 'd2',
    };
    const types: string[] = [];
    for (const { name, value } of parsed.options)
      if (name === 't') types.push(...(value!.match(/[acdouxf](?:\d|[CSIL])?z?/g) ?? [value!]));
      else if (name in short) types.push(short[name]!);
    if (types.length === 0) types.push('o2');
    const formats: Format[] = [];
    for (const type of types) {
      if (type.startsWith('f')) throw new NotSimulated('the type f');
      const found = format(type);
      if (!found)
        return io.fail(
          flavour === 'gnu'
            ? `invalid character '${type[0]}' in type string ${quote(io, type)}`
            : `invalid character '${type[0]}' in type string '${type}'`,
        );
      formats.push(found);
    }
    const radix = given.value('A') ?? 'o';
    const skip = parseCount(given.value('j') ?? '0') ?? 0;
    const limit = given.value('N') === undefined ? undefined : parseCount(given.value('N')!);
    const { bytes, status } = await whole(parsed.operands, io, flavour, skip, limit);
    const width = given.has('w') ? Number(given.value('w') ?? 32) : 16;
    // Columns of several types stand under each other: each byte has the room of the widest.
    const perByte = Math.max(...formats.map(({ size, width: wide }) => (wide + 1) / size));
    const address = (at: number) =>
      radix === 'n' ? '' : pad(at, radix === 'x' ? 6 : 7, { o: 8, d: 10, x: 16 }[radix as 'o'] ?? 8);
    let last = '';
    let starred = false;
    for (let at = 0; at < bytes.length; at += width) {
      const row = bytes.subarray(at, at + width);
      const key = row.length === width ? String(row) : '';
      if (key !== '' && key === last && !given.has('v')) {
        if (!starred) io.stdout.write('*\n');
        starred = true;
        continue;
      }
      last = key;
      starred = false;
      for (const [i, { size, text }] of formats.entries()) {
        let line = i === 0 ? address(skip + at) : ' '.repeat(address(0).length);
        const cell = Math.round(perByte * size);
        for (let j = 0; j < row.length; j += size) line += text(row.subarray(j, j + size)).padStart(cell);
        io.stdout.write(`${line}\n`);
      }
    }
    if (radix !== 'n') io.stdout.write(`${address(skip + bytes.length)}\n`);
    return status;
  },
};
