import { encode } from '../../base/bytes.ts';
import { writeAll } from '../lib/stdio.ts';
import type { Utility } from '../utility.ts';

/** yes(1): writes big blocks, for as long as somebody reads. */
export const yes: Utility = {
  name: 'yes',
  usage: '[STRING]...',
  summary: "Repeatedly output a line with all specified STRING(s), or 'y'.",
  options: { short: '+', long: {} },
  busybox: { options: { short: '+' }, usage: '[STRING]' },
  async run(io, { operands }) {
    const line = `${operands.length === 0 ? 'y' : operands.join(' ')}\n`;
    const block = encode(line.repeat(Math.max(1, Math.floor(8192 / line.length))));
    for (;;) await writeAll(io.sys, 1, block);
  },
};
