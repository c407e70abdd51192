import { type Errno, isErrno } from '../../base/errno.ts';
import { X_OK } from '../../kernel/fcntl.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import { DEFAULT_PATH, findProgram, looksBinary, shellStatus } from '../lib/spawn.ts';
import { joinGroup, newProcess, settleGroup } from './fork.ts';
import { waitForeground } from './jobs.ts';
import { redirect, type Target } from './redirect.ts';
import { Leave, type Shell } from './shell.ts';

/** Runs an external command in a child process of its own; gives its status. */
export async function runExternal(
  shell: Shell,
  words: readonly string[],
  env: ReadonlyMap<string, string>,
  targets: readonly Target[],
  text: () => string,
): Promise<number> {
  const file = await locate(shell, words[0]!);
  const group = shell.option('monitor') ? { group: 0, foreground: true } : undefined;
  const { terminal } = shell;
  const pid = await newProcess(shell, async (process) => {
    // Nothing of the shell's state is changed in here, so a view of it is enough.
    const child: Shell = Object.create(shell);
    child.process = process;
    if (group) await joinGroup(child, group, terminal);
    for (const signal of shell.caught) await process.sys.sigaction(signal, 'default');
    if (!(await redirect(child, targets))) return shell.dialect.name === 'dash' ? 2 : 1;
    return executeOrFail(child, words, env, file);
  });
  if (group) await settleGroup(shell, pid, 0);
  const [status] = await waitForeground(shell, [pid], [text]);
  return shellStatus(status!);
}

/** Replaces the shell by a program; comes back only as `Leave`, with 126 or 127, after a message. */
export async function executeInPlace(
  shell: Shell,
  words: readonly string[],
  env: ReadonlyMap<string, string>,
  options: { builtin?: string; zero?: string | undefined } = {},
): Promise<never> {
  const file = await locate(shell, words[0]!);
  for (const signal of shell.caught) await shell.sys.sigaction(signal, 'default');
  throw new Leave(await executeOrFail(shell, words, env, file, options));
}

/** The file a command name stands for; undefined if there is none. Remembered (`hash`). */
export async function locate(shell: Shell, name: string): Promise<string | undefined> {
  if (name.includes('/')) return name;
  const known = shell.hashed.get(name);
  if (known !== undefined) {
    known.hits++;
    return known.path;
  }
  try {
    const path = await findProgram(shell.sys, name, shell.variables.get('PATH') ?? DEFAULT_PATH);
    // BusyBox runs its own applets without a look at PATH, and remembers none.
    if (shell.option('hashall') || !shell.dialect.bashSyntax) shell.hashed.set(name, { path, hits: 1 });
    return path;
  } catch (error) {
    if (isErrno(error, 'EACCES')) return deniedFile(shell, name);
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** The file on PATH that exists and may not be executed: exec says why. */
async function deniedFile(shell: Shell, name: string): Promise<string | undefined> {
  for (const directory of (shell.variables.get('PATH') ?? DEFAULT_PATH).split(':')) {
    const file = directory === '' ? name : `${directory}/${name}`;
    try {
      if (((await shell.sys.stat(file)).mode & S_IFMT) !== S_IFDIR) return file;
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }
  return undefined;
}

async function executeOrFail(
  shell: Shell,
  words: readonly string[],
  env: ReadonlyMap<string, string>,
  file: string | undefined,
  { builtin, zero }: { builtin?: string; zero?: string | undefined } = {},
): Promise<number> {
  const { sys, dialect } = shell;
  const name = words[0]!;
  if (file === undefined) {
    const notFound =
      builtin !== undefined && dialect.name === 'bash' ? `${name}: not found` : dialect.commandNotFound(name);
    await shell.warn(notFound, builtin);
    return 127;
  }
  try {
    return await sys.execve(file, zero === undefined ? words : [zero, ...words.slice(1)], env);
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (error.code === 'ENOEXEC' && !(await looksBinary(sys, file)))
      return executeAsScript(shell, words, env, file);
    const elsewhere = error.code === 'ENOENT' ? await foundFurtherOn(shell, name, file) : undefined;
    if (elsewhere !== undefined) return executeOrFail(shell, words, env, elsewhere, { builtin, zero });
    const [message, status] = await failure(shell, name, file, error);
    await shell.warn(message, builtin);
    return status;
  }
}

/**
 * Dash and BusyBox remember how far along PATH a command was found: where the file is gone since, or the root is another, they look
 * on from there. Bash remembers the file, and fails.
 */
async function foundFurtherOn(shell: Shell, name: string, gone: string): Promise<string | undefined> {
  if (shell.dialect.bashSyntax || name.includes('/')) return undefined;
  const directories = (shell.variables.get('PATH') ?? DEFAULT_PATH).split(':');
  const at = directories.indexOf(gone.slice(0, -name.length - 1));
  const rest = directories.slice(at + 1);
  if (at === -1 || rest.length === 0) return undefined;
  return findProgram(shell.sys, name, rest.join(':')).catch((error: unknown) => {
    if (isErrno(error)) return undefined;
    throw error;
  });
}

/** A text file without `#!` is a script for the shell that found it. */
async function executeAsScript(
  shell: Shell,
  words: readonly string[],
  env: ReadonlyMap<string, string>,
  file: string,
): Promise<number> {
  const interpreter = shell.dialect.name === 'bash' ? '/bin/bash' : '/bin/sh';
  try {
    return await shell.sys.execve(interpreter, [interpreter.slice(5), file, ...words.slice(1)], env);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await shell.warn(shell.dialect.cannotExecute(words[0]!, error.code));
    return 126;
  }
}

async function failure(shell: Shell, name: string, file: string, error: Errno): Promise<[string, number]> {
  const { dialect, sys } = shell;
  if (error.code === 'EACCES' && dialect.bashSyntax) {
    try {
      if (((await sys.stat(file)).mode & S_IFMT) === S_IFDIR)
        return [dialect.cannotExecute(name, 'EISDIR'), 126];
    } catch (other) {
      if (!isErrno(other)) throw other;
    }
  }
  if (error.code === 'ENOEXEC' && dialect.bashSyntax)
    return [`${file}: cannot execute binary file: Exec format error`, 126];
  if (error.code === 'ENOENT' && dialect.bashSyntax) {
    if (await isScript(shell, file)) return [`${name}: cannot execute: required file not found`, 127];
  }
  return [dialect.cannotExecute(name, error.code), error.code === 'ENOENT' ? 127 : 126];
}

/** Whether a file is there whose interpreter is not. */
async function isScript(shell: Shell, file: string): Promise<boolean> {
  try {
    await shell.sys.access(file, X_OK);
    return true;
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}
