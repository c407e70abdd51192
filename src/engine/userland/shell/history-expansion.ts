/**
 * History expansion (bash, HISTORY EXPANSION): `!!`, `!n`, `!-n`, `!text`, `!?text?`, `!#`, words of them (`:0`, `:^`, `:$`, `:*`, `:2-4`)
 * and modifiers (`:s/old/new/`, `:h`, `:t`, `:r`, `:e`, `:p`, `:q`, `:x`, `:&`), and `^old^new`.
 */
export type HistoryExpansion =
  /** `printed`: it is only to be shown (`:p`). */
  { text: string; changed: boolean; printed: boolean } | { missing: string; reason: string };

/** What cannot be expanded, and why. */
class Missing extends Error {
  readonly missing: string;

  constructor(missing: string, reason: string) {
    super(reason);
    this.missing = missing;
  }
}

/** What lasts from line to line: the last substitution, for `:&`. */
export interface HistoryMemory {
  substitution?: readonly [old: string, fresh: string];
}

export function expandHistory(
  line: string,
  history: readonly string[],
  memory: HistoryMemory,
): HistoryExpansion {
  if (!line.includes('!') && !line.startsWith('^')) return { text: line, changed: false, printed: false };
  try {
    return new Expansion(line, history, memory).run();
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    return { missing: error.missing, reason: error.message };
  }
}

const EVENT = /!(!|#|-?\d+|\?[^?\n]+\??|(?=[$*^:])|[^\s!$*^%:;&|<>()"'=-][^\s:;&|<>()"']*)/y;
const WORDS = /:(?:(\d+|\^)?-(\d+|\$)?|(\d+|[\^$%])(\*)?|(\*))|([$*^%])/y;

class Expansion {
  readonly #line: string;
  readonly #history: readonly string[];
  readonly #memory: HistoryMemory;
  #at = 0;
  #out = '';
  #printed = false;

  constructor(line: string, history: readonly string[], memory: HistoryMemory) {
    this.#line = line;
    this.#history = history;
    this.#memory = memory;
  }

  run(): HistoryExpansion {
    const quick = /^\^([^^]+)\^([^^]*)(?:\^(.*))?$/s.exec(this.#line);
    if (quick) {
      const last = this.#history.at(-1) ?? '';
      if (!last.includes(quick[1]!)) throw new Missing(`:s${this.#line}`, 'substitution failed');
      this.#memory.substitution = [quick[1]!, quick[2]!];
      const text = last.replace(quick[1]!, () => quick[2]!) + (quick[3] ?? '');
      return { text, changed: true, printed: false };
    }
    let changed = false;
    let quoted = false;
    const line = this.#line;
    while (this.#at < line.length) {
      const char = line[this.#at]!;
      if (char === '\\') {
        this.#out += line.slice(this.#at, this.#at + 2);
        this.#at += 2;
      } else if (char === "'" && !quoted) {
        const close = line.indexOf("'", this.#at + 1);
        const end = close === -1 ? line.length : close + 1;
        this.#out += line.slice(this.#at, end);
        this.#at = end;
      } else if (char === '!' && this.#begins(quoted)) {
        this.#event();
        changed = true;
      } else {
        if (char === '"') quoted = !quoted;
        this.#out += char;
        this.#at++;
      }
    }
    return { text: this.#out, changed, printed: this.#printed };
  }

  /** Not before a blank, `=` or `(`, nor in `$!` and `${!…}`. */
  #begins(quoted: boolean): boolean {
    const next = this.#line[this.#at + 1];
    if (next === undefined || /[\s=(]/.test(next) || (quoted && next === '"')) return false;
    return !this.#out.endsWith('$') && !this.#out.endsWith('${') && !this.#out.endsWith('[');
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#line) ?? undefined;
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  #event(): void {
    const start = this.#at;
    const found = this.#match(EVENT);
    if (found === undefined) {
      this.#out += this.#line[this.#at++]!;
      return;
    }
    const designator = found[1]!;
    const text = this.#find(designator);
    if (text === undefined) throw new Missing(this.#line.slice(start, this.#at), 'event not found');
    this.#out += this.#modified(this.#words(text, start), start);
  }

  #find(designator: string): string | undefined {
    const history = this.#history;
    if (designator === '#') return this.#out;
    if (designator === '!' || designator === '') return history.at(-1);
    if (/^\d+$/.test(designator)) return history[Number(designator) - 1];
    if (/^-\d+$/.test(designator)) return history.at(Number(designator));
    if (designator.startsWith('?')) {
      const text = designator.replace(/^\?|\?$/g, '');
      return history.findLast((line) => line.includes(text));
    }
    return history.findLast((line) => line.startsWith(designator));
  }

  #words(text: string, start: number): string {
    const found = this.#match(WORDS);
    if (found === undefined) return text;
    const words = wordsOf(text);
    const last = words.length - 1;
    const [, from, to, one, star, all, short] = found;
    const place = (spec: string): number => (spec === '^' ? 1 : spec === '$' ? last : Number(spec));
    const cut = (first: number, end: number): string => {
      if (first > words.length || end > last || first < 0)
        throw new Missing(this.#line.slice(start, this.#at), 'bad word specifier');
      return words.slice(first, end + 1).join(' ');
    };
    if (all !== undefined || short === '*') return words.slice(1).join(' ');
    if (short !== undefined) return cut(place(short), place(short));
    if (one !== undefined) return star ? words.slice(place(one)).join(' ') : cut(place(one), place(one));
    // `:2-` leaves the last word out.
    return cut(from === undefined ? 0 : place(from), to === undefined ? last - 1 : place(to));
  }

  #modified(given: string, start: number): string {
    let text = given;
    for (;;) {
      const found = this.#match(/:(?:([htreqxp])|(g|a)?(&|s(.)))/y);
      if (found === undefined) {
        if (this.#match(/:(?=\S)/y)) {
          const rest = this.#line.slice(this.#at, this.#at + 1);
          throw new Missing(rest, 'unrecognized history modifier');
        }
        return text;
      }
      const [, letter, globally, substitutes, delimiter] = found;
      if (letter !== undefined) text = this.#letter(text, letter);
      else {
        const pair = substitutes === '&' ? this.#memory.substitution : this.#substitution(delimiter!);
        if (pair === undefined || !text.includes(pair[0]))
          throw new Missing(this.#line.slice(start, this.#at).replace(/^![^:]*/, ''), 'substitution failed');
        this.#memory.substitution = pair;
        const [old, fresh] = pair;
        const insert = () => fresh.replaceAll(/\\&|&/g, (mark) => (mark === '&' ? old : '&'));
        text = globally ? text.replaceAll(old, insert) : text.replace(old, insert);
      }
    }
  }

  #letter(text: string, letter: string): string {
    const slash = text.lastIndexOf('/');
    switch (letter) {
      case 'h':
        return slash === -1 ? text : text.slice(0, slash);
      case 't':
        return text.slice(slash + 1);
      case 'r':
        return text.replace(/\.[^./]*$/, '');
      case 'e':
        return /\.[^./]*$/.exec(text)?.[0] ?? '';
      case 'p':
        this.#printed = true;
        return text;
      case 'q':
        return `'${text.replaceAll("'", "'\\''")}'`;
      default:
        return text
          .split(/\s+/)
          .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
          .join(' ');
    }
  }

  /** `OLD/NEW/` after `s/`; an empty OLD is the last one. */
  #substitution(delimiter: string): readonly [string, string] {
    const part = (): string => {
      let out = '';
      while (this.#at < this.#line.length && this.#line[this.#at] !== delimiter) {
        if (this.#line[this.#at] === '\\' && this.#line[this.#at + 1] === delimiter) this.#at++;
        out += this.#line[this.#at++]!;
      }
      this.#at++;
      return out;
    };
    const old = part();
    return [old === '' ? (this.#memory.substitution?.[0] ?? '') : old, part()];
  }
}

/** The words of a command as history expansion counts them: operators are words too. */
function wordsOf(text: string): string[] {
  return (
    text.match(/(?:[^\s"'\\;&|<>()]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+|&&|\|\||;;|<<<?|>>|[;&|<>()]/gs) ?? []
  );
}
