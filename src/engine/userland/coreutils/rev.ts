import { bytesToText } from '../lib/text.ts';
import { eachInput, type Utility } from '../utility.ts';

/** rev(1) */
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
