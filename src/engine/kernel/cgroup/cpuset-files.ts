import { Errno } from '../../base/errno.ts';
import { cpuList } from '../sched/cpu.ts';
import type { Cgroup } from './cgroup.ts';
import type { CpusetGroup } from './cpuset.ts';
import { type Access, type CgroupFile, READ, SET } from './file.ts';
import { integer, mask, natural } from './values.ts';

/** Documentation/admin-guide/cgroup-v2.rst, "Cpuset Interface Files". Partitions are not modelled. */
export const CPUSET_FILES: readonly CgroupFile<CpusetGroup>[] = [
  {
    name: 'cpuset.cpus',
    mode: SET,
    read: ({ cpus }) => `${cpuList(cpus)}\n`,
    write(group, value, { kernel, cgroup }) {
      group.cpus = mask(value, kernel.cpus.length);
      leaveForbidden(cgroup);
    },
  },
  {
    name: 'cpuset.cpus.effective',
    mode: READ,
    root: 'too',
    read: ({ effective }) => `${cpuList(effective)}\n`,
  },
  {
    name: 'cpuset.cpus.partition',
    mode: SET,
    read: () => 'member\n',
    write(_group, value) {
      if (value === 'root' || value === 'isolated') throw new Errno('EOPNOTSUPP');
      if (value !== 'member') throw new Errno('EINVAL');
    },
  },
  {
    name: 'cpuset.mems',
    mode: SET,
    read: ({ mems }) => `${cpuList(mems)}\n`,
    write: (group, value) => {
      const mems = mask(value, NODES);
      // There is one node.
      if (mems & ~1) throw new Errno('EINVAL');
      group.mems = mems;
    },
  },
  { name: 'cpuset.mems.effective', mode: READ, root: 'too', read: () => '0\n' },
];

/** How many a kernel could know, of which a machine has the first. */
const NODES = 31;

/** The same for version 1 (cpuset(7)). */
export const CPUSET_FILES_V1: readonly CgroupFile<CpusetGroup>[] = [
  flagFile('cpuset.cpu_exclusive', false),
  {
    name: 'cpuset.cpus',
    mode: SET,
    root: 'too',
    read: ({ cpus }) => `${cpuList(cpus)}\n`,
    write: (group, value, access) => change(group, access, { cpus: mask(value, access.kernel.cpus.length) }),
  },
  { name: 'cpuset.effective_cpus', mode: READ, root: 'too', read: ({ cpus }) => `${cpuList(cpus)}\n` },
  { name: 'cpuset.effective_mems', mode: READ, root: 'too', read: ({ mems }) => `${cpuList(mems)}\n` },
  flagFile('cpuset.mem_exclusive', false),
  flagFile('cpuset.mem_hardwall', false),
  flagFile('cpuset.memory_migrate', false),
  { name: 'cpuset.memory_pressure', mode: READ, root: 'too', read: () => '0\n' },
  { ...flagFile('cpuset.memory_pressure_enabled', false), root: 'only' },
  flagFile('cpuset.memory_spread_page', false),
  flagFile('cpuset.memory_spread_slab', false),
  {
    name: 'cpuset.mems',
    mode: SET,
    root: 'too',
    read: ({ mems }) => `${cpuList(mems)}\n`,
    write: (group, value, access) => {
      const mems = mask(value, NODES);
      if (mems & ~1) throw new Errno('EINVAL');
      change(group, access, { mems });
    },
  },
  flagFile('cpuset.sched_load_balance', true),
  {
    name: 'cpuset.sched_relax_domain_level',
    mode: SET,
    root: 'too',
    read: () => '-1\n',
    write(_group, value) {
      if (integer(value, Number.NEGATIVE_INFINITY) !== -1) throw new Errno('EOPNOTSUPP');
    },
  },
];

/** A switch of what is not modelled: it stands as it does at the beginning. */
function flagFile(name: string, on: boolean): CgroupFile<CpusetGroup> {
  return {
    name,
    mode: SET,
    root: 'too',
    read: () => `${Number(on)}\n`,
    write(_group, value) {
      if ((natural(value) !== 0) !== on) throw new Errno('EOPNOTSUPP');
    },
  };
}

/**
 * In version 1 a cpuset is part of its parent's (EACCES) and covers its children's (EBUSY), and where processes are it is not empty
 * (ENOSPC). The root's cannot be changed: EACCES (validate_change()).
 */
function change(group: CpusetGroup, { cgroup }: Access, asked: { cpus?: number; mems?: number }): void {
  if (!group.parent) throw new Errno('EACCES');
  const before = { cpus: group.cpus, mems: group.mems };
  Object.assign(group, asked);
  const refusal = [...cgroup.children.values()].some((child) => !child.states.cpuset.isSubset)
    ? 'EBUSY'
    : !group.isSubset
      ? 'EACCES'
      : cgroup.members.length > 0 && (group.cpus === 0 || group.mems === 0)
        ? 'ENOSPC'
        : undefined;
  if (refusal) {
    Object.assign(group, before);
    throw new Errno(refusal);
  }
  leaveForbidden(cgroup);
}

/** Whoever runs where he may not any more leaves. */
function leaveForbidden(cgroup: Cgroup): void {
  for (const below of cgroup.subtree())
    for (const task of below.members)
      if (task.cpu && !(task.allowedCpus & (1 << task.cpu.id))) task.cpu = undefined;
}
