import { isErrno } from '../../../base/errno.ts';
import { readFile } from '../../lib/stdio.ts';
import { bytesToText } from '../../lib/text.ts';
import { inFunction, inSourced } from '../calls.ts';
import { Abandon, Leave, type Shell } from '../shell.ts';
import { heldBack } from '../stopped-jobs.ts';
import { runTrap } from '../traps.ts';
import { BuiltinMisuse, misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** Builtins that steer execution. */

export const colon: BuiltinRun = async () => 0;
export const falseBuiltin: BuiltinRun = async () => 1;

async function statusArgument(shell: Shell, builtin: string, text: string | undefined): Promise<number> {
  if (text === undefined) return builtin === 'exit' ? (shell.trapStatus ?? shell.status) : shell.status;
  if (/^-?\d+$/.test(text) && (shell.dialect.bashSyntax || !text.startsWith('-'))) {
    // dash keeps what a function returns whole.
    if (shell.dialect.posixErrors && Number(text) > 2147483647) {
      await shell.warn(shell.dialect.illegalNumber(text), builtin);
      throw new BuiltinMisuse(2);
    }
    if (shell.dialect.name === 'dash' && builtin === 'return') return Number(text);
    return Number(BigInt.asUintN(8, BigInt(text)));
  }
  await shell.warn(shell.dialect.illegalNumber(text), builtin);
  throw new BuiltinMisuse(2);
}

export const exit: BuiltinRun = async (shell, args) => {
  if (shell.dialect.bashSyntax && args.length > 1 && /^-?\d+$/.test(args[0]!)) {
    await shell.warn('too many arguments', 'exit');
    return 1;
  }
  // At a prompt bash says what it leaves.
  if (shell.dialect.name === 'bash' && shell.interactive)
    await shell.error(shell.arg0.startsWith('-') ? 'logout\n' : 'exit\n');
  if (shell.interactive && (await heldBack(shell))) return 1;
  try {
    throw new Leave(await statusArgument(shell, 'exit', args[0]));
  } catch (error) {
    if (error instanceof BuiltinMisuse) throw new Leave(2);
    throw error;
  }
};

export const logout: BuiltinRun = async (shell, args) => {
  if (shell.shopt.has('login_shell')) return exit(shell, args, 'logout');
  await shell.warn("not login shell: use `exit'", 'logout');
  return 1;
};

export const returnBuiltin: BuiltinRun = async (shell, args) => {
  if (shell.dialect.bashSyntax && !inFunction(shell) && !inSourced(shell) && shell.trapDepth === 0) {
    await shell.warn("can only `return' from a function or sourced script", 'return');
    return 2;
  }
  const status = await statusArgument(shell, 'return', args[0]);
  shell.status = status;
  if (!inFunction(shell) && !inSourced(shell)) throw new Leave(status);
  shell.skip = { kind: 'return' };
  return status;
};

const leaveLoops =
  (kind: 'break' | 'continue'): BuiltinRun =>
  async (shell, args) => {
    const text = args[0] ?? '1';
    if (!/^\d+$/.test(text) || (Number(text) === 0 && shell.dialect.posixErrors)) {
      await shell.warn(shell.dialect.illegalNumber(text), kind);
      if (shell.dialect.bashSyntax) throw new Abandon(128, true);
      throw new BuiltinMisuse(2);
    }
    if (shell.loopDepth === 0) {
      if (shell.dialect.bashSyntax)
        await shell.warn("only meaningful in a `for', `while', or `until' loop", kind);
      return 0;
    }
    if (Number(text) === 0) {
      await shell.warn(`${text}: loop count out of range`, kind);
      shell.skip = { kind: 'break', count: shell.loopDepth };
      return 1;
    }
    shell.skip = { kind, count: Math.min(Number(text), shell.loopDepth) };
    return 0;
  };

export const breakBuiltin = leaveLoops('break');
export const continueBuiltin = leaveLoops('continue');

export const evalBuiltin: BuiltinRun = async (shell, args) => {
  const words = args[0] === '--' ? args.slice(1) : args;
  const text = words.join(' ');
  return text.trim() === '' ? 0 : shell.evaluator.runText(shell, text, { label: 'eval', line: shell.line });
};

export const source: BuiltinRun = async (shell, args, name) => {
  const words = args[0] === '--' ? args.slice(1) : args;
  const [file] = words;
  if (file === undefined) {
    if (shell.dialect.name !== 'bash') return shell.dialect.name === 'dash' ? 0 : 2;
    await shell.warn('filename argument required', name);
    await shell.error(`${name}: usage: ${name} filename [arguments]\n`);
    return 2;
  }
  let text: string;
  try {
    text = bytesToText(await readFile(shell.sys, await findSourced(shell, file)));
  } catch (error) {
    if (!isErrno(error)) throw error;
    const message = shell.dialect.cannotSource(file, error.code);
    if (shell.dialect.name === 'bash') {
      await shell.warn(error.code === 'EISDIR' ? `${name}: ${file}: is a directory` : message);
      return 1;
    }
    return misuse(shell, name, message);
  }
  const { positional } = shell;
  if (words.length > 1 && shell.dialect.name !== 'dash') shell.positional = words.slice(1);
  shell.calls.push({ kind: 'source', name: 'source', source: file, line: shell.line });
  const loops = shell.loopDepth;
  try {
    const label = shell.dialect.bashSyntax ? undefined : file;
    let status = await shell.evaluator.runText(shell, text, { label, sourced: true });
    if (shell.skip?.kind === 'return') {
      shell.skip = undefined;
      status = shell.status;
    }
    const trap = shell.traps.get('RETURN');
    if (trap !== undefined) await runTrap(shell, trap);
    return status;
  } finally {
    shell.calls.pop();
    shell.loopDepth = loops;
    if (words.length > 1 && shell.dialect.name !== 'dash') shell.positional = positional;
  }
};

/** A name without a slash is looked for on PATH, and in bash also in the working directory. */
async function findSourced(shell: Shell, file: string): Promise<string> {
  if (file.includes('/')) return file;
  for (const directory of (shell.variables.get('PATH') ?? '').split(':')) {
    const path = `${directory === '' ? '.' : directory}/${file}`;
    try {
      await shell.sys.access(path, 4);
      return path;
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }
  return shell.dialect.name === 'dash' ? `/nonexistent/${file}` : file;
}
