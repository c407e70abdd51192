import { isErrno } from '../../base/errno.ts';
import { isDirectory, join, sortedNamesIn } from '../files.ts';
import type { ParsedOptions } from '../lib/getopt.ts';
import { fnmatch } from '../lib/glob.ts';
import { compileRegex, quoteRegex, RegexError } from '../lib/regex.ts';
import { Input, readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { choiceOf, type Flavour, Given, Misuse, type Utility } from '../utility.ts';

const LONG = {
  'after-context': 'A:',
  'basic-regexp': 'G',
  'before-context': 'B:',
  binary: 'U',
  'binary-files': 'binary-files:',
  'byte-offset': 'b',
  color: 'color::',
  colour: 'color::',
  context: 'C:',
  count: 'c',
  devices: 'D:',
  directories: 'd:',
  'exclude-from': 'exclude-from:',
  'group-separator': 'group-separator:',
  'initial-tab': 'T',
  label: 'label:',
  'no-group-separator': 'no-group-separator',
  'no-ignore-case': 'no-ignore-case',
  'null-data': 'z',
  exclude: 'exclude:',
  'exclude-dir': 'exclude-dir:',
  'extended-regexp': 'E',
  file: 'f:',
  'files-with-matches': 'l',
  'files-without-match': 'L',
  'fixed-strings': 'F',
  'ignore-case': 'i',
  include: 'include:',
  'invert-match': 'v',
  'line-buffered': 'line-buffered',
  'line-number': 'n',
  'line-regexp': 'x',
  'max-count': 'm:',
  'no-filename': 'h',
  'no-messages': 's',
  null: 'Z',
  'only-matching': 'o',
  'perl-regexp': 'P',
  quiet: 'q',
  recursive: 'r',
  'dereference-recursive': 'R',
  regexp: 'e:',
  silent: 'q',
  text: 'a',
  'with-filename': 'H',
  'word-regexp': 'w',
};

function grepNamed(name: 'grep' | 'egrep' | 'fgrep'): Utility {
  const usage = '[OPTION]... PATTERNS [FILE]...';
  return {
    name,
    usage,
    summary: 'Search for PATTERNS in each FILE.',
    misuse: 2,
    hint: (called) => `Usage: ${called} ${usage}\nTry '${called} --help' for more information.`,
    options: {
      short: 'A:B:C:D:EFGHILPRTUVZabcd:e:f:hilm:noqrsvwxyz0123456789',
      long: LONG,
      about: { version: 'V' },
      // Lines end as on Unix, whatever -U says.
      inert: ['U'],
    },
    busybox: {
      misuse: 2,
      options: {
        short: 'HhnlLoqvsrRiwFEzm:A:B:C:e:f:xcaI',
        long: { color: 'color::' },
        // Its grep takes every file for text.
        inert: ['a', 'I'],
      },
      usage: '[-HhnlLoqvsrRiwFEz] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...',
    },
    async run(io, parsed, flavour) {
      const given = new Given(parsed);
      const operands = [...parsed.operands];
      const patterns = given.values('e').flatMap((text) => text.split('\n'));
      for (const file of given.values('f')) {
        try {
          const text = bytesToText(file === '-' ? await io.stdin.readAll() : await readFile(io.sys, file));
          if (text !== '') patterns.push(...text.replace(/\n$/, '').split('\n'));
        } catch (error) {
          if (!isErrno(error)) throw error;
          return io.fail(`${file}: ${error.message}`, 2);
        }
      }
      if (!given.has('e', 'f')) {
        if (operands.length === 0) throw new Misuse('', '');
        patterns.push(...operands.shift()!.split('\n'));
      }
      const binary = choice(given.value('binary-files'), ['binary', 'text', 'without-match']);
      if (binary === undefined) return io.fail('unknown binary-files type', 2);
      const directories = given.value('d');
      if (directories !== undefined) choiceOf(io, directories, ['read', 'recurse', 'skip'], '--directories');
      const devices = choice(given.value('D'), ['read', 'skip']);
      if (devices === undefined) return io.fail('unknown devices method', 2);
      const excluded = given.values('exclude');
      for (const file of given.values('exclude-from')) {
        try {
          excluded.push(
            ...bytesToText(await readFile(io.sys, file))
              .split('\n')
              .filter(Boolean),
          );
        } catch (error) {
          if (!isErrno(error)) throw error;
          return io.fail(`${file}: ${error.message}`, 2);
        }
      }
      const kind = name === 'egrep' ? 'E' : name === 'fgrep' ? 'F' : (given.last('E', 'F', 'G', 'P') ?? 'G');
      let regex: RegExp | undefined;
      try {
        regex = combine(patterns, kind, given);
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
        if (flavour === 'busybox') return io.fail(`bad regex '${patterns[0]}'`, 2);
        return io.fail(
          error.message.startsWith('Unmatched [') ? 'Invalid regular expression' : error.message,
          2,
        );
      }
      return new Search(io, given, flavour, {
        regex,
        excluded,
        several: operands.length > 1,
        digits: digitsOf(parsed),
      }).run(operands, name);
    },
  };
}

/** A word of a few, the first if none is given; undefined if it is another. */
const choice = (text: string | undefined, words: readonly string[]): string | undefined =>
  text === undefined ? words[0] : words.find((word) => word === text);

const isBinary = (line: string): boolean => line.includes('\0') || /[\udc80-\udcff]/.test(line);

/** `-3` is `-C 3`. */
const digitsOf = ({ options }: ParsedOptions): string =>
  options
    .map(({ name }) => name)
    .filter((name) => /^\d$/.test(name))
    .join('');

/** One expression for all patterns; undefined when there are none, which nothing matches. */
function combine(patterns: readonly string[], kind: string, given: Given): RegExp | undefined {
  if (patterns.length === 0) return undefined;
  const ignoreCase = (given.last('i', 'y', 'no-ignore-case') ?? 'no-ignore-case') !== 'no-ignore-case';
  const sources = patterns.map((pattern) => {
    if (kind === 'F') return quoteRegex(pattern);
    if (kind === 'P') return new RegExp(pattern, 'u').source;
    const { source } = compileRegex(pattern, { extended: kind === 'E' });
    return pattern === '' ? '' : source;
  });
  let source = sources.length === 1 ? sources[0]! : sources.map((one) => `(?:${one})`).join('|');
  if (given.has('x')) source = `^(?:${source})$`;
  else if (given.has('w')) source = `(?<![\\p{L}\\p{Nd}_])(?:${source})(?![\\p{L}\\p{Nd}_])`;
  try {
    return new RegExp(source, `gsu${ignoreCase ? 'i' : ''}`);
  } catch {
    throw new RegexError('Invalid regular expression');
  }
}

class Search {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #gnu: boolean;
  readonly #regex: RegExp | undefined;
  readonly #before: number;
  readonly #after: number;
  readonly #limit: number;
  readonly #hasContext: boolean;
  readonly #recursive: boolean;
  readonly #excluded: readonly string[];
  /** What is done with matches in files that are no text: an option's letter or a word of --binary-files. */
  #binary: string;
  /** What parts groups of lines with their context. */
  readonly #separator: string | undefined;
  #titles = false;
  #colour = false;
  #found = false;
  #failed = false;
  #separate = false;

  constructor(
    io: Stdio,
    given: Given,
    flavour: Flavour,
    what: { regex: RegExp | undefined; excluded: readonly string[]; several: boolean; digits: string },
  ) {
    this.#io = io;
    this.#given = given;
    this.#gnu = flavour === 'gnu';
    this.#regex = what.regex;
    this.#excluded = what.excluded;
    const context = given.value('C') ?? (what.digits || undefined);
    this.#hasContext = context !== undefined || given.has('A', 'B');
    this.#before = Number(given.value('B') ?? context ?? 0);
    this.#after = Number(given.value('A') ?? context ?? 0);
    this.#limit = Number(given.value('m') ?? Number.POSITIVE_INFINITY);
    const last = given.last('r', 'R', 'd');
    this.#recursive = last === 'd' ? given.value('d') === 'recurse' : last !== undefined;
    this.#binary = given.last('a', 'I', 'binary-files') ?? 'binary';
    if (this.#binary === 'binary-files') this.#binary = given.value('binary-files')!;
    this.#separator =
      given.last('group-separator', 'no-group-separator') === 'no-group-separator'
        ? undefined
        : (given.value('group-separator') ?? '--');
    const named = given.last('H', 'h');
    this.#titles = named === undefined ? what.several || this.#recursive : named === 'H';
  }

  async run(operands: readonly string[], name: string): Promise<number> {
    const { sys } = this.#io;
    if (name !== 'grep' && this.#gnu)
      await this.#io.stderr.write(
        `${name}: warning: ${name} is obsolescent; using grep -${name === 'egrep' ? 'E' : 'F'}\n`,
      );
    const when = this.#given.has('color') ? (this.#given.value('color') ?? 'auto') : 'never';
    this.#colour = when === 'always' || (when === 'auto' && (await sys.isatty(1)));
    const files = operands.length > 0 ? operands : this.#recursive ? ['.'] : ['-'];
    // `grep -r` without files searches here, and says so without the dot.
    for (const file of files) {
      await this.#path(file, operands.length === 0 && this.#gnu ? '' : file, true);
      if (this.#found && this.#given.has('q')) return 0;
    }
    if (this.#failed && !(this.#given.has('q') && this.#found)) return 2;
    return this.#found ? 0 : 1;
  }

  async #path(path: string, shown: string, operand: boolean): Promise<void> {
    const { sys } = this.#io;
    try {
      if (path === '-')
        return await this.#input(this.#io.stdin, this.#given.value('label') ?? '(standard input)');
      const stat = await (operand || this.#given.has('R') ? sys.stat(path) : sys.lstat(path));
      const base = path.slice(path.lastIndexOf('/') + 1);
      if (isDirectory(stat)) {
        if (!this.#recursive) {
          if (this.#given.value('d') === 'skip') return;
          if (this.#gnu && !this.#given.has('s')) await this.#io.fail(`${path}: Is a directory`);
          if (!this.#gnu) await this.#io.fail(`read error: Is a directory`);
          this.#failed = true;
          return;
        }
        if (!operand && this.#given.values('exclude-dir').some((pattern) => fnmatch(pattern, base))) return;
        for (const name of await sortedNamesIn(sys, path))
          await this.#path(join(path, name), shown === '' ? name : join(shown, name), false);
        return;
      }
      const isRegular = (stat.mode & 0o170000) === 0o100000;
      // Devices are read where they are named, unless -D says otherwise.
      if (!isRegular && (this.#given.value('D') ?? (operand ? 'read' : 'skip')) === 'skip') return;
      const include = this.#given.values('include');
      if (include.length > 0 && !include.some((pattern) => fnmatch(pattern, base))) return;
      if (this.#excluded.some((pattern) => fnmatch(pattern, base))) return;
      const fd = await sys.open(path, 0);
      try {
        await this.#input(new Input(sys, fd), shown);
      } finally {
        await sys.close(fd);
      }
    } catch (error) {
      if (!isErrno(error)) throw error;
      this.#failed = true;
      if (!this.#given.has('s')) await this.#io.fail(`${path}: ${error.message}`);
    }
  }

  async #input(input: Input, name: string): Promise<void> {
    const { stdout, process } = this.#io;
    const given = this.#given;
    const quiet = given.has('q', 'c', 'l', 'L');
    const zero = given.has('z') ? 0 : 10;
    const held: { number: number; text: string; at: number }[] = [];
    const foundBefore = this.#found;
    let number = 0;
    let count = 0;
    let offset = 0;
    let trailing = 0;
    let last = 0;
    let binary = false;
    while (count < this.#limit || trailing > 0) {
      const next = input.bytesUntil(zero);
      const bytes = next instanceof Promise ? await next : next;
      if (bytes === undefined) break;
      const line = bytesToText(bytes.at(-1) === zero ? bytes.subarray(0, -1) : bytes);
      const at = offset;
      offset += bytes.length;
      number++;
      const pause = number % 256 === 0 ? process.work(20) : undefined;
      if (pause) await pause;
      if (count < this.#limit && this.#matches(line) !== given.has('v')) {
        count++;
        if (this.#gnu && /^(I|without-match)$/.test(this.#binary) && isBinary(line)) {
          this.#found = foundBefore;
          return;
        }
        this.#found = true;
        if (given.has('q') || given.has('l', 'L')) break;
        if (!quiet) {
          if (this.#gnu && !/^(a|text)$/.test(this.#binary) && !given.has('z') && isBinary(line)) {
            binary = true;
            break;
          }
          if (this.#hasContext && !given.has('o')) {
            const mark = this.#separator;
            if (
              this.#separate &&
              mark !== undefined &&
              (this.#gnu || this.#before + this.#after > 0) &&
              (held[0]?.number ?? number) > last + 1
            )
              stdout.write(this.#colour ? `\x1b[36m\x1b[K${mark}\x1b[m\x1b[K\n` : `${mark}\n`);
            this.#separate = true;
            for (const earlier of held.splice(0))
              this.#print(name, earlier.number, '-', earlier.text, earlier.at);
          }
          const written = this.#print(name, number, ':', line, at);
          if (written) await written;
        }
        last = number;
        // BusyBox stops at once when it has as many as it may.
        trailing = !this.#gnu && count >= this.#limit ? 0 : this.#after;
      } else if (!quiet && trailing > 0 && !given.has('o')) {
        trailing--;
        last = number;
        this.#print(name, number, '-', line, at);
      } else if (!quiet && this.#before > 0 && !given.has('o')) {
        held.push({ number, text: line, at });
        if (held.length > this.#before) held.shift();
      }
      if (input.fd === 0 && given.has('line-buffered')) await stdout.flush();
    }
    const title = (text: string) => (this.#colour ? `\x1b[35m\x1b[K${text}\x1b[m\x1b[K` : text);
    if (binary) await this.#io.fail(`${name}: binary file matches`);
    if (given.has('q')) return;
    if (given.has('l')) {
      if (count > 0) stdout.write(`${title(name)}${given.has('Z') ? '\0' : '\n'}`);
    } else if (given.has('L')) {
      if (count === 0) stdout.write(`${title(name)}\n`);
    } else if (given.has('c'))
      stdout.write(`${this.#titles ? title(name) + (given.has('Z') ? '\0' : ':') : ''}${count}\n`);
  }

  #matches(line: string): boolean {
    if (!this.#regex) return false;
    this.#regex.lastIndex = 0;
    return this.#regex.test(line);
  }

  #print(name: string, number: number, mark: string, line: string, offset: number): void | Promise<void> {
    const { stdout } = this.#io;
    const given = this.#given;
    const sep = this.#colour ? `\x1b[36m\x1b[K${mark}\x1b[m\x1b[K` : mark;
    const prefix = (at: number) => {
      let out = '';
      if (this.#titles)
        out += (this.#colour ? `\x1b[35m\x1b[K${name}\x1b[m\x1b[K` : name) + (given.has('Z') ? '\0' : sep);
      if (given.has('n'))
        out += (this.#colour ? `\x1b[32m\x1b[K${number}\x1b[m\x1b[K` : String(number)) + sep;
      if (given.has('b')) out += `${at}${sep}`;
      return given.has('T') && out !== '' ? `${out}\t` : out;
    };
    const paint = (text: string) => (this.#colour ? `\x1b[01;31m\x1b[K${text}\x1b[m\x1b[K` : text);
    const end = given.has('z') ? '\0' : '\n';
    if (given.has('o')) {
      if (given.has('v')) return;
      this.#regex!.lastIndex = 0;
      for (const match of line.matchAll(this.#regex!))
        if (match[0] !== '') stdout.write(`${prefix(offset + match.index)}${paint(match[0])}${end}`);
      return;
    }
    const shown =
      this.#colour && mark === ':' && !given.has('v')
        ? line.replace(this.#regex!, (text) => (text === '' ? '' : paint(text)))
        : line;
    return stdout.write(`${prefix(offset)}${shown}${end}`);
  }
}

export const grep: Utility = grepNamed('grep');
export const egrep: Utility = grepNamed('egrep');
export const fgrep: Utility = grepNamed('fgrep');
