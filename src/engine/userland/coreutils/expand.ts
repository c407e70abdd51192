import { bytesToText } from '../lib/text.ts';
import { eachInput, Given, type Utility } from '../utility.ts';

/** expand(1) */
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
