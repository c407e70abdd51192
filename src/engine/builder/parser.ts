import { type Dockerfile, DockerfileError, type Heredoc, type Instruction, located } from './ast.ts';
import { BLANKS, isSpace, LINE_PARSERS, trimSpace } from './line-parsers.ts';
import { expandWords } from './shell-lex.ts';

/** Reads a Dockerfile. Models BuildKit frontend/dockerfile/parser. Throws `DockerfileError`. */
export function parseDockerfile(text: string): Dockerfile {
  return new Parser(text).parse();
}

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;
const DIRECTIVES = new Set(['syntax', 'escape', 'check']);
const WITH_HEREDOCS = new Set(['add', 'copy', 'run']);

class Parser {
  readonly #lines: string[];
  readonly #directives = new Set<string>();
  #mayBeDirective = true;
  #escape = '\\';
  #syntax = '';
  #check = '';
  #at = 0;
  /** Since the last instruction, or the last comment with nothing in it. */
  #comments: string[] = [];
  readonly #emptyContinuations: number[] = [];

  constructor(text: string) {
    // Each line with its end.
    this.#lines = text.replace(/^\ufeff/, '').match(/[^\n]*\n|[^\n]+$/g) ?? [];
  }

  parse(): Dockerfile {
    const instructions: Instruction[] = [];
    while (this.#at < this.#lines.length) {
      const startLine = this.#at + 1;
      const line = this.#logicalLine();
      if (line === undefined) continue;
      const instruction = located({ startLine, endLine: this.#at }, () => instructionOf(line, this.#escape));
      instruction.heredocs = this.#heredocs(instruction, line, startLine);
      Object.assign(instruction, { startLine, endLine: this.#at, comments: this.#comments });
      this.#comments = [];
      instructions.push(instruction);
    }
    const { length } = this.#lines;
    if (instructions.length === 0)
      throw new DockerfileError('file with no instructions', { startLine: length, endLine: length });
    return {
      instructions,
      syntax: this.#syntax,
      check: this.#check,
      escape: this.#escape,
      emptyContinuations: this.#emptyContinuations,
    };
  }

  /** The next line, joined with those that go on with it; undefined for a comment or nothing. */
  #logicalLine(): string | undefined {
    let [part, continued] = this.#unescaped(this.#uncommented(this.#physicalLine()));
    if (!continued && part === '') return undefined;
    let line = part;
    let isOverEmpty = false;
    while (continued && this.#at < this.#lines.length) {
      const raw = this.#physicalLine();
      // Comments and empty lines within do not end it.
      if (isComment(raw)) continue;
      if (trimSpace(raw) === '') {
        isOverEmpty = true;
        continue;
      }
      [part, continued] = this.#unescaped(raw);
      line += part;
    }
    if (isOverEmpty) this.#emptyContinuations.push(this.#at);
    return line;
  }

  #physicalLine(): string {
    return this.#lines[this.#at++]!.replace(/[\r\n]+$/, '');
  }

  #uncommented(raw: string): string {
    const line = trimLeft(raw);
    if (this.#mayBeDirective) this.#mayBeDirective = this.#directive(line);
    if (!isComment(line)) return line;
    const comment = trimSpace(raw.slice(1));
    if (comment === '') this.#comments = [];
    else if (!this.#mayBeDirective) this.#comments.push(comment);
    return '';
  }

  #directive(line: string): boolean {
    const match = DIRECTIVE.exec(line);
    const name = match?.[1]?.toLowerCase() ?? '';
    if (match === null || !DIRECTIVES.has(name)) return false;
    // Told of the line before: its own is not counted yet.
    const before = this.#at - 1;
    const location = before === 0 ? undefined : { startLine: before, endLine: before };
    if (this.#directives.has(name))
      throw new DockerfileError(`only one ${name} parser directive can be used`, location);
    this.#directives.add(name);
    const value = match[2]!;
    if (name === 'syntax') this.#syntax = value;
    if (name === 'check') this.#check = value;
    if (name !== 'escape') return true;
    if (value !== '`' && value !== '\\')
      throw new DockerfileError(`invalid escape token '${value}' does not match \` or \\`, location);
    this.#escape = value;
    return true;
  }

  /** A line without the escape at its end, and whether it had one. */
  #unescaped(line: string): [line: string, continued: boolean] {
    const end = line.replace(/[ \t]+$/, '');
    if (!end.endsWith(this.#escape) || end.endsWith(this.#escape.repeat(2))) return [line, false];
    return [end.slice(0, -1), true];
  }

  #heredocs(instruction: Instruction, line: string, startLine: number): Heredoc[] {
    const holder = instruction.trigger ?? instruction;
    if (!WITH_HEREDOCS.has(holder.command.toLowerCase()) || holder.json || !line.includes('<<')) return [];
    const found = heredocsIn(line);
    for (const heredoc of found) {
      for (;;) {
        if (this.#at >= this.#lines.length)
          throw new DockerfileError('unterminated heredoc', { startLine, endLine: this.#at });
        const raw = this.#lines[this.#at++]!;
        const bare = raw.replace(/[\r\n]+$/, '');
        if ((heredoc.chomp ? bare.replace(/^\t+/, '') : bare) === heredoc.name) break;
        heredoc.content += raw;
      }
    }
    return found;
  }
}

const trimLeft = (text: string): string => {
  let from = 0;
  while (from < text.length && isSpace(text[from]!)) from++;
  return text.slice(from);
};

const isComment = (line: string): boolean => trimLeft(line).startsWith('#');

function instructionOf(line: string, escapeChar: string): Instruction {
  const trimmed = trimSpace(line);
  const blanks = BLANKS.exec(trimmed);
  const command = blanks === null ? trimmed : trimmed.slice(0, blanks.index);
  const rest = blanks === null ? '' : trimmed.slice(blanks.index + blanks[0].length);
  const { flags, args: text } = splitFlags(rest, escapeChar);
  const made: Instruction = {
    command,
    flags,
    args: [],
    json: false,
    heredocs: [],
    comments: [],
    original: line,
    startLine: 0,
    endLine: 0,
  };
  if (command.toLowerCase() !== 'onbuild')
    return { ...made, ...LINE_PARSERS.get(command.toLowerCase())?.(trimSpace(text), escapeChar) };
  const inner = trimSpace(text);
  return inner === '' ? made : { ...made, args: [''], trigger: instructionOf(inner, escapeChar) };
}

/** `--name=value …` at the front, quotes taken off, and what is behind them. */
function splitFlags(line: string, escapeChar: string): { flags: string[]; args: string } {
  const flags: string[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isSpace(line[at]!)) at++;
    if (!line.startsWith('--', at)) return { flags, args: line.slice(at) };
    let word = '';
    let quote = '';
    let isQuoted = false;
    for (; at < line.length; at++) {
      const char = line[at]!;
      if (quote === '' && isSpace(char)) break;
      if (char === quote) quote = '';
      else if (quote === '' && (char === "'" || char === '"')) {
        quote = char;
        isQuoted = true;
      } else if (char !== escapeChar) word += char;
      else if (at + 1 < line.length) word += line[++at]!;
    }
    if (word === '--') return { flags, args: line.slice(at) };
    if (word !== '' || isQuoted) flags.push(word);
  }
}

const HEREDOC = /^(\d*)<<(-?)\s*([^<]*)$/;

function heredocsIn(line: string): Heredoc[] {
  let found: string[];
  try {
    found = expandWords(line, () => undefined, { rawQuotes: true, rawEscapes: true, skipUnset: true });
  } catch {
    return [];
  }
  return found.flatMap((word) => parseHeredoc(word) ?? []);
}

/** `<<EOF`, `3<<-"END"`: what it announces; undefined for what is no such word. */
export function parseHeredoc(word: string): Heredoc | undefined {
  const match = HEREDOC.exec(word);
  const rest = match?.[3] ?? '';
  if (match === null || rest === '') return undefined;
  const bare = expandWords(rest, () => undefined, { skipUnset: true });
  const raw = expandWords(rest, () => undefined, { rawQuotes: true, skipUnset: true });
  if (bare.length !== 1) return undefined;
  const quotes = (text: string) => text.match(/['"]/g)?.length ?? 0;
  return {
    name: bare[0]!,
    content: '',
    // Quotes around any of it say that nothing in it is to be expanded.
    expand: quotes(bare[0]!) === quotes(raw[0] ?? ''),
    chomp: match[2] === '-',
    fileDescriptor: Number(match[1]),
  };
}
