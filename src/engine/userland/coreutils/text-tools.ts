import { byCodePoint } from '../lib/glob.ts';
import { Input } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { eachInput, Given, Misuse, plainReport, quote, type Utility } from '../utility.ts';

/** Small filters of lines: nl, tac, rev, fold, paste, comm, expand. */
export const nl: Utility = {
  name: 'nl',
  usage: '[OPTION]... [FILE]...',
  summary: 'Write each FILE to standard output, with line numbers added.',
  options: {
    short: 'b:d:f:h:i:l:n:ps:v:w:',
    long: {
      'body-numbering': 'b:',
      'line-increment': 'i:',
      'number-format': 'n:',
      'number-separator': 's:',
      'starting-line-number': 'v:',
      'number-width': 'w:',
    },
  },
  busybox: { options: { short: 'b:i:ps:v:w:' }, usage: '[OPTIONS] [FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const style = given.value('b') ?? 't';
    const width = Number(given.value('w') ?? 6);
    const separator = given.value('s') ?? '\t';
    const step = Number(given.value('i') ?? 1);
    const format = given.value('n') ?? 'rn';
    let number = Number(given.value('v') ?? 1);
    return eachInput(
      io,
      parsed.operands,
      flavour,
      async (input) => {
        for await (const line of input.lines()) {
          const counts = style === 'a' || (style === 't' && line !== '');
          if (!counts) {
            await io.stdout.write(`${' '.repeat(width + separator.length)}${line}\n`);
            continue;
          }
          const text = String(number);
          const shown =
            format === 'ln' ? text.padEnd(width) : text.padStart(width, format === 'rz' ? '0' : ' ');
          number += step;
          await io.stdout.write(`${shown}${separator}${line}\n`);
        }
      },
      plainReport,
    );
  },
};

export const tac: Utility = {
  name: 'tac',
  usage: '[OPTION]... [FILE]...',
  summary: 'Write each FILE to standard output, last line first.',
  options: { short: 'brs:' },
  busybox: { options: {}, usage: '[FILE]...' },
  async run(io, parsed, flavour) {
    return eachInput(
      io,
      parsed.operands,
      flavour,
      async (input) => {
        const pieces = bytesToText(await input.readAll()).split(/(?<=\n)/);
        await io.stdout.write(pieces.reverse().join(''));
      },
      (name, text) =>
        flavour === 'busybox' ? `${name}: ${text}` : `failed to open ${quote(io, name)} for reading: ${text}`,
    );
  },
};

export const rev: Utility = {
  name: 'rev',
  usage: '[options] [file ...]',
  summary: 'Reverse lines characterwise.',
  options: {},
  busybox: { usage: '[FILE]...' },
  run: (io, parsed, flavour) =>
    eachInput(
      io,
      parsed.operands,
      flavour,
      async (input) => {
        for (;;) {
          const bytes = await input.bytesUntil(10);
          if (bytes === undefined) return;
          const ended = bytes.at(-1) === 10;
          const text = bytesToText(ended ? bytes.subarray(0, -1) : bytes);
          await io.stdout.write([...text].reverse().join('') + (ended ? '\n' : ''));
        }
      },
      (name, text) => (flavour === 'busybox' ? `${name}: ${text}` : `cannot open ${name}: ${text}`),
    ),
};

export const fold: Utility = {
  name: 'fold',
  usage: '[OPTION]... [FILE]...',
  summary: 'Wrap input lines in each FILE, writing to standard output.',
  options: { short: 'bsw:0123456789', long: { bytes: 'b', spaces: 's', width: 'w:' } },
  busybox: { options: { short: 'bsw:' }, usage: '[-bs] [-w WIDTH] [FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const digits = parsed.options
      .map(({ name }) => name)
      .filter((name) => /^\d$/.test(name))
      .join('');
    const text = given.value('w') ?? (digits || '80');
    const width = Number(text);
    if (!/^\d+$/.test(text) || width === 0)
      return io.fail(
        flavour === 'gnu' ? `invalid number of columns: ${quote(io, text)}` : `invalid number '${text}'`,
      );
    return eachInput(
      io,
      parsed.operands,
      flavour,
      async (input) => {
        for (;;) {
          const bytes = await input.bytesUntil(10);
          if (bytes === undefined) return;
          const ended = bytes.at(-1) === 10;
          const { out, line } = folded(
            bytesToText(ended ? bytes.subarray(0, -1) : bytes),
            width,
            given.has('s'),
          );
          await io.stdout.write(out + line + (ended ? '\n' : ''));
        }
      },
      plainReport,
    );
  },
};

/** Breaks a line: what is complete, and the rest. Tabs reach to the next eighth column. */
function folded(text: string, width: number, atSpaces: boolean): { out: string; line: string } {
  let out = '';
  let line = '';
  let column = 0;
  const measure = (piece: string) => {
    let at = 0;
    for (const char of piece) at += char === '\t' ? 8 - (at % 8) : 1;
    return at;
  };
  for (const char of text) {
    const next = char === '\t' ? column + 8 - (column % 8) : column + 1;
    if (next > width && line !== '') {
      const space = atSpaces ? line.search(/[ \t][^ \t]*$/) : -1;
      const cut = space === -1 ? line.length : space + 1;
      out += `${line.slice(0, cut)}\n`;
      line = line.slice(cut);
      column = measure(line);
    }
    line += char;
    column = measure(line);
  }
  return { out, line };
}

export const paste: Utility = {
  name: 'paste',
  usage: '[OPTION]... [FILE]...',
  summary:
    'Write lines consisting of the sequentially corresponding lines from each FILE, separated by TABs.',
  options: { short: 'd:sz', long: { delimiters: 'd:', serial: 's' } },
  busybox: { options: { short: 'sd:' }, usage: '[-d LIST] [-s] [FILE]...' },
  async run(io, parsed) {
    const given = new Given(parsed);
    const delimiters = [
      ...(given.value('d') ?? '\t').replace(
        /\\([nt0\\])/g,
        (_, char: string) => ({ n: '\n', t: '\t', '0': '\0', '\\': '\\' })[char]!,
      ),
    ].map((char) => (char === '\0' ? '' : char));
    const glue = (i: number) => delimiters[i % Math.max(1, delimiters.length)] ?? '';
    const names = parsed.operands.length === 0 ? ['-'] : parsed.operands;
    const inputs: Input[] = [];
    for (const name of names) {
      try {
        inputs.push(name === '-' ? io.stdin : new Input(io.sys, await io.sys.open(name, 0)));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return io.fail(`${name}: ${error.message}`);
      }
    }
    if (given.has('s')) {
      for (const input of inputs) {
        let line = '';
        let i = 0;
        for await (const text of input.lines()) line += (i++ > 0 ? glue(i - 2) : '') + text;
        await io.stdout.write(`${line}\n`);
      }
      return 0;
    }
    for (;;) {
      const cells: (string | undefined)[] = [];
      for (const input of inputs) cells.push(await input.line());
      if (cells.every((cell) => cell === undefined)) return 0;
      await io.stdout.write(
        `${cells.map((cell, i) => (i > 0 ? glue(i - 1) : '') + (cell ?? '')).join('')}\n`,
      );
    }
  },
};

export const comm: Utility = {
  name: 'comm',
  usage: '[OPTION]... FILE1 FILE2',
  summary: 'Compare sorted files FILE1 and FILE2 line by line.',
  options: {
    short: '123z',
    long: { 'check-order': 'check', 'nocheck-order': 'nocheck', 'output-delimiter': 'O:' },
  },
  busybox: { options: { short: '123' }, usage: '[-123] FILE1 FILE2' },
  async run(io, parsed) {
    const given = new Given(parsed);
    const [first, second, extra] = parsed.operands;
    if (first === undefined) throw new Misuse('missing operand');
    if (second === undefined) throw new Misuse(`missing operand after ${quote(io, first)}`);
    if (extra !== undefined) throw new Misuse(`extra operand ${quote(io, extra)}`);
    const tab = given.value('O') ?? '\t';
    const readers: Input[] = [];
    for (const name of [first, second]) {
      try {
        readers.push(name === '-' ? io.stdin : new Input(io.sys, await io.sys.open(name, 0)));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return io.fail(`${name}: ${error.message}`);
      }
    }
    let [a, b] = [await readers[0]!.line(), await readers[1]!.line()];
    let [beforeA, beforeB] = ['', ''];
    let unsorted = '';
    const put = (column: 1 | 2 | 3, text: string) => {
      if (given.has(String(column))) return;
      const indent = [1, 2].filter((other) => other < column && !given.has(String(other))).length;
      return io.stdout.write(`${tab.repeat(indent)}${text}\n`);
    };
    while (a !== undefined || b !== undefined) {
      const order = a === undefined ? 1 : b === undefined ? -1 : byCodePoint(a, b);
      await put(order === 0 ? 3 : order < 0 ? 1 : 2, order <= 0 ? a! : b!);
      if (order <= 0) {
        beforeA = a!;
        a = await readers[0]!.line();
        if (a !== undefined && a < beforeA && !given.has('nocheck'))
          unsorted ||= 'file 1 is not in sorted order';
      }
      if (order >= 0) {
        beforeB = b!;
        b = await readers[1]!.line();
        if (b !== undefined && b < beforeB && !given.has('nocheck'))
          unsorted ||= 'file 2 is not in sorted order';
      }
    }
    return unsorted ? io.fail(unsorted) : 0;
  },
};

export const expand: Utility = {
  name: 'expand',
  usage: '[OPTION]... [FILE]...',
  summary: 'Convert tabs in each FILE to spaces, writing to standard output.',
  options: { short: 'it:', long: { initial: 'i', tabs: 't:' } },
  busybox: { usage: '[-i] [-t N] [FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const size = Number(given.value('t') ?? 8);
    return eachInput(io, parsed.operands, flavour, async (input) => {
      for (;;) {
        const bytes = await input.bytesUntil(10);
        if (bytes === undefined) return;
        let out = '';
        let column = 0;
        let initial = true;
        for (const char of bytesToText(bytes)) {
          if (char === '\t' && (initial || !given.has('i'))) {
            const fill = size - (column % size);
            out += ' '.repeat(fill);
            column += fill;
            continue;
          }
          if (char !== ' ') initial = false;
          column += 1;
          out += char;
        }
        await io.stdout.write(out);
      }
    });
  },
};
