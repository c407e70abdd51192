import { Leave, type Shell } from './shell.ts';
import { runTrap } from './traps.ts';

/** `set -e`, and the ERR trap: after a command that failed where nobody looks at its status. */
export async function checkErrexit(shell: Shell, status: number): Promise<void> {
  if (status === 0 || shell.errexitIgnored > 0 || shell.skip) return;
  const trap = shell.traps.get('ERR');
  if (trap !== undefined && shell.trapDepth === 0) {
    shell.status = status;
    await runTrap(shell, trap);
  }
  if (shell.option('errexit')) throw new Leave(status);
}
