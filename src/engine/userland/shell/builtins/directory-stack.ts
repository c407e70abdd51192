import { isErrno } from '../../../base/errno.ts';
import { tilde } from '../job-words.ts';
import type { Shell } from '../shell.ts';
import { changeTo, workingDirectory } from './directories.ts';
import { BuiltinMisuse, misuse } from './misuse.ts';
import { parseOptions } from './parse-options.ts';
import type { BuiltinRun } from './table.ts';

/** bash's stack of directories: the working directory, and those that `pushd` remembers. */

const stack = async (shell: Shell): Promise<string[]> => [
  await workingDirectory(shell),
  ...shell.directories,
];

/** `+N` from the left, `-N` from the right, as a place in the stack; undefined if the word is none. */
async function placeOf(
  shell: Shell,
  builtin: string,
  word: string,
  size: number,
): Promise<number | undefined> {
  const match = /^([-+])(\d+)$/.exec(word);
  if (match === null) return undefined;
  const place = match[1] === '+' ? Number(match[2]) : size - 1 - Number(match[2]);
  if (place >= 0 && place < size) return place;
  return misuse(
    shell,
    builtin,
    size === 1
      ? 'directory stack empty'
      : `${word.slice(builtin === 'dirs' ? 1 : 0)}: directory stack index out of range`,
  );
}

async function show(shell: Shell): Promise<number> {
  return shell.print(`${(await stack(shell)).map((path) => tilde(shell, path)).join(' ')}\n`, 'dirs');
}

async function refuse(shell: Shell, builtin: string, word: string, usage: string): Promise<never> {
  await shell.warn(`${word}: invalid number`, builtin);
  await shell.error(`${builtin}: usage: ${usage}\n`);
  throw new BuiltinMisuse(2);
}

/** `-n`, and the one word that `pushd` and `popd` take. */
async function operandOf(
  shell: Shell,
  builtin: string,
  args: readonly string[],
  usage: string,
): Promise<{ stay: boolean; word: string | undefined }> {
  let stay = false;
  for (const [i, arg] of args.entries()) {
    if (arg === '-n') stay = true;
    else if (arg === '--') return { stay, word: args[i + 1] };
    else if (/^-\D/.test(arg)) return refuse(shell, builtin, arg, usage);
    else return { stay, word: arg };
  }
  return { stay, word: undefined };
}

async function go(shell: Shell, builtin: string, path: string): Promise<void> {
  try {
    await changeTo(shell, path, false);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await misuse(shell, builtin, `${path}: ${error.message}`);
  }
}

export const pushd: BuiltinRun = async (shell, args) => {
  const { stay, word } = await operandOf(shell, 'pushd', args, 'pushd [-n] [+N | -N | dir]');
  const all = await stack(shell);
  if (word === undefined) {
    const [here, target, ...rest] = all;
    if (target === undefined) return misuse(shell, 'pushd', 'no other directory');
    if (!stay) await go(shell, 'pushd', target);
    shell.directories = stay ? [target, ...rest] : [here!, ...rest];
    return show(shell);
  }
  const place = await placeOf(shell, 'pushd', word, all.length);
  if (place !== undefined) {
    const turned = [...all.slice(place), ...all.slice(0, place)];
    if (!stay) await go(shell, 'pushd', turned[0]!);
    shell.directories = turned.slice(1);
  } else if (stay) shell.directories = [word, ...shell.directories];
  else {
    await go(shell, 'pushd', word);
    shell.directories = all;
  }
  return show(shell);
};

export const popd: BuiltinRun = async (shell, args) => {
  const { stay, word } = await operandOf(shell, 'popd', args, 'popd [-n] [+N | -N]');
  const all = await stack(shell);
  if (all.length === 1) return misuse(shell, 'popd', 'directory stack empty');
  const place = word === undefined ? 0 : await placeOf(shell, 'popd', word, all.length);
  if (place === undefined) return misuse(shell, 'popd', `${word}: invalid argument`);
  if (place === 0 && !stay) {
    await go(shell, 'popd', all[1]!);
    shell.directories = all.slice(2);
  } else shell.directories.splice(Math.max(0, place - 1), 1);
  return show(shell);
};

export const dirs: BuiltinRun = async (shell, args) => {
  const usage = 'dirs [-clpv] [+N] [-N]';
  const options = args.filter((arg) => /^-[clpv]+$/.test(arg));
  const words = args.filter((arg) => !options.includes(arg));
  const { on } = await parseOptions(shell, 'dirs', options, 'clpv', usage);
  if (on.has('c')) {
    shell.directories = [];
    return 0;
  }
  const all = await stack(shell);
  const shown = on.has('l') ? all : all.map((path) => tilde(shell, path));
  if (words.length > 0) {
    const place = await placeOf(shell, 'dirs', words[0]!, all.length);
    if (place === undefined) return refuse(shell, 'dirs', words[0]!, usage);
    return shell.print(`${on.has('v') ? `${String(place).padStart(2)}  ` : ''}${shown[place]}\n`, 'dirs');
  }
  if (on.has('v'))
    return shell.print(shown.map((path, i) => `${String(i).padStart(2)}  ${path}\n`).join(''), 'dirs');
  return shell.print(`${shown.join(on.has('p') ? '\n' : ' ')}\n`, 'dirs');
};
