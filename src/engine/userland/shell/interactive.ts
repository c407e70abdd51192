import type { Shell } from './shell.ts';

export async function runInteractive(_shell: Shell, _startup: () => Promise<void>): Promise<number> {
  return 0;
}
