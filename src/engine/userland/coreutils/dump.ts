import { concat } from '../../base/bytes.ts';
import { parseCount } from '../lib/count.ts';
import { bytesToText } from '../lib/text.ts';
import { eachInput, Given, plainReport, quote, type Utility } from '../utility.ts';

/** Bytes made visible: od, hexdump, xxd, strings. */
const pad = (value: number, width: number, base = 16): string => value.toString(base).padStart(width, '0');
const printable = (byte: number): string => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.');

async function whole(
  inputs: Parameters<typeof eachInput>[1],
  io: Parameters<typeof eachInput>[0],
  flavour: Parameters<typeof eachInput>[2],
  skip: number,
  limit: number | undefined,
) {
  const chunks: Uint8Array[] = [];
  const status = await eachInput(
    io,
    inputs,
    flavour,
    async (input) => void chunks.push(await input.readAll()),
    plainReport,
  );
  const all = concat(chunks).subarray(skip);
  return { bytes: limit === undefined ? all : all.subarray(0, limit), status };
}

const NAMED: Record<number, string> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};
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

export const od: Utility = {
  name: 'od',
  usage: '[OPTION]... [FILE]...',
  summary: 'Write an unambiguous representation, octal bytes by default, of FILE to standard output.',
  options: {
    short: 'A:abcdDefFhHiIj:lLN:oOsS:t:vw::xX',
    long: {
      'address-radix': 'A:',
      format: 't:',
      'skip-bytes': 'j:',
      'read-bytes': 'N:',
      'output-duplicates': 'v',
      width: 'w::',
    },
  },
  busybox: {
    options: { short: 'abcdeFfhiIlLoxsvXDOA:j:N:t:w::BH' },
    usage: '[-abcdeFfhiIlLoxsv] [-t TYPE] [-A RADIX] [-N SIZE] [-j SIZE] [-S MINSTR] [-w [WIDTH]] [FILE]...',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const short: Record<string, string> = {
      a: 'a',
      b: 'o1',
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

export const hexdump: Utility = {
  name: 'hexdump',
  usage: '[options] <file>...',
  summary: 'Display file contents in hexadecimal, decimal, octal, or ascii.',
  options: { short: 'bcCdn:os:vx' },
  busybox: {
    options: { short: 'bcdoxCe:f:n:s:vR' },
    usage: '[-bcdoxCv] [-e FMT] [-f FMT_FILE] [-n LEN] [-s OFS] [FILE]...',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const skip = parseCount(given.value('s') ?? '0') ?? 0;
    const limit = given.value('n') === undefined ? undefined : parseCount(given.value('n')!);
    const { bytes, status } = await whole(parsed.operands, io, flavour, skip, limit);
    const canonical = given.has('C');
    const digits = canonical ? 8 : 7;
    let last = '';
    let starred = false;
    for (let at = 0; at < bytes.length; at += 16) {
      const row = bytes.subarray(at, at + 16);
      const key = row.length === 16 ? String(row) : '';
      if (key !== '' && key === last && !given.has('v')) {
        if (!starred) io.stdout.write('*\n');
        starred = true;
        continue;
      }
      last = key;
      starred = false;
      let line = pad(skip + at, digits);
      if (canonical) {
        const cells = Array.from({ length: 16 }, (_, i) => (i < row.length ? pad(row[i]!, 2) : '  '));
        line += `  ${cells.slice(0, 8).join(' ')}  ${cells.slice(8).join(' ')}  |${[...row].map(printable).join('')}|`;
      } else if (given.has('b', 'c')) {
        for (const byte of row)
          line += ` ${given.has('b') ? pad(byte, 3, 8) : (NAMED[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : pad(byte, 3, 8))).padStart(3)}`;
        line = line.padEnd(7 + 64);
      } else {
        const wide = given.has('d', 'o', 'x');
        for (let i = 0; i < row.length; i += 2) {
          const value = row[i]! | ((row[i + 1] ?? 0) << 8);
          line += given.has('d')
            ? `   ${pad(value, 5, 10)}`
            : given.has('o')
              ? `  ${pad(value, 6, 8)}`
              : `${wide ? '    ' : ' '}${pad(value, 4)}`;
        }
        line = line.padEnd(7 + (wide ? 64 : 40));
      }
      io.stdout.write(`${line}\n`);
    }
    if (bytes.length > 0) io.stdout.write(`${pad(skip + bytes.length, digits)}\n`);
    return status;
  },
};

export const xxd: Utility = {
  name: 'xxd',
  usage: '[options] [infile [outfile]]',
  summary: 'Make a hexdump or do the reverse.',
  options: { short: 'abc:g:il:o:prs:u' },
  busybox: {
    options: { short: 'prig:c:l:s:o:' },
    usage: '[-pri] [-g N] [-c N] [-l LEN] [-s OFS] [-o OFS] [FILE]',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const skip = parseCount(given.value('s') ?? '0') ?? 0;
    const limit = given.value('l') === undefined ? undefined : parseCount(given.value('l')!);
    const { bytes, status } = await whole(parsed.operands.slice(0, 1), io, flavour, skip, limit);
    if (given.has('r')) {
      const out: number[] = [];
      for (const line of bytesToText(bytes).split('\n')) {
        const digits = given.has('p') ? line : line.replace(/^[0-9a-f]+: ?/i, '').split('  ')[0]!;
        for (const pair of digits.replace(/\s/g, '').match(/[0-9a-f]{2}/gi) ?? [])
          out.push(Number.parseInt(pair, 16));
      }
      io.stdout.write(Uint8Array.from(out));
      return status;
    }
    const width = Number(given.value('c') ?? (given.has('p') ? 30 : 16));
    const group = Number(given.value('g') ?? 2) || width;
    for (let at = 0; at < bytes.length; at += width) {
      const row = bytes.subarray(at, at + width);
      let digits = [...row].map((byte) => pad(byte, 2)).join('');
      if (given.has('u')) digits = digits.toUpperCase();
      if (given.has('p')) {
        io.stdout.write(`${digits}\n`);
        continue;
      }
      const grouped = digits.match(new RegExp(`.{1,${group * 2}}`, 'g'))!.join(' ');
      const room = width * 2 + Math.ceil(width / group) - 1;
      io.stdout.write(`${pad(skip + at, 8)}: ${grouped.padEnd(room)}  ${[...row].map(printable).join('')}\n`);
    }
    return status;
  },
};

export const strings: Utility = {
  name: 'strings',
  usage: '[option(s)] [file(s)]',
  summary: 'Display printable strings in file(s).',
  options: { short: 'afn:ot:e:0123456789', long: { all: 'a', bytes: 'n:', radix: 't:' } },
  busybox: { options: { short: 'afon:t:' }, usage: '[-fo] [-t o|d|x] [-n LEN] [FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const digits = parsed.options
      .map(({ name }) => name)
      .filter((name) => /^\d$/.test(name))
      .join('');
    const least = Number(given.value('n') ?? (digits || 4));
    return eachInput(
      io,
      parsed.operands,
      flavour,
      async (input, name) => {
        let run = '';
        let at = 0;
        const settle = () => {
          const base = { o: 8, d: 10, x: 16 }[given.value('t') as 'o'] ?? (given.has('o') ? 8 : 0);
          if (run.length >= least)
            io.stdout.write(
              `${given.has('f') ? `${name}: ` : ''}${base ? `${(at - run.length).toString(base).padStart(7)} ` : ''}${run}\n`,
            );
          run = '';
        };
        for (;;) {
          const chunk = await input.read();
          if (chunk.length === 0) break;
          for (const byte of chunk) {
            if ((byte >= 32 && byte < 127) || byte === 9) run += String.fromCharCode(byte);
            else settle();
            at++;
          }
          const pause = io.process.work(chunk.length / 100);
          if (pause) await pause;
        }
        settle();
      },
      (name, text) =>
        flavour === 'gnu' && text.startsWith('No such') ? `'${name}': No such file` : `${name}: ${text}`,
    );
  },
};
