import type { Syscalls } from '../../kernel/syscalls.ts';
import { readText } from '../../runtime/files.ts';
import { errorText, GoError } from '../../runtime/go-error.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';

/**
 * Whom `--chown` means by the files of a root. A user without a group has the group of that name, which must be there. Models moby
 * builder/dockerfile parseChownFlag().
 */
export async function ownerOf(
  sys: Syscalls,
  root: string,
  text: string,
): Promise<{ uid: number; gid: number }> {
  const [user = '', group = user, ...more] = text.split(':');
  try {
    if (more.length > 0) throw new GoError(`invalid chown string format: ${text}`);
    const uid = await idOf(sys, root, { kind: 'user', id: 'uid', name: user, file: '/etc/passwd' });
    const gid = await idOf(sys, root, { kind: 'group', id: 'gid', name: group, file: '/etc/group' });
    return { uid, gid };
  } catch (error) {
    throw new GoError(`unable to convert uid/gid chown string to host mapping: ${errorText(error)}`);
  }
}

async function idOf(
  sys: Syscalls,
  root: string,
  { kind, id, name, file }: { kind: string; id: string; name: string; file: string },
): Promise<number> {
  if (/^[+-]?\d+$/.test(name)) return Number(name);
  const path = await resolveInRoot(sys, root, file);
  let text: string;
  try {
    text = await readText(sys, path);
  } catch (error) {
    throw new GoError(`can't find ${id} for ${kind} ${name}: open ${path}: ${errorText(error)}`);
  }
  const found = text
    .split('\n')
    .map((line) => line.split(':'))
    .find(([known]) => known === name);
  if (found === undefined)
    throw new GoError(`can't find ${id} for ${kind} ${name}: no such ${kind}: ${name}`);
  return Number(found[2] ?? 0);
}
