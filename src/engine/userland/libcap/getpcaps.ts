import { isErrno } from '../../base/errno.ts';
import { Given, type Utility } from '../utility.ts';
import { iabText, stateText } from './text.ts';

/** getpcaps(8) of libcap 2.66. */
export const getpcaps: Utility = {
  name: 'getpcaps',
  usage: '[opts] <pid> [<pid> ...]',
  summary: 'Show the capabilities of processes.',
  options: {
    short: 'h',
    long: { help: 'h', usage: 'h', verbose: 'v', ugly: 'u', legacy: 'u', iab: 'i', license: 'l' },
    refused: ['l'],
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    if (given.has('h') || parsed.operands.length === 0) {
      await io.stderr.write('usage: getcaps [opts] <pid> [<pid> ...]\n\n  --verbose  --ugly  --iab\n');
      return given.has('h') ? 0 : 1;
    }
    let status = 0;
    for (const operand of parsed.operands) {
      if (!/^\d+$/.test(operand)) {
        await io.stderr.write(`Cannot parse pid ${operand}: (Invalid argument)\n`);
        return 1;
      }
      try {
        const sets = await io.sys.capget(Number(operand));
        const text = stateText(sets);
        const iab = given.has('i') ? ` [${iabText(sets)}]` : '';
        if (given.has('v')) io.stdout.write(`Capabilities for '${operand}': ${text}${iab}\n`);
        else if (given.has('u')) await io.stderr.write(`Capabilities for \`${operand}': ${text}${iab}\n`);
        else io.stdout.write(`${operand}: ${text}${iab}\n`);
      } catch (error) {
        if (!isErrno(error)) throw error;
        await io.stdout.flush();
        await io.stderr.write(`Failed to get cap's for process ${operand}: (${error.message})\n`);
        status = 1;
      }
    }
    return status;
  },
};
