import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { S_IFDIR, S_IFLNK, S_IFMT } from '../../vfs/inode.ts';

/** Shell patterns: matching text (fnmatch(3)) and finding files (glob(3)). A backslash quotes the next character. */

export interface PatternOptions {
  /** ksh's `?(…) *(…) +(…) @(…) !(…)`, as bash with extglob. */
  extended?: boolean;
  ignoreCase?: boolean;
  /** `*`, `?` and `[` do not match a slash (FNM_PATHNAME). */
  pathname?: boolean;
  /** A leading dot must be matched by a dot (FNM_PERIOD). */
  period?: boolean;
}

type Token =
  | { kind: 'char'; char: string }
  | { kind: 'any' }
  | { kind: 'star' }
  | { kind: 'set'; matches: (char: string) => boolean }
  | { kind: 'group'; operator: string; alternatives: Token[][] };

export interface Pattern {
  matches(text: string): boolean;
  /** The text itself when the pattern has no special characters. */
  readonly literal: string | undefined;
}

const cache = new Map<string, Pattern>();

/** Compiles a pattern; the last few hundred are remembered. */
export function compilePattern(pattern: string, options: PatternOptions = {}): Pattern {
  const key = `${options.extended ? 'e' : ''}${options.ignoreCase ? 'i' : ''}${options.pathname ? 'p' : ''}${options.period ? '.' : ''}:${pattern}`;
  let compiled = cache.get(key);
  if (compiled === undefined) {
    if (cache.size > 500) cache.clear();
    compiled = compile(pattern, options);
    cache.set(key, compiled);
  }
  return compiled;
}

/** Whether the text matches (fnmatch(3)). */
export const fnmatch = (pattern: string, text: string, options: PatternOptions = {}): boolean =>
  compilePattern(pattern, options).matches(text);

/** Whether a pattern has characters that can match more than themselves. */
export function hasMagic(pattern: string, extended = false): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === '\\') i++;
    else if (char === '*' || char === '?' || (char === '[' && pattern.indexOf(']', i + 2) !== -1))
      return true;
    else if (extended && pattern[i + 1] === '(' && '@+!'.includes(char)) return true;
  }
  return false;
}

/** A text as a pattern that matches only it. */
export const quotePattern = (text: string): string => text.replace(/[\\*?[\]()|!+@^&-]/g, '\\$&');

/** Removes the quoting backslashes of a pattern. */
export const unquotePattern = (pattern: string): string => pattern.replace(/\\([\s\S]?)/g, '$1');

function compile(pattern: string, options: PatternOptions): Pattern {
  const tokens = tokenize(options.ignoreCase ? pattern.toLowerCase() : pattern, options);
  const literal = tokens.every((token) => token.kind === 'char')
    ? tokens.map((token) => (token as { char: string }).char).join('')
    : undefined;
  return {
    literal,
    matches(text) {
      const subject = options.ignoreCase ? text.toLowerCase() : text;
      if (literal !== undefined) return subject === literal;
      if (options.period && subject.startsWith('.') && !(tokens[0]?.kind === 'char')) return false;
      return match(tokens, 0, subject, 0, options);
    },
  };
}

function tokenize(pattern: string, options: PatternOptions): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; ) {
    const char = pattern[i]!;
    if (options.extended && pattern[i + 1] === '(' && '?*+@!'.includes(char)) {
      const group = splitGroup(pattern, i + 2);
      if (group) {
        tokens.push({
          kind: 'group',
          operator: char,
          alternatives: group.alternatives.map((one) => tokenize(one, options)),
        });
        i = group.end;
        continue;
      }
    }
    if (char === '\\' && i + 1 < pattern.length) {
      const quoted = String.fromCodePoint(pattern.codePointAt(i + 1)!);
      tokens.push({ kind: 'char', char: quoted });
      i += 1 + quoted.length;
    } else if (char === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
      i++;
    } else if (char === '?') {
      tokens.push({ kind: 'any' });
      i++;
    } else if (char === '[') {
      const set = bracket(pattern, i);
      if (set) {
        tokens.push({ kind: 'set', matches: set.matches });
        i = set.end;
      } else {
        tokens.push({ kind: 'char', char });
        i++;
      }
    } else {
      const whole = String.fromCodePoint(pattern.codePointAt(i)!);
      tokens.push({ kind: 'char', char: whole });
      i += whole.length;
    }
  }
  return tokens;
}

function splitGroup(pattern: string, start: number): { alternatives: string[]; end: number } | undefined {
  const alternatives: string[] = [];
  let depth = 1;
  let from = start;
  for (let i = start; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === '\\') i++;
    else if (char === '[') {
      const set = bracket(pattern, i);
      if (set) i = set.end - 1;
    } else if (char === '(') depth++;
    else if (char === '|' && depth === 1) {
      alternatives.push(pattern.slice(from, i));
      from = i + 1;
    } else if (char === ')' && --depth === 0) {
      alternatives.push(pattern.slice(from, i));
      return { alternatives, end: i + 1 };
    }
  }
  return undefined;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /^\p{L}$/u,
  digit: /^[0-9]$/,
  alnum: /^[\p{L}0-9]$/u,
  upper: /^\p{Lu}$/u,
  lower: /^\p{Ll}$/u,
  space: /^[ \t\n\r\f\v]$/,
  blank: /^[ \t]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  cntrl: /^[\x00-\x1f\x7f]$/,
  print: /^[^\x00-\x1f\x7f]$/,
  graph: /^[^\x00-\x20\x7f]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};

/** A bracket expression at `start` (POSIX 2.13.1); undefined when it does not end. */
function bracket(
  pattern: string,
  start: number,
): { matches: (char: string) => boolean; end: number } | undefined {
  let i = start + 1;
  const negated = pattern[i] === '!' || pattern[i] === '^';
  if (negated) i++;
  const ranges: [string, string][] = [];
  const classes: RegExp[] = [];
  for (let first = true; ; first = false) {
    if (i >= pattern.length) return undefined;
    let char = String.fromCodePoint(pattern.codePointAt(i)!);
    if (char === ']' && !first) break;
    if (char === '[' && pattern[i + 1] === ':') {
      const close = pattern.indexOf(':]', i + 2);
      const name = close === -1 ? undefined : CLASSES[pattern.slice(i + 2, close)];
      if (name) {
        classes.push(name);
        i = close + 2;
        continue;
      }
    }
    if (char === '[' && (pattern[i + 1] === '.' || pattern[i + 1] === '=')) {
      const close = pattern.indexOf(`${pattern[i + 1]}]`, i + 2);
      if (close !== -1) {
        char = pattern.slice(i + 2, close);
        ranges.push([char, char]);
        i = close + 2;
        continue;
      }
    }
    if (char === '\\' && i + 1 < pattern.length) {
      i++;
      char = String.fromCodePoint(pattern.codePointAt(i)!);
    }
    i += char.length;
    if (pattern[i] === '-' && pattern[i + 1] !== ']' && i + 1 < pattern.length) {
      let at = i + 1;
      if (pattern[at] === '\\') at++;
      const last = String.fromCodePoint(pattern.codePointAt(at)!);
      ranges.push([char, last]);
      i = at + last.length;
    } else ranges.push([char, char]);
  }
  return {
    end: i + 1,
    matches: (char) => {
      const point = char.codePointAt(0)!;
      const inside =
        ranges.some(([low, high]) => point >= low.codePointAt(0)! && point <= high.codePointAt(0)!) ||
        classes.some((one) => one.test(char));
      return inside !== negated;
    },
  };
}

/** Backtracks to the last star only, so that matching is at worst quadratic; groups recurse. */
function match(
  tokens: readonly Token[],
  from: number,
  text: string,
  start: number,
  options: PatternOptions,
): boolean {
  let i = from;
  let at = start;
  let starToken = -1;
  let starAt = 0;
  for (;;) {
    const token = tokens[i];
    if (token === undefined) {
      if (at === text.length) return true;
    } else if (token.kind === 'star') {
      if (i + 1 === tokens.length && !options.pathname) return true;
      starToken = i++;
      starAt = at;
      continue;
    } else if (token.kind === 'group') {
      if (matchGroup(token, tokens, i, text, at, options)) return true;
    } else if (at < text.length) {
      const char = String.fromCodePoint(text.codePointAt(at)!);
      const ok =
        token.kind === 'char'
          ? token.char === char
          : options.pathname && char === '/'
            ? false
            : token.kind === 'any' || token.matches(char);
      if (ok) {
        i++;
        at += char.length;
        continue;
      }
    }
    if (starToken === -1 || starAt >= text.length) return false;
    if (options.pathname && text[starAt] === '/') return false;
    starAt += text.codePointAt(starAt)! > 0xffff ? 2 : 1;
    at = starAt;
    i = starToken + 1;
  }
}

function matchGroup(
  group: Token & { kind: 'group' },
  tokens: readonly Token[],
  index: number,
  text: string,
  at: number,
  options: PatternOptions,
): boolean {
  const rest = (position: number) => match(tokens, index + 1, text, position, options);
  const one = (position: number, end: number) =>
    group.alternatives.some((alternative) => match(alternative, 0, text.slice(position, end), 0, options));
  const { operator } = group;
  if (operator === '!') {
    for (let end = at; end <= text.length; end++) if (!one(at, end) && rest(end)) return true;
    return false;
  }
  if ((operator === '?' || operator === '*') && rest(at)) return true;
  const repeats = operator === '*' || operator === '+';
  const seen = new Set<number>();
  const step = (position: number): boolean => {
    for (let end = position; end <= text.length; end++) {
      if (!one(position, end)) continue;
      if (rest(end)) return true;
      if (repeats && end > position && !seen.has(end)) {
        seen.add(end);
        if (step(end)) return true;
      }
    }
    return false;
  };
  return step(at);
}

export interface GlobOptions {
  extended?: boolean;
  /** Names with a leading dot match too (bash's dotglob). */
  dots?: boolean;
  ignoreCase?: boolean;
  /** `**` stands for any number of directories (bash's globstar). */
  globstar?: boolean;
  /** `.*` matches neither `.` nor `..` (bash's globskipdots). */
  skipDots?: boolean;
}

/** The existing paths that a pattern matches, sorted; empty if there are none (glob(3)). */
export async function glob(sys: Syscalls, pattern: string, options: GlobOptions = {}): Promise<string[]> {
  // Runs of slashes are kept as they were written, as glob(3) does.
  const pieces = [...pattern.matchAll(/(\/*)((?:\\\/?|[^/\\])*)/g)].filter((piece) => piece[0] !== '');
  let found = [''];
  for (const [index, piece] of pieces.entries()) {
    const [, slashes, name] = piece;
    const more = index < pieces.length - 1;
    const next: string[] = [];
    for (const base of found) {
      // Where `**` at the beginning stands for no directory, its slash is none.
      const none = base === '' && index > 0;
      const prefix = none ? '' : base + slashes!;
      if (options.globstar && name === '**') {
        if (more || prefix !== '') next.push(more ? base : prefix);
        for await (const path of treeBelow(sys, prefix, options))
          if (!more || path.directory) next.push(path.name);
      } else if (name === '' && none) {
        // `**/` are directories, and this is none.
      } else if (name === '') {
        if (await isDirectory(sys, prefix)) next.push(prefix);
      } else if (hasMagic(name!, options.extended))
        next.push(...(await matchesIn(sys, prefix, name!, more, options)));
      else {
        const path = prefix + unquotePattern(name!);
        if (more || (await exists(sys, path))) next.push(path);
      }
    }
    found = next;
    if (found.length === 0) return [];
  }
  return found.sort(byCodePoint);
}

/** All that lies below a directory, without following links. */
async function* treeBelow(
  sys: Syscalls,
  prefix: string,
  options: GlobOptions,
): AsyncGenerator<{ name: string; directory: boolean }> {
  for (const name of await matchesIn(sys, prefix, '*', false, options)) {
    const directory = ((await sys.lstat(name)).mode & S_IFMT) === S_IFDIR;
    yield { name, directory };
    if (directory) yield* treeBelow(sys, `${name}/`, options);
  }
}

async function matchesIn(
  sys: Syscalls,
  prefix: string,
  name: string,
  needDirectory: boolean,
  options: GlobOptions,
): Promise<string[]> {
  const pattern = compilePattern(name, {
    extended: options.extended,
    ignoreCase: options.ignoreCase,
    period: !options.dots,
  });
  try {
    const fd = await sys.open(prefix === '' ? '.' : prefix, 0o200000);
    const entries = await sys.getdents(fd);
    await sys.close(fd);
    const paths: string[] = [];
    for (const entry of entries) {
      const dots = entry.name === '.' || entry.name === '..';
      if (dots && (options.skipDots || !name.startsWith('.'))) continue;
      if (!pattern.matches(entry.name)) continue;
      if (needDirectory) {
        const type = entry.type & S_IFMT;
        if (type !== S_IFDIR && (type !== S_IFLNK || !(await isDirectory(sys, prefix + entry.name))))
          continue;
      }
      paths.push(prefix + entry.name);
    }
    return paths;
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
}

async function isDirectory(sys: Syscalls, path: string): Promise<boolean> {
  try {
    return ((await sys.stat(path)).mode & S_IFMT) === S_IFDIR;
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

async function exists(sys: Syscalls, path: string): Promise<boolean> {
  try {
    await sys.lstat(path);
    return true;
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

/** Order of the C locale. */
export const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
