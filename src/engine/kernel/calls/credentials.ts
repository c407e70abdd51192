import { Errno } from '../../base/errno.ts';
import type { IdMap } from '../../vfs/user-namespace.ts';
import { withUserIds } from '../credentials.ts';
import { idFrom, idOrKept } from '../ids.ts';
import type { CapabilitySets } from '../syscalls.ts';
import type { Task } from '../task.ts';
import type { Handlers } from './handlers.ts';
import { find } from './processes.ts';

/** Calls that change who a process is (credentials(7), capabilities(7)). */
export const CREDENTIAL_CALLS: Handlers<
  'setuid' | 'setgid' | 'setresuid' | 'setresgid' | 'setgroups' | 'capget' | 'capset'
> = {
  setuid(task, id) {
    const { cred } = task;
    const uid = idFrom(cred.userns.uids, id);
    if (cred.capabilities.has('SETUID')) task.cred = withUserIds(cred, { ruid: uid, uid, suid: uid });
    else if (uid === cred.ruid || uid === cred.suid) task.cred = withUserIds(cred, { uid });
    else throw new Errno('EPERM');
  },
  setgid(task, id) {
    const { cred } = task;
    const gid = idFrom(cred.userns.gids, id);
    if (cred.capabilities.has('SETGID')) task.cred = { ...cred, rgid: gid, gid, sgid: gid };
    else if (gid === cred.rgid || gid === cred.sgid) task.cred = { ...cred, gid };
    else throw new Errno('EPERM');
  },
  setresuid(task, ...ids) {
    const { cred } = task;
    const now = [cred.ruid, cred.uid, cred.suid] as const;
    const [ruid, uid, suid] = resolved(cred.userns.uids, ids, now, cred.capabilities.has('SETUID'));
    task.cred = withUserIds(cred, { ruid, uid, suid });
  },
  setresgid(task, ...ids) {
    const { cred } = task;
    const now = [cred.rgid, cred.gid, cred.sgid] as const;
    const [rgid, gid, sgid] = resolved(cred.userns.gids, ids, now, cred.capabilities.has('SETGID'));
    task.cred = { ...cred, rgid, gid, sgid };
  },
  setgroups(task, groups) {
    const { cred } = task;
    const { gids, setgroupsAllowed } = cred.userns;
    // Not before there is a map, nor where it has been forbidden (user_namespaces(7), "Interaction with … setgroups(2)").
    if (!cred.capabilities.has('SETGID') || gids.extents.length === 0 || !setgroupsAllowed)
      throw new Errno('EPERM');
    task.cred = { ...cred, groups: groups.map((gid) => idFrom(gids, gid)).sort((a, b) => a - b) };
  },
  capget(task, pid = 0) {
    const { capabilities, permitted, inheritable, bounding, ambient } = find(task, pid).cred;
    return { effective: capabilities, permitted, inheritable, bounding, ambient };
  },
  capset,
};

type Triple = readonly [real: number, effective: number, saved: number];

/** setresuid(2): whoever has no capability may only choose among the ids that he has; -1 leaves one as it is. */
function resolved(ids: IdMap, wanted: Triple, now: Triple, privileged: boolean): Triple {
  const one = (at: 0 | 1 | 2) => {
    const id = idOrKept(ids, wanted[at]);
    if (id !== -1 && !privileged && !now.includes(id)) throw new Errno('EPERM');
    return id === -1 ? now[at] : id;
  };
  return [one(0), one(1), one(2)];
}

/** The rules of capset(2) and, for the ambient and the bounding set, of prctl(2). */
function capset(task: Task, sets: Partial<CapabilitySets>): void {
  const { cred } = task;
  const permitted = sets.permitted ?? cred.permitted;
  const effective = sets.effective ?? cred.capabilities;
  const inheritable = sets.inheritable ?? cred.inheritable;
  const bounding = sets.bounding ?? cred.bounding;
  const ambient = sets.ambient ?? cred.ambient.and(permitted).and(inheritable);
  const mayDrop = cred.capabilities.has('SETPCAP');
  const mayInherit = cred.inheritable.or(mayDrop ? cred.bounding : cred.permitted);
  const allowed =
    permitted.isWithin(cred.permitted) &&
    effective.isWithin(permitted) &&
    inheritable.isWithin(mayInherit) &&
    bounding.isWithin(cred.bounding) &&
    (mayDrop || cred.bounding.isWithin(bounding)) &&
    ambient.isWithin(permitted.and(inheritable));
  if (!allowed) throw new Errno('EPERM');
  task.cred = { ...cred, capabilities: effective, permitted, inheritable, bounding, ambient };
}
