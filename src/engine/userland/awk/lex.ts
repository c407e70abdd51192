import { byteText } from '../lib/escapes.ts';
import { AwkSyntaxError } from './syntax.ts';

export interface Token {
  /** `name`, `call` (a name with a parenthesis right behind it), `number`, `string`, `regex`, `newline`, `end`, or the text itself. */
  kind: string;
  text: string;
  line: number;
}

const KEYWORDS = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'in',
  'getline',
  'print',
  'printf',
]);

export const BUILTINS = new Set([
  'length',
  'substr',
  'index',
  'split',
  'sub',
  'gsub',
  'match',
  'sprintf',
  'sin',
  'cos',
  'atan2',
  'exp',
  'log',
  'sqrt',
  'int',
  'rand',
  'srand',
  'tolower',
  'toupper',
  'system',
  'close',
  'fflush',
  'systime',
  'strftime',
  'gensub',
  'and',
  'or',
  'xor',
  'lshift',
  'rshift',
]);

const OPERATORS = [
  '**=',
  '&&',
  '||',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '**',
  '==',
  '<=',
  '>=',
  '!=',
  '>>',
  '!~',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '!',
  '>',
  '<',
  '|',
  '?',
  ':',
  '~',
  '$',
  '=',
];

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const push = (kind: string, text: string) => tokens.push({ kind, text, line });
  while (at < source.length) {
    const char = source[at]!;
    if (char === '\\' && /^\\\r?\n/.test(source.slice(at, at + 3))) {
      at = source.indexOf('\n', at) + 1;
      line++;
      continue;
    }
    if (char === '\n') {
      push('newline', '\n');
      line++;
      at++;
      continue;
    }
    if (/[ \t\r]/.test(char)) {
      at++;
      continue;
    }
    if (char === '#') {
      const end = source.indexOf('\n', at);
      at = end === -1 ? source.length : end;
      continue;
    }
    if (char === '"') {
      const end = closing(source, at + 1, '"', line);
      push('string', unescaped(source.slice(at + 1, end)));
      at = end + 1;
      continue;
    }
    if (char === '/' && regexMayFollow(tokens.at(-1))) {
      const end = closing(source, at + 1, '/', line);
      push('regex', source.slice(at + 1, end).replaceAll('\\/', '/'));
      at = end + 1;
      continue;
    }
    const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(source.slice(at));
    if (number) {
      push('number', number[0]);
      at += number[0].length;
      continue;
    }
    const name = /^[A-Za-z_]\w*/.exec(source.slice(at))?.[0];
    if (name !== undefined) {
      at += name.length;
      push(
        KEYWORDS.has(name)
          ? name === 'func'
            ? 'function'
            : name
          : BUILTINS.has(name)
            ? 'builtin'
            : source[at] === '('
              ? 'call'
              : 'name',
        name,
      );
      continue;
    }
    const operator = OPERATORS.find((text) => source.startsWith(text, at));
    if (!operator) throw new AwkSyntaxError(line, char);
    push(operator === '**' ? '^' : operator === '**=' ? '^=' : operator, operator);
    at += operator.length;
  }
  push('newline', '\n');
  push('end', '');
  return tokens;
}

/** A slash begins a regular expression where a value cannot have ended. */
const regexMayFollow = (before: Token | undefined): boolean =>
  before === undefined ||
  !['name', 'number', 'string', 'regex', ')', ']', '$', 'builtin', '++', '--'].includes(before.kind);

function closing(source: string, from: number, delimiter: string, line: number): number {
  let bracket = false;
  for (let i = from; i < source.length; i++) {
    const char = source[i];
    if (char === '\\') i++;
    else if (char === '\n') break;
    else if (delimiter === '/' && char === '[' && !bracket) {
      bracket = true;
      if (source[i + 1] === '^') i++;
      if (source[i + 1] === ']') i++;
    } else if (char === ']') bracket = false;
    else if (char === delimiter && !bracket) return i;
  }
  throw new AwkSyntaxError(
    line,
    source.slice(from - 1, from + 10),
    delimiter === '"' ? 'runaway string constant' : 'runaway regular expression',
  );
}

const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

export const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{1,3}|[\s\S])/g, (whole, what: string) =>
    /^[0-7]/.test(what) ? byteText(Number.parseInt(what, 8) & 255) : (ESCAPES[what] ?? whole),
  );
