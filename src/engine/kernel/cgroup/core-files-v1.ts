import { Errno } from '../../base/errno.ts';
import { capable } from '../../vfs/permission.ts';
import type { Cgroup } from './cgroup.ts';
import { findMember, members } from './core-files.ts';
import { type Access, type CgroupFile, READ, SET } from './file.ts';
import { natural } from './values.ts';

const on = (text: string) => natural(text) !== 0;

/** The files of every cgroup of version 1 (Documentation/admin-guide/cgroup-v1/cgroups.rst). */
export const CORE_FILES_V1: readonly CgroupFile<Cgroup>[] = [
  {
    name: 'cgroup.clone_children',
    mode: SET,
    root: 'too',
    read: ({ cloneChildren }) => `${Number(cloneChildren)}\n`,
    write: (cgroup, value) => {
      cgroup.cloneChildren = on(value);
    },
  },
  { name: 'cgroup.procs', mode: SET, root: 'too', read: members, write: attach },
  { name: 'cgroup.sane_behavior', mode: READ, root: 'only', read: () => '0\n' },
  {
    name: 'notify_on_release',
    mode: SET,
    root: 'too',
    read: ({ notifyOnRelease }) => `${Number(notifyOnRelease)}\n`,
    write: (cgroup, value) => {
      cgroup.notifyOnRelease = on(value);
    },
  },
  {
    name: 'release_agent',
    mode: SET,
    root: 'only',
    read: ({ hierarchy }) => `${hierarchy.releaseAgent}\n`,
    write({ hierarchy }, value, { caller }) {
      // Whoever names the program gives orders to the machine's root.
      if (caller && !capable(caller, 'SYS_ADMIN')) throw new Errno('EPERM');
      hierarchy.releaseAgent = value;
    },
  },
  { name: 'tasks', mode: SET, root: 'too', read: members, write: attach },
];

/** Moves a process: root any, others their own (__cgroup1_procs_write()). */
function attach(cgroup: Cgroup, value: string, access: Access): void {
  const task = findMember(value, access);
  const uid = access.caller?.cred.uid ?? 0;
  if (uid !== 0 && uid !== task.cred.ruid && uid !== task.cred.suid) throw new Errno('EACCES');
  requireCpuset(cgroup);
  cgroup.move(task);
}

/** Nobody can be where there is no processor and no memory: ENOSPC (cpuset_can_attach()). */
function requireCpuset({ hierarchy, states: { cpuset } }: Cgroup): void {
  if (hierarchy.controllers.has('cpuset') && (cpuset.cpus === 0 || cpuset.mems === 0))
    throw new Errno('ENOSPC');
}
