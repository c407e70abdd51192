import { Errno, isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import { writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { expandToFields, expandToText } from './expand.ts';
import { assignChecked, parameterValue } from './parameters.ts';
import type { Shell } from './shell.ts';
import type { FileOperator, FileRedirection, Redirection, Word } from './syntax/tree.ts';

/** Redirection (POSIX XCU 2.7). Words are expanded first, in the parent; descriptors are moved where the command runs. */
export type Target = {
  fd: number;
  /** The variable of `{name}>file`, which receives the descriptor. */
  variable?: string | undefined;
} & (
  | { kind: 'open'; path: string; flags: number; both: boolean }
  | { kind: 'duplicate'; from: number; move: boolean; both: boolean }
  | { kind: 'close' }
  | { kind: 'text'; text: string }
);

/** Where the shell keeps descriptors of its own out of the way. */
const SAVED_FROM = 10;

/** A redirection whose word is no file or descriptor; the message has been printed. The command fails, no more. */
class Ambiguous extends Error {}

/** Expands the words of redirections; undefined, after a message, if one of them is no single word (bash). */
export async function expandRedirections(
  shell: Shell,
  redirections: readonly Redirection[],
): Promise<Target[] | undefined> {
  const targets: Target[] = [];
  try {
    for (const redirection of redirections) targets.push(await expandRedirection(shell, redirection));
    return targets;
  } catch (error) {
    if (error instanceof Ambiguous) return undefined;
    throw error;
  }
}

async function ambiguous(shell: Shell, word: Word): Promise<never> {
  await shell.warn(`${word.text}: ambiguous redirect`);
  throw new Ambiguous();
}

async function expandRedirection(shell: Shell, redirection: Redirection): Promise<Target> {
  const { variable } = redirection;
  const given = variable === undefined ? redirection.fd : -1;
  if (redirection.type === 'here-document')
    return { fd: given ?? 0, variable, kind: 'text', text: await expandToText(shell, redirection.body) };
  const { operator, target } = redirection;
  if (operator === '<<<')
    return { fd: given ?? 0, variable, kind: 'text', text: `${await expandToText(shell, target)}\n` };
  const fd = given ?? (operator.startsWith('<') ? 0 : 1);
  const text = await fileName(shell, target);
  if (operator === '<&' || operator === '>&') return duplication(shell, redirection, fd, text);
  const both = operator.startsWith('&');
  return { fd, variable, kind: 'open', path: text, flags: flagsOf(shell, operator), both };
}

/** `<&` and `>&`: a descriptor, `-` to close; in bash and BusyBox `>&FILE` is `&>FILE`. */
async function duplication(
  shell: Shell,
  { operator, target, fd: given, variable }: FileRedirection,
  fd: number,
  text: string,
): Promise<Target> {
  if (text === '-') {
    const named = variable === undefined ? undefined : parameterValue(shell, variable);
    return { fd: named === undefined ? fd : Number(named), kind: 'close' };
  }
  const match = /^(\d+)(-?)$/.exec(text);
  if (match && (match[2] === '' || shell.dialect.bashSyntax))
    return { fd, variable, kind: 'duplicate', from: Number(match[1]), move: match[2] === '-', both: false };
  if (operator === '>&' && shell.dialect.name !== 'dash' && given === undefined && variable === undefined)
    return { fd: 1, kind: 'open', path: text, flags: O_WRONLY | O_CREAT | O_TRUNC, both: true };
  if (shell.dialect.bashSyntax) return ambiguous(shell, target);
  return shell.abandon(shell.dialect.name === 'dash' ? 'Syntax error: Bad fd number' : 'ambiguous redirect', {
    fatal: true,
  });
}

async function fileName(shell: Shell, word: Word): Promise<string> {
  if (!shell.dialect.bashSyntax || shell.option('posix')) return expandToText(shell, word);
  const fields = await expandToFields(shell, [word]);
  return fields.length === 1 ? fields[0]! : ambiguous(shell, word);
}

function flagsOf(shell: Shell, operator: FileOperator): number {
  switch (operator) {
    case '<':
      return O_RDONLY;
    case '<>':
      return O_RDWR | O_CREAT;
    case '>>':
    case '&>>':
      return O_WRONLY | O_CREAT | O_APPEND;
    case '>':
    case '&>':
      return O_WRONLY | O_CREAT | (shell.option('noclobber') ? O_EXCL : O_TRUNC);
    default:
      return O_WRONLY | O_CREAT | O_TRUNC;
  }
}

/** Descriptors as they were before a redirection that lasts for one command; undefined: closed. */
export type Saved = Map<number, number | undefined>;

/**
 * Performs redirections in the process of `shell`. With `saved`, what they replace is kept there for `restore`. Says whether all
 * worked; the message is printed before.
 */
export async function redirect(shell: Shell, targets: readonly Target[], saved?: Saved): Promise<boolean> {
  for (const target of targets) {
    try {
      await redirectOne(shell, target, saved);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await shell.warn(faultWords(shell, target, error));
      return false;
    }
  }
  return true;
}

function faultWords(shell: Shell, target: Target, error: Errno): string {
  const { dialect } = shell;
  if (target.kind === 'duplicate') return dialect.badDescriptor(String(target.from));
  if (target.kind !== 'open') return error.message;
  if (error.code === 'EEXIST' && dialect.bashSyntax) return `${target.path}: cannot overwrite existing file`;
  return target.flags & O_CREAT
    ? dialect.cannotCreate(target.path, error.code)
    : dialect.cannotOpen(target.path, error.code);
}

async function redirectOne(shell: Shell, target: Target, saved: Saved | undefined): Promise<void> {
  const { sys } = shell;
  if (target.kind === 'close') {
    await save(sys, target.fd, saved);
    await sys.close(target.fd).catch(ignoreErrno);
    return;
  }
  let source: number;
  if (target.kind === 'open') source = await openTarget(shell, target.path, target.flags);
  else if (target.kind === 'text') source = await textSource(sys, target.text);
  else {
    if (target.from === target.fd) {
      await sys.fstat(target.fd);
      return;
    }
    source = target.from;
  }
  if (target.variable !== undefined) {
    const fd = await sys.dupfd(source, SAVED_FROM);
    if (target.kind !== 'duplicate') await sys.close(source);
    await assignChecked(shell, target.variable, String(fd));
    return;
  }
  const { fd } = target;
  if (source !== fd) {
    if (target.kind === 'duplicate') {
      await sys.fstat(source);
      // What the shell has put out of the way is not the script's to use.
      if (saved && [...saved.values()].includes(source)) throw new Errno('EBADF');
    }
    await save(sys, fd, saved);
    await sys.dup2(source, fd);
    if (target.kind !== 'duplicate') await sys.close(source);
  } else if (saved && !saved.has(fd)) saved.set(fd, undefined);
  if ((target.kind === 'open' || target.kind === 'duplicate') && target.both) {
    await save(sys, 2, saved);
    await sys.dup2(fd, 2);
  }
  if (target.kind === 'duplicate' && target.move) {
    await save(sys, target.from, saved);
    await sys.close(target.from);
  }
}

async function openTarget(shell: Shell, path: string, flags: number): Promise<number> {
  if (!(flags & O_EXCL)) return shell.sys.open(path, flags, 0o666);
  // `set -C` refuses existing regular files only.
  try {
    return await shell.sys.open(path, flags, 0o666);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    if (((await shell.sys.stat(path)).mode & S_IFMT) === S_IFREG) throw error;
    return shell.sys.open(path, flags & ~(O_EXCL | O_CREAT));
  }
}

async function save(sys: Syscalls, fd: number, saved: Saved | undefined): Promise<void> {
  if (saved === undefined || saved.has(fd)) return;
  try {
    saved.set(fd, await sys.dupfd(fd, SAVED_FROM, true));
  } catch (error) {
    if (!isErrno(error, 'EBADF')) throw error;
    saved.set(fd, undefined);
  }
}

export async function restore(sys: Syscalls, saved: Saved): Promise<void> {
  for (const [fd, copy] of [...saved].reverse()) {
    if (copy === undefined) await sys.close(fd).catch(ignoreErrno);
    else {
      await sys.dup2(copy, fd);
      await sys.close(copy);
    }
  }
}

/** A pipe that holds the text; a long one is written by a process of its own. */
async function textSource(sys: Syscalls, text: string): Promise<number> {
  const bytes = textToBytes(text);
  const [readEnd, writeEnd] = await sys.pipe();
  if (bytes.length <= 4096) await writeAll(sys, writeEnd, bytes);
  else
    await sys.fork(async (process) => {
      await process.sys.sigaction('SIGPIPE', 'default');
      await process.sys.close(readEnd);
      await writeAll(process.sys, writeEnd, bytes);
      return 0;
    });
  await sys.close(writeEnd);
  return readEnd;
}

function ignoreErrno(error: unknown): void {
  if (!isErrno(error)) throw error;
}

/** Closes the pipes of process substitutions when their command has ended. */
export async function closeSubstitutions(shell: Shell): Promise<void> {
  while (shell.substitutions.length > 0) await shell.sys.close(shell.substitutions.pop()!);
}
