import type { ErrnoCode } from '../../base/errno.ts';
import { strerror } from '../../base/errno.ts';

/**
 * What differs between the shells that share this evaluator: which extensions they know and the words of their
 * messages. Checked against bash 5.2.15, dash 0.5.12 and BusyBox 1.35.
 */
export interface Dialect {
  readonly name: 'bash' | 'dash' | 'ash';
  /** Status of a builtin that failed by misuse, and of failed expansions. */
  readonly errorStatus: number;
  /** Errors in special builtins, assignments and redirections of special builtins end a script (POSIX 2.8.1). */
  readonly posixErrors: boolean;
  /** Brace expansion, arrays, process substitution, `${x@Q}`, extended globs … */
  readonly bashSyntax: boolean;
  /** `${x/a/b}` and `${x:1:2}` (BusyBox has them too). */
  readonly substringExpansion: boolean;
  /** `echo` interprets backslashes without -e; -e and -n. */
  readonly echoEscapes: boolean;
  commandNotFound(name: string): string;
  cannotExecute(name: string, code: ErrnoCode): string;
  cannotOpen(path: string, code: ErrnoCode): string;
  cannotCreate(path: string, code: ErrnoCode): string;
  cannotSource(path: string, code: ErrnoCode): string;
  badDescriptor(text: string): string;
  unset(name: string): string;
  readonly(name: string): string;
  badName(text: string): string;
  badSubstitution(text: string): string;
  illegalNumber(text: string): string;
  cannotCd(path: string, code: ErrnoCode): string;
  illegalOption(option: string): string;
  badSignal(text: string): string;
  /** A syntax error of a shell that does not know bash's forms. */
  unexpected(token: string): string;
}

const openWords = (code: ErrnoCode, missing: string): string =>
  code === 'ENOENT' || code === 'ENOTDIR' ? missing : strerror(code);

export const BASH: Dialect = {
  name: 'bash',
  errorStatus: 1,
  posixErrors: false,
  bashSyntax: true,
  substringExpansion: true,
  echoEscapes: false,
  commandNotFound: (name) => `${name}: command not found`,
  cannotExecute: (name, code) => `${name}: ${strerror(code)}`,
  cannotOpen: (path, code) => `${path}: ${strerror(code)}`,
  cannotCreate: (path, code) => `${path}: ${strerror(code)}`,
  cannotSource: (path, code) => `${path}: ${strerror(code)}`,
  badDescriptor: (text) => `${text}: Bad file descriptor`,
  unset: (name) => `${name}: unbound variable`,
  readonly: (name) => `${name}: readonly variable`,
  badName: (text) => `\`${text}': not a valid identifier`,
  badSubstitution: (text) => `${text}: bad substitution`,
  illegalNumber: (text) => `${text}: numeric argument required`,
  cannotCd: (path, code) => `${path}: ${strerror(code)}`,
  illegalOption: (option) => `-${option}: invalid option`,
  badSignal: (text) => `${text}: invalid signal specification`,
  unexpected: (token) => `syntax error near unexpected token \`${token}'`,
};

export const DASH: Dialect = {
  name: 'dash',
  errorStatus: 2,
  posixErrors: true,
  bashSyntax: false,
  substringExpansion: false,
  echoEscapes: true,
  commandNotFound: (name) => `${name}: not found`,
  cannotExecute: (name, code) =>
    code === 'ENOENT' ? `${name}: not found` : `${name}: ${strerror(code === 'EISDIR' ? 'EACCES' : code)}`,
  cannotOpen: (path, code) => `cannot open ${path}: ${openWords(code, 'No such file')}`,
  cannotCreate: (path, code) => `cannot create ${path}: ${openWords(code, 'Directory nonexistent')}`,
  cannotSource: (path, code) =>
    path.includes('/') ? `cannot open ${path}: ${openWords(code, 'No such file')}` : `${path}: not found`,
  badDescriptor: (text) => `${text}: Bad file descriptor`,
  unset: (name) => `${name}: parameter not set`,
  readonly: (name) => `${name}: is read only`,
  badName: (text) => `${text.replace(/=.*/s, '')}: bad variable name`,
  badSubstitution: () => 'Bad substitution',
  illegalNumber: (text) => `Illegal number: ${text}`,
  cannotCd: (path) => `can't cd to ${path}`,
  illegalOption: (option) => `Illegal option -${option}`,
  badSignal: (text) => `${text}: bad trap`,
  unexpected: (token) => `Syntax error: ${token} unexpected`,
};

export const ASH: Dialect = {
  ...DASH,
  name: 'ash',
  substringExpansion: true,
  echoEscapes: false,
  cannotOpen: (path, code) => `can't open ${path}: ${openWords(code, 'no such file')}`,
  cannotCreate: (path, code) => `can't create ${path}: ${openWords(code, 'nonexistent directory')}`,
  cannotSource: (path, code) =>
    path.includes('/') || code !== 'ENOENT'
      ? `can't open '${path}': ${strerror(code)}`
      : `${path}: not found`,
  badSubstitution: () => 'syntax error: bad substitution',
  cannotCd: (path, code) => `can't cd to ${path}: ${strerror(code)}`,
  illegalOption: (option) => `illegal option -${option}`,
  badSignal: (text) => `${text}: invalid signal specification`,
  unexpected: (token) => `syntax error: unexpected ${token}`,
};
