import { Incomplete, ScriptSyntaxError } from './syntax.ts';

export type Token =
  | {
      type: 'number' | 'string' | 'name' | 'punctuator' | 'end';
      text: string;
      value: string;
      line: number;
      newline: boolean;
    }
  | { type: 'regex'; text: string; value: string; line: number; newline: boolean; flags: string }
  | {
      type: 'template';
      text: string;
      value: string;
      line: number;
      newline: boolean;
      texts: string[];
      sources: string[];
    };

const PUNCTUATORS =
  /^(?:\.\.\.|===|!==|\*\*=|\?\?=|&&=|\|\|=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|\+=|-=|\*=|\/=|%=|\*\*|[{}()[\];,<>+\-*/%&|^!~?:=.])/;
const NUMBER = /^(?:0[xX][\da-fA-F]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/;

/** Takes a program apart. Throws `ScriptSyntaxError`. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let newline = false;
  const push = (token: Omit<Token, 'line' | 'newline'>): void => {
    tokens.push({ ...token, line, newline } as Token);
    newline = false;
  };
  while (at < source.length) {
    const rest = source.slice(at);
    const space = /^(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(rest)?.[0];
    if (space !== undefined) {
      const breaks = space.split('\n').length - 1;
      line += breaks;
      newline ||= breaks > 0;
      at += space.length;
      continue;
    }
    if (rest.startsWith('/*')) throw new Incomplete('Unterminated comment.');
    const name = /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(rest)?.[0];
    const number = NUMBER.exec(rest)?.[0];
    if (name !== undefined) {
      push({ type: 'name', text: name, value: name } as Token);
      at += name.length;
    } else if (number !== undefined) {
      push({ type: 'number', text: number, value: number.replaceAll('_', '') } as Token);
      at += number.length;
    } else if (rest[0] === '"' || rest[0] === "'") {
      const { value, length } = textOf(rest, rest[0]);
      push({ type: 'string', text: rest.slice(0, length), value } as Token);
      at += length;
    } else if (rest[0] === '`') {
      const { texts, sources, length } = templateOf(rest);
      push({ type: 'template', text: rest.slice(0, length), value: '', texts, sources } as Token);
      at += length;
    } else if (rest[0] === '/' && regexMayFollow(tokens.at(-1))) {
      const [all, value = '', flags = ''] =
        /^\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/.exec(rest) ?? [];
      if (all === undefined) throw new ScriptSyntaxError('Invalid regular expression: missing /');
      push({ type: 'regex', text: all, value, flags } as Token);
      at += all.length;
    } else {
      const punctuator = PUNCTUATORS.exec(rest)?.[0];
      if (punctuator === undefined) throw new ScriptSyntaxError(`Unexpected character '${rest[0]}'`);
      push({ type: 'punctuator', text: punctuator, value: punctuator } as Token);
      at += punctuator.length;
    }
  }
  push({ type: 'end', text: '', value: '' } as Token);
  return tokens;
}

/** A slash divides after a value, and begins a regular expression elsewhere. */
const regexMayFollow = (before: Token | undefined): boolean =>
  before === undefined ||
  (before.type === 'punctuator' && ![')', ']', '}'].includes(before.text)) ||
  (before.type === 'name' && ['return', 'typeof', 'in', 'of'].includes(before.text));

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
};

function escapeAt(source: string, at: number): { value: string; length: number } {
  const char = source[at] ?? '';
  const code = /^(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{([\da-fA-F]{1,6})\})/.exec(source.slice(at, at + 9));
  if (code !== null)
    return {
      value: String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16)),
      length: code[0].length,
    };
  return { value: ESCAPES[char] ?? char, length: 1 };
}

function textOf(source: string, quote: string): { value: string; length: number } {
  let value = '';
  for (let at = 1; at < source.length; ) {
    const char = source[at]!;
    if (char === quote) return { value, length: at + 1 };
    if (char === '\n') break;
    if (char === '\\') {
      const escaped = escapeAt(source, at + 1);
      value += escaped.value;
      at += 1 + escaped.length;
    } else {
      value += char;
      at++;
    }
  }
  throw new ScriptSyntaxError('Unterminated string constant.');
}

function templateOf(source: string): { texts: string[]; sources: string[]; length: number } {
  const texts = [''];
  const sources: string[] = [];
  for (let at = 1; at < source.length; ) {
    const char = source[at]!;
    if (char === '`') return { texts, sources, length: at + 1 };
    if (char === '\\') {
      const escaped = escapeAt(source, at + 1);
      texts[texts.length - 1] += escaped.value;
      at += 1 + escaped.length;
    } else if (source.startsWith('${', at)) {
      let depth = 1;
      let end = at + 2;
      for (; end < source.length && depth > 0; end++)
        depth += source[end] === '{' ? 1 : source[end] === '}' ? -1 : 0;
      if (depth > 0) break;
      sources.push(source.slice(at + 2, end - 1));
      texts.push('');
      at = end;
    } else {
      texts[texts.length - 1] += char;
      at++;
    }
  }
  throw new Incomplete('Unterminated template.');
}
