import { Given, Misuse, type Utility } from '../utility.ts';
import { busyboxDiff } from './busybox-diff.ts';
import { Differ } from './differ.ts';

/** diff(1) of GNU diffutils 3.8, and BusyBox' with unified differences only. */
export const diff: Utility = {
  name: 'diff',
  usage: '[OPTION]... FILES',
  summary: 'Compare FILES line by line.',
  misuse: 2,
  hint: () => "diff: Try 'diff --help' for more information.",
  options: {
    short: '0123456789abBcC:dD:eEfF:hHiI:lL:nNpPqrsS:tTuU:vwW:x:X:yZ',
    about: { version: 'v' },
    // Differences are always the fewest that there can be, however long it takes.
    inert: ['H', 'd'],
    refused: [
      ...['D', 'E', 'F', 'f', 'h', 'I', 'l', 'n', 'P', 'p', 'T', 't', 'X'],
      ...['ignore-file-name-case', 'from-file', 'to-file'],
    ],
    long: {
      text: 'a',
      'ignore-space-change': 'b',
      'ignore-blank-lines': 'B',
      context: 'c::',
      minimal: 'd',
      ifdef: 'D:',
      ed: 'e',
      'ignore-tab-expansion': 'E',
      'show-function-line': 'F:',
      'speed-large-files': 'H',
      'ignore-case': 'i',
      'ignore-matching-lines': 'I:',
      paginate: 'l',
      label: 'L:',
      rcs: 'n',
      'new-file': 'N',
      'unidirectional-new-file': 'P',
      'show-c-function': 'p',
      brief: 'q',
      recursive: 'r',
      'report-identical-files': 's',
      'starting-file': 'S:',
      'expand-tabs': 't',
      'initial-tab': 'T',
      unified: 'u::',
      'ignore-all-space': 'w',
      width: 'W:',
      exclude: 'x:',
      'exclude-from': 'X:',
      'side-by-side': 'y',
      'ignore-trailing-space': 'Z',
      normal: 'normal',
      color: 'color::',
      'strip-trailing-cr': 'strip-cr',
      'left-column': 'left',
      'suppress-common-lines': 'suppress',
      'no-dereference': 'no-dereference',
      'ignore-file-name-case': 'ignore-file-name-case',
      'from-file': 'from-file:',
      'to-file': 'to-file:',
    },
  },
  busybox: {
    // As with GNU's, differences are the fewest that there can be.
    options: { short: 'abdiL:NqrsS:tTU:wuB', long: {}, inert: ['d'], refused: ['t'] },
    usage: '[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const { operands } = parsed;
    if (flavour === 'busybox') {
      if (operands.length !== 2) throw new Misuse('');
      return busyboxDiff(io, given, operands[0]!, operands[1]!);
    }
    const styles = new Set(parsed.options.flatMap(({ name }) => STYLES[name] ?? []));
    if (styles.size > 1) throw new Misuse('conflicting output style options');
    if (operands.length < 2) throw new Misuse(`missing operand after '${operands.at(-1) ?? io.name}'`);
    if (operands.length > 2) throw new Misuse(`extra operand '${operands[2]}'`);
    const [style = 'normal'] = styles;
    return new Differ(io, given, parsed.options, style).compare(operands[0]!, operands[1]!);
  },
};

/** The forms of output by the options that ask for them. */
const STYLES: Readonly<Record<string, Style>> = {
  normal: 'normal',
  u: 'unified',
  U: 'unified',
  c: 'context',
  C: 'context',
  y: 'columns',
  e: 'ed',
};
export type Style = 'normal' | 'unified' | 'context' | 'columns' | 'ed';
