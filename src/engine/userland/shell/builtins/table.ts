import { evaluateExpression } from '../arithmetic-expansion.ts';
import type { Shell } from '../shell.ts';
import { cd, dirs, popd, pushd, pwd } from './directories.ts';
import {
  breakBuiltin,
  colon,
  continueBuiltin,
  evalBuiltin,
  exit,
  falseBuiltin,
  returnBuiltin,
  source,
} from './flow.ts';
import { getopts } from './getopts.ts';
import { help, history } from './interactive.ts';
import { bg, fg, jobs, kill, wait } from './jobs.ts';
import { alias, builtin, command, hash, type, unalias } from './lookup.ts';
import { set, shift, shopt } from './options.ts';
import { echo, printfBuiltin } from './output.ts';
import { times, trap, ulimit, umask } from './process.ts';
import { read } from './read.ts';
import { test } from './test.ts';
import { declare, exportBuiltin, local, readonlyBuiltin, unset } from './variables.ts';

export type BuiltinRun = (shell: Shell, args: readonly string[], name: string) => Promise<number>;

export interface Builtin {
  run: BuiltinRun;
  /** A special builtin (POSIX XCU 2.14). */
  special: boolean;
  /** Where it exists, if not in all dialects. */
  dialects?: readonly string[];
}

/** `let`: each argument is an expression; the status says whether the last was zero. */
const letBuiltin: BuiltinRun = async (shell, args) => {
  let value = 0n;
  for (const arg of args) value = await evaluateExpression(shell, arg);
  return value === 0n ? 1 : 0;
};

const special = (run: BuiltinRun): Builtin => ({ run, special: true });
const regular = (run: BuiltinRun, ...dialects: string[]): Builtin => ({
  run,
  special: false,
  dialects: dialects.length > 0 ? dialects : undefined,
});

/** `exec` is here for `type`; simple-command.ts runs it. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', special(colon)],
  ['.', special(source)],
  ['source', { ...regular(source, 'bash', 'ash') }],
  ['break', special(breakBuiltin)],
  ['continue', special(continueBuiltin)],
  ['eval', special(evalBuiltin)],
  ['exec', special(colon)],
  ['exit', special(exit)],
  ['export', special(exportBuiltin)],
  ['readonly', special(readonlyBuiltin)],
  ['return', special(returnBuiltin)],
  ['set', special(set)],
  ['shift', special(shift)],
  ['times', special(times)],
  ['trap', special(trap)],
  ['unset', special(unset)],
  ['alias', regular(alias)],
  ['bg', regular(bg)],
  ['builtin', regular(builtin, 'bash')],
  ['cd', regular(cd)],
  ['chdir', regular(cd, 'dash', 'ash')],
  ['command', regular(command)],
  ['declare', regular(declare, 'bash')],
  ['typeset', regular(declare, 'bash')],
  ['dirs', regular(dirs, 'bash')],
  ['echo', regular(echo)],
  ['false', regular(falseBuiltin)],
  ['fg', regular(fg)],
  ['getopts', regular(getopts)],
  ['hash', regular(hash)],
  ['help', regular(help, 'bash', 'ash')],
  ['history', regular(history, 'bash', 'ash')],
  ['jobs', regular(jobs)],
  ['kill', regular(kill)],
  ['let', regular(letBuiltin, 'bash', 'ash')],
  ['local', regular(local)],
  ['popd', regular(popd, 'bash')],
  ['printf', regular(printfBuiltin)],
  ['pushd', regular(pushd, 'bash')],
  ['pwd', regular(pwd)],
  ['read', regular(read)],
  ['shopt', regular(shopt, 'bash')],
  ['test', regular(test)],
  ['[', regular(test)],
  ['true', regular(colon)],
  ['type', regular(type)],
  ['ulimit', regular(ulimit)],
  ['umask', regular(umask)],
  ['unalias', regular(unalias)],
  ['wait', regular(wait)],
]);
