import { Errno } from '../base/errno.ts';
import type { Stat } from '../vfs/inode.ts';
import type { IdMap } from '../vfs/user-namespace.ts';
import type { Task } from './task.ts';

/** At the door, ids are those of the caller's user namespace; behind it they are the machine's (user_namespaces(7)). */

/** The machine's number of an id that a call names; EINVAL if the caller's namespace does not map it. */
export function idFrom(ids: IdMap, id: number): number {
  const global = ids.toGlobal(id);
  if (global === undefined) throw new Errno('EINVAL');
  return global;
}

/** The same where -1 means "as it is". */
export const idOrKept = (ids: IdMap, id: number): number => (id === -1 ? -1 : idFrom(ids, id));

/** A file's attributes as the caller sees them. */
export function shownStat({ cred: { userns } }: Task, stat: Stat): Stat {
  if (userns.level === 0) return stat;
  return { ...stat, uid: userns.uids.shown(stat.uid), gid: userns.gids.shown(stat.gid) };
}
