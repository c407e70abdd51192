import { sha256 } from '@noble/hashes/sha2.js';
import { concat } from '../../base/bytes.ts';
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { byCodePoint } from '../lib/glob.ts';
import { heapOf } from '../lib/heap.ts';
import { Output, type Stdio } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { choiceOf, eachInput, Given, Misuse, quote, type Utility } from '../utility.ts';
import { compareVersions } from './version-order.ts';

interface Ordering {
  blanks: boolean;
  dictionary: boolean;
  fold: boolean;
  /** Only what is printable counts. */
  printable: boolean;
  kind: 'n' | 'g' | 'h' | 'M' | 'V' | 'R' | undefined;
  reverse: boolean;
}

interface Key {
  field: number;
  char: number;
  endField: number | undefined;
  endChar: number;
  skipStart: boolean;
  skipEnd: boolean;
  order: Ordering | undefined;
}

/** sort(1), in the order of the C locale. */
export const sort: Utility = {
  name: 'sort',
  usage: '[OPTION]... [FILE]...',
  summary: 'Write sorted concatenation of all FILE(s) to standard output.',
  misuse: 2,
  options: {
    short: 'bcCdfghik:mMno:rRsS:t:T:uVz',
    long: {
      'ignore-leading-blanks': 'b',
      'batch-size': 'batch-size:',
      check: 'check::',
      'compress-program': 'compress-program:',
      debug: 'debug',
      'files0-from': 'files0-from:',
      'ignore-nonprinting': 'i',
      parallel: 'parallel:',
      'random-sort': 'R',
      'random-source': 'random-source:',
      sort: 'sort:',
      'temporary-directory': 'T:',
      'dictionary-order': 'd',
      'ignore-case': 'f',
      'general-numeric-sort': 'g',
      'human-numeric-sort': 'h',
      key: 'k:',
      merge: 'm',
      'month-sort': 'M',
      'numeric-sort': 'n',
      output: 'o:',
      reverse: 'r',
      stable: 's',
      'buffer-size': 'S:',
      'field-separator': 't:',
      unique: 'u',
      'version-sort': 'V',
      'zero-terminated': 'z',
    },
    // Everything is sorted in memory, by one thread.
    inert: ['T', 'batch-size', 'compress-program', 'parallel'],
    refused: ['debug', 'files0-from', 'random-source'],
  },
  busybox: {
    misuse: 2,
    // -m has it sort all the same, and in memory.
    options: { short: 'ngMucszbrdfiho:k:t:T:mS:V', inert: ['T', 'm', 'S'] },
    usage: '[-nrughMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const separator = given.value('t') === '\\0' ? '\0' : given.value('t');
    if (separator !== undefined && [...separator].length !== 1)
      return io.fail(separator === '' ? 'empty tab' : `multi-character tab ${quote(io, separator)}`, 2);
    const room = given.value('S');
    if (room !== undefined && !/^\d+([bkKmMgGtTPEZY%])?$/.test(room) && flavour === 'gnu')
      return io.fail(`invalid -S argument ${quote(io, room)}`, 2);
    const check = checkOf(io, given);
    const letters = parsed.options
      .map(({ name, value }) => (name === 'sort' ? WORDS[choiceOf(io, value!, SORTS, '--sort')] : name))
      .filter((name) => name.length === 1)
      .join('');
    const global = ordering(letters);
    const keys: Key[] = [];
    for (const text of given.values('k')) {
      const key = parseKey(text);
      if (key === undefined) {
        if (flavour === 'busybox') throw new Misuse('', 'bad field specification');
        return io.fail(
          /^0/.test(text)
            ? `-: invalid field specification ${quote(io, text)}`.replace('-: ', 'field number is zero: ')
            : `invalid number at field start: invalid count at start of ${quote(io, text)}`,
          2,
        );
      }
      keys.push(key);
    }
    const delimiter = given.has('z') ? 0 : 10;
    const heap = heapOf(io.sys);
    /** The lines of each input. */
    const files: string[][] = [];
    const failed = await eachInput(
      io,
      parsed.operands,
      flavour,
      async (input) => {
        const lines: string[] = [];
        files.push(lines);
        for (;;) {
          const next = input.bytesUntil(delimiter);
          const bytes = next instanceof Promise ? await next : next;
          if (bytes === undefined) return;
          lines.push(bytesToText(bytes.at(-1) === delimiter ? bytes.subarray(0, -1) : bytes));
          const told = heap.keep(bytes.length + LINE_SIZE);
          if (told) await told;
        }
      },
      (name, text) => (flavour === 'busybox' ? `${name}: ${text}` : `cannot read: ${name}: ${text}`),
    );
    if (failed) return 2;
    const pause = io.process.work(files.reduce((sum, lines) => sum + lines.length, 0));
    if (pause) await pause;
    const ranks = await randomRanks(io, [global, ...keys.map(({ order }) => order)]);
    const compareKeys = comparator(keys, global, separator, ranks);
    const lastResort = !given.has('s') && !given.has('u');
    const compare = (a: string, b: string) =>
      compareKeys(a, b) || (lastResort ? (global.reverse ? byCodePoint(b, a) : byCodePoint(a, b)) : 0);
    if (check !== undefined) {
      const [lines = []] = files;
      for (let i = 1; i < lines.length; i++) {
        const order = compare(lines[i - 1]!, lines[i]!);
        if (order < 0 || (order === 0 && !given.has('u'))) continue;
        if (check === 'quiet') return 1;
        if (flavour === 'gnu') return io.fail(`${parsed.operands[0] ?? '-'}:${i + 1}: disorder: ${lines[i]}`);
        await io.stderr.write(`Check line ${i}\n`);
        return 1;
      }
      return 0;
    }
    const merges = given.has('m') && flavour === 'gnu';
    const lines = merges ? merged(files, compare) : files.flat().sort(compare);
    const end = delimiter === 0 ? '\0' : '\n';
    let out = io.stdout;
    const file = given.value('o');
    if (file !== undefined)
      out = new Output(io.sys, await io.sys.open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o666));
    for (const [i, line] of lines.entries()) {
      if (given.has('u') && i > 0 && compareKeys(lines[i - 1]!, line) === 0) continue;
      const written = out.write(line + end);
      if (written) await written;
    }
    await out.flush();
    return 0;
  },
};

/** Words for letters (--sort). */
const WORDS = {
  'general-numeric': 'g',
  'human-numeric': 'h',
  month: 'M',
  numeric: 'n',
  random: 'R',
  version: 'V',
} as const;
const SORTS = Object.keys(WORDS) as (keyof typeof WORDS)[];

/** What a line takes beside its text, in bytes. */
const LINE_SIZE = 48;

/** Whether it is only to be looked if the lines are in order, and said where they are not. */
function checkOf(io: Stdio, given: Given): 'quiet' | 'diagnose-first' | undefined {
  const last = given.last('c', 'C', 'check');
  if (last === undefined) return undefined;
  if (last === 'C') return 'quiet';
  const word = last === 'check' ? given.value('check') : undefined;
  return choiceOf<'quiet' | 'diagnose-first'>(
    io,
    word ?? 'diagnose-first',
    [['quiet', 'silent'], 'diagnose-first'],
    '--check',
  );
}

/** -m: at each step the first of the lines that stand at the heads of the files. */
function merged(files: readonly string[][], compare: (a: string, b: string) => number): string[] {
  const heads = files.map((lines) => ({ lines, at: 0 })).filter(({ lines }) => lines.length > 0);
  const out: string[] = [];
  while (heads.length > 0) {
    let least = heads[0]!;
    for (const head of heads) if (compare(head.lines[head.at]!, least.lines[least.at]!) < 0) least = head;
    out.push(least.lines[least.at++]!);
    if (least.at === least.lines.length) heads.splice(heads.indexOf(least), 1);
  }
  return out;
}

/** Where keys come in an order of chance: alike ones together. */
type Ranks = (key: string) => number;

async function randomRanks(io: Stdio, orders: readonly (Ordering | undefined)[]): Promise<Ranks> {
  if (!orders.some((order) => order?.kind === 'R')) return () => 0;
  const fd = await io.sys.open('/dev/urandom', O_RDONLY);
  const salt = await io.sys.read(fd, 16);
  await io.sys.close(fd);
  const known = new Map<string, number>();
  return (key) => {
    let rank = known.get(key);
    if (rank === undefined) {
      const hash = sha256(concat([salt, textToBytes(key)]));
      rank = new DataView(hash.buffer, hash.byteOffset).getUint32(0);
      known.set(key, rank);
    }
    return rank;
  };
}

function ordering(letters: string): Ordering {
  const kind = [...letters].findLast((letter) => 'nghMVR'.includes(letter)) as Ordering['kind'];
  return {
    blanks: letters.includes('b'),
    dictionary: letters.includes('d'),
    fold: letters.includes('f'),
    printable: letters.includes('i'),
    kind,
    reverse: letters.includes('r'),
  };
}

/** `F[.C][OPTS][,F[.C][OPTS]]` */
function parseKey(text: string): Key | undefined {
  const match = /^(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*)(?:,(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*))?$/.exec(text);
  if (!match || match[1] === '0' || match[2] === '0' || match[4] === '0') return undefined;
  const [, field, char, options, endField, endChar, endOptions = ''] = match;
  return {
    field: Number(field) - 1,
    char: Number(char ?? 1) - 1,
    endField: endField === undefined ? undefined : Number(endField),
    endChar: Number(endChar ?? 0),
    skipStart: options!.includes('b'),
    skipEnd: endOptions.includes('b'),
    order: options === '' && endOptions === '' ? undefined : ordering(options! + endOptions),
  };
}

function comparator(keys: readonly Key[], global: Ordering, separator: string | undefined, ranks: Ranks) {
  const whole = compareBy(global, ranks);
  const plain = !global.blanks && !global.dictionary && !global.fold && !global.printable && !global.kind;
  if (keys.length === 0) {
    if (plain) return global.reverse ? (a: string, b: string) => byCodePoint(b, a) : byCodePoint;
    return (a: string, b: string) => (global.reverse ? whole(b, a) : whole(a, b));
  }
  const parts = keys.map((key) => {
    const order = key.order ?? global;
    return { key, compare: compareBy(order, ranks), reverse: order.reverse };
  });
  return (a: string, b: string) => {
    for (const { key, compare, reverse } of parts) {
      const order = compare(part(a, key, separator), part(b, key, separator));
      if (order !== 0) return reverse ? -order : order;
    }
    return 0;
  };
}

/** The stretch of a line that a key names. */
function part(line: string, key: Key, separator: string | undefined): string {
  const starts = fieldStarts(line, separator);
  let start = starts[key.field] ?? line.length;
  if (key.skipStart) while (line[start] === ' ' || line[start] === '\t') start++;
  start += key.char;
  let end = line.length;
  if (key.endField !== undefined) {
    if (key.endChar === 0) {
      const next = starts[key.endField];
      if (next !== undefined) end = separator === undefined ? next : next - 1;
    } else {
      let from = starts[key.endField - 1] ?? line.length;
      if (key.skipEnd) while (line[from] === ' ' || line[from] === '\t') from++;
      end = from + key.endChar;
    }
  }
  return line.slice(start, Math.max(start, end));
}

function fieldStarts(line: string, separator: string | undefined): number[] {
  const starts = [0];
  if (separator !== undefined) {
    for (let at = line.indexOf(separator); at !== -1; at = line.indexOf(separator, at + 1))
      starts.push(at + 1);
    return starts;
  }
  // A field begins with the blanks before it.
  for (const match of line.matchAll(/[^ \t](?=[ \t])/g)) starts.push(match.index + 1);
  return starts;
}

function compareBy(order: Ordering, ranks: Ranks): (a: string, b: string) => number {
  const prepare = (text: string) => {
    let out = order.blanks || (order.kind && order.kind !== 'R') ? text.replace(/^[ \t]+/, '') : text;
    if (order.dictionary) out = out.replace(/[^A-Za-z0-9 \t]/g, '');
    else if (order.printable) out = out.replace(/[\x00-\x1f\x7f]/g, '');
    return order.fold ? out.toUpperCase() : out;
  };
  const key = order.kind;
  if (key === undefined) return (a, b) => byCodePoint(prepare(a), prepare(b));
  if (key === 'V') return (a, b) => compareVersions(prepare(a), prepare(b));
  const value = { n: decimal, g: general, h: human, M: month, R: ranks }[key];
  return (a, b) => {
    const [x, y] = [value(prepare(a)), value(prepare(b))];
    return x < y ? -1 : x > y ? 1 : 0;
  };
}

const decimal = (text: string): number => Number(/^-?(\d+\.?\d*|\.\d+)/.exec(text)?.[0] ?? 0);

function general(text: string): number {
  const match = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/i.exec(text);
  return match ? Number(match[0]) : Number.NEGATIVE_INFINITY;
}

/** 2K sorts before 1M: by the unit first. */
function human(text: string): number {
  const match = /^(-?(?:\d+\.?\d*|\.\d+))([kKMGTPEZY]?)/.exec(text);
  if (!match) return 0;
  const value = Number(match[1]);
  const rank = ' KMGTPEZY'.indexOf(match[2]!.toUpperCase() || ' ');
  return value === 0 ? 0 : Math.sign(value) * (rank * 1e15 + Math.abs(value));
}

const NAMES = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const month = (text: string): number => NAMES.indexOf(text.slice(0, 3).toUpperCase());
