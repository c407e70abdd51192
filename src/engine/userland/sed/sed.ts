import { C_ESCAPES } from '../../base/c-escapes.ts';
import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { canonical } from '../files.ts';
import { Input, Output, readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { Given, type Utility } from '../utility.ts';
import { type Address, type Command, parseScript, ScriptError } from './script.ts';
import { substitute } from './substitute.ts';

/** sed(1) */
export const sed: Utility = {
  name: 'sed',
  usage: '[OPTION]... {script-only-if-no-other-script} [input-file]...',
  summary: 'Filter and transform text with a script of editing commands.',
  options: {
    short: 'bsnrzuEe:f:l:i::',
    long: {
      quiet: 'n',
      silent: 'n',
      expression: 'e:',
      file: 'f:',
      'in-place': 'i::',
      'regexp-extended': 'E',
      separate: 's',
      'null-data': 'z',
      unbuffered: 'u',
      posix: 'posix',
      debug: 'debug',
      'follow-symlinks': 'follow',
      'line-length': 'l:',
      binary: 'b',
      sandbox: 'sandbox',
    },
    // Text and bytes are the same.
    inert: ['b'],
    refused: ['posix', 'debug', 'sandbox'],
  },
  hint: (name) => `Usage: ${name} [OPTION]... {script-only-if-no-other-script} [input-file]...\n`,
  busybox: {
    options: {
      short: 'i::rEne:f:s',
      long: {
        'regexp-extended': 'E',
        quiet: 'n',
        silent: 'n',
        expression: 'e:',
        file: 'f:',
        'in-place': 'i::',
      },
    },
    usage: '[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\nor: sed [-i[SFX]] [-nrE] CMD [FILE]...',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (given.has('u')) io.stdout.buffering = 'none';
    const width = given.value('l');
    if (width !== undefined && !/^\d+$/.test(width)) return io.fail(`invalid line length: ${width}`);
    const files = [...parsed.operands];
    const parts: string[] = [];
    for (const { name, value } of parsed.options) {
      if (name === 'e') parts.push(value!);
      if (name === 'f') {
        try {
          const text = bytesToText(value === '-' ? await io.stdin.readAll() : await readFile(io.sys, value!));
          parts.push(text.replace(/^#n\n/, '').replace(/\n$/, ''));
        } catch (error) {
          if (!isErrno(error)) throw error;
          return io.fail(
            flavour === 'gnu'
              ? `couldn't open file ${value}: ${error.message}`
              : `${value}: ${error.message}`,
          );
        }
      }
    }
    if (parts.length === 0) {
      const script = files.shift();
      if (script === undefined) {
        await io.stderr.write(
          `Usage: ${io.name} [OPTION]... {script-only-if-no-other-script} [input-file]...\n`,
        );
        return 1;
      }
      parts.push(script);
    }
    let commands: Command[];
    try {
      commands = parseScript(parts.join('\n'), given.has('E', 'r'));
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      return io.fail(
        flavour === 'gnu'
          ? `-e expression #1, char ${error.at}: ${error.message}`
          : busyboxWords(error.message),
      );
    }
    const labels = new Map(
      commands.flatMap((command, i) => (command.name === ':' ? [[command.text, i] as const] : [])),
    );
    for (const { name, text } of commands)
      if ('btT'.includes(name) && text !== '' && !labels.has(text))
        return io.fail(
          flavour === 'gnu'
            ? `can't find label for jump to \`${text}'`
            : `can't find label for jump to '${text}'`,
        );
    return new Editor(io, commands, labels, given, flavour === 'gnu').run(files);
  },
};

const busyboxWords = (message: string): string =>
  /unterminated `s|unterminated `y|address regex/.test(message)
    ? "unmatched '/'"
    : message
        .replace(/^unknown command: `(.)'$/, 'unsupported command $1')
        .replace(/^unknown option to `s'$/, 'bad option in substitution expression')
        .replace(/^missing command$/, 'missing command')
        .replace("unmatched `{'", 'unmatched {')
        .replace("unexpected `}'", 'unexpected }');

type Next = 'cycle' | 'quit' | 'restart';

class Editor {
  readonly #io: Stdio;
  readonly #commands: Command[];
  readonly #labels: ReadonlyMap<string, number>;
  readonly #quiet: boolean;
  readonly #inPlace: string | undefined;
  readonly #separate: boolean;
  readonly #gnu: boolean;
  readonly #delimiter: number;
  /** Where the command l breaks lines. */
  readonly #wrap: number;
  /** Whether -i edits what a link leads to, in the place of the link. */
  readonly #follows: boolean;
  #files: string[] = [];
  #input: Input | undefined;
  #name = '-';
  #out: Output;
  #ahead: { text: string; ended: boolean } | undefined;
  #pattern = '';
  #ended = true;
  #hold = '';
  #line = 0;
  #status = 0;
  #appended: (() => Promise<void>)[] = [];
  #substituted = false;
  #lastRegex: RegExp | undefined;
  #writers = new Map<string, Output>();
  #exit = 0;
  #temporary: { path: string; to: string; mode: number } | undefined;

  constructor(
    io: Stdio,
    commands: Command[],
    labels: ReadonlyMap<string, number>,
    given: Given,
    gnu: boolean,
  ) {
    this.#io = io;
    this.#commands = commands;
    this.#labels = labels;
    this.#quiet = given.has('n');
    this.#inPlace = given.has('i') ? (given.value('i') ?? '') : undefined;
    this.#separate = given.has('s', 'i');
    this.#gnu = gnu;
    this.#delimiter = given.has('z') ? 0 : 10;
    this.#wrap = Number(given.value('l') ?? 70);
    this.#follows = given.has('follow');
    this.#out = io.stdout;
  }

  async run(files: readonly string[]): Promise<number> {
    this.#files = files.length === 0 ? ['-'] : [...files];
    for (const command of this.#commands) {
      const file =
        command.substitution?.file ??
        (command.name === 'w' || command.name === 'W' ? command.text : undefined);
      if (file !== undefined) await this.#writer(file);
    }
    let carried = false;
    for (;;) {
      if (!carried && !(await this.#next())) break;
      carried = false;
      const end = await this.#cycle();
      if (end === 'quit') break;
      if (end === 'restart') carried = true;
    }
    await this.#finishFile();
    for (const writer of this.#writers.values()) await writer.flush();
    return this.#exit || this.#status;
  }

  async #writer(file: string): Promise<Output> {
    let writer = this.#writers.get(file);
    if (!writer) {
      if (file === '/dev/stdout') writer = this.#io.stdout;
      else if (file === '/dev/stderr') writer = this.#io.stderr;
      else
        writer = new Output(this.#io.sys, await this.#io.sys.open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o666));
      this.#writers.set(file, writer);
    }
    return writer;
  }

  /** Reads the next line into the pattern space; false at the end of all input. */
  async #next(): Promise<boolean> {
    const line = await this.#read();
    if (!line) return false;
    this.#pattern = line.text;
    this.#ended = line.ended;
    this.#line++;
    const pause = this.#io.process.work(2);
    if (pause) await pause;
    return true;
  }

  async #read(): Promise<{ text: string; ended: boolean } | undefined> {
    if (this.#ahead) {
      const line = this.#ahead;
      this.#ahead = undefined;
      return line;
    }
    for (;;) {
      if (!this.#input && !(await this.#open())) return undefined;
      let bytes: Uint8Array | undefined;
      try {
        bytes = await this.#input!.bytesUntil(this.#delimiter);
      } catch (error) {
        if (!isErrno(error)) throw error;
        this.#status = await this.#io.fail(
          !this.#gnu
            ? `read error: ${error.message}`
            : error.code === 'EISDIR' && this.#inPlace !== undefined
              ? `couldn't edit ${this.#name}: not a regular file`
              : `read error on ${this.#name}: ${error.message}`,
          this.#gnu ? 2 : 1,
        );
      }
      if (bytes !== undefined) {
        const ended = bytes.at(-1) === this.#delimiter;
        return { text: bytesToText(ended ? bytes.subarray(0, -1) : bytes), ended };
      }
      await this.#finishFile();
    }
  }

  async #open(): Promise<boolean> {
    const { sys } = this.#io;
    for (;;) {
      const given = this.#files.shift();
      if (given === undefined) return false;
      const links = this.#follows && this.#inPlace !== undefined;
      const name = links ? await canonical(sys, given, 'any') : given;
      this.#name = name;
      try {
        if (name === '-' && this.#inPlace === undefined) this.#input = this.#io.stdin;
        else {
          this.#input = new Input(sys, await sys.open(name, 0));
          if (this.#inPlace !== undefined) {
            const { mode } = await sys.stat(name);
            const path = `${name.slice(0, name.lastIndexOf('/') + 1)}sed${sys.getpid()}.tmp`;
            this.#out = new Output(sys, await sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode & 0o777));
            this.#temporary = { path, to: name, mode };
          }
        }
        if (this.#separate) this.#line = 0;
        return true;
      } catch (error) {
        if (!isErrno(error)) throw error;
        this.#input = undefined;
        this.#status = await this.#io.fail(
          this.#gnu ? `can't read ${name}: ${error.message}` : `${name}: ${error.message}`,
          this.#gnu ? 2 : 1,
        );
      }
    }
  }

  async #finishFile(): Promise<void> {
    const { sys } = this.#io;
    if (this.#input && this.#input.fd !== 0) await sys.close(this.#input.fd);
    this.#input = undefined;
    if (!this.#temporary) return;
    const { path, to } = this.#temporary;
    await this.#out.flush();
    await sys.close(this.#out.fd);
    this.#out = this.#io.stdout;
    this.#temporary = undefined;
    if (this.#inPlace)
      await sys.rename(
        to,
        this.#inPlace.includes('*') ? this.#inPlace.replaceAll('*', to) : to + this.#inPlace,
      );
    await sys.rename(path, to);
  }

  async #isLast(): Promise<boolean> {
    if (this.#ahead) return false;
    // Within one file only, when files are edited separately.
    if (this.#separate) {
      const bytes = await this.#input?.bytesUntil(this.#delimiter);
      if (bytes === undefined) return true;
      const ended = bytes.at(-1) === this.#delimiter;
      this.#ahead = { text: bytesToText(ended ? bytes.subarray(0, -1) : bytes), ended };
      return false;
    }
    this.#ahead = await this.#read();
    return this.#ahead === undefined;
  }

  async #matches(address: Address): Promise<boolean> {
    switch (address.kind) {
      case 'line':
        return this.#line === address.line;
      case 'last':
        return this.#isLast();
      case 'regex': {
        const regex = this.#regex(address.regex);
        regex.lastIndex = 0;
        return regex.test(this.#pattern);
      }
      case 'step':
        return address.step === 0
          ? this.#line === address.first
          : this.#line >= address.first && (this.#line - address.first) % address.step === 0;
    }
    return false;
  }

  #regex(given: RegExp | undefined): RegExp {
    const regex = given ?? this.#lastRegex;
    if (!regex) throw new Error('no previous regular expression');
    this.#lastRegex = regex;
    return regex;
  }

  async #selected(command: Command): Promise<boolean> {
    const { from, to, active } = command;
    if (!from) return true;
    if (!to) return this.#matches(from);
    if (active) {
      const ends = active.until !== undefined ? this.#line >= active.until : await this.#matches(to);
      if (ends) command.active = undefined;
      // A range whose end lies behind is over.
      return active.until === undefined || this.#line <= active.until;
    }
    // `0,/re/` may end on the first line already.
    const zero = from.kind === 'line' && from.line === 0;
    if (zero ? this.#line !== 1 : !(await this.#matches(from))) return false;
    if (zero && (await this.#matches(to))) return true;
    const until =
      to.kind === 'line'
        ? to.line
        : to.kind === 'plus'
          ? this.#line + to.count
          : to.kind === 'multiple'
            ? Math.ceil(this.#line / Math.max(1, to.of)) * to.of
            : undefined;
    if (until === undefined ? !(to.kind === 'last' && (await this.#isLast())) : until > this.#line)
      command.active = { until };
    return true;
  }

  async #print(text: string, ended = true): Promise<void> {
    const written = this.#out.write(ended ? text + String.fromCharCode(this.#delimiter) : text);
    if (written) await written;
  }

  async #endCycle(print: boolean): Promise<void> {
    if (print && !this.#quiet) await this.#print(this.#pattern, this.#ended);
    if (this.#appended.length > 0 && !this.#ended && !this.#quiet) await this.#out.write('\n');
    for (const append of this.#appended.splice(0)) await append();
    if (this.#input?.fd === 0) await this.#out.flush();
  }

  async #cycle(): Promise<Next> {
    const commands = this.#commands;
    this.#substituted = false;
    for (let at = 0; at < commands.length; at++) {
      const command = commands[at]!;
      const { name, text } = command;
      if (name === ':' || name === '}') continue;
      if ((await this.#selected(command)) === command.negated) {
        if (name === '{') at = command.jump!;
        continue;
      }
      switch (name) {
        case '=':
          await this.#print(String(this.#line));
          break;
        case 'a':
          this.#appended.push(async () => void (await this.#out.write(text)));
          break;
        case 'i':
          await this.#out.write(text);
          break;
        case 'c':
          if (!command.to || command.negated || !command.active) await this.#out.write(text);
          await this.#endCycle(false);
          return 'cycle';
        case 'd':
          await this.#endCycle(false);
          return 'cycle';
        case 'D': {
          const newline = this.#pattern.indexOf('\n');
          await this.#endCycle(false);
          if (newline === -1) return 'cycle';
          this.#pattern = this.#pattern.slice(newline + 1);
          return 'restart';
        }
        case 'g':
          this.#pattern = this.#hold;
          break;
        case 'G':
          this.#pattern += `\n${this.#hold}`;
          break;
        case 'h':
          this.#hold = this.#pattern;
          break;
        case 'H':
          this.#hold += `\n${this.#pattern}`;
          break;
        case 'x':
          [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
          break;
        case 'l':
          await this.#print(visible(this.#pattern, command.number ?? this.#wrap));
          break;
        case 'n':
          if (await this.#isLast()) {
            await this.#endCycle(true);
            return 'quit';
          }
          await this.#endCycle(true);
          await this.#next();
          break;
        case 'N': {
          const before = this.#pattern;
          if (await this.#isLast()) {
            // GNU prints what there is; POSIX would not.
            await this.#endCycle(true);
            return 'quit';
          }
          await this.#endCycleAppends();
          await this.#next();
          this.#pattern = `${before}\n${this.#pattern}`;
          break;
        }
        case 'p':
          await this.#print(this.#pattern);
          break;
        case 'P':
          await this.#print(this.#pattern.split('\n', 1)[0]!);
          break;
        case 'q':
        case 'Q':
          this.#exit = command.number ?? 0;
          if (name === 'q') await this.#endCycle(true);
          await this.#drain();
          return 'quit';
        case 'r':
          this.#appended.push(async () => {
            const content = await readFile(this.#io.sys, text).catch(() => undefined);
            if (content) await this.#out.write(content);
          });
          break;
        case 'w':
          await (await this.#writer(text)).write(`${this.#pattern}\n`);
          break;
        case 'W':
          await (await this.#writer(text)).write(`${this.#pattern.split('\n', 1)[0]}\n`);
          break;
        case 's': {
          const substitution = command.substitution!;
          const result = substitute(this.#pattern, this.#regex(substitution.regex), substitution);
          if (result === undefined) break;
          this.#pattern = result;
          this.#substituted = true;
          if (substitution.print) await this.#print(this.#pattern);
          if (substitution.file !== undefined)
            await (await this.#writer(substitution.file)).write(`${this.#pattern}\n`);
          break;
        }
        case 'y':
          this.#pattern = [...this.#pattern].map((char) => command.translation!.get(char) ?? char).join('');
          break;
        case 'z':
          this.#pattern = '';
          break;
        case 'F':
          await this.#print(this.#name);
          break;
        case 'b':
        case 't':
        case 'T': {
          const jumps = name === 'b' || this.#substituted === (name === 't');
          if (name !== 'b') this.#substituted = false;
          if (!jumps) break;
          at = text === '' ? commands.length : this.#labels.get(text)!;
          const pause = this.#io.process.work(2);
          if (pause) await pause;
        }
      }
    }
    await this.#endCycle(true);
    return 'cycle';
  }

  async #endCycleAppends(): Promise<void> {
    for (const append of this.#appended.splice(0)) await append();
  }

  /** With -i, what a `q` leaves unread stays in the file. */
  async #drain(): Promise<void> {
    if (this.#inPlace === undefined) return;
    if (this.#ahead) await this.#print(this.#ahead.text, this.#ahead.ended);
    this.#ahead = undefined;
    for (;;) {
      const chunk = await this.#input!.read();
      if (chunk.length === 0) return;
      await this.#out.write(chunk);
    }
  }
}

/** As `l` shows a line: escapes for what cannot be seen, `$` at its end, folded. */
function visible(text: string, width: number): string {
  let out = '';
  let line = '';
  for (const byte of textToBytes(text)) {
    const char = String.fromCharCode(byte);
    const piece =
      C_ESCAPES[char] ?? (byte < 32 || byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : char);
    if (width > 1 && line.length + piece.length > width - 1) {
      out += `${line}\\\n`;
      line = '';
    }
    line += piece;
  }
  return `${out}${line}$`;
}
