import { Input } from '../lib/stdio.ts';
import { Given, type Utility } from '../utility.ts';

/** paste(1) */
export const paste: Utility = {
  name: 'paste',
  usage: '[OPTION]... [FILE]...',
  summary:
    'Write lines consisting of the sequentially corresponding lines from each FILE, separated by TABs.',
  options: { short: 'd:sz', long: { delimiters: 'd:', serial: 's', 'zero-terminated': 'z' } },
  busybox: { options: { short: 'sd:' }, usage: '[-d LIST] [-s] [FILE]...' },
  async run(io, parsed) {
    const given = new Given(parsed);
    const delimiters = [
      ...(given.value('d') ?? '\t').replace(
        /\\([nt0\\])/g,
        (_, char: string) => ({ n: '\n', t: '\t', '0': '\0', '\\': '\\' })[char]!,
      ),
    ].map((char) => (char === '\0' ? '' : char));
    const [end, endText] = given.has('z') ? [0, '\0'] : [10, '\n'];
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
        for await (const text of input.lines(end)) line += (i++ > 0 ? glue(i - 2) : '') + text;
        await io.stdout.write(line + endText);
      }
      return 0;
    }
    for (;;) {
      const cells: (string | undefined)[] = [];
      for (const input of inputs) cells.push(await input.line(end));
      if (cells.every((cell) => cell === undefined)) return 0;
      await io.stdout.write(
        cells.map((cell, i) => (i > 0 ? glue(i - 1) : '') + (cell ?? '')).join('') + endText,
      );
    }
  },
};
