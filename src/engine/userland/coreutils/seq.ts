import { type PrintfWords, printf } from '../lib/printf.ts';
import { Misuse, quote, type Utility } from '../utility.ts';

/** seq(1) */
export const seq: Utility = {
  name: 'seq',
  usage: '[OPTION]... [FIRST [INCREMENT]] LAST',
  summary: 'Print numbers from FIRST to LAST, in steps of INCREMENT.',
  options: { short: '+f:s:w', long: { format: 'f:', separator: 's:', 'equal-width': 'w' } },
  busybox: { options: { short: '+ws:' }, usage: '[-w] [-s SEP] [FIRST [INC]] LAST' },
  async run(io, { options, operands }, flavour) {
    // A negative number is no option.
    const numbers = [...operands];
    if (numbers.length === 0) throw new Misuse('missing operand');
    if (numbers.length > 3) throw new Misuse(`extra operand ${quote(io, numbers[3]!)}`);
    for (const text of numbers)
      if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text))
        throw new Misuse(`invalid floating point argument: ${quote(io, text)}`);
    const form = options.findLast((option) => option.name === 'f')?.value;
    const format = form === undefined ? undefined : parseFormat(form);
    if (typeof format === 'string') return io.fail(`format ${quote(io, form!)} ${format}`);
    if (form !== undefined && options.some((option) => option.name === 'w'))
      throw new Misuse('format string may not be specified when printing equal width strings');
    const separator = options.findLast((option) => option.name === 's')?.value ?? '\n';
    const last = Number(numbers.at(-1));
    const first = numbers.length > 1 ? Number(numbers[0]) : 1;
    const step = numbers.length > 2 ? Number(numbers[1]) : 1;
    if (step === 0)
      return io.fail(
        flavour === 'busybox' ? 'increment is 0' : `invalid Zero increment value: ${quote(io, numbers[1]!)}`,
      );
    const places = Math.max(
      ...numbers.slice(0, numbers.length === 1 ? 1 : -1).map((text) => (text.split('.')[1] ?? '').length),
    );
    const width = options.some((option) => option.name === 'w')
      ? Math.max(first.toFixed(places).length, last.toFixed(places).length)
      : 0;
    const pad = (text: string) =>
      text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
    const count = Math.floor((last - first) / step + 1e-10);
    for (let i = 0; i <= count; i++) {
      const value = first + i * step;
      const text = format ? format(value) : value.toFixed(places);
      const written = io.stdout.write((i > 0 ? separator : '') + (width ? pad(text) : text));
      if (written) await written;
      if (i % 64 === 63) {
        const pause = io.process.work(10);
        if (pause) await pause;
      }
    }
    if (count >= 0) await io.stdout.write('\n');
    return 0;
  },
};

/** A format with one directive for a floating-point number; a text says what is wrong with it. */
function parseFormat(format: string): ((value: number) => string) | string {
  const found = format.replaceAll('%%', '\0\0').search(/%/);
  if (found === -1) return 'has no % directive';
  const rest = format.slice(found);
  const [directive] = /^%[-+#0 ']*\d*(?:\.\d*)?L?[aefgAEFG]/.exec(rest) ?? [];
  if (directive === undefined) {
    const letter = /^%[-+#0 ']*\d*(?:\.\d*)?L?(.)/.exec(rest)?.[1];
    return letter === undefined ? 'ends in %' : `has unknown %${letter} directive`;
  }
  const after = rest.slice(directive.length);
  if (/%(?!%)/.test(after.replaceAll('%%', ''))) return 'has too many % directives';
  return (value) => printf(format, [String(value)], WORDS).text;
}

const WORDS: PrintfWords = { badNumber: () => '', outOfRange: () => '', badDirective: () => '' };
