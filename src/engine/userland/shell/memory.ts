import { heapOf, MemoryExhausted } from '../lib/heap.ts';
import type { Shell } from './shell.ts';

/** More than any machine here has for one program: whatever is larger ends like this. */
const MOST = 1 << 30;

/**
 * The shell keeps `bytes` more (or fewer) in memory. Where the kernel has no more, it kills; where a limit of the shell's own (`ulimit -v`)
 * refuses it, the shell gives up.
 */
export async function keepMemory(shell: Shell, bytes: number): Promise<void> {
  try {
    const told = heapOf(shell.sys).keep(bytes);
    if (told) await told;
  } catch (error) {
    if (!(error instanceof MemoryExhausted)) throw error;
    const bash = shell.dialect.bashSyntax;
    await shell.abandon(bash ? `xrealloc: cannot allocate ${bytes} bytes` : 'out of memory', {
      status: bash ? 2 : 1,
      fatal: true,
    });
  }
}

/** Sees that there is memory for what is about to be made: where there is not, the shell ends here. */
export async function makeRoom(shell: Shell, bytes: number): Promise<void> {
  const room = Math.min(bytes, MOST);
  await keepMemory(shell, room);
  await keepMemory(shell, -room);
}
