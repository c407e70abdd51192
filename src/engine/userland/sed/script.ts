import { compileRegex, RegexError } from '../lib/regex.ts';

/** A sed script as data (POSIX sed, with GNU's additions that people use). */
export type Address =
  | { kind: 'line'; line: number }
  | { kind: 'last' }
  | { kind: 'regex'; regex: RegExp | undefined }
  | { kind: 'step'; first: number; step: number }
  | { kind: 'plus'; count: number }
  | { kind: 'multiple'; of: number };

export interface Command {
  from: Address | undefined;
  to: Address | undefined;
  negated: boolean;
  name: string;
  /** Text of a, i, c; label of b, t, T; file of r, w. */
  text: string;
  substitution?: Substitution;
  translation?: Map<string, string>;
  /** Index of the matching } or {. */
  jump?: number;
  number?: number;
  /** A range under way: where it ends, if that is a line number. */
  active?: { until: number | undefined } | undefined;
}

export interface Substitution {
  regex: RegExp | undefined;
  replacement: readonly Piece[];
  global: boolean;
  nth: number;
  print: boolean;
  execute: boolean;
  file: string | undefined;
}

export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'group'; number: number }
  | { kind: 'case'; to: 'U' | 'L' | 'u' | 'l' | 'E' };

/** What is wrong with a script, in GNU's words; `at` is the character. */
export class ScriptError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

export function parseScript(source: string, extended: boolean): Command[] {
  return new Parser(source, extended).parse();
}

class Parser {
  readonly #source: string;
  readonly #extended: boolean;
  #at = 0;

  constructor(source: string, extended: boolean) {
    this.#source = source;
    this.#extended = extended;
  }

  parse(): Command[] {
    const commands: Command[] = [];
    const open: number[] = [];
    for (;;) {
      while (/[\s;]/.test(this.#source[this.#at] ?? '')) this.#at++;
      if (this.#at >= this.#source.length) break;
      if (this.#source[this.#at] === '#') {
        this.#line();
        continue;
      }
      const command = this.#command();
      if (command.name === '{') open.push(commands.length);
      if (command.name === '}') {
        const start = open.pop();
        if (start === undefined) throw this.#error("unexpected `}'");
        if (command.from) throw this.#error("} doesn't want any addresses");
        commands[start]!.jump = commands.length;
      }
      commands.push(command);
    }
    if (open.length > 0) throw new ScriptError("unmatched `{'", 0);
    return commands;
  }

  #error(message: string): ScriptError {
    return new ScriptError(message, this.#at);
  }

  #blanks(): void {
    while (/[ \t]/.test(this.#source[this.#at] ?? '')) this.#at++;
  }

  #line(): string {
    const end = this.#source.indexOf('\n', this.#at);
    const text = this.#source.slice(this.#at, end === -1 ? undefined : end);
    this.#at = end === -1 ? this.#source.length : end + 1;
    return text;
  }

  #address(): Address | undefined {
    const rest = this.#source.slice(this.#at);
    const number = /^(\d+)(?:~(\d+))?/.exec(rest);
    if (number) {
      this.#at += number[0].length;
      return number[2] === undefined
        ? { kind: 'line', line: Number(number[1]) }
        : { kind: 'step', first: Number(number[1]), step: Number(number[2]) };
    }
    if (rest.startsWith('$')) {
      this.#at++;
      return { kind: 'last' };
    }
    if (rest.startsWith('/') || /^\\[^\n]/.test(rest)) {
      this.#at += rest.startsWith('/') ? 1 : 2;
      const delimiter = this.#source[this.#at - 1]!;
      const pattern = this.#delimited(delimiter, 'unterminated address regex', true);
      let flags = '';
      while (/[IM]/.test(this.#source[this.#at] ?? '')) flags += this.#source[this.#at++];
      return { kind: 'regex', regex: this.#regex(pattern, flags) };
    }
    return undefined;
  }

  #regex(pattern: string, flags: string): RegExp | undefined {
    // An empty expression is the last one used.
    if (pattern === '') return undefined;
    try {
      return compileRegex(pattern, {
        extended: this.#extended,
        ignoreCase: /i/i.test(flags),
        multiline: /m/i.test(flags),
        global: true,
      });
    } catch (error) {
      if (error instanceof RegexError) throw this.#error(error.message);
      throw error;
    }
  }

  /** The text up to a delimiter; in a regular expression `\n` stays and an escaped delimiter is itself. */
  #delimited(delimiter: string, fault: string, regex: boolean): string {
    let out = '';
    let inBracket = false;
    for (;;) {
      const char = this.#source[this.#at++];
      if (char === undefined || (char === '\n' && regex))
        throw new ScriptError(fault, Math.max(0, this.#at - 1));
      if (char === '\\') {
        const next = this.#source[this.#at++] ?? '';
        if (next === delimiter && !inBracket)
          out +=
            regex && /[|+?(){}.*^$[\]]/.test(next)
              ? `\\${next}`
              : regex
                ? next
                : delimiter === '&'
                  ? '\\&'
                  : next;
        else out += `\\${next}`;
        continue;
      }
      if (regex && char === '[' && !inBracket) {
        const close = /^\^?\]?[^\]]*\]/.exec(this.#source.slice(this.#at));
        if (close) inBracket = true;
      } else if (inBracket && char === ']' && !/\[\^?$/.test(out)) inBracket = false;
      if (char === delimiter && !inBracket) return out;
      out += char;
    }
  }

  #command(): Command {
    const from = this.#address();
    this.#blanks();
    let to: Address | undefined;
    if (from && this.#source[this.#at] === ',') {
      this.#at++;
      this.#blanks();
      const relative = /^([+~])(\d+)/.exec(this.#source.slice(this.#at));
      if (relative) {
        this.#at += relative[0].length;
        to =
          relative[1] === '+'
            ? { kind: 'plus', count: Number(relative[2]) }
            : { kind: 'multiple', of: Number(relative[2]) };
      } else to = this.#address();
      if (!to) throw new ScriptError("unexpected `,'", this.#at);
    }
    this.#blanks();
    let negated = false;
    while (this.#source[this.#at] === '!') {
      negated = true;
      this.#at++;
      this.#blanks();
    }
    const name = this.#source[this.#at++];
    if (name === undefined) throw new ScriptError('missing command', this.#at - 1);
    const command: Command = { from, to, negated, name, text: '' };
    switch (name) {
      case '{':
        return command;
      case '}':
      case '=':
      case 'd':
      case 'D':
      case 'g':
      case 'G':
      case 'h':
      case 'H':
      case 'n':
      case 'N':
      case 'p':
      case 'P':
      case 'x':
      case 'z':
      case 'F':
        this.#end();
        return command;
      case 'l':
      case 'q':
      case 'Q': {
        this.#blanks();
        const digits = /^\d+/.exec(this.#source.slice(this.#at));
        if (digits) {
          command.number = Number(digits[0]);
          this.#at += digits[0].length;
        }
        this.#end();
        return command;
      }
      case 'a':
      case 'i':
      case 'c':
        command.text = this.#text();
        return command;
      case ':': {
        if (from) throw this.#error(": doesn't want any addresses");
        this.#blanks();
        const label = /^[^\s;]+/.exec(this.#source.slice(this.#at));
        if (!label) throw this.#error('":" lacks a label');
        command.text = label[0];
        this.#at += label[0].length;
        return command;
      }
      case 'b':
      case 't':
      case 'T': {
        this.#blanks();
        const label = /^[^\s;}]*/.exec(this.#source.slice(this.#at))![0];
        command.text = label;
        this.#at += label.length;
        this.#end();
        return command;
      }
      case 'r':
      case 'w':
      case 'R':
      case 'W':
        this.#blanks();
        command.text = this.#line();
        if (command.text === '') throw this.#error('missing filename in r/R/w/W commands');
        return command;
      case 's':
        command.substitution = this.#substitution();
        this.#end();
        return command;
      case 'y': {
        const delimiter = this.#source[this.#at++];
        const fault = "unterminated `y' command";
        if (delimiter === undefined) throw new ScriptError(fault, this.#at - 1);
        const [a, b] = [
          this.#delimited(delimiter, fault, false),
          this.#delimited(delimiter, fault, false),
        ].map((text) => [...text.replaceAll('\\n', '\n').replaceAll('\\\\', '\\')]) as [string[], string[]];
        if (a.length !== b.length) throw this.#error("strings for `y' command are different lengths");
        command.translation = new Map(a.map((char, i) => [char, b[i]!]));
        this.#end();
        return command;
      }
      default:
        throw this.#error(`unknown command: \`${name}'`);
    }
  }

  #end(): void {
    this.#blanks();
    const next = this.#source[this.#at];
    if (next === undefined || next === '\n' || next === ';') this.#at++;
    else if (next !== '}' && next !== '#')
      throw new ScriptError('extra characters after command', this.#at + 1);
  }

  /** The text of a, i and c: after `\` and a newline, or on the same line (GNU). */
  #text(): string {
    this.#blanks();
    if (this.#at >= this.#source.length) throw this.#error("expected \\ after `a', `c' or `i'");
    if (this.#source[this.#at] === '\\') {
      this.#at++;
      this.#blanks();
      if (this.#source[this.#at] === '\n') this.#at++;
    }
    let out = '';
    while (this.#at < this.#source.length) {
      const char = this.#source[this.#at++]!;
      if (char === '\n') break;
      if (char === '\\') {
        const next = this.#source[this.#at++];
        if (next === undefined) break;
        out += next === 't' ? '\t' : next;
      } else out += char;
    }
    return `${out}\n`;
  }

  #substitution(): Substitution {
    const delimiter = this.#source[this.#at++];
    const fault = "unterminated `s' command";
    if (delimiter === undefined || delimiter === '\n' || delimiter === '\\')
      throw new ScriptError(fault, this.#at - 1);
    const pattern = this.#delimited(delimiter, fault, true);
    let replacement = '';
    for (;;) {
      const char = this.#source[this.#at++];
      if (char === undefined) throw new ScriptError(fault, this.#at - 1);
      if (char === delimiter) break;
      if (char === '\\') {
        const next = this.#source[this.#at++] ?? '';
        replacement += next === delimiter && delimiter !== '&' ? next : `\\${next}`;
      } else replacement += char;
    }
    const made: Substitution = {
      regex: undefined,
      replacement: pieces(replacement),
      global: false,
      nth: 1,
      print: false,
      execute: false,
      file: undefined,
    };
    let flags = '';
    for (;;) {
      const char = this.#source[this.#at];
      if (char === 'g') made.global = true;
      else if (char === 'p') made.print = true;
      else if (char === 'e') made.execute = true;
      else if (char === 'i' || char === 'I' || char === 'm' || char === 'M') flags += char;
      else if (char !== undefined && /\d/.test(char)) {
        const digits = /^\d+/.exec(this.#source.slice(this.#at))![0];
        if (Number(digits) === 0)
          throw new ScriptError("number option to `s' command may not be zero", this.#at + 1);
        made.nth = Number(digits);
        this.#at += digits.length;
        continue;
      } else if (char === 'w') {
        this.#at++;
        this.#blanks();
        made.file = this.#line();
        this.#at--;
        break;
      } else break;
      this.#at++;
    }
    const next = this.#source[this.#at];
    if (next !== undefined && !/[\s;}#]/.test(next))
      throw new ScriptError("unknown option to `s'", this.#at + 1);
    made.regex = this.#regex(pattern, flags);
    const most = Math.max(0, ...made.replacement.map((piece) => (piece.kind === 'group' ? piece.number : 0)));
    const groups =
      made.regex === undefined ? 9 : new RegExp(`${made.regex.source}|`, 'su').exec('')!.length - 1;
    if (most > groups) throw this.#error(`invalid reference \\${most} on \`s' command's RHS`);
    return made;
  }
}

function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let plain = '';
  const settle = () => {
    if (plain !== '') out.push({ kind: 'text', text: plain });
    plain = '';
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '&') {
      settle();
      out.push({ kind: 'group', number: 0 });
    } else if (char === '\\' && i + 1 < text.length) {
      const next = text[++i]!;
      if (/\d/.test(next)) {
        settle();
        out.push({ kind: 'group', number: Number(next) });
      } else if (/[ULulE]/.test(next)) {
        settle();
        out.push({ kind: 'case', to: next as 'U' });
      } else plain += next === 'n' ? '\n' : next === 't' ? '\t' : next;
    } else plain += char;
  }
  settle();
  return out;
}
