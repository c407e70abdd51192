import { isErrno } from '../../../base/errno.ts';
import { SIGNALS, type Signal } from '../../../kernel/signals.ts';
import type { ResourceLimit } from '../../../kernel/syscalls.ts';
import { parseMode } from '../../lib/mode-string.ts';
import { posixQuote, singleQuote } from '../quote.ts';
import { catchSignal, trapName } from '../traps.ts';
import { misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** trap, umask, ulimit, times. */

export const trap: BuiltinRun = async (shell, args) => {
  const bash = shell.dialect.name === 'bash';
  let words = args;
  if (words[0] === '--') words = words.slice(1);
  if (words[0] === '-l' && shell.dialect.name !== 'dash')
    return shell.print(
      `${(Object.keys(SIGNALS) as Signal[]).map((name) => `${String(SIGNALS[name].number).padStart(2)}) ${bash ? name : name.slice(3)}`).join('\n')}\n`,
      'trap',
    );
  const listing = words.length === 0 || words[0] === '-p';
  if (listing) {
    const wanted = words.slice(1);
    let out = '';
    for (const [name, action] of shell.traps) {
      if (wanted.length > 0 && !wanted.some((one) => trapName(one, true) === name)) continue;
      const shown =
        bash && name !== 'EXIT' && !['ERR', 'DEBUG', 'RETURN'].includes(name) ? `SIG${name}` : name;
      out += `trap -- ${bash ? singleQuote(action) : posixQuote(action)} ${shown}\n`;
    }
    return shell.print(out, 'trap');
  }
  // A number first, or a single word: all are conditions to reset.
  const resets = /^\d+$/.test(words[0]!) || words.length === 1;
  const action = resets ? '-' : words[0]!;
  let status = 0;
  for (const word of resets ? words : words.slice(1)) {
    const name = trapName(word, shell.dialect.name !== 'dash');
    if (name === undefined) {
      if (bash) await shell.warn(shell.dialect.badSignal(word), 'trap');
      else if (shell.dialect.name === 'dash') await shell.error(`trap: ${shell.dialect.badSignal(word)}\n`);
      else await shell.warn(shell.dialect.badSignal(word), 'trap');
      status = 1;
      continue;
    }
    if (action === '-') shell.traps.delete(name);
    else shell.traps.set(name, action);
    const signal = `SIG${name}`;
    if (!(signal in SIGNALS) || signal === 'SIGKILL' || signal === 'SIGSTOP') continue;
    try {
      if (action === '') {
        shell.caught.delete(signal as Signal);
        await shell.sys.sigaction(signal as Signal, 'ignore');
      } else if (action !== '-' || (shell.interactive && signal === 'SIGINT'))
        await catchSignal(shell, signal as Signal);
      else {
        shell.caught.delete(signal as Signal);
        await shell.sys.sigaction(signal as Signal, 'default');
      }
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }
  return status;
};

export const umask: BuiltinRun = async (shell, args) => {
  const symbolic = args[0] === '-S';
  const operand = symbolic ? args[1] : args[0];
  const before = await shell.sys.umask(0);
  await shell.sys.umask(before);
  if (operand === undefined) {
    if (!symbolic) return shell.print(`${before.toString(8).padStart(4, '0')}\n`, 'umask');
    const allowed = ~before & 0o777;
    const letters = (bits: number) => `${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
    return shell.print(
      `u=${letters(allowed >> 6)},g=${letters((allowed >> 3) & 7)},o=${letters(allowed & 7)}\n`,
      'umask',
    );
  }
  if (/^\d+$/.test(operand)) {
    if (/[89]/.test(operand) || Number.parseInt(operand, 8) > 0o777)
      return misuse(
        shell,
        'umask',
        shell.dialect.name === 'bash'
          ? `${operand}: octal number out of range`
          : `Illegal number: ${operand}`,
      );
    await shell.sys.umask(Number.parseInt(operand, 8));
    return 0;
  }
  const change = parseMode(operand);
  if (change === undefined)
    return misuse(
      shell,
      'umask',
      shell.dialect.name === 'bash'
        ? `\`${operand.replace(/^[ugoa]*/, '')[0] ?? ''}': invalid symbolic mode operator`
        : `${shell.dialect.name === 'dash' ? 'Illegal' : 'illegal'} mode: ${operand}`,
    );
  await shell.sys.umask(~change(~before & 0o777, false, 0) & 0o777);
  return 0;
};

const LIMITS: readonly { letter: string; limit: ResourceLimit; unit: number; text: string }[] = [
  { letter: 'c', limit: 'core', unit: 512, text: 'core file size              (blocks, -c) ' },
  { letter: 'd', limit: 'data', unit: 1024, text: 'data seg size               (kbytes, -d) ' },
  { letter: 'f', limit: 'fsize', unit: 512, text: 'file size                   (blocks, -f) ' },
  { letter: 'l', limit: 'memlock', unit: 1024, text: 'max locked memory           (kbytes, -l) ' },
  { letter: 'm', limit: 'rss', unit: 1024, text: 'max memory size             (kbytes, -m) ' },
  { letter: 'n', limit: 'nofile', unit: 1, text: 'open files                          (-n) ' },
  { letter: 's', limit: 'stack', unit: 1024, text: 'stack size                  (kbytes, -s) ' },
  { letter: 't', limit: 'cpu', unit: 1, text: 'cpu time                   (seconds, -t) ' },
  { letter: 'u', limit: 'nproc', unit: 1, text: 'max user processes                  (-u) ' },
  { letter: 'v', limit: 'as', unit: 1024, text: 'virtual memory              (kbytes, -v) ' },
];

export const ulimit: BuiltinRun = async (shell, args) => {
  let which: 'soft' | 'hard' | undefined;
  let letter = 'f';
  let all = false;
  let value: string | undefined;
  for (const arg of args) {
    if (!/^-[A-Za-z]/.test(arg)) {
      value = arg;
      continue;
    }
    for (const one of arg.slice(1)) {
      if (one === 'S') which = 'soft';
      else if (one === 'H') which = 'hard';
      else if (one === 'a') all = true;
      else letter = one;
    }
  }
  const show = (limit: number, unit: number) =>
    Number.isFinite(limit) && limit < 2 ** 62 ? String(Math.floor(limit / unit)) : 'unlimited';
  if (all) {
    let out = '';
    for (const { limit, unit, text } of LIMITS)
      out += `${text}${show((await shell.sys.getrlimit(limit))[which ?? 'soft'], unit)}\n`;
    return shell.print(out, 'ulimit');
  }
  const found = LIMITS.find((one) => one.letter === letter);
  if (found === undefined) return misuse(shell, 'ulimit', shell.dialect.illegalOption(letter), 2);
  const limits = await shell.sys.getrlimit(found.limit);
  if (value === undefined) return shell.print(`${show(limits[which ?? 'soft'], found.unit)}\n`, 'ulimit');
  if (value !== 'unlimited' && !/^\d+$/.test(value)) {
    if (shell.dialect.name === 'bash') return misuse(shell, 'ulimit', `${value}: invalid number`);
    if (shell.dialect.name === 'dash') return misuse(shell, 'ulimit', 'bad number');
    await shell.error(`sh: invalid number '${value}'\n`);
    return 1;
  }
  const number = value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value) * found.unit;
  try {
    await shell.sys.setrlimit(found.limit, {
      soft: which === 'hard' ? limits.soft : number,
      hard: which === 'soft' ? limits.hard : number,
    });
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (shell.dialect.name === 'bash')
      return misuse(
        shell,
        'ulimit',
        `${found.text.replace(/\s+\(.*/, '')}: cannot modify limit: ${error.message}`,
      );
    return misuse(shell, 'ulimit', `error setting limit: ${error.message}`);
  }
};

export const times: BuiltinRun = async (shell) => {
  const all = await shell.sys.times();
  const show = (ms: number) =>
    `${Math.floor(ms / 60000)}m${((ms % 60000) / 1000).toFixed(shell.dialect.name === 'bash' ? 3 : 6)}s`;
  return shell.print(
    `${show(all.user)} ${show(all.system)}\n${show(all.childUser)} ${show(all.childSystem)}\n`,
    'times',
  );
};
