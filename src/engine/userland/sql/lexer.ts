/** A piece of a statement. `value` is what a name or a text stands for, without its quotes. */
export interface Token {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'variable' | 'operator' | 'end';
  text: string;
  value: string;
  at: number;
}

/** How a dialect writes its texts. */
export interface Lexis {
  /** What stands around names: a grave accent or double quotes. */
  nameQuote: '`' | '"';
  /** Whether double quotes and backslashes make texts, as MySQL has it. */
  backslashes: boolean;
  /** `#` begins a comment. */
  hashComments: boolean;
  /** `$$ … $$` is a text. */
  dollarQuotes: boolean;
  /** Names that are not quoted are in lower case. */
  foldsNames: boolean;
}

/** A text or a comment that is not closed: where it begins. */
export class Unterminated extends Error {
  readonly at: number;
  readonly what: 'string' | 'name' | 'comment';

  constructor(at: number, what: 'string' | 'name' | 'comment') {
    super(`unterminated ${what}`);
    this.at = at;
    this.what = what;
  }
}

const OPERATORS = ['<=>', '->>', '<=', '>=', '<>', '!=', '::', '||', '&&', ':=', '->', '!~', '~*'];

/** The tokens of a text, the end as the last. */
export function tokenize(text: string, lexis: Lexis): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: Token['kind'], end: number, value: string) => {
    tokens.push({ kind, text: text.slice(at, end), value, at });
    at = end;
  };
  while (at < text.length) {
    const skipped = skipBlank(text, at, lexis);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const char = text[at]!;
    const rest = text.slice(at, at + 3);
    if (char === "'" || (char === '"' && lexis.nameQuote !== '"')) {
      const { end, value } = quotedText(text, at, lexis.backslashes);
      push('string', end, value);
    } else if (char === lexis.nameQuote) {
      const { end, value } = quotedText(text, at, false, 'name');
      push('quoted', end, value);
    } else if (/^e'/i.test(rest) && !lexis.backslashes) {
      const { end, value } = quotedText(text, at + 1, true);
      push('string', end, value);
    } else if (char === '$' && lexis.dollarQuotes && /^\$\w*\$/.test(text.slice(at))) {
      const mark = /^\$\w*\$/.exec(text.slice(at))![0];
      const end = text.indexOf(mark, at + mark.length);
      if (end === -1) throw new Unterminated(at, 'string');
      push('string', end + mark.length, text.slice(at + mark.length, end));
    } else if (char === '@') {
      const match = /^@@?(?:`[^`]*`|'[^']*'|"[^"]*"|[\w.$%]+)?/.exec(text.slice(at))![0];
      push('variable', at + match.length, match);
    } else if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(text[at + 1] ?? ''))) {
      const match = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(text.slice(at))![0];
      push('number', at + match.length, match);
    } else if (/[A-Za-z_\u0080-\uffff]/.test(char)) {
      const match = /^[\w$\u0080-\uffff]+/.exec(text.slice(at))![0];
      push('word', at + match.length, lexis.foldsNames ? match.toLowerCase() : match);
    } else {
      const operator = OPERATORS.find((one) => text.startsWith(one, at)) ?? char;
      push('operator', at + operator.length, operator);
    }
  }
  tokens.push({ kind: 'end', text: '', value: '', at: text.length });
  return tokens;
}

/** Where what is no blank and no comment goes on. */
export function skipBlank(text: string, from: number, { hashComments }: Lexis): number {
  let at = from;
  for (;;) {
    const start = at;
    while (/\s/.test(text[at] ?? '')) at++;
    if (text.startsWith('--', at) || (hashComments && text[at] === '#')) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end + 1;
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end === -1) throw new Unterminated(at, 'comment');
      at = end + 2;
    }
    if (at === start) return at;
  }
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', '0': '\0', Z: '\x1a' };

function quotedText(
  text: string,
  from: number,
  backslashes: boolean,
  what: 'string' | 'name' = 'string',
): { end: number; value: string } {
  const quote = text[from]!;
  let value = '';
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\\' && backslashes) {
      const escaped = text[++at] ?? '';
      value += ESCAPES[escaped] ?? escaped;
    } else if (char !== quote) value += char;
    else if (text[at + 1] === quote) {
      value += quote;
      at++;
    } else return { end: at + 1, value };
  }
  throw new Unterminated(from, what);
}
