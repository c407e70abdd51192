/** Tokens of jq programs; `type` is the name by which jq's messages call them. */
export interface Token {
  type: string;
  text: string;
  /** Where it begins, in bytes as messages count them. */
  at: number;
}

const KEYWORDS = new Set([
  'as',
  'import',
  'include',
  'module',
  'def',
  'if',
  'then',
  'else',
  'elif',
  'and',
  'or',
  'end',
  'reduce',
  'foreach',
  'try',
  'catch',
  'label',
  'break',
  '__loc__',
]);

const NAME = '[a-zA-Z_][a-zA-Z_0-9]*';
const RULES: readonly (readonly [RegExp, string | undefined])[] = [
  [/\s+|#[^\n]*/y, ''],
  [/!=|==|\?\/\/|\/\/=|\/\/|\|=|\+=|-=|\*=|\/=|%=|<=|>=|\.\./y, undefined],
  [new RegExp(`\\.${NAME}`, 'y'), 'FIELD'],
  [/(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y, 'LITERAL'],
  [new RegExp(`(?:${NAME}::)*${NAME}`, 'y'), 'IDENT'],
  [/@[a-zA-Z0-9_]+/y, 'FORMAT'],
  [/"/y, 'QQSTRING_START'],
  [/[.?=;,:|+\-*/%$<>[\](){}]/y, undefined],
];

const CLOSERS: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' };

/** Takes a program apart. What no rule fits becomes an INVALID_CHARACTER; the last token is `$end`. */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  /** What closes the brackets that are open; `"` for a string whose interpolation is read. */
  const open: string[] = [];
  let at = 0;
  let inString = false;
  /** Where what was read last begins, space included: what is missing at the end is missing there. */
  let last = 0;
  const add = (type: string, length: number) => {
    tokens.push({ type, text: text.slice(at, at + length), at });
    last = at;
    at += length;
  };
  while (at < text.length) {
    if (inString) {
      const rest = /\\\(|"|(?:\\[^u(]|\\u[a-zA-Z0-9]{0,4})+|[^\\"]+/sy;
      rest.lastIndex = at;
      const [piece] = rest.exec(text) ?? [];
      if (piece === '\\(') {
        add('QQSTRING_INTERP_START', 2);
        open.push('"');
        inString = false;
      } else if (piece === '"') {
        add('QQSTRING_END', 1);
        inString = false;
      } else if (piece === undefined) add('INVALID_CHARACTER', 1);
      else add('QQSTRING_TEXT', piece.length);
      continue;
    }
    const [type, length] = match(text, at);
    const word = text.slice(at, at + length);
    last = at;
    if (type === '') at += length;
    else if (type === 'IDENT' && KEYWORDS.has(word)) add(word, length);
    else if (type !== undefined) {
      add(type, length);
      inString = type === 'QQSTRING_START';
    } else if (word in CLOSERS) {
      open.push(CLOSERS[word]!);
      add(`'${word}'`, 1);
    } else if (word === ')' && open.at(-1) === '"') {
      open.pop();
      inString = true;
      add('QQSTRING_INTERP_END', 1);
    } else if (')]}'.includes(word)) add(open.at(-1) === word ? `'${open.pop()}'` : 'INVALID_CHARACTER', 1);
    else add(length === 1 ? `'${word}'` : word, length);
  }
  tokens.push({ type: '$end', text: '', at: last });
  return tokens;
}

/** The type and length of the longest token at a place; type '' for space, undefined for punctuation. */
function match(text: string, at: number): [string | undefined, number] {
  let best: [string | undefined, number] = ['INVALID_CHARACTER', 1];
  let found = 0;
  for (const [pattern, type] of RULES) {
    pattern.lastIndex = at;
    const length = pattern.exec(text)?.[0].length ?? 0;
    if (length > found) {
      found = length;
      best = [type, length];
    }
  }
  return best;
}
