import { isErrno } from '../../../base/errno.ts';
import { SIGNALS, type Signal } from '../../../kernel/signals.ts';
import { posixQuote, singleQuote } from '../quote.ts';
import type { Shell } from '../shell.ts';
import { catchSignal, trapName } from '../traps.ts';
import { signalTable } from './kill.ts';
import { parseOptions } from './parse-options.ts';
import type { BuiltinRun } from './table.ts';

/** `trap` (POSIX XCU trap). */
export const trap: BuiltinRun = async (shell, args) => {
  const { name } = shell.dialect;
  const letters = name === 'bash' ? 'lp' : '';
  const { on, operands } = await parseOptions(
    shell,
    'trap',
    args,
    letters,
    'trap [-lp] [[arg] signal_spec ...]',
  );
  if (on.has('l')) return shell.print(signalTable(), 'trap');
  if (operands.length === 0 || on.has('p')) return list(shell, operands);
  shell.inheritedTraps = undefined;
  // A number first, or a single word: all are conditions to reset.
  const resets = /^\d+$/.test(operands[0]!) || operands.length === 1;
  const action = resets ? '-' : operands[0]!;
  let status = 0;
  for (const word of resets ? operands : operands.slice(1)) {
    const condition = trapName(word, name);
    if (condition !== undefined) {
      await setTrap(shell, condition, action);
      continue;
    }
    status = 1;
    if (name !== 'dash') await shell.warn(shell.dialect.badSignal(word), 'trap');
    else {
      await shell.error(`trap: ${shell.dialect.badSignal(word)}\n`);
      return status;
    }
  }
  return status;
};

/** Traps by the number of their signal; bash's own conditions come last. */
function rank(name: string): number {
  const signal = `SIG${name}`;
  if (signal in SIGNALS) return SIGNALS[signal as Signal].number;
  return name === 'EXIT' ? 0 : 1000 + ['DEBUG', 'ERR', 'RETURN'].indexOf(name);
}

async function list(shell: Shell, wanted: readonly string[]): Promise<number> {
  const bash = shell.dialect.name === 'bash';
  const traps = shell.inheritedTraps ?? shell.traps;
  const names = wanted.map((one) => trapName(one, shell.dialect.name));
  let out = '';
  for (const [name, action] of [...traps].sort(([a], [b]) => rank(a) - rank(b))) {
    if (wanted.length > 0 && !names.includes(name)) continue;
    const shown = bash && `SIG${name}` in SIGNALS ? `SIG${name}` : name;
    out += `trap -- ${bash ? singleQuote(action) : posixQuote(action)} ${shown}\n`;
  }
  return shell.print(out, 'trap');
}

async function setTrap(shell: Shell, name: string, action: string): Promise<void> {
  if (action === '-') shell.traps.delete(name);
  else shell.traps.set(name, action);
  const signal = `SIG${name}` as Signal;
  if (!(signal in SIGNALS) || signal === 'SIGKILL' || signal === 'SIGSTOP') return;
  try {
    if (action === '') {
      shell.caught.delete(signal);
      await shell.sys.sigaction(signal, 'ignore');
    } else if (action !== '-' || (shell.interactive && signal === 'SIGINT')) await catchSignal(shell, signal);
    else {
      shell.caught.delete(signal);
      await shell.sys.sigaction(signal, 'default');
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}
