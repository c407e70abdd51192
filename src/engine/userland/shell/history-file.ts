import { isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { readFile, writeAll } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import type { Shell } from './shell.ts';

/** The history between sessions: ~/.bash_history, ~/.ash_history. */

/** What HISTSIZE and HISTFILESIZE are unless they are set. */
const LIMIT = 1000;

function limit(shell: Shell, name: string): number {
  const value = shell.variables.get(name);
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : LIMIT;
}

/** Reads the history file into the list. */
export async function loadHistory(shell: Shell, path: string): Promise<void> {
  try {
    const lines = bytesToText(await readFile(shell.sys, path)).split('\n');
    shell.history.push(...lines.filter((line) => line !== '').slice(-limit(shell, 'HISTFILESIZE')));
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}

/** Writes lines to the history file, or adds them to it. */
export async function saveHistory(
  shell: Shell,
  path: string,
  lines: readonly string[],
  append: boolean,
): Promise<void> {
  const kept = lines.slice(-limit(shell, 'HISTFILESIZE'));
  try {
    const fd = await shell.sys.open(path, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0o600);
    await writeAll(shell.sys, fd, textToBytes(kept.map((line) => `${line}\n`).join('')));
    await shell.sys.close(fd);
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}

export const historyPath = (shell: Shell): string =>
  shell.variables.get('HISTFILE') ??
  `${shell.variables.get('HOME') ?? ''}/${shell.dialect.name === 'bash' ? '.bash_history' : '.ash_history'}`;

/** Adds a command to the history, unless HISTCONTROL or HISTIGNORE's like forbid it. */
export function rememberCommand(shell: Shell, line: string): void {
  const control = shell.variables.get('HISTCONTROL') ?? '';
  if (/ignorespace|ignoreboth/.test(control) && line.startsWith(' ')) return;
  const dups = /ignoredups|ignoreboth/.test(control) || shell.dialect.name === 'ash';
  if (dups && shell.history.at(-1) === line) return;
  if (control.includes('erasedups')) {
    const others = shell.history.filter((one) => one !== line);
    shell.history.splice(0, shell.history.length, ...others);
  }
  shell.history.push(line);
  const most = shell.variables.get('HISTSIZE');
  if (most !== undefined && /^\d+$/.test(most) && shell.history.length > Number(most))
    shell.history.splice(0, shell.history.length - Number(most));
}
