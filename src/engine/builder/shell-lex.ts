import { quote } from '../base/go-quote.ts';
import { DockerfileError } from './ast.ts';
import { patternToRegex } from './shell-pattern.ts';

/** What `$NAME` stands for; undefined where it is not set. */
export type Lookup = (name: string) => string | undefined;

export interface LexOptions {
  /** What takes away the meaning of the character behind it: `\`, or the Dockerfile's own. */
  escape?: string;
  /** Quotes stay in the result. */
  rawQuotes?: boolean;
  /** Escapes stay in the result. */
  rawEscapes?: boolean;
  /** Variables that are not set stay as they stand. */
  skipUnset?: boolean;
  /** Quotes are signs like all others. */
  asText?: boolean;
}

/** The text with its variables put in and its quotes taken out. Models BuildKit frontend/dockerfile/shell, ProcessWord. */
export const expandWord = (text: string, lookup: Lookup, options: LexOptions = {}): string =>
  new Lexer(text, lookup, options).process().result;

/** The same, split into words at blanks that are not quoted; those in a variable's value split, too. Models ProcessWords. */
export const expandWords = (text: string, lookup: Lookup, options: LexOptions = {}): string[] =>
  new Lexer(text, lookup, options).process().words;

interface Processed {
  result: string;
  words: string[];
}

class Lexer {
  readonly #text: string;
  readonly #source: readonly string[];
  readonly #lookup: Lookup;
  readonly #options: LexOptions;
  readonly #escape: string;
  #rawEscapes: boolean;
  #at = 0;

  constructor(text: string, lookup: Lookup, options: LexOptions) {
    this.#text = text;
    this.#source = [...text];
    this.#lookup = lookup;
    this.#options = options;
    this.#escape = options.escape ?? '\\';
    this.#rawEscapes = options.rawEscapes ?? false;
  }

  process(): Processed {
    try {
      return this.#until(undefined, this.#rawEscapes);
    } catch (error) {
      if (!(error instanceof DockerfileError)) throw error;
      throw new DockerfileError(`failed to process ${quote(this.#text)}: ${error.message}`);
    }
  }

  get #next(): string | undefined {
    return this.#source[this.#at];
  }

  #take(): string | undefined {
    return this.#source[this.#at++];
  }

  /** Up to and with `stop`, or to the end. */
  #until(stop: string | undefined, rawEscapes: boolean): Processed {
    const before = this.#rawEscapes;
    this.#rawEscapes = rawEscapes;
    try {
      let result = '';
      const words = new Words();
      for (let char = this.#next; char !== undefined; char = this.#next) {
        if (char === stop) {
          this.#at++;
          return { result, words: words.all() };
        }
        if (char === '$') {
          const value = this.#dollar();
          result += value;
          words.addText(value);
        } else if (char === '<' || (!this.#options.asText && (char === "'" || char === '"'))) {
          const value = char === '<' ? this.#heredoc() : char === "'" ? this.#single() : this.#double();
          result += value;
          words.addRaw(value);
        } else {
          this.#at++;
          if (char !== this.#escape) {
            words.add(char);
            result += char;
            continue;
          }
          if (this.#rawEscapes) {
            words.addRaw(char);
            result += char;
          }
          const escaped = this.#take();
          if (escaped === undefined) break;
          words.addRaw(escaped);
          result += escaped;
        }
      }
      if (stop !== undefined)
        throw new DockerfileError(`unexpected end of statement while looking for matching ${stop}`);
      return { result, words: words.all() };
    } finally {
      this.#rawEscapes = before;
    }
  }

  #single(): string {
    const quote = this.#options.rawQuotes ? "'" : '';
    this.#at++;
    let out = quote;
    for (let char = this.#take(); char !== "'"; char = this.#take()) {
      if (char === undefined)
        throw new DockerfileError('unexpected end of statement while looking for matching single-quote');
      out += char;
    }
    return out + quote;
  }

  #double(): string {
    const quote = this.#options.rawQuotes ? '"' : '';
    this.#at++;
    let out = quote;
    for (let char = this.#next; ; char = this.#next) {
      if (char === undefined)
        throw new DockerfileError('unexpected end of statement while looking for matching double-quote');
      if (char === '$') {
        out += this.#dollar();
        continue;
      }
      this.#at++;
      if (char === '"') return out + quote;
      if (char !== this.#escape) {
        out += char;
        continue;
      }
      if (this.#rawEscapes) out += char;
      // Behind all others the escape stands for itself.
      const behind = this.#next;
      if (behind === undefined) continue;
      out += behind === '"' || behind === '$' || behind === this.#escape ? this.#take()! : char;
    }
  }

  /** `<<`, with the blanks between it and the word behind it. */
  #heredoc(): string {
    this.#at++;
    if (this.#next !== '<') return '<';
    this.#at++;
    let out = '<<';
    while (this.#next !== undefined && '\t\r '.includes(this.#next)) out += this.#take();
    return out;
  }

  #dollar(): string {
    this.#at++;
    if (this.#next !== '{') {
      const name = this.#name();
      if (name === '') return '$';
      return this.#lookup(name) ?? (this.#options.skipUnset ? `$${name}` : '');
    }
    this.#at++;
    const first = this.#next;
    if (first === undefined) throw new DockerfileError("syntax error: missing '}'");
    if (first === '{' || first === '}' || first === ':')
      throw new DockerfileError('syntax error: bad substitution');
    return this.#braces(this.#name());
  }

  /** What stands behind `${NAME`. */
  #braces(name: string): string {
    const operator = this.#take() ?? NO_CHARACTER;
    if (operator === '}') return this.#lookup(name) ?? (this.#options.skipUnset ? `\${${name}}` : '');
    if (operator === '/') return this.#replace(name);
    const nullIsUnset = operator === ':';
    const kind = nullIsUnset ? (this.#take() ?? NO_CHARACTER) : operator;
    const modifier = nullIsUnset ? operator + kind : operator;
    if (!nullIsUnset && !'+-?#%'.includes(operator)) throw unsupported(modifier);
    const trims = kind === '#' || kind === '%';
    if (nullIsUnset && trims) throw unsupported(modifier);
    const word = this.#word('}', trims, "syntax error: missing '}'");
    // Not before: what cannot be read has asked for no variable.
    const value = this.#lookup(name);
    if (value === undefined && this.#options.skipUnset) return `\${${name}${modifier}${word}}`;
    const isSet = value !== undefined && !(nullIsUnset && value === '');
    switch (kind) {
      case '-':
        return isSet ? value : word;
      case '+':
        return isSet ? word : '';
      case '?':
        if (value === undefined)
          throw new DockerfileError(`${name}: ${word || 'is not allowed to be unset'}`);
        if (!isSet) throw new DockerfileError(`${name}: ${word || 'is not allowed to be empty'}`);
        return value;
      case '#':
      case '%':
        return trim(value ?? '', word, kind);
      default:
        throw unsupported(modifier);
    }
  }

  #replace(name: string): string {
    const all = this.#next === '/';
    if (all) this.#at++;
    const pattern = this.#word('/', true, "syntax error: missing '/' in ${}");
    const replacement = this.#word('}', true, "syntax error: missing '}'");
    const value = this.#lookup(name);
    if (value === undefined && this.#options.skipUnset) return `\${${name}/${pattern}/${replacement}}`;
    const found = compile(pattern, (text) => patternToRegex(text, { greedy: true }));
    return (value ?? '').replace(new RegExp(found, all ? 'gu' : 'u'), () => replacement);
  }

  #word(stop: string, rawEscapes: boolean, missing: string): string {
    try {
      return this.#until(stop, rawEscapes).result;
    } catch (error) {
      if (error instanceof DockerfileError && this.#next === undefined) throw new DockerfileError(missing);
      throw error;
    }
  }

  /** Letters, digits and `_`; all digits, or one of the shell's own, where it begins with such. */
  #name(): string {
    const first = this.#next ?? '';
    if (/^\p{Nd}$/u.test(first)) return this.#while(/^\p{Nd}$/u);
    if ('@*#?-$!0'.includes(first) && first !== '') return this.#take()!;
    return this.#while(/^[\p{L}\p{Nd}_]$/u);
  }

  #while(kind: RegExp): string {
    let out = '';
    while (this.#next !== undefined && kind.test(this.#next)) out += this.#take();
    return out;
  }
}

/** What Go makes of the end of the text where it wants a character. */
const NO_CHARACTER = '\ufffd';

const unsupported = (modifier: string): DockerfileError =>
  new DockerfileError(`unsupported modifier (${modifier}) in substitution`);

/** `${NAME#PATTERN}` and its kin: a doubled sign takes away the longest that fits. */
function trim(value: string, word: string, kind: '#' | '%'): string {
  const greedy = word.startsWith(kind);
  const pattern = greedy ? word.slice(1) : word;
  const end = kind === '%';
  const found = compile(pattern, (text) => patternToRegex(text, { greedy, anchor: end ? 'end' : 'start' }));
  if (!end) return value.replace(new RegExp(found, 'u'), '');
  // The shortest at the end is the one that begins last.
  const chars = [...value];
  const starts = [...chars.keys(), chars.length];
  for (const start of greedy ? starts : starts.reverse())
    if (new RegExp(`^(?:${found})`, 'u').test(chars.slice(start).join('')))
      return chars.slice(0, start).join('');
  return value;
}

function compile(pattern: string, build: (pattern: string) => string): string {
  try {
    return build(pattern);
  } catch (error) {
    throw new DockerfileError(`invalid pattern (${pattern}) in substitution: ${(error as Error).message}`);
  }
}

/** Words as they come together, split at blanks. */
class Words {
  readonly #words: string[] = [];
  #word = '';

  add(char: string): void {
    if (!/^\s$/u.test(char)) this.#word += char;
    else this.#finish();
  }

  addText(text: string): void {
    for (const char of text) this.add(char);
  }

  /** Blanks in it split nothing. */
  addRaw(text: string): void {
    this.#word += text;
  }

  all(): string[] {
    this.#finish();
    return this.#words;
  }

  #finish(): void {
    if (this.#word !== '') this.#words.push(this.#word);
    this.#word = '';
  }
}
