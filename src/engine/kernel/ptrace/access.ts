import type { Credentials } from '../../vfs/caller.ts';
import { capableIn } from '../../vfs/permission.ts';
import type { Task } from '../task.ts';

/**
 * Whether one may look into a process, or trace it (ptrace(2), "Ptrace access mode checking"): one's own, with no more
 * rights in the same user namespace; else with CAP_SYS_PTRACE in the target's.
 */
export function mayLookInto({ cred }: Task, credentials: Credentials): boolean {
  if (capableIn(cred.userns, credentials, 'SYS_PTRACE')) return true;
  const same =
    [cred.ruid, cred.uid, cred.suid].every((uid) => uid === credentials.uid) &&
    [cred.rgid, cred.gid, cred.sgid].every((gid) => gid === credentials.gid);
  return same && cred.userns === credentials.userns && cred.permitted.isWithin(credentials.capabilities);
}
