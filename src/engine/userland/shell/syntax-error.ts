import type { Fault } from './parse.ts';
import { lineAt } from './parse.ts';
import type { Shell } from './shell.ts';

/** Syntax errors in each shell's words. `label` is what bash names besides itself: `-c`, `eval`. */
export function syntaxErrorWords(
  shell: Shell,
  text: string,
  fault: Fault,
  lineBase: number,
  label: string | undefined,
): string {
  const line = lineAt(text, fault.pos) + lineBase;
  const lastLine = lineAt(text, text.length) + lineBase;
  switch (shell.dialect.name) {
    case 'bash':
      return bashWords(shell, text, fault, line, lineBase, label);
    case 'dash': {
      const where =
        fault.token === undefined || fault.token === 'newline'
          ? lastLine - (text.endsWith('\n') && fault.token !== undefined ? 1 : 0)
          : line;
      return `${shell.arg0}: ${where}: ${label === 'eval' ? 'eval: ' : ''}Syntax error: ${capital(posixWords(fault, '"'))}\n`;
    }
    default: {
      const where = shell.namesLine || label === 'eval' ? `line ${line}: ` : '';
      return `${shell.arg0}: ${label === 'eval' ? 'eval: ' : ''}${where}syntax error: ${ashOrder(fault)}\n`;
    }
  }
}

const capital = (text: string): string =>
  /^(unterminated|missing|bad)/.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text;

function bashWords(
  shell: Shell,
  text: string,
  fault: Fault,
  line: number,
  lineBase: number,
  label: string | undefined,
): string {
  const prefix = (at: number) =>
    shell.interactive && label === undefined
      ? `${shell.arg0}: `
      : `${shell.arg0}: ${label ? `${label}: ` : ''}line ${at}: `;
  if (fault.unterminated !== undefined) {
    const closing = CLOSING[fault.unterminated];
    if (closing !== undefined)
      return `${prefix(line)}unexpected EOF while looking for matching \`${closing}'\n`;
  }
  if (fault.token === undefined) {
    const end = text.replace(/\n+$/, '');
    return `${prefix(lineAt(end, end.length) + lineBase + 1)}syntax error: unexpected end of file\n`;
  }
  const lineText = text.split('\n')[line - lineBase - 1] ?? '';
  const message = `${prefix(line)}syntax error near unexpected token \`${fault.token}'\n`;
  return shell.interactive && label === undefined ? message : `${message}${prefix(line)}\`${lineText}'\n`;
}

const CLOSING: Readonly<Record<string, string>> = {
  'single quote': "'",
  'double quote': '"',
  'ANSI-C quote': "'",
  backtick: '`',
  'command substitution': ')',
  'parameter expansion': '}',
  'arithmetic expansion': ')',
  'process substitution': ')',
  'arithmetic command': ')',
};

function posixWords(fault: Fault, quote: string): string {
  if (fault.unterminated !== undefined) {
    if (/quote$/.test(fault.unterminated)) return 'unterminated quoted string';
    if (fault.unterminated === 'backtick') return 'EOF in backquote substitution';
    if (fault.unterminated === 'parameter expansion') return "missing '}'";
    if (fault.unterminated === 'arithmetic expansion') return "missing '))'";
    return `end of file unexpected${fault.unterminated === 'command substitution' ? ` (expecting ${quote})${quote})` : ''}`;
  }
  return `${tokenWords(fault.token, quote)} unexpected${fault.expected === undefined ? '' : ` (expecting ${quote}${fault.expected}${quote})`}`;
}

function ashOrder(fault: Fault): string {
  const words = posixWords(fault, '"');
  const match = /^(.*) unexpected( \(.*\))?$/.exec(words);
  return match ? `unexpected ${match[1]}${match[2] ?? ''}` : words;
}

const RESERVED =
  /^(if|then|else|elif|fi|do|done|case|esac|while|until|for|in|\{|\}|!|;|;;|&|&&|\|\||\||\(|\))$/;

function tokenWords(token: string | undefined, quote: string): string {
  if (token === undefined) return 'end of file';
  if (token === 'newline') return 'newline';
  if (/^[<>]/.test(token)) return 'redirection';
  return RESERVED.test(token) ? `${quote}${token}${quote}` : 'word';
}
