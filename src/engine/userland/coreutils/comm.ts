import { byCodePoint } from '../lib/glob.ts';
import { Exit, Input } from '../lib/stdio.ts';
import { Given, Misuse, quote, type Utility } from '../utility.ts';

/** comm(1) */
export const comm: Utility = {
  name: 'comm',
  usage: '[OPTION]... FILE1 FILE2',
  summary: 'Compare sorted files FILE1 and FILE2 line by line.',
  options: {
    short: '123z',
    long: {
      'check-order': 'check',
      'nocheck-order': 'nocheck',
      'output-delimiter': 'O:',
      total: 'total',
      'zero-terminated': 'z',
    },
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
    const [end, endText] = given.has('z') ? [0, '\0'] : [10, '\n'];
    const [one, two] = readers as [Input, Input];
    let [a, b] = [await one.line(end), await two.line(end)];
    const hidden = [given.has('1'), given.has('2'), given.has('3')];
    const counts = [0, 0, 0];
    const isUnsorted = [false, false];
    // Unless told either way, order matters where the files differ.
    const order = given.last('check', 'nocheck');
    let differs = false;
    const put = (column: 0 | 1 | 2, text: string) => {
      counts[column]!++;
      if (column !== 2) differs = true;
      if (hidden[column]) return;
      const indent = [0, 1].filter((other) => other < column && !hidden[other]).length;
      return io.stdout.write(tab.repeat(indent) + text + endText);
    };
    const next = async (file: 0 | 1, before: string): Promise<string | undefined> => {
      const line = await readers[file]!.line(end);
      if (line === undefined || line >= before || order === 'nocheck') return line;
      if (order !== 'check' && !differs) return line;
      if (!isUnsorted[file]) await io.fail(`file ${file + 1} is not in sorted order`);
      isUnsorted[file] = true;
      if (order === 'check') throw new Exit(1);
      return line;
    };
    while (a !== undefined || b !== undefined) {
      const which = a === undefined ? 1 : b === undefined ? -1 : byCodePoint(a, b);
      await put(which === 0 ? 2 : which < 0 ? 0 : 1, which <= 0 ? a! : b!);
      if (which <= 0) a = await next(0, a!);
      if (which >= 0) b = await next(1, b!);
    }
    if (given.has('total')) await io.stdout.write(`${[...counts, 'total'].join(tab)}${endText}`);
    return isUnsorted.some(Boolean) ? io.fail('input is not in sorted order') : 0;
  },
};
