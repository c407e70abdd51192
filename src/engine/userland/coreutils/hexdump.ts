import { parseCount } from '../lib/count.ts';
import { Given, type Utility } from '../utility.ts';
import { NAMED, pad, printable, whole } from './dump.ts';

/** hexdump(1). Simplified: no formats of one's own. */
export const hexdump: Utility = {
  name: 'hexdump',
  usage: '[options] <file>...',
  summary: 'Display file contents in hexadecimal, decimal, octal, or ascii.',
  options: { short: 'bcCde:f:L::n:os:vxhV', about: { help: 'h', version: 'V' }, refused: ['e', 'f', 'L'] },
  busybox: {
    options: { short: 'bcdoxCe:f:n:s:vR', refused: ['e', 'f', 'R'] },
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
