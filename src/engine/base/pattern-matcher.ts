/** `.dockerignore` and `--exclude`. Models github.com/moby/patternmatcher. */

/** A pattern that means nothing. */
export class BadPattern extends Error {
  override readonly name = 'BadPattern';
}

interface Pattern {
  /** Without the `!`. */
  text: string;
  isException: boolean;
  regex: RegExp;
}

/** Which paths a list of patterns matches: the last that matches says, and what begins with `!` takes out. */
export class PatternMatcher {
  readonly #patterns: Pattern[] = [];

  /** Throws `BadPattern`. */
  constructor(patterns: readonly string[]) {
    for (const asked of patterns) {
      const trimmed = asked.trim();
      if (trimmed === '') continue;
      const isException = trimmed.startsWith('!');
      if (isException && trimmed.length === 1) throw new BadPattern('illegal exclusion pattern: "!"');
      const text = isException ? trimmed.slice(1) : trimmed;
      this.#patterns.push({ text, isException, regex: compile(clean(text)) });
    }
  }

  get hasExceptions(): boolean {
    return this.#patterns.some(({ isException }) => isException);
  }

  /** All but the exceptions leave nothing at the root. */
  get matchesRoot(): boolean {
    return this.#patterns.some(
      ({ text, isException }) => !isException && ['*', '**', '**/*'].includes(clean(text)),
    );
  }

  /** Whether a path, or a directory that it is in, is matched. */
  matches(path: string): boolean {
    return this.matchedBy(path) !== undefined;
  }

  /** The pattern by which a path, or a directory that it is in, is matched in the end; undefined if it is not. */
  matchedBy(path: string): string | undefined {
    const parts = path.split('/');
    const prefixes = parts.map((_, i) => parts.slice(0, i + 1).join('/'));
    let by: string | undefined;
    for (const { text, isException, regex } of this.#patterns)
      if (isException === (by !== undefined) && prefixes.some((prefix) => regex.test(prefix)))
        by = isException ? undefined : text;
    return by;
  }

  /** Whether something below a directory that is matched may be taken out again. */
  mayHoldExceptions(directory: string): boolean {
    return this.#patterns.some(
      ({ text, isException }) =>
        isException && (clean(text).startsWith(`${directory}/`) || /[*?[\\]/.test(text)),
    );
  }
}

/** Go's filepath.Clean on a relative path, without a slash in front. */
function clean(pattern: string): string {
  const out: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (part !== '' && part !== '.') out.push(part);
  }
  return out.join('/') || '.';
}

const META = /[.$+(){}^|]/;

function compile(pattern: string): RegExp {
  let source = '^';
  const chars = [...pattern];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!;
    if (char === '*') {
      if (chars[i + 1] !== '*') {
        source += '[^/]*';
        continue;
      }
      i++;
      // `**/` is as good as `**`.
      if (chars[i + 1] === '/') i++;
      source += i + 1 >= chars.length ? '.*' : '(.*/)?';
    } else if (char === '?') source += '[^/]';
    else if (char === '\\') {
      const next = chars[++i];
      if (next === undefined) throw new BadPattern(`syntax error in pattern`);
      source += next.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    } else if (char === '[') {
      const [found, end] = characterClass(chars, i + 1);
      source += found;
      i = end;
    } else source += META.test(char) || char === ']' ? `\\${char}` : char;
  }
  try {
    return new RegExp(`${source}$`, 'us');
  } catch {
    throw new BadPattern('syntax error in pattern');
  }
}

/** `[a-z]`, `[^\]]` from behind the bracket on: as a regular expression, and where it ends. Models Go's filepath.Match. */
function characterClass(chars: readonly string[], from: number): [source: string, end: number] {
  let at = from;
  const one = (): string => {
    let char = chars[at++];
    if (char === undefined || char === '-' || char === ']') throw new BadPattern('syntax error in pattern');
    if (char === '\\') char = chars[at++];
    if (char === undefined) throw new BadPattern('syntax error in pattern');
    return `\\u{${char.codePointAt(0)!.toString(16)}}`;
  };
  const isNegated = chars[at] === '^';
  if (isNegated) at++;
  let source = '';
  while (chars[at] !== ']' || source === '') {
    source += one();
    if (chars[at] !== '-') continue;
    at++;
    source += `-${one()}`;
  }
  return [`[${isNegated ? '^' : ''}${source}]`, at];
}

/** The patterns of a `.dockerignore`. Models patternmatcher/ignorefile. */
export function readIgnoreFile(text: string): string[] {
  const patterns: string[] = [];
  for (const [i, line] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    const pattern = line.replace(/\r$/, '');
    if (pattern.startsWith('#')) continue;
    const trimmed = pattern.trim();
    if (trimmed === '') continue;
    const isException = trimmed.startsWith('!');
    const bare = isException ? trimmed.slice(1).trim() : trimmed;
    const cleaned = bare === '' ? '' : clean(bare).replace(/^\//, '');
    if (isException && bare === '') throw new BadPattern(`error reading .dockerignore: line ${i + 1}`);
    patterns.push(isException ? `!${cleaned}` : cleaned);
  }
  return patterns;
}
