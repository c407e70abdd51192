import type { Shell } from './shell.ts';

/** What is called within what: functions, and files that `.` reads (bash's FUNCNAME, BASH_SOURCE and BASH_LINENO). */
export interface Call {
  readonly kind: 'function' | 'source' | 'script';
  /** The function's name; `source` and `main` for files. */
  readonly name: string;
  /** The file in which it stands. */
  readonly source: string;
  /** The line on which it was called. */
  readonly line: number;
  /** Options to be put back on return (`local -`). */
  options?: Set<string>;
}

export const functionDepth = (shell: Shell): number =>
  shell.calls.reduce((depth, call) => depth + (call.kind === 'function' ? 1 : 0), 0);

export const inFunction = (shell: Shell): boolean => shell.calls.some((call) => call.kind === 'function');

export const inSourced = (shell: Shell): boolean => shell.calls.some((call) => call.kind === 'source');

/** The innermost call's name, for `$FUNCNAME`; a file has one only while a function is under way. */
export const callNames = (shell: Shell): string[] =>
  inFunction(shell) ? shell.calls.map((call) => call.name).reverse() : [];

/** What bash names a place where functions are defined that no file holds. */
const nowhere = (shell: Shell): string => (shell.option('command') ? 'environment' : 'main');

/** Where the text under way stands, for functions that it defines. */
export const currentSource = (shell: Shell): string => shell.calls.at(-1)?.source ?? nowhere(shell);

/** What bash's messages begin with: the file of the innermost call, or the shell. */
export const errorSource = (shell: Shell): string =>
  (shell.option('interactive') ? undefined : shell.calls.at(-1)?.source) ?? shell.arg0;
