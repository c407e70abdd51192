import { interpretEscapes } from '../lib/escapes.ts';
import type { Utility } from '../utility.ts';

/** echo(1) as a program of its own; shells have theirs built in. */
export const echo: Utility = {
  name: 'echo',
  usage: '[SHORT-OPTION]... [STRING]...',
  summary: 'Echo the STRING(s) to standard output.',
  async run(io) {
    let newline = true;
    let escapes = false;
    let at = 0;
    for (; at < io.args.length && /^-[neE]+$/.test(io.args[at]!); at++)
      for (const letter of io.args[at]!.slice(1)) {
        if (letter === 'n') newline = false;
        else escapes = letter === 'e';
      }
    const text = io.args.slice(at).join(' ');
    const result = escapes ? interpretEscapes(text, { hex: true }) : { text, stop: false };
    await io.stdout.write(result.text + (newline && !result.stop ? '\n' : ''));
    return 0;
  },
};
