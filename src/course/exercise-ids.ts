import { existsSync, readdirSync } from 'node:fs';

/** The ids of the exercises: each folder of `exercises/` is one. Runs when the site is built. */
export function exerciseIds(root: URL): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_') && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}
