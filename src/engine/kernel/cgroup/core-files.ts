import { Errno } from '../../base/errno.ts';
import { MAY_WRITE, requirePermission } from '../../vfs/permission.ts';
import type { Task } from '../task.ts';
import type { Cgroup } from './cgroup.ts';
import { UNIFIED, type UnifiedController } from './controllers.ts';
import { type Access, type CgroupFile, READ, SET, WRITE } from './file.ts';
import { flag, integer, keyed, orMax, showLimit } from './values.ts';

const INT_MAX = 2 ** 31 - 1;

/** The files of every cgroup of version 2 (Documentation/admin-guide/cgroup-v2.rst, "Core Interface Files"). */
export const CORE_FILES: readonly CgroupFile<Cgroup>[] = [
  {
    name: 'cgroup.controllers',
    mode: READ,
    root: 'too',
    read: ({ controllers }) => list(controllers),
  },
  {
    name: 'cgroup.events',
    mode: READ,
    read: (cgroup) => keyed({ populated: Number(cgroup.populated), frozen: Number(cgroup.frozen) }),
  },
  {
    name: 'cgroup.freeze',
    mode: SET,
    read: ({ freezing }) => `${Number(freezing)}\n`,
    write: (cgroup, value) => cgroup.freeze(flag(value)),
  },
  { name: 'cgroup.kill', mode: WRITE, write: killAll },
  {
    name: 'cgroup.max.depth',
    mode: SET,
    root: 'too',
    read: ({ maxDepth }) => `${showLimit(maxDepth)}\n`,
    write: (cgroup, value) => {
      cgroup.maxDepth = orMax(value, (text) => integer(text, 0, INT_MAX));
    },
  },
  {
    name: 'cgroup.max.descendants',
    mode: SET,
    root: 'too',
    read: ({ maxDescendants }) => `${showLimit(maxDescendants)}\n`,
    write: (cgroup, value) => {
      cgroup.maxDescendants = orMax(value, (text) => integer(text, 0, INT_MAX));
    },
  },
  {
    name: 'cgroup.procs',
    mode: SET,
    root: 'too',
    delegatable: true,
    read(cgroup, access) {
      if (cgroup.threaded) throw new Errno('EOPNOTSUPP');
      return members(cgroup, access);
    },
    write: (cgroup, value, access) => attach(cgroup, value, access, 'process'),
  },
  {
    name: 'cgroup.stat',
    mode: READ,
    root: 'too',
    read: ({ descendants }) => keyed({ nr_descendants: descendants, nr_dying_descendants: 0 }),
  },
  {
    name: 'cgroup.subtree_control',
    mode: SET,
    root: 'too',
    delegatable: true,
    read: ({ subtreeControl }) => list(UNIFIED.filter((controller) => subtreeControl.has(controller))),
    write: setSubtreeControl,
  },
  {
    name: 'cgroup.threads',
    mode: SET,
    root: 'too',
    delegatable: true,
    read: members,
    write: (cgroup, value, access) => attach(cgroup, value, access, 'thread'),
  },
  {
    name: 'cgroup.type',
    mode: SET,
    read: ({ type }) => `${type}\n`,
    write(cgroup, value) {
      if (value !== 'threaded') throw new Errno('EINVAL');
      cgroup.becomeThreaded();
    },
  },
  {
    name: 'cpu.stat',
    mode: READ,
    root: 'too',
    read(cgroup) {
      const { user, system } = cgroup.cpuTime;
      const times = { usage_usec: user + system, user_usec: user, system_usec: system };
      // All cgroups have the times, the rest is the controller's.
      if (cgroup.parent && !cgroup.controllers.includes('cpu')) return keyed(times);
      const { bandwidth } = cgroup.states.cpu;
      return keyed({
        ...times,
        nr_periods: bandwidth.periods,
        nr_throttled: bandwidth.throttledPeriods,
        throttled_usec: bandwidth.throttledTime,
        nr_bursts: bandwidth.bursts,
        burst_usec: bandwidth.burstTime,
      });
    },
  },
];

/** Without any, not even a line. */
const list = (controllers: readonly UnifiedController[]) =>
  controllers.length === 0 ? '' : `${controllers.join(' ')}\n`;

/** Members by the numbers that the reader sees; 0 for those it does not. */
export function members(cgroup: Cgroup, { kernel, caller }: Access): string {
  const namespace = caller?.id.namespace ?? kernel.namespaces.pid;
  return cgroup.members.map((task) => `${task.id.in(namespace)}\n`).join('');
}

/** The process that is named in what is written; 0 is the writer. */
export function findMember(value: string, { kernel, caller }: Access): Task {
  const pid = integer(value);
  const task = pid === 0 ? caller : (caller?.id.namespace ?? kernel.namespaces.pid).find(pid);
  if (!task || task.zombie) throw new Errno('ESRCH');
  return task;
}

/** Moves a process, or, which is the same here, its only thread. */
function attach(cgroup: Cgroup, value: string, access: Access, what: 'process' | 'thread'): void {
  if (/^-\d/.test(value)) throw new Errno('EINVAL');
  const task = findMember(value, access);
  const from = task.css.of(cgroup.hierarchy);
  const { caller, kernel } = access;
  if (caller) requireDelegated(kernel.cgroupfs.procsInode(common(from, cgroup)), from, cgroup, caller);
  if (what === 'thread' && from.domain !== cgroup.domain) throw new Errno('EOPNOTSUPP');
  cgroup.move(task);
}

/**
 * Who moves a process from one cgroup to another must have been given what lies between: the right to write cgroup.procs where both meet, and
 * both must be seen in his cgroup namespace (cgroup-v2.rst, "Delegation Containment").
 */
function requireDelegated(
  procs: Parameters<typeof requirePermission>[1],
  from: Cgroup,
  to: Cgroup,
  caller: Task,
): void {
  requirePermission(caller, procs, MAY_WRITE);
  const root = caller.namespaces.cgroup.root.of(to.hierarchy);
  if (!from.isWithin(root) || !to.isWithin(root)) throw new Errno('ENOENT');
}

function common(one: Cgroup, other: Cgroup): Cgroup {
  let above = other;
  while (!one.isWithin(above)) above = above.parent!;
  return above;
}

function killAll(cgroup: Cgroup, value: string, { kernel }: Access): void {
  integer(value, 1, 1);
  if (cgroup.threaded) throw new Errno('EOPNOTSUPP');
  for (const group of [...cgroup.subtree()]) {
    for (const task of group.members)
      kernel.end(task, { kind: 'signaled', signal: 'SIGKILL', coreDumped: false });
  }
}

/** `+memory -pids`: what the children get. */
function setSubtreeControl(cgroup: Cgroup, value: string): void {
  const enable = new Set<UnifiedController>();
  const disable = new Set<UnifiedController>();
  for (const change of value.split(' ').filter(Boolean)) {
    const controller = change.slice(1) as UnifiedController;
    const known = cgroup.hierarchy.controllers.has(controller) && UNIFIED.includes(controller);
    if (!/^[+-]/.test(change) || !known) throw new Errno('EINVAL');
    const [to, from] = change[0] === '+' ? [enable, disable] : [disable, enable];
    to.add(controller);
    from.delete(controller);
  }
  cgroup.control(enable, disable);
}
