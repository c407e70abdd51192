import { isErrno } from '../../base/errno.ts';
import { bytesToText } from '../lib/text.ts';
import { eachInput, plainReport, type Utility } from '../utility.ts';

interface Counts {
  l: number;
  w: number;
  m: number;
  c: number;
  L: number;
}

/** wc(1): lines, words, characters, bytes, longest line. */
export const wc: Utility = {
  name: 'wc',
  usage: '[OPTION]... [FILE]...',
  summary:
    'Print newline, word, and byte counts for each FILE, and a total line if more than one FILE is given.',
  options: {
    short: 'clmLw',
    long: { bytes: 'c', chars: 'm', lines: 'l', words: 'w', 'max-line-length': 'L' },
  },
  busybox: { options: { short: 'clmLw' }, usage: '[-cmlwL] [FILE]...' },
  async run(io, { options, operands }, flavour) {
    const asked = new Set(options.map((option) => option.name));
    if (asked.size === 0) for (const name of ['l', 'w', 'c']) asked.add(name);
    const columns = (['l', 'w', 'm', 'c', 'L'] as const).filter((name) => asked.has(name));
    const rows: { counts: Counts; name: string }[] = [];
    const total: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 };
    let status = await eachInput(
      io,
      operands,
      flavour,
      async (input, name) => {
        const counts = await count(input, asked);
        for (const column of columns)
          total[column] = column === 'L' ? Math.max(total.L, counts.L) : total[column] + counts[column];
        rows.push({ counts, name: operands.length === 0 ? '' : name });
      },
      plainReport,
    );
    if (operands.length > 1) rows.push({ counts: total, name: 'total' });
    const width =
      flavour === 'busybox' ? (columns.length === 1 ? 1 : 9) : await gnuWidth(operands, columns.length);
    for (const { counts, name } of rows) {
      const numbers = columns.map((column) => String(counts[column]).padStart(width)).join(' ');
      await io.stdout.write(`${numbers}${name === '' ? '' : ` ${name}`}\n`);
    }
    return status;

    /** As wide as the largest number can be, judged by the files' sizes; 7 where a size is not known (GNU). */
    async function gnuWidth(names: readonly string[], shown: number): Promise<number> {
      if (names.length <= 1 && shown === 1) return 1;
      let regular = true;
      let size = 0;
      for (const name of names.length === 0 ? ['-'] : names) {
        try {
          const stat = name === '-' ? await io.sys.fstat(0) : await io.sys.stat(name);
          if ((stat.mode & 0o170000) !== 0o100000) regular = false;
          else size += stat.size;
        } catch (error) {
          if (!isErrno(error)) throw error;
          status = 1;
        }
      }
      return regular ? String(size).length : 7;
    }
  },
};

async function count(input: { read(): Promise<Uint8Array> }, asked: ReadonlySet<string>): Promise<Counts> {
  const counts: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  const onlyLines = !asked.has('w') && !asked.has('m') && !asked.has('L');
  let inWord = false;
  let column = 0;
  for (;;) {
    const chunk = await input.read();
    if (chunk.length === 0) break;
    counts.c += chunk.length;
    if (onlyLines) {
      if (asked.has('l'))
        for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) counts.l++;
      continue;
    }
    if (asked.has('m')) counts.m += [...bytesToText(chunk)].length;
    for (const byte of chunk) {
      const space = byte === 32 || (byte >= 9 && byte <= 13);
      if (byte === 10) counts.l++;
      if (byte === 10 || byte === 13 || byte === 12) {
        counts.L = Math.max(counts.L, column);
        column = 0;
      } else if (byte === 9) column += 8 - (column % 8);
      else if (byte >= 32 && (byte & 0xc0) !== 0x80) column++;
      if (space) inWord = false;
      else if (!inWord) {
        inWord = true;
        counts.w++;
      }
    }
  }
  counts.L = Math.max(counts.L, column);
  return counts;
}
