import { isArray, JqError, kindOf, object, type Value } from '../value.ts';
import { shown } from '../write.ts';

/**
 * Matching with regular expressions, in the syntax of Oniguruma as Perl has it. Simplified: the expression is run by the
 * host's own matcher, which knows all but possessive quantifiers, recursion and POSIX brackets beyond ASCII.
 */
export interface Match {
  start: number;
  text: string;
  groups: { start: number; text: string | undefined; name: string | undefined }[];
}

/** What `match`, `test` and the others take as pattern: a text, or an array of text and flags. */
export function patternOf(pattern: Value, flags: Value): { source: string; flags: Value } {
  if (typeof pattern === 'string') return { source: pattern, flags };
  if (isArray(pattern)) {
    const [source, own = flags] = pattern;
    if (typeof source === 'string') return { source, flags: own };
    throw new JqError(
      `${kindOf(source ?? null)} (${shown(source ?? null)}) cannot be matched, as it is not a string`,
    );
  }
  throw new JqError(`${kindOf(pattern)} not a string or array`);
}

/** Every match in a text, or the first. */
export function matches(input: Value, source: string, flags: Value, all = false): Match[] {
  if (typeof input !== 'string')
    throw new JqError(`${kindOf(input)} (${shown(input)}) cannot be matched, as it is not a string`);
  if (flags !== null && typeof flags !== 'string')
    throw new JqError(`${kindOf(flags)} (${shown(flags)}) is not a string`);
  const letters = flags ?? '';
  for (const letter of letters)
    if (!'gimnpslx'.includes(letter)) throw new JqError(`${letters} is not a valid modifier string`);
  const global = all || letters.includes('g');
  const regex = compile(source, letters);
  const found: Match[] = [];
  for (const match of input.matchAll(regex)) {
    const [text] = match;
    // The end of the text is not looked at in search of nothing, unless there is nothing else.
    if (text === '' && match.index === input.length && (found.length > 0 || input.length > 0)) break;
    if (!(text === '' && letters.includes('n'))) found.push(matchOf(match, source));
    if (!global && found.length > 0) break;
  }
  return found;
}

function matchOf(match: RegExpMatchArray, source: string): Match {
  const text = match[0];
  const names = groupNames(source);
  const indices = (match as RegExpMatchArray & { indices?: ([number, number] | undefined)[] }).indices;
  return {
    start: match.index!,
    text,
    groups: match.slice(1).map((group, i) => ({
      start: indices?.[i + 1]?.[0] ?? -1,
      text: group as string | undefined,
      name: names[i],
    })),
  };
}

/** The names of the groups of an expression, in order; undefined for one without. */
function groupNames(source: string): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  for (const [, name, plain] of source.matchAll(/\\.|\[(?:\\.|[^\]])*\]|\(\?<([A-Za-z_]\w*)>|(\()(?!\?)/gs))
    if (name !== undefined || plain !== undefined) names.push(name);
  return names;
}

/** A match as `match` gives it: offsets and lengths in characters. */
export function matchValue(input: string, { start, text, groups }: Match): Value {
  const offset = (at: number) => [...input.slice(0, at)].length;
  const captures = groups.map((group) =>
    object([
      ['offset', group.text === undefined ? -1 : offset(group.start)],
      ...(group.text === undefined
        ? ([
            ['string', null],
            ['length', 0],
          ] as const)
        : ([
            ['length', [...group.text].length],
            ['string', group.text],
          ] as const)),
      ['name', group.name ?? null],
    ]),
  );
  return object([
    ['offset', offset(start)],
    ['length', [...text].length],
    ['string', text],
    ['captures', text === '' ? [] : captures],
  ]);
}

/** The named groups of a match. */
export const captured = ({ groups }: Match): Value =>
  object(groups.flatMap(({ name, text }) => (name === undefined ? [] : [[name, text ?? null] as const])));

const compiled = new Map<string, RegExp>();

function compile(source: string, letters: string): RegExp {
  const flags = `dgu${letters.includes('i') ? 'i' : ''}${/p/.test(letters) ? 's' : ''}`;
  const key = `${flags}${letters.includes('x') ? 'x' : ''}/${source}`;
  const known = compiled.get(key);
  if (known) return known;
  requireWhole(source);
  let regex: RegExp;
  try {
    regex = new RegExp(translated(source, letters.includes('x')), flags);
  } catch {
    throw new JqError('Regex failure: undefined group option');
  }
  compiled.set(key, regex);
  return regex;
}

const failure = (text: string): JqError => new JqError(`Regex failure: ${text}`);

/** The mistakes that Oniguruma names. */
function requireWhole(source: string): void {
  let depth = 0;
  let inClass = false;
  let atom = false;
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!;
    if (char === '\\') {
      if (++i >= source.length) throw failure('end pattern at escape');
      const property = /^[pP]\{(\^?\w*)\}/.exec(source.slice(i));
      if (property && !isProperty(property[1]!))
        throw failure(`invalid character property name {${property[1]}}`);
      atom = true;
    } else if (inClass) {
      if (char === ']') inClass = false;
    } else if (char === '[') {
      inClass = true;
      atom = true;
      if (source[i + 1] === '^') i++;
      if (source[i + 1] === ']') i++;
    } else if (char === '(') {
      depth++;
      atom = false;
      if (source[i + 1] === '?') {
        const name = /^\?<(\w*)(>?)/.exec(source.slice(i + 1));
        if (name?.[2] === '') throw failure(`invalid group name <${name[1]}>`);
        i += /^\?(<?[=!:>]|<\w+>|[imsx-]*[:)]?)/.exec(source.slice(i + 1))?.[0].length ?? 0;
      }
    } else if (char === ')') {
      if (--depth < 0) throw failure('unmatched close parenthesis');
      atom = true;
    } else if ('*+?'.includes(char)) {
      if (!atom) throw failure('target of repeat operator is not specified');
    } else if (char === '{') {
      const range = /^\{(\d+),(\d+)\}/.exec(source.slice(i));
      if (range && Number(range[1]) > Number(range[2]))
        throw failure('upper is smaller than lower in repeat range');
    } else atom = char !== '|';
  }
  if (inClass) throw failure('premature end of char-class');
  if (depth > 0) throw failure('end pattern with unmatched parenthesis');
}

function isProperty(name: string): boolean {
  try {
    new RegExp(`\\p{${name.replace(/^\^/, '')}}`, 'u');
    return true;
  } catch {
    return name.replace(/^\^/, '').toLowerCase() in POSIX;
  }
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\s',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

/** The same expression in the host's syntax. */
function translated(source: string, extended: boolean): string {
  let out = '';
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!;
    const rest = source.slice(i);
    if (char === '\\') {
      const next = source[++i]!;
      if (next === 'h') out += inClass ? '0-9a-fA-F' : '[0-9a-fA-F]';
      else if (next === 'H') out += '[^0-9a-fA-F]';
      else if (next === 'A') out += '^';
      else if (next === 'z') out += '(?![^])';
      else if (next === 'Z') out += '(?=\\n?(?![^]))';
      else if (next === 'p' || next === 'P') out += property(rest);
      else if (/[\^$\\.*+?()[\]{}|/]/.test(next) || /[dDwWsSbBtnrfvxu0-9kc]/.test(next)) out += `\\${next}`;
      else if (next === '-' && inClass) out += '\\-';
      else if (next === 'e') out += '\\x1b';
      else if (next === 'a') out += '\\x07';
      else out += next;
      if ((next === 'p' || next === 'P') && rest[2] === '{') i += rest.indexOf('}') - 1;
    } else if (inClass) {
      const named = /^\[:(\^?)(\w+):\]/.exec(rest);
      if (named?.[2] && named[2] in POSIX) {
        out += POSIX[named[2]];
        i += named[0].length - 1;
      } else if (char === ']') {
        inClass = false;
        out += char;
      } else out += char === '[' ? '\\[' : char;
    } else if (char === '[') {
      inClass = true;
      out += char;
      if (source[i + 1] === '^') out += source[++i];
      if (source[i + 1] === ']') {
        out += '\\]';
        i++;
      }
    } else if (char === '$') out += '(?=\\n?(?![^]))';
    else if (extended && /\s/.test(char)) continue;
    else if (extended && char === '#') i += /^[^\n]*/.exec(rest)![0].length - 1;
    else if (char === '{' && !/^\{\d*,?\d*\}/.test(rest)) out += '\\{';
    else if (char === '}' && !/\{\d*,?\d*$/.test(source.slice(0, i))) out += '\\}';
    else if (char === ']') out += '\\]';
    else if (char === '(' && /^\(\?[imsx]+\)/.test(rest)) {
      // Options for the rest of the expression; the host has them only for a group.
      const options = /^\(\?([imsx]+)\)/.exec(rest)!;
      return `${out}(?${options[1]!.replace(/[^is]/g, '')}:${translated(source.slice(i + options[0].length), extended)})`;
    } else out += char;
  }
  return out;
}

function property(rest: string): string {
  const named = /^\\([pP])\{(\^?)(\w+)\}/.exec(rest);
  if (!named) return rest.slice(1, 2);
  const [, letter, negated, name] = named;
  const positive = (letter === 'p') !== (negated === '^');
  const posix = POSIX[name!.toLowerCase()];
  if (posix) return `[${positive ? '' : '^'}${posix}]`;
  return `\\${positive ? 'p' : 'P'}{${name}}`;
}
