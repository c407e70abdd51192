import { bytesToText } from '../lib/text.ts';
import { eachInput, Given, plainReport, quote, type Utility } from '../utility.ts';

/** fold(1) */
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
          const { out, line } = folded(bytesToText(ended ? bytes.subarray(0, -1) : bytes), width, {
            spaces: given.has('s'),
            bytes: given.has('b'),
          });
          await io.stdout.write(out + line + (ended ? '\n' : ''));
        }
      },
      plainReport,
    );
  },
};

/** Breaks a line: what is complete, and the rest. Tabs reach to the next eighth column, unless bytes are counted. */
function folded(
  text: string,
  width: number,
  how: { spaces: boolean; bytes: boolean },
): { out: string; line: string } {
  let out = '';
  let line = '';
  let column = 0;
  const measure = (piece: string) => {
    let at = 0;
    for (const char of piece) at += char === '\t' && !how.bytes ? 8 - (at % 8) : 1;
    return at;
  };
  for (const char of text) {
    const next = char === '\t' && !how.bytes ? column + 8 - (column % 8) : column + 1;
    if (next > width && line !== '') {
      const space = how.spaces ? line.search(/[ \t][^ \t]*$/) : -1;
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
