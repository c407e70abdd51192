import { evaluateFor } from '../arithmetic-command.ts';
import type { Shell } from '../shell.ts';
import { caller } from './caller.ts';
import { declare } from './declare.ts';
import { cd, pwd } from './directories.ts';
import { dirs, popd, pushd } from './directory-stack.ts';
import { enable } from './enable.ts';
import {
  breakBuiltin,
  colon,
  continueBuiltin,
  evalBuiltin,
  exit,
  falseBuiltin,
  logout,
  returnBuiltin,
  source,
} from './flow.ts';
import { getopts } from './getopts.ts';
import { help } from './help.ts';
import { fc, history } from './history.ts';
import { bg, disown, fg, jobs, suspend } from './jobs.ts';
import { kill } from './kill.ts';
import { alias, builtin, command, hash, type, unalias } from './lookup.ts';
import { mapfile } from './mapfile.ts';
import { set, shift } from './options.ts';
import { echo, printfBuiltin } from './output.ts';
import { times, umask } from './process.ts';
import { read } from './read.ts';
import { shopt } from './shopt.ts';
import { test } from './test.ts';
import { trap } from './trap.ts';
import { ulimit } from './ulimit.ts';
import { exportBuiltin, local, readonlyBuiltin, unset } from './variables.ts';
import { wait } from './wait.ts';

export type BuiltinRun = (shell: Shell, args: readonly string[], name: string) => Promise<number>;

export interface Builtin {
  run: BuiltinRun;
  /** A special builtin (POSIX XCU 2.14); `local` is one in dash and BusyBox only. */
  special: boolean | 'posix';
  /** Where it exists, if not in all dialects. */
  dialects?: readonly string[];
}

/** `let`: each argument is an expression; the status says whether the last was zero. */
const letBuiltin: BuiltinRun = async (shell, args) => {
  if (args.length === 0) {
    await shell.warn('expression expected', 'let');
    return shell.dialect.bashSyntax ? 1 : 2;
  }
  let value: bigint | undefined;
  for (const arg of args) {
    value = await evaluateFor(shell, arg, 'let');
    if (value === undefined) return shell.dialect.bashSyntax ? 1 : 2;
  }
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
  ['source', { ...special(source), dialects: ['bash', 'ash'] }],
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
  ['caller', regular(caller, 'bash')],
  ['dirs', regular(dirs, 'bash')],
  ['disown', regular(disown, 'bash')],
  ['echo', regular(echo)],
  ['enable', regular(enable, 'bash')],
  ['fc', regular(fc, 'bash')],
  ['false', regular(falseBuiltin)],
  ['fg', regular(fg)],
  ['getopts', regular(getopts)],
  ['hash', regular(hash)],
  ['help', regular(help, 'bash', 'ash')],
  ['history', regular(history, 'bash', 'ash')],
  ['jobs', regular(jobs)],
  ['kill', regular(kill)],
  ['let', regular(letBuiltin, 'bash', 'ash')],
  ['local', { ...regular(local), special: 'posix' }],
  ['logout', regular(logout, 'bash')],
  ['mapfile', regular(mapfile, 'bash')],
  ['readarray', regular(mapfile, 'bash')],
  ['popd', regular(popd, 'bash')],
  ['printf', regular(printfBuiltin)],
  ['pushd', regular(pushd, 'bash')],
  ['pwd', regular(pwd)],
  ['read', regular(read)],
  ['shopt', regular(shopt, 'bash')],
  ['suspend', regular(suspend, 'bash')],
  ['test', regular(test)],
  ['[[', regular(test, 'ash')],
  ['[', regular(test)],
  ['true', regular(colon)],
  ['type', regular(type)],
  ['ulimit', regular(ulimit)],
  ['umask', regular(umask)],
  ['unalias', regular(unalias)],
  ['wait', regular(wait)],
]);
