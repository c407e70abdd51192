import type { Program } from '../../src/engine/kernel/program.ts';
import { utilities } from '../../src/engine/world/late/utilities.ts';

/** The programs that the cases start. */
export function coreutils(): Record<string, Program> {
  const all = utilities();
  return Object.fromEntries(['sh', 'echo', 'cat', 'sleep', 'ip'].map((name) => [name, all.get(name)!]));
}
