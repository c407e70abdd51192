import { Errno } from '../../base/errno.ts';
import { withUserIds } from '../credentials.ts';
import type { CapabilitySets } from '../syscalls.ts';
import type { Task } from '../task.ts';
import type { Handlers } from './handlers.ts';
import { find } from './processes.ts';

/** Calls that change who a process is (credentials(7), capabilities(7)). */
export const CREDENTIAL_CALLS: Handlers<'setuid' | 'setgid' | 'setgroups' | 'capget' | 'capset'> = {
  setuid(task, uid) {
    const { cred } = task;
    if (!(uid >= 0)) throw new Errno('EINVAL');
    if (cred.capabilities.has('SETUID')) task.cred = withUserIds(cred, { ruid: uid, uid, suid: uid });
    else if (uid === cred.ruid || uid === cred.suid) task.cred = withUserIds(cred, { uid });
    else throw new Errno('EPERM');
  },
  setgid(task, gid) {
    const { cred } = task;
    if (!(gid >= 0)) throw new Errno('EINVAL');
    if (cred.capabilities.has('SETGID')) task.cred = { ...cred, rgid: gid, gid, sgid: gid };
    else if (gid === cred.rgid || gid === cred.sgid) task.cred = { ...cred, gid };
    else throw new Errno('EPERM');
  },
  setgroups(task, groups) {
    if (!task.cred.capabilities.has('SETGID')) throw new Errno('EPERM');
    task.cred = { ...task.cred, groups: [...groups] };
  },
  capget(task, pid = 0) {
    const { capabilities, permitted, inheritable, bounding, ambient } = find(task, pid).cred;
    return { effective: capabilities, permitted, inheritable, bounding, ambient };
  },
  capset,
};

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
