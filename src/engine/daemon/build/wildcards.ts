import { PatternMatcher } from '../../base/pattern-matcher.ts';
import { hasWildcards } from '../../builder/plan/copy.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { namesIn, statOf } from '../../runtime/files.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';

/** The paths below a root that a source with wildcards names, in order; itself where it has none. Models fsutil ResolveWildcards. */
export async function resolveWildcards(sys: Syscalls, root: string, source: string): Promise<string[]> {
  const parts = source.split('/').filter(Boolean);
  const first = parts.findIndex(hasWildcards);
  if (first === -1) return [source];
  const base = `/${parts.slice(0, first).join('/')}`;
  const wanted = parts.slice(first);
  const found: string[] = [];
  const walk = async (directory: string, depth: number): Promise<void> => {
    const path = await resolveInRoot(sys, root, directory);
    const stat = await statOf(sys, path, false);
    if (stat === undefined || (stat.mode & S_IFMT) !== S_IFDIR) return;
    // One part of the path after the other: what a part does not match need not be looked into.
    const matcher = new PatternMatcher([wanted[depth]!]);
    for (const name of (await namesIn(sys, path)).sort()) {
      if (!matcher.matches(name)) continue;
      const child = directory === '/' ? `/${name}` : `${directory}/${name}`;
      if (depth === wanted.length - 1) found.push(child);
      else await walk(child, depth + 1);
    }
  };
  await walk(base, 0);
  return found;
}
