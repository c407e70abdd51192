import { SIGNALS, type Signal } from '../../kernel/signals.ts';
import { jobText } from './job-text.ts';
import { Abandon, Leave, type Shell } from './shell.ts';
import type { CommandNode } from './syntax/tree.ts';

/** `trap` actions: which run when, with `$?` kept. */

/** Runs the actions of signals that have arrived. A Ctrl-C at an interactive shell gives up the command line. */
export async function runPendingTraps(shell: Shell): Promise<void> {
  while (shell.pendingSignals.length > 0) {
    const signal = shell.pendingSignals.shift()!;
    const action = shell.traps.get(signal.slice(3));
    if (action !== undefined) {
      await runTrap(shell, action);
      if (shell.skip) return;
    } else if (signal === 'SIGINT' && shell.interactive) {
      shell.pendingSignals.length = 0;
      await shell.error('\n');
      throw new Abandon(130, true);
    } else if (signal === 'SIGINT') await dieOfInterrupt(shell);
  }
}

/** A script of dash or ash dies of SIGINT, and the first process of a PID namespace, which cannot, leaves. */
async function dieOfInterrupt({ sys }: Shell): Promise<never> {
  await sys.sigaction('SIGINT', 'default');
  await sys.kill(sys.getpid(), 'SIGINT');
  throw new Leave(130);
}

/** dash and ash hear SIGINT themselves where it is not ignored: even as the first process of a container. */
export async function hearInterrupts(shell: Shell): Promise<void> {
  if (shell.dialect.name === 'bash') return;
  const before = await shell.sys.sigaction('SIGINT', 'ignore');
  if (before !== 'ignore') await catchSignal(shell, 'SIGINT');
}

/** Runs a trap's action, leaving `$?` as it was, unless it returns from a function. */
export async function runTrap(shell: Shell, action: string): Promise<void> {
  if (action === '') return;
  const { status, skip, lastArgument, trapStatus } = shell;
  shell.skip = undefined;
  shell.trapStatus = status;
  shell.trapDepth++;
  try {
    await shell.evaluator.runText(shell, action, { label: 'trap', line: shell.line });
  } finally {
    shell.trapDepth--;
    shell.trapStatus = trapStatus;
  }
  shell.lastArgument = lastArgument;
  if (shell.skip === undefined) {
    shell.status = status;
    shell.skip = skip;
  }
}

/** Before a command: bash's DEBUG trap, and what `$BASH_COMMAND` shows. */
export async function runDebugTrap(shell: Shell, node: CommandNode): Promise<void> {
  if (shell.trapDepth > 0) return;
  shell.command = () => jobText(shell, node);
  const action = shell.traps.get('DEBUG');
  if (action !== undefined) await runTrap(shell, action);
}

/** Runs the EXIT trap of a shell that is about to end; gives its final status. */
export async function runExitTrap(shell: Shell, status: number): Promise<number> {
  const action = shell.traps.get('EXIT');
  shell.traps.delete('EXIT');
  if (action === undefined || action === '') return status;
  shell.status = shell.trapStatus = status;
  shell.skip = undefined;
  try {
    await shell.evaluator.runText(shell, action, { label: 'exit trap', line: shell.line });
    return status;
  } catch (error) {
    if (error instanceof Leave || error instanceof Abandon) return error.status;
    throw error;
  }
}

/** Catches a signal, for a trap or for the interactive shell itself. */
export async function catchSignal(shell: Shell, signal: Signal): Promise<void> {
  shell.caught.add(signal);
  await shell.sys.sigaction(signal, () => {
    shell.pendingSignals.push(signal);
  });
}

/** The name under which `trap` keeps a condition: `EXIT`, `INT`, …; undefined if there is none. */
export function trapName(text: string, dialect: 'bash' | 'dash' | 'ash'): string | undefined {
  if (text === '0' || text.toUpperCase() === 'EXIT') return 'EXIT';
  if (/^\d+$/.test(text)) {
    const found = (Object.keys(SIGNALS) as Signal[]).find((name) => SIGNALS[name].number === Number(text));
    return found?.slice(3);
  }
  const upper = text.toUpperCase();
  if (dialect === 'bash' && ['DEBUG', 'RETURN'].includes(upper)) return upper;
  if (dialect !== 'dash' && upper === 'ERR') return upper;
  const name = upper.startsWith('SIG') && dialect !== 'dash' ? upper.slice(3) : upper;
  return `SIG${name}` in SIGNALS ? name : undefined;
}
