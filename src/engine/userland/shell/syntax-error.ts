import { errorSource } from './calls.ts';
import type { Shell, TextOptions } from './shell.ts';
import type { FaultDetail, SyntaxFault } from './syntax/fault.ts';

/** Syntax errors in each shell's words. `options` says which text is read, and on which line it begins. */
export function syntaxErrorWords(
  shell: Shell,
  text: string,
  fault: SyntaxFault,
  options: TextOptions = {},
): string {
  if (shell.dialect.name === 'bash') return bashWords(shell, text, fault, options);
  const { label } = options;
  const line = fault.ended ? endLine(text, options) : fault.line;
  const within = label === undefined || label === '-c' || label === 'trap' ? '' : `${label}: `;
  if (shell.dialect.name === 'dash')
    return `${shell.arg0}: ${line}: ${within}Syntax error: ${capital(posixWords(fault.detail))}\n`;
  const where = (shell.namesLine || within !== '') && !shell.interactive ? `line ${line}: ` : '';
  return `${shell.arg0}: ${within}${where}syntax error: ${ashOrder(fault.detail)}\n`;
}

/** The line after the last one: where the end of a text is met. */
const endLine = (text: string, { line = 1 }: TextOptions): number => line + text.split('\n').length - 1;

const capital = (text: string): string =>
  /^(unterminated|missing|bad)/.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text;

function bashWords(shell: Shell, text: string, fault: SyntaxFault, options: TextOptions): string {
  const { label, line: first = 1 } = options;
  const prefix = (at: number) =>
    shell.interactive && label === undefined
      ? `${shell.arg0}: `
      : `${errorSource(shell)}: ${label ? `${label}: ` : ''}line ${at}: `;
  const { detail } = fault;
  switch (detail.kind) {
    case 'message':
      return `${prefix(fault.line)}${detail.message}\n`;
    case 'unterminated': {
      // A parenthesis is missed at the end of the text, a quote where it was opened.
      const at = detail.opened === ')' ? fault.line : detail.from;
      const closing = /^(\)\)|array)$/.test(detail.opened) ? ')' : detail.opened;
      return `${prefix(at)}unexpected EOF while looking for matching \`${closing}'\n`;
    }
  }
  if (detail.token === undefined) {
    const end = endLine(text, options) + (text.endsWith('\n') ? 0 : 1);
    return `${prefix(end)}syntax error: unexpected end of file\n`;
  }
  const message = `${prefix(fault.line)}syntax error near unexpected token \`${detail.token}'\n`;
  if (shell.interactive && label === undefined) return message;
  return `${message}${prefix(fault.line)}\`${text.split('\n')[fault.line - first] ?? ''}'\n`;
}

function posixWords(detail: FaultDetail): string {
  if (detail.kind === 'message') return detail.message;
  if (detail.kind === 'unterminated') {
    if (detail.opened === "'" || detail.opened === '"') return 'unterminated quoted string';
    if (detail.opened === '`') return 'EOF in backquote substitution';
    if (detail.opened === '}') return "missing '}'";
    if (detail.opened === '))') return "missing '))'";
    return 'end of file unexpected (expecting ")")';
  }
  const expected = detail.expected === undefined ? '' : ` (expecting ${expectedWords(detail.expected)})`;
  return `${tokenWords(detail)} unexpected${expected}`;
}

const expectedWords = (expected: string): string => (expected === 'word' ? 'word' : `"${expected}"`);

function ashOrder(detail: FaultDetail): string {
  const words = posixWords(detail);
  const match = /^(.*) unexpected( \(.*\))?$/.exec(words);
  return match ? `unexpected ${match[1]}${match[2] ?? ''}` : words;
}

function tokenWords({ token, word }: FaultDetail & { kind: 'token' }): string {
  if (token === undefined) return 'end of file';
  if (token === 'newline') return 'newline';
  if (/^[<>]|^&>/.test(token)) return 'redirection';
  return word ? 'word' : `"${token}"`;
}
