import { compileRegex } from '../lib/regex.ts';
import { eachInput, Given, Misuse, plainReport, quote, type Utility } from '../utility.ts';

/** nl(1): logical pages of a header, a body and a footer, each with its own way of numbering. */
export const nl: Utility = {
  name: 'nl',
  usage: '[OPTION]... [FILE]...',
  summary: 'Write each FILE to standard output, with line numbers added.',
  options: {
    short: 'b:d:f:h:i:l:n:ps:v:w:',
    long: {
      'body-numbering': 'b:',
      'section-delimiter': 'd:',
      'footer-numbering': 'f:',
      'header-numbering': 'h:',
      'line-increment': 'i:',
      'join-blank-lines': 'l:',
      'number-format': 'n:',
      'no-renumber': 'p',
      'number-separator': 's:',
      'starting-line-number': 'v:',
      'number-width': 'w:',
    },
  },
  // BusyBox knows no pages, so there is nothing that -p could keep.
  busybox: { options: { short: 'b:i:ps:v:w:', inert: ['p'] }, usage: '[OPTIONS] [FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const number = (option: string, otherwise: number, what: string): number => {
      const text = given.value(option) ?? String(otherwise);
      if (/^[-+]?\d+$/.test(text)) return Number(text);
      throw new Misuse(`invalid ${what}: ${quote(io, text)}`, `invalid number '${text}'`);
    };
    const styleOf = (option: string, what: string, otherwise: string): Style => {
      const text = given.value(option) ?? otherwise;
      if (text === 'a' || text === 't' || text === 'n') return STYLES[text];
      if (!text.startsWith('p') || !gnu)
        throw new Misuse(`invalid ${what} numbering style: ${quote(io, text)}`);
      const regex = compileRegex(text.slice(1), { extended: false });
      return (line) => regex.test(line);
    };
    const styles = {
      header: styleOf('h', 'header', 'n'),
      body: styleOf('b', 'body', 't'),
      footer: styleOf('f', 'footer', 'n'),
    };
    const width = number('w', 6, 'line number field width');
    const separator = given.value('s') ?? '\t';
    const step = number('i', 1, 'line number increment');
    const first = number('v', 1, 'starting line number');
    const joined = number('l', 1, 'line number of blank lines');
    const format = given.value('n') ?? 'rn';
    if (!/^(ln|rn|rz)$/.test(format)) throw new Misuse(`invalid line numbering format: ${quote(io, format)}`);
    const delimiter = given.value('d') ?? '\\:';
    const pair = delimiter.length === 1 ? `${delimiter}:` : delimiter;
    const sections = new Map<string, keyof typeof styles>(
      gnu
        ? [
            [pair.repeat(3), 'header'],
            [pair.repeat(2), 'body'],
            [pair, 'footer'],
          ]
        : [],
    );
    let section: keyof typeof styles = 'body';
    let at = first;
    let blanks = 0;
    return eachInput(
      io,
      parsed.operands,
      flavour,
      async (input) => {
        for await (const line of input.lines()) {
          const next = sections.get(line);
          if (next !== undefined) {
            section = next;
            // A page begins with its header, or with what stands for it.
            if (!given.has('p')) at = first;
            await io.stdout.write('\n');
            continue;
          }
          blanks = line === '' ? blanks + 1 : 0;
          const style = styles[section];
          const counts = style(line) && (line !== '' || style !== STYLES.a || blanks % joined === 0);
          if (!counts) {
            await io.stdout.write(`${' '.repeat(width + separator.length)}${line}\n`);
            continue;
          }
          const text = String(at);
          const shown =
            format === 'ln' ? text.padEnd(width) : text.padStart(width, format === 'rz' ? '0' : ' ');
          at += step;
          await io.stdout.write(`${shown}${separator}${line}\n`);
        }
      },
      plainReport,
    );
  },
};

/** Which lines are numbered. */
type Style = (line: string) => boolean;

const STYLES = {
  a: () => true,
  t: (line: string) => line !== '',
  n: () => false,
} as const satisfies Record<string, Style>;
