import { isErrno } from '../../../base/errno.ts';
import { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from '../../../kernel/fcntl.ts';
import { readFile, writeAll } from '../../lib/stdio.ts';
import { bytesToText, textToBytes } from '../../lib/text.ts';
import { columns } from '../../lib/width.ts';
import type { Shell } from '../shell.ts';
import { misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** history, help. */

const HISTORY_LIMIT = 1000;

/** Reads the history file into the list. */
export async function loadHistory(shell: Shell, path: string): Promise<void> {
  try {
    const lines = bytesToText(await readFile(shell.sys, path)).split('\n');
    shell.history.push(...lines.filter((line) => line !== '').slice(-HISTORY_LIMIT));
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}

export async function saveHistory(
  shell: Shell,
  path: string,
  lines: readonly string[],
  append: boolean,
): Promise<void> {
  try {
    const fd = await shell.sys.open(path, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0o600);
    await writeAll(
      shell.sys,
      fd,
      textToBytes(
        lines
          .slice(-HISTORY_LIMIT)
          .map((line) => `${line}\n`)
          .join(''),
      ),
    );
    await shell.sys.close(fd);
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}

export const historyPath = (shell: Shell): string =>
  shell.variables.get('HISTFILE') ??
  `${shell.variables.get('HOME') ?? ''}/${shell.dialect.name === 'bash' ? '.bash_history' : '.ash_history'}`;

export const history: BuiltinRun = async (shell, args) => {
  const [first, second] = args;
  if (first === '-c') {
    shell.history.length = 0;
    return 0;
  }
  if (first === '-d') {
    const index = Number(second);
    if (!(index >= 1 && index <= shell.history.length))
      return misuse(shell, 'history', `${second ?? ''}: history position out of range`);
    shell.history.splice(index - 1, 1);
    return 0;
  }
  if (first === '-w' || first === '-a') {
    await saveHistory(shell, second ?? historyPath(shell), shell.history, first === '-a');
    return 0;
  }
  if (first === '-r') {
    await loadHistory(shell, second ?? historyPath(shell));
    return 0;
  }
  if (first !== undefined && !/^\d+$/.test(first))
    return misuse(shell, 'history', `${first}: numeric argument required`);
  const count = first === undefined ? shell.history.length : Number(first);
  const from = Math.max(0, shell.history.length - count);
  const width = shell.dialect.name === 'bash' ? 5 : 4;
  const separator = shell.dialect.name === 'bash' ? '  ' : ' ';
  return shell.print(
    shell.history
      .slice(from)
      .map((line, i) => `${String(from + i + 1).padStart(width)}${separator}${line}\n`)
      .join(''),
    'history',
  );
};

export const help: BuiltinRun = async (shell, args) => {
  const names = shell.evaluator.builtinNames(shell);
  if (args.length > 0) {
    const missing = args.filter((name) => !names.includes(name));
    if (missing.length > 0) return misuse(shell, 'help', `no help topics match \`${missing[0]}'.`);
    return shell.print(args.map((name) => `${name}: a shell builtin; see bash(1).\n`).join(''), 'help');
  }
  return shell.print(
    `Builtin commands:\n${columns(names, 72)
      .map((line) => `  ${line}\n`)
      .join('')}`,
    'help',
  );
};
