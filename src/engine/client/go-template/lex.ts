/** Splits a template into tokens. Models Go's text/template/parse `lex.go`. */
import { quote } from '../../base/go-quote.ts';

export type TokenKind =
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'bool'
  | 'nil'
  | 'dot'
  | 'string'
  | 'rawString'
  | 'char'
  | 'number'
  | 'pipe'
  | 'declare'
  | 'assign'
  | 'leftParen'
  | 'rightParen'
  | 'other'
  | 'error'
  | 'eof';

export interface Token {
  kind: TokenKind;
  pos: number;
  text: string;
}

const KEYWORDS = ['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with'];
const WORD = /^[\p{L}\p{Nd}_]+/u;

/** Tokens up to the end, or to the first error, which is the last token. */
export function lex(input: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: TokenKind, pos: number, text: string) => tokens.push({ kind, pos, text });
  const fail = (text: string) => {
    push('error', at, text);
    return tokens;
  };

  let trimNext = false;
  for (;;) {
    const open = input.indexOf('{{', at);
    let text = open < 0 ? input.slice(at) : input.slice(at, open);
    let textPos = at;
    if (trimNext) {
      const trimmed = text.replace(/^[ \t\r\n]+/, '');
      textPos += text.length - trimmed.length;
      text = trimmed;
    }
    trimNext = false;
    if (open < 0) {
      if (text !== '') push('text', textPos, text);
      push('eof', input.length, '');
      return tokens;
    }
    const trimLeft = input[open + 2] === '-' && /[ \t\r\n]/.test(input[open + 3] ?? '');
    if (trimLeft) text = text.replace(/[ \t\r\n]+$/, '');
    if (text !== '') push('text', textPos, text);
    at = open + 2 + (trimLeft ? 2 : 0);

    if (input.startsWith('/*', at)) {
      const end = input.indexOf('*/', at);
      if (end < 0) return fail('unclosed comment');
      at = end + 2;
      const trimRight = /^[ \t\r\n]-\}\}/.test(input.slice(at, at + 4));
      if (trimRight) at += 2;
      if (!input.startsWith('}}', at)) return fail('comment ends before closing delimiter');
      at += 2;
      trimNext = trimRight;
      continue;
    }

    push('left', open, '{{');
    let parens = 0;
    for (;;) {
      const rest = input.slice(at);
      const trimRight = /^[ \t\r\n]-\}\}/.test(rest);
      if (trimRight || rest.startsWith('}}')) {
        if (parens > 0) return fail('unclosed left paren');
        at += trimRight ? 2 : 0;
        push('right', at, '}}');
        at += 2;
        trimNext = trimRight;
        break;
      }
      if (rest === '') return fail('unclosed action');
      const start = at;
      const char = [...rest.slice(0, 2)][0]!;
      if (/[ \t\r\n]/.test(char)) {
        const space = /^[ \t\r\n]+/.exec(rest)![0];
        // A space before a closing ` -}}` belongs to the closing.
        const length =
          space.length > 1 && /^-\}\}/.test(rest.slice(space.length)) ? space.length - 1 : space.length;
        push('space', start, rest.slice(0, length));
        at += length;
      } else if (char === '=') {
        push('assign', start, '=');
        at++;
      } else if (char === ':') {
        if (rest[1] !== '=') return fail('expected :=');
        push('declare', start, ':=');
        at += 2;
      } else if (char === '|') {
        push('pipe', start, '|');
        at++;
      } else if (char === '"') {
        const text = /^"(?:[^"\\\n]|\\[^\n])*"/.exec(rest);
        if (text === null) return fail('unterminated quoted string');
        push('string', start, text[0]);
        at += text[0].length;
      } else if (char === '`') {
        const end = input.indexOf('`', at + 1);
        if (end < 0) return fail('unterminated raw quoted string');
        push('rawString', start, input.slice(at, end + 1));
        at = end + 1;
      } else if (char === '$') {
        const name = WORD.exec(rest.slice(1))?.[0] ?? '';
        at += 1 + name.length;
        if (!atTerminator(input, at)) return fail(`bad character U+${hex(input, at)}`);
        push('variable', start, `$${name}`);
      } else if (char === "'") {
        const text = /^'(?:[^'\\\n]|\\[^\n])*'/.exec(rest);
        if (text === null) return fail('unterminated character constant');
        push('char', start, text[0]);
        at += text[0].length;
      } else if (char === '.' && !/^\.(?:[0-9]|$)/.test(rest)) {
        const name = WORD.exec(rest.slice(1))?.[0] ?? '';
        at += 1 + name.length;
        if (name === '') push('dot', start, '.');
        else {
          if (!atTerminator(input, at)) return fail(`bad character U+${hex(input, at)}`);
          push('field', start, `.${name}`);
        }
      } else if (/[+\-0-9.]/.test(char)) {
        const number =
          /^[+-]?(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9_]*\.?[0-9_]*([eE][+-]?[0-9_]+)?)/.exec(
            rest,
          )![0];
        const after = WORD.exec(rest.slice(number.length))?.[0] ?? '';
        if (after !== '') return fail(`bad number syntax: ${quote(number + [...after][0])}`);
        push('number', start, number);
        at += number.length;
      } else if (WORD.test(char)) {
        const word = WORD.exec(rest)![0];
        at += word.length;
        if (!atTerminator(input, at)) return fail(`bad character U+${hex(input, at)}`);
        if (KEYWORDS.includes(word)) push('keyword', start, word);
        else if (word === 'true' || word === 'false') push('bool', start, word);
        else if (word === 'nil') push('nil', start, word);
        else push('identifier', start, word);
      } else if (char === '(') {
        push('leftParen', start, '(');
        parens++;
        at++;
      } else if (char === ')') {
        parens--;
        if (parens < 0) return fail('unexpected right paren');
        push('rightParen', start, ')');
        at++;
      } else if (char > ' ' && char <= '~') {
        push('other', start, char);
        at++;
      } else return fail(`unrecognized character in action: U+${hex(input, at)}`);
    }
  }
}

/** Whether a word may end here. */
function atTerminator(input: string, at: number): boolean {
  const char = input[at];
  return char === undefined || /[ \t\r\n.,|:)(]/.test(char) || input.startsWith('}}', at);
}

function hex(input: string, at: number): string {
  const char = String.fromCodePoint(input.codePointAt(at)!);
  return `${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} '${char}'`;
}
