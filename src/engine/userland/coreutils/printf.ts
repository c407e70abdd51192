import { printf as format } from '../lib/printf.ts';
import { Misuse, quote, type Utility } from '../utility.ts';

/** printf(1) as a program of its own. */
export const printf: Utility = {
  name: 'printf',
  usage: 'FORMAT [ARGUMENT]...',
  summary: 'Print ARGUMENT(s) according to FORMAT.',
  options: { short: '+' },
  busybox: { usage: 'FORMAT [ARG]...' },
  async run(io, { operands }, flavour) {
    if (operands.length === 0) throw new Misuse('missing operand');
    const gnu = flavour === 'gnu';
    const { text, status, messages } = format(operands[0]!, operands.slice(1), {
      badNumber: (argument) =>
        !gnu
          ? `invalid number '${argument}'`
          : /^\s*[-+]?\d/.test(argument)
            ? `${quote(io, argument)}: value not completely converted`
            : `${quote(io, argument)}: expected a numeric value`,
      outOfRange: (argument) =>
        gnu ? `${quote(io, argument)}: Numerical result out of range` : `invalid number '${argument}'`,
      badDirective: (directive) =>
        gnu ? `${directive}: invalid conversion specification` : `${directive}: invalid format`,
    });
    for (const message of messages) await io.stderr.write(`${io.name}: ${message}\n`);
    await io.stdout.write(text);
    return status;
  },
};
