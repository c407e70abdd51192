import { C_ESCAPES } from '../../base/c-escapes.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { Output, readFile, type Stdio } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import type { InputFiles } from './input.ts';
import type { Address, Command } from './script.ts';
import { substitute } from './substitute.ts';

/** What a script's run knows beside its commands. */
export interface EditorOptions {
  labels: ReadonlyMap<string, number>;
  quiet: boolean;
  end: string;
  wrap: number;
}

type Next = 'cycle' | 'quit' | 'restart';

/** Runs a script on what is read. */
export class Editor {
  readonly #io: Stdio;
  readonly #commands: readonly Command[];
  readonly #labels: ReadonlyMap<string, number>;
  readonly #quiet: boolean;
  /** What ends a line in the output. */
  readonly #end: string;
  /** Where the command l breaks lines. */
  readonly #wrap: number;
  readonly #input: InputFiles;
  #pattern = '';
  #ended = true;
  #hold = '';
  #appended: (() => Promise<void>)[] = [];
  #substituted = false;
  #lastRegex: RegExp | undefined;
  #writers = new Map<string, Output>();
  #exit = 0;

  constructor(
    io: Stdio,
    input: InputFiles,
    commands: readonly Command[],
    { labels, quiet, end, wrap }: EditorOptions,
  ) {
    this.#io = io;
    this.#input = input;
    this.#commands = commands;
    this.#labels = labels;
    this.#quiet = quiet;
    this.#end = end;
    this.#wrap = wrap;
  }

  /** Gives the exit status. */
  async run(): Promise<number> {
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
    await this.#input.finishFile();
    for (const writer of this.#writers.values()) await writer.flush();
    return this.#exit || this.#input.status;
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
    const line = await this.#input.next();
    if (!line) return false;
    this.#pattern = line.text;
    this.#ended = line.ended;
    const pause = this.#io.process.work(2);
    if (pause) await pause;
    return true;
  }

  async #matches(address: Address): Promise<boolean> {
    switch (address.kind) {
      case 'line':
        return this.#input.line === address.line;
      case 'last':
        return this.#input.isLast();
      case 'regex': {
        const regex = this.#regex(address.regex);
        regex.lastIndex = 0;
        return regex.test(this.#pattern);
      }
      case 'step':
        return address.step === 0
          ? this.#input.line === address.first
          : this.#input.line >= address.first && (this.#input.line - address.first) % address.step === 0;
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
      const ends = active.until !== undefined ? this.#input.line >= active.until : await this.#matches(to);
      if (ends) command.active = undefined;
      // A range whose end lies behind is over.
      return active.until === undefined || this.#input.line <= active.until;
    }
    // `0,/re/` may end on the first line already.
    const zero = from.kind === 'line' && from.line === 0;
    if (zero ? this.#input.line !== 1 : !(await this.#matches(from))) return false;
    if (zero && (await this.#matches(to))) return true;
    const until =
      to.kind === 'line'
        ? to.line
        : to.kind === 'plus'
          ? this.#input.line + to.count
          : to.kind === 'multiple'
            ? Math.ceil(this.#input.line / Math.max(1, to.of)) * to.of
            : undefined;
    if (
      until === undefined ? !(to.kind === 'last' && (await this.#input.isLast())) : until > this.#input.line
    )
      command.active = { until };
    return true;
  }

  async #print(text: string, ended = true): Promise<void> {
    const written = this.#input.out.write(ended ? text + this.#end : text);
    if (written) await written;
  }

  async #endCycle(print: boolean): Promise<void> {
    if (print && !this.#quiet) await this.#print(this.#pattern, this.#ended);
    if (this.#appended.length > 0 && !this.#ended && !this.#quiet) await this.#input.out.write('\n');
    for (const append of this.#appended.splice(0)) await append();
    if (this.#input.isStandardInput) await this.#input.out.flush();
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
          await this.#print(String(this.#input.line));
          break;
        case 'a':
          this.#appended.push(async () => void (await this.#input.out.write(text)));
          break;
        case 'i':
          await this.#input.out.write(text);
          break;
        case 'c':
          if (!command.to || command.negated || !command.active) await this.#input.out.write(text);
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
          if (await this.#input.isLast()) {
            await this.#endCycle(true);
            return 'quit';
          }
          await this.#endCycle(true);
          await this.#next();
          break;
        case 'N': {
          const before = this.#pattern;
          if (await this.#input.isLast()) {
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
          await this.#input.drain();
          return 'quit';
        case 'r':
          this.#appended.push(async () => {
            const content = await readFile(this.#io.sys, text).catch(() => undefined);
            if (content) await this.#input.out.write(content);
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
          await this.#print(this.#input.name);
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
