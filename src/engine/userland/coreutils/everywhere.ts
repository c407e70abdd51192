import { isErrno } from '../../base/errno.ts';
import type { Stat } from '../../vfs/inode.ts';
import { isDirectory, isLink, join, namesIn, statOf } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import { type Given, quoteName } from '../utility.ts';

/** Walking down a tree as chmod -R and chown -R do (fts(3)). */

/** Which symbolic links are gone through: none, those on the command line, all. */
export type Follow = 'never' | 'operands' | 'always';

export const followOf = (given: Given): Follow =>
  (({ H: 'operands', L: 'always', P: 'never' }) as const)[given.last('H', 'L', 'P') as 'H'] ?? 'never';

/** Visits a path and, when asked, all below it. */
export async function everywhere(
  io: Stdio,
  path: string,
  { recursive, follow = 'never' }: { recursive: boolean; follow?: Follow },
  act: (path: string) => Promise<boolean>,
  above: readonly Stat[] = [],
): Promise<boolean> {
  const isOperand = above.length === 0;
  const through = follow === 'always' || (follow === 'operands' && isOperand);
  const own = await statOf(io.sys, path, false);
  const seen = through && isLink(own) ? await statOf(io.sys, path) : own;
  let fine = await act(path);
  if (!recursive || seen === undefined || !isDirectory(seen)) return fine;
  if (above.some(({ dev, ino }) => dev === seen.dev && ino === seen.ino)) return fine;
  try {
    for (const name of await namesIn(io.sys, path))
      fine = (await everywhere(io, join(path, name), { recursive, follow }, act, [...above, seen])) && fine;
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.fail(`cannot read directory ${quoteName(path)}: ${error.message}`);
    return false;
  }
  return fine;
}

/** `--preserve-root`: says so, and true, if all of the root would be gone through. */
export async function sparesRoot(io: Stdio, given: Given, path: string): Promise<boolean> {
  if (!given.has('R') || given.last('preserve-root', 'no-preserve-root') !== 'preserve-root') return false;
  const [stat, root] = [await statOf(io.sys, path), await statOf(io.sys, '/')];
  if (stat?.ino !== root?.ino || stat?.dev !== root?.dev) return false;
  await io.fail(
    path === '/'
      ? "it is dangerous to operate recursively on '/'"
      : `it is dangerous to operate recursively on ${quoteName(path)} (same as '/')`,
  );
  await io.fail('use --no-preserve-root to override this failsafe');
  return true;
}
