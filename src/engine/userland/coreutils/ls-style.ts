import type { OptionTable, ParsedOptions } from '../lib/getopt.ts';
import { Exit, type Stdio } from '../lib/stdio.ts';
import { choiceOf, type Flavour, Given, quote } from '../utility.ts';
import { type BlockSize, KIBIBYTES, parseBlockSize } from './block-size.ts';
import { type Indicators, QUOTING, type Quoting } from './ls-names.ts';

/** ls' options, and what they come to. */

export const LS_OPTIONS: OptionTable = {
  short: 'abcdfghiklmnopqrstuvw:xABCDFGHI:LNQRST:UXZ1',
  long: {
    all: 'a',
    'almost-all': 'A',
    author: 'author',
    'block-size': 'block-size:',
    classify: 'classify::',
    color: 'color::',
    context: 'Z',
    dereference: 'L',
    'dereference-command-line': 'H',
    'dereference-command-line-symlink-to-dir': 'operand-directories',
    dired: 'D',
    directory: 'd',
    escape: 'b',
    'file-type': 'file-type',
    format: 'format:',
    'full-time': 'full-time',
    'group-directories-first': 'dirs',
    hide: 'hide:',
    'hide-control-chars': 'q',
    'human-readable': 'h',
    hyperlink: 'hyperlink::',
    ignore: 'I:',
    'ignore-backups': 'B',
    'indicator-style': 'indicator-style:',
    inode: 'i',
    kibibytes: 'k',
    literal: 'N',
    'no-group': 'G',
    'numeric-uid-gid': 'n',
    'quote-name': 'Q',
    'quoting-style': 'quoting-style:',
    recursive: 'R',
    reverse: 'r',
    'show-control-chars': 'show-control-chars',
    si: 'si',
    size: 's',
    sort: 'sort:',
    tabsize: 'T:',
    time: 'time:',
    'time-style': 'time-style:',
    width: 'w:',
    zero: 'zero',
  },
  refused: ['D', 'hyperlink'],
  // Room on disk is counted in blocks of 1024 bytes anyway.
  inert: ['k'],
};

export const BUSYBOX_LS_OPTIONS: OptionTable = {
  short: '1AaCxdLHRFplinshrSXvctugkw:T:',
  long: { 'full-time': 'full-time', 'group-directories-first': 'dirs', color: 'color::' },
  // For old scripts: blocks and tab stops are what they are.
  inert: ['k', 'T'],
};

const FORMATS = [
  ['verbose', 'long'],
  ['commas'],
  ['horizontal', 'across'],
  ['vertical'],
  ['single-column'],
] as const;
type Format = (typeof FORMATS)[number][0];

const SORTS = ['none', 'time', 'size', 'extension', 'version', 'width'] as const;
type Sort = (typeof SORTS)[number] | 'name';

const TIMES = [
  ['atime', 'access', 'use'],
  ['ctime', 'status'],
  ['birth', 'creation'],
] as const;

const WHEN = [
  ['always', 'yes', 'force'],
  ['never', 'no', 'none'],
  ['auto', 'tty', 'if-tty'],
] as const;

/** How and what a run of ls shows. */
export interface Style {
  gnu: boolean;
  terminal: boolean;
  width: number;
  tab: number;
  format: Format;
  sort: Sort;
  reverse: boolean;
  directoriesFirst: boolean;
  time: 'mtime' | 'atime' | 'ctime';
  /** How a time is written: a name that stands for a format, or `+FORMAT`. */
  timeStyle: string | undefined;
  colour: boolean;
  indicators: Indicators;
  quoting: Quoting;
  hideControls: boolean;
  /** Ends each line. */
  end: string;
  /** Sizes of files, and room on disk; in units or scaled. */
  sizes: BlockSize;
  blocks: BlockSize;
}

export async function styleOf(
  io: Stdio,
  parsed: ParsedOptions,
  flavour: Flavour,
  colours: boolean,
): Promise<Style> {
  const given = new Given(parsed);
  const gnu = flavour === 'gnu';
  const terminal = await io.sys.isatty(1);
  const when = (option: string, otherwise: string) => {
    if (!given.has(option)) return otherwise === 'auto' && terminal;
    const word = choiceOf(io, given.value(option) ?? 'always', WHEN, `--${option}`);
    return word === 'always' || (word === 'auto' && terminal);
  };
  let colour = when('color', gnu || !colours ? 'never' : 'auto');
  if (gnu && given.last('f', 'color') === 'f') colour = false;
  const zero = given.has('zero');
  const block = given.value('block-size');
  const parsedBlock = block === undefined ? undefined : parseBlockSize(block);
  if (block !== undefined && parsedBlock === undefined)
    throw new Exit(await io.fail(`invalid --block-size argument ${quote(io, block)}`, 2));
  const scale = { h: 1024, si: 1000 } as const;
  const asked = given.last('h', 'si', 'block-size');
  const last: BlockSize | undefined =
    asked === 'h' || asked === 'si' ? { unit: 1, suffix: '', powers: scale[asked] } : parsedBlock;
  return {
    gnu,
    terminal,
    width: await widthOf(io, given, gnu, terminal),
    tab: colour || !gnu ? 0 : Number(given.value('T') ?? 8),
    format: zero ? 'single-column' : formatOf(io, parsed, terminal),
    sort: sortOf(io, given),
    reverse: given.has('r'),
    directoriesFirst: given.has('dirs'),
    time: timeOf(io, given),
    timeStyle: given.value('time-style') ?? (given.has('full-time') ? 'full-iso' : undefined),
    colour: colour && !zero,
    indicators: indicatorsOf(io, given, gnu, when('classify', 'never')),
    quoting: quotingOf(io, given, gnu, terminal && !zero),
    hideControls: (given.last('q', 'show-control-chars') ?? (terminal ? 'q' : '')) === 'q',
    end: zero ? '\0' : '\n',
    sizes: last ?? { unit: 1, suffix: '' },
    blocks: last ?? KIBIBYTES,
  };
}

async function widthOf(io: Stdio, given: Given, gnu: boolean, terminal: boolean): Promise<number> {
  const text = given.value('w');
  if (text !== undefined && !/^\d+$/.test(text))
    throw new Exit(
      await (gnu
        ? io.fail(`invalid line width: ${quote(io, text)}`, 2)
        : io.fail(`invalid number '${text}'`)),
    );
  if (text !== undefined) return Number(text) || Number.POSITIVE_INFINITY;
  // BusyBox leaves the last column free where there is no terminal.
  let width = gnu ? 80 : 79;
  if (terminal)
    width = ((await io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as { columns: number }).columns || 80;
  return Number(io.env.get('COLUMNS') ?? width) || width;
}

function formatOf(io: Stdio, { options }: ParsedOptions, terminal: boolean): Format {
  const usual: Format = terminal ? 'vertical' : 'single-column';
  let format: Format = usual;
  for (const { name, value } of options) {
    if (/^([lngo]|full-time)$/.test(name)) format = 'verbose';
    else if (name === 'C') format = 'vertical';
    else if (name === 'x') format = 'horizontal';
    else if (name === 'm') format = 'commas';
    else if (name === 'format') format = choiceOf(io, value!, FORMATS, '--format');
    // A long list stays one.
    else if (name === '1' && format !== 'verbose') format = 'single-column';
    else if (name === 'f' && format === 'verbose') format = usual;
  }
  return format;
}

function sortOf(io: Stdio, given: Given): Sort {
  const last = given.last('S', 't', 'X', 'v', 'U', 'f', 'sort');
  if (last === 'sort') return choiceOf(io, given.value('sort')!, SORTS, '--sort');
  const letters = { S: 'size', t: 'time', X: 'extension', v: 'version', U: 'none', f: 'none' } as const;
  if (last !== undefined) return letters[last as 'S'];
  return given.has('c', 'u') && !given.has('l', 'n', 'g', 'o', 'full-time') ? 'time' : 'name';
}

function timeOf(io: Stdio, given: Given): Style['time'] {
  const last = given.last('c', 'u', 'time');
  if (last !== 'time') return last === 'c' ? 'ctime' : last === 'u' ? 'atime' : 'mtime';
  const word = choiceOf(io, given.value('time')!, TIMES, '--time');
  // When a file was made is not kept: its last change is what ls shows then.
  return word === 'birth' ? 'mtime' : word;
}

function indicatorsOf(io: Stdio, given: Given, gnu: boolean, classify: boolean): Indicators {
  const last = given.last('F', 'classify', 'file-type', 'p', 'indicator-style');
  if (last === 'F' || (!gnu && given.has('F'))) return 'classify';
  if (last === 'classify') return classify ? 'classify' : 'none';
  if (last === 'file-type') return 'file-type';
  if (last === 'p') return 'slash';
  if (last === undefined || !gnu) return 'none';
  const words = ['none', 'slash', 'file-type', 'classify'] as const;
  return choiceOf(io, given.value('indicator-style')!, words, '--indicator-style');
}

function quotingOf(io: Stdio, given: Given, gnu: boolean, terminal: boolean): Quoting {
  if (!gnu) return 'literal';
  const last = given.last('N', 'Q', 'b', 'quoting-style');
  if (last === 'N') return 'literal';
  if (last === 'Q') return 'c';
  if (last === 'b') return 'escape';
  if (last === 'quoting-style')
    return choiceOf(io, given.value('quoting-style')!, QUOTING, '--quoting-style');
  return terminal ? 'shell-escape' : 'literal';
}
