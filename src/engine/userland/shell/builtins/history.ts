import { isErrno } from '../../../base/errno.ts';
import { run } from '../../lib/spawn.ts';
import { readFile, writeAll } from '../../lib/stdio.ts';
import { bytesToText, textToBytes } from '../../lib/text.ts';
import { expandHistory } from '../history-expansion.ts';
import { historyPath, loadHistory, saveHistory } from '../history-file.ts';
import type { Shell } from '../shell.ts';
import { misuse } from './misuse.ts';
import { parseOptions } from './parse-options.ts';
import type { BuiltinRun } from './table.ts';

/** history, fc. */

export const history: BuiltinRun = async (shell, args) => {
  if (shell.dialect.name !== 'bash') return list(shell, 0, 4, ' ');
  const usage = 'history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]';
  const { on, operands } = await parseOptions(shell, 'history', args, 'acd:npsrw', usage);
  const path = operands[0] ?? historyPath(shell);
  if (on.has('c')) shell.history.length = 0;
  if (on.has('d')) return remove(shell, on.get('d')!);
  if (on.has('s')) {
    // The command itself is not kept: what it stores takes its place.
    if (shell.interactive) shell.history.pop();
    if (operands.length > 0) shell.history.push(operands.join(' '));
    return 0;
  }
  if (on.has('p')) return expand(shell, operands);
  if (on.has('w')) await saveHistory(shell, path, shell.history, false);
  else if (on.has('a')) {
    await saveHistory(shell, path, shell.history.slice(shell.historySaved), true);
    shell.historySaved = shell.history.length;
  } else if (on.has('r') || on.has('n')) await loadHistory(shell, path);
  if (on.size > 0) return 0;
  const [count] = operands;
  if (operands.length > 1) return misuse(shell, 'history', 'too many arguments', 1);
  if (count === undefined) return list(shell, 0, 5, '  ');
  if (!/^\d+$/.test(count)) return misuse(shell, 'history', `${count}: numeric argument required`, 2);
  return list(shell, Math.max(0, shell.history.length - Number(count)), 5, '  ');
};

const list = (shell: Shell, from: number, width: number, separator: string): Promise<number> =>
  shell.print(
    shell.history
      .slice(from)
      .map((line, i) => `${String(from + i + 1).padStart(width)}${separator}${line}\n`)
      .join(''),
    'history',
  );

async function remove(shell: Shell, text: string): Promise<number> {
  const size = shell.history.length;
  const place = /^-\d+$/.test(text) ? size + Number(text) + 1 : Number(text);
  if (!(place >= 1 && place <= size))
    return misuse(shell, 'history', `${text}: history position out of range`, 1);
  shell.history.splice(place - 1, 1);
  return 0;
}

/** `history -p`: what history expansion makes of the words. */
async function expand(shell: Shell, words: readonly string[]): Promise<number> {
  let out = '';
  for (const word of words) {
    const expanded = expandHistory(
      word,
      shell.history.slice(0, shell.interactive ? -1 : undefined),
      shell.historyMemory,
    );
    if ('missing' in expanded) return misuse(shell, 'history', `${word}: history expansion failed`, 1);
    out += `${expanded.text}\n`;
  }
  return shell.print(out, 'history');
}

/** `fc` (POSIX XCU fc): lists, edits and runs commands of the history again. */
export const fc: BuiltinRun = async (shell, args) => {
  const usage = 'fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]';
  // `fc -3`: a place in the history is no option.
  const cut = args.findIndex((arg) => /^-\d+$/.test(arg));
  const head = cut === -1 ? args : args.slice(0, cut);
  const { on, operands } = await parseOptions(shell, 'fc', head, 'e:lnrs', usage);
  const words = cut === -1 ? operands : [...operands, ...args.slice(cut)];
  // The `fc` under way is the last line already.
  const lines = shell.interactive && !on.has('l') ? shell.history.slice(0, -1) : shell.history;
  if (on.has('s') || on.get('e') === '-') return again(shell, lines, words);
  if (lines.length === 0) return on.has('l') ? 0 : misuse(shell, 'fc', 'no command found', 1);
  const earliest = on.has('l') ? Math.max(0, lines.length - 17 + 1) : lines.length - 1;
  const from = words[0] === undefined ? earliest : find(lines, words[0]);
  const to = words[1] === undefined ? (on.has('l') ? lines.length - 1 : from) : find(lines, words[1]);
  if (from === undefined || to === undefined)
    return misuse(shell, 'fc', 'history specification out of range', 1);
  let chosen = lines.map((text, i) => ({ text, i })).slice(Math.min(from, to), Math.max(from, to) + 1);
  if (from > to !== on.has('r')) chosen = chosen.reverse();
  if (on.has('l'))
    return shell.print(chosen.map(({ text, i }) => `${on.has('n') ? '' : i + 1}\t ${text}\n`).join(''), 'fc');
  return edit(
    shell,
    chosen.map(({ text }) => text),
    on.get('e'),
  );
};

/** The place of a command: by its number, from the end, or by how it begins. */
function find(lines: readonly string[], spec: string): number | undefined {
  if (/^-\d+$/.test(spec)) return Math.max(0, lines.length + Number(spec));
  if (/^\d+$/.test(spec)) return Math.min(lines.length - 1, Math.max(0, Number(spec) - 1));
  const found = lines.findLastIndex((line) => line.startsWith(spec));
  return found === -1 ? undefined : found;
}

/** `fc -s old=new command` */
async function again(shell: Shell, lines: readonly string[], words: readonly string[]): Promise<number> {
  const replacements = words.filter((word) => /^[^=]+=/.test(word));
  const [spec] = words.filter((word) => !replacements.includes(word));
  const place = spec === undefined ? lines.length - 1 : find(lines, spec);
  let text = place === undefined ? undefined : lines[place];
  if (text === undefined) return misuse(shell, 'fc', 'no command found', 1);
  for (const replacement of replacements) {
    const equals = replacement.indexOf('=');
    text = text.replaceAll(replacement.slice(0, equals), () => replacement.slice(equals + 1));
  }
  return runAgain(shell, text);
}

async function runAgain(shell: Shell, text: string): Promise<number> {
  await shell.error(`${text}\n`);
  if (shell.interactive) shell.history[shell.history.length - 1] = text;
  return shell.evaluator.runText(shell, text, { line: shell.line });
}

/** Gives commands to an editor, and runs what comes back. */
async function edit(shell: Shell, lines: readonly string[], given: string | undefined): Promise<number> {
  const editor = given ?? shell.variables.get('FCEDIT') ?? shell.variables.get('EDITOR') ?? 'vi';
  const path = `/tmp/bash-fc.${shell.sys.getpid()}`;
  const fd = await shell.sys.open(path, 0o1101, 0o600);
  await writeAll(shell.sys, fd, textToBytes(lines.map((line) => `${line}\n`).join('')));
  await shell.sys.close(fd);
  try {
    const status = await run(shell.process, [editor, path], { env: shell.variables.environment() });
    if (status !== 0) return status;
    return await runAgain(shell, bytesToText(await readFile(shell.sys, path)).replace(/\n$/, ''));
  } catch (error) {
    if (!isErrno(error)) throw error;
    return misuse(shell, 'fc', `${path}: ${error.message}`, 1);
  } finally {
    await shell.sys.unlink(path).catch(() => undefined);
  }
}
