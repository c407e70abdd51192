import { Errno } from '../../base/errno.ts';
import type { Caller } from '../../vfs/caller.ts';
import { capableIn } from '../../vfs/permission.ts';
import { type IdExtent, IdMap, type UserNamespace } from '../../vfs/user-namespace.ts';
import type { Task } from '../task.ts';

/** The files of /proc/PID that define a user namespace: uid_map, gid_map and setgroups (user_namespaces(7)). */

type Which = 'uids' | 'gids';

/** Lines that one write may bring, and bytes. */
const EXTENTS_MAX = 340;
const WRITE_MAX = 4096;
const NO_ID = 4294967295;
/** Numbers are 32 bits wide, whatever is written. */
const WORD = 4294967296;

/** Each extent: first id within, first id outside as the reader's namespace numbers it, count. */
export function idMapText(task: Task, which: Which, caller: Caller | undefined): string {
  const { userns } = task.cred;
  const reader = caller?.credentials.userns;
  // A member sees the ids of the namespace above.
  const outside = reader === userns ? (userns.parent ?? userns) : reader;
  return userns[which].extents
    .map(({ first, global, count }) => {
      const lower = outside === undefined ? global : (outside[which].toLocal(global) ?? NO_ID);
      return `${[first, lower, count].map((number) => String(number).padStart(10)).join(' ')}\n`;
    })
    .join('');
}

/**
 * The one write that sets a map. From within or from the namespace above; whoever has no CAP_SETUID (CAP_SETGID) above may map
 * only his own id. Else EPERM; EINVAL for what is no map.
 */
export function writeIdMap(task: Task, which: Which, text: string, { credentials }: Caller): void {
  const { userns } = task.cred;
  const { parent } = userns;
  const writer = credentials.userns;
  if (parent === undefined || (writer !== userns && writer !== parent)) throw new Errno('EPERM');
  if (text.length >= WRITE_MAX) throw new Errno('EINVAL');
  if (userns[which].extents.length > 0) throw new Errno('EPERM');
  if (!capableIn(userns, credentials, 'SYS_ADMIN')) throw new Errno('EPERM');
  const extents = parse(text);
  if (!mayMap(userns, parent, which, extents, credentials)) throw new Errno('EPERM');
  userns[which] = new IdMap(
    extents.map((extent) => {
      const global = parent[which].rangeToGlobal(extent.global, extent.count);
      if (global === undefined) throw new Errno('EPERM');
      return { ...extent, global };
    }),
  );
}

/** Lines of three numbers that do not overlap; `global` is the parent's number as yet. */
function parse(text: string): IdExtent[] {
  const extents: IdExtent[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s*$/.exec(line);
    if (match === null) throw new Errno('EINVAL');
    const [first, global, count] = match.slice(1).map((digits) => Number(digits) % WORD) as [
      number,
      number,
      number,
    ];
    const wraps = (start: number) => start + count > NO_ID;
    const overlaps = extents.some(
      (other) =>
        (first < other.first + other.count && other.first < first + count) ||
        (global < other.global + other.count && other.global < global + count),
    );
    if (count === 0 || wraps(first) || wraps(global) || overlaps) throw new Errno('EINVAL');
    extents.push({ first, global, count });
    if (extents.length > EXTENTS_MAX) throw new Errno('EINVAL');
  }
  return extents;
}

/** new_idmap_permitted and verify_root_map of the kernel. */
function mayMap(
  userns: UserNamespace,
  parent: UserNamespace,
  which: Which,
  extents: readonly IdExtent[],
  credentials: Caller['credentials'],
): boolean {
  const [only] = extents;
  if (which === 'uids' && extents.some(({ global }) => global === 0)) {
    const couldSetfcap =
      credentials.userns === userns ? userns.makerCouldSetfcap : capableIn(parent, credentials, 'SETFCAP');
    if (!couldSetfcap) return false;
  }
  if (extents.length === 1 && only!.count === 1 && userns.owner === credentials.uid) {
    const own = parent[which].toGlobal(only!.global);
    if (which === 'uids' && own === credentials.uid) return true;
    // Else one could leave groups that take rights away (CVE-2014-8989).
    if (which === 'gids' && own === credentials.gid && !userns.setgroupsAllowed) return true;
  }
  return capableIn(parent, credentials, which === 'uids' ? 'SETUID' : 'SETGID');
}

export const setgroupsText = ({ cred: { userns } }: Task): string =>
  userns.setgroupsAllowed ? 'allow\n' : 'deny\n';

/** Forbids setgroups(2) for good, before there is a gid_map. */
export function writeSetgroups({ cred: { userns } }: Task, text: string): void {
  const match = /^(allow|deny)\s*$/.exec(text);
  if (match === null || text.length >= 8) throw new Errno('EINVAL');
  if (match[1] === 'allow') {
    if (!userns.setgroupsAllowed) throw new Errno('EPERM');
  } else {
    if (userns.gids.extents.length > 0) throw new Errno('EPERM');
    userns.setgroupsAllowed = false;
  }
}

/** Opening setgroups for writing takes CAP_SYS_ADMIN in the namespace that it is about. */
export const mayWriteSetgroups = ({ cred: { userns } }: Task, { credentials }: Caller): boolean =>
  capableIn(userns, credentials, 'SYS_ADMIN');
