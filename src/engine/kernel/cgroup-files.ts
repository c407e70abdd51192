import { Errno } from '../base/errno.ts';
import { type Cgroup, CONTROLLERS, type Controller } from './cgroup.ts';
import type { Kernel } from './kernel.ts';
import { cpuList } from './sched/cpu.ts';
import { cgroupWeight, schedWeight } from './sched/cpu-group.ts';
import type { Task } from './task.ts';

/** Who reads or writes; undefined for the world outside. */
interface Access {
  kernel: Kernel;
  caller: Task | undefined;
}

/** A file of a cgroup directory. */
export interface CgroupFile {
  name: string;
  mode: number;
  /** The controller that must be enabled above for the file to be there. */
  controller?: Controller;
  /** `root` files are in every cgroup; the others not in the root. */
  root?: boolean;
  read?: (cgroup: Cgroup, access: Access) => string;
  write?: (cgroup: Cgroup, value: string, access: Access) => void;
}

/** Whether a cgroup's directory has the file. */
export function isShown(file: CgroupFile, cgroup: Cgroup): boolean {
  if (!cgroup.parent && !file.root) return false;
  return !file.controller || cgroup.controllers.includes(file.controller);
}

const READ = 0o444;
const SET = 0o644;

/** The interface files (Documentation/admin-guide/cgroup-v2.rst). */
export const CGROUP_FILES: readonly CgroupFile[] = [
  {
    name: 'cgroup.controllers',
    mode: READ,
    root: true,
    read: ({ controllers }) => `${controllers.join(' ')}\n`,
  },
  {
    name: 'cgroup.events',
    mode: READ,
    read: (cgroup) => keyed({ populated: cgroup.populated ? 1 : 0, frozen: cgroup.frozen ? 1 : 0 }),
  },
  {
    name: 'cgroup.freeze',
    mode: SET,
    read: ({ freezing }) => `${freezing ? 1 : 0}\n`,
    write: (cgroup, value) => cgroup.freeze(boolean(value)),
  },
  { name: 'cgroup.kill', mode: 0o200, write: killAll },
  { name: 'cgroup.max.depth', mode: SET, root: true, read: () => 'max\n' },
  { name: 'cgroup.max.descendants', mode: SET, root: true, read: () => 'max\n' },
  { name: 'cgroup.procs', mode: SET, root: true, read: members, write: moveHere },
  {
    name: 'cgroup.stat',
    mode: READ,
    root: true,
    read: (cgroup) => keyed({ nr_descendants: [...cgroup.subtree()].length - 1, nr_dying_descendants: 0 }),
  },
  {
    name: 'cgroup.subtree_control',
    mode: SET,
    root: true,
    read: ({ subtreeControl }) => `${CONTROLLERS.filter((c) => subtreeControl.has(c)).join(' ')}\n`,
    write: setSubtreeControl,
  },
  { name: 'cgroup.threads', mode: SET, root: true, read: members, write: moveHere },
  { name: 'cgroup.type', mode: SET, read: () => 'domain\n' },
  {
    name: 'cpu.max',
    mode: SET,
    controller: 'cpu',
    read: ({ cpu: { bandwidth } }) => `${limit(bandwidth.quota)} ${bandwidth.period}\n`,
    write: setCpuMax,
  },
  { name: 'cpu.stat', mode: READ, root: true, read: cpuStat },
  {
    name: 'cpu.weight',
    mode: SET,
    controller: 'cpu',
    read: ({ cpu }) => `${cgroupWeight(cpu.weight)}\n`,
    write: ({ cpu }, value) => {
      const weight = natural(value);
      if (weight < 1 || weight > 10_000) throw new Errno('ERANGE');
      cpu.weight = schedWeight(weight);
    },
  },
  {
    name: 'cpuset.cpus',
    mode: SET,
    controller: 'cpuset',
    read: ({ limits }) => `${limits.cpus}\n`,
    write: (cgroup, value) => {
      cgroup.limits.cpus = value;
    },
  },
  {
    name: 'cpuset.cpus.effective',
    mode: READ,
    controller: 'cpuset',
    root: true,
    read: (cgroup, { kernel }) => `${effectiveCpus(cgroup, kernel)}\n`,
  },
  {
    name: 'cpuset.mems',
    mode: SET,
    controller: 'cpuset',
    read: ({ limits }) => `${limits.mems}\n`,
    write: (cgroup, value) => {
      cgroup.limits.mems = value;
    },
  },
  { name: 'cpuset.mems.effective', mode: READ, controller: 'cpuset', root: true, read: () => '0\n' },
  { name: 'io.stat', mode: READ, controller: 'io', read: () => '' },
  {
    name: 'io.weight',
    mode: SET,
    controller: 'io',
    read: ({ limits }) => `default ${limits.ioWeight}\n`,
    write: (cgroup, value) => {
      cgroup.limits.ioWeight = natural(value.replace(/^default /, ''));
    },
  },
  { name: 'memory.current', mode: READ, controller: 'memory', read: ({ memory }) => `${memory}\n` },
  {
    name: 'memory.events',
    mode: READ,
    controller: 'memory',
    read: ({ events }) =>
      keyed({
        low: 0,
        high: 0,
        max: events.memoryMax,
        oom: events.oom,
        oom_kill: events.oomKill,
        oom_group_kill: 0,
      }),
  },
  limitFile('memory.high', 'memory', 'memoryHigh'),
  limitFile('memory.low', 'memory', 'memoryLow'),
  limitFile('memory.max', 'memory', 'memory'),
  limitFile('memory.min', 'memory', 'memoryMin'),
  {
    name: 'memory.peak',
    mode: READ,
    controller: 'memory',
    read: ({ memoryPeak, memory }) => `${Math.max(memoryPeak, memory)}\n`,
  },
  {
    name: 'memory.stat',
    mode: READ,
    controller: 'memory',
    read: ({ memory }) =>
      keyed({
        anon: memory,
        file: 0,
        kernel: 0,
        shmem: 0,
        inactive_anon: 0,
        active_anon: memory,
        inactive_file: 0,
        active_file: 0,
        pgfault: 0,
        pgmajfault: 0,
      }),
  },
  { name: 'memory.swap.current', mode: READ, controller: 'memory', read: () => '0\n' },
  limitFile('memory.swap.max', 'memory', 'swap'),
  { name: 'pids.current', mode: READ, controller: 'pids', read: ({ processes }) => `${processes}\n` },
  {
    name: 'pids.events',
    mode: READ,
    controller: 'pids',
    read: ({ events }) => keyed({ max: events.pidsMax }),
  },
  limitFile('pids.max', 'pids', 'pids'),
  { name: 'pids.peak', mode: READ, controller: 'pids', read: ({ pidsPeak }) => `${pidsPeak}\n` },
];

type Limits = Cgroup['limits'];
type NumberLimit = { [K in keyof Limits]: Limits[K] extends number ? K : never }[keyof Limits];

/** A file that holds a number of bytes or processes, or `max`. */
function limitFile(name: string, controller: Controller, key: NumberLimit): CgroupFile {
  return {
    name,
    mode: SET,
    controller,
    read: ({ limits }) => `${limit(limits[key])}\n`,
    write: (cgroup, value) => {
      cgroup.limits[key] = value === 'max' ? Number.POSITIVE_INFINITY : bytes(value);
    },
  };
}

const limit = (value: number) => (value === Number.POSITIVE_INFINITY ? 'max' : String(value));

const keyed = (values: Record<string, number>) =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${value}\n`)
    .join('');

function natural(text: string): number {
  if (!/^\d+$/.test(text)) throw new Errno('EINVAL');
  return Number(text);
}

/** A size with the suffix K, M or G. */
function bytes(text: string): number {
  const [, digits, unit = ''] = /^(\d+)([kmgKMG]?)$/.exec(text) ?? [];
  if (digits === undefined) throw new Errno('EINVAL');
  return Number(digits) * 1024 ** ' kmg'.indexOf(unit === '' ? ' ' : unit.toLowerCase());
}

function boolean(text: string): boolean {
  if (text !== '0' && text !== '1') throw new Errno(/^\d+$/.test(text) ? 'ERANGE' : 'EINVAL');
  return text === '1';
}

/** Members by the numbers that the reader sees; 0 for those it does not. */
function members(cgroup: Cgroup, { kernel, caller }: Access): string {
  const namespace = caller?.id.namespace ?? kernel.namespaces.pid;
  return cgroup.members.map((task) => `${task.id.in(namespace)}\n`).join('');
}

function moveHere(cgroup: Cgroup, value: string, { kernel, caller }: Access): void {
  const pid = natural(value);
  const task = pid === 0 ? caller : (caller?.id.namespace ?? kernel.namespaces.pid).find(pid);
  if (!task || task.zombie) throw new Errno('ESRCH');
  cgroup.move(task);
}

function killAll(cgroup: Cgroup, value: string, { kernel }: Access): void {
  if (value !== '1') throw new Errno('ERANGE');
  for (const group of [...cgroup.subtree()]) {
    for (const task of group.members)
      kernel.end(task, { kind: 'signaled', signal: 'SIGKILL', coreDumped: false });
  }
}

/** `+memory -pids`: what the children get. Not while the cgroup itself has processes, the root excepted. */
function setSubtreeControl(cgroup: Cgroup, value: string): void {
  const changes = value.split(/\s+/).filter(Boolean);
  for (const change of changes) {
    const controller = change.slice(1) as Controller;
    if (!/^[+-]/.test(change) || !CONTROLLERS.includes(controller)) throw new Errno('EINVAL');
    if (change[0] === '+' && !cgroup.controllers.includes(controller)) throw new Errno('ENOENT');
    if (change[0] === '+' && cgroup.parent && cgroup.members.length > 0) throw new Errno('EBUSY');
    const inUse = [...cgroup.children.values()].some((child) => child.subtreeControl.has(controller));
    if (change[0] === '-' && inUse) throw new Errno('EBUSY');
  }
  for (const change of changes) {
    const controller = change.slice(1) as Controller;
    if (change[0] === '+') cgroup.subtreeControl.add(controller);
    else cgroup.subtreeControl.delete(controller);
  }
}

function setCpuMax({ cpu: { bandwidth } }: Cgroup, value: string, { kernel }: Access): void {
  const [quota, period] = value.split(/\s+/);
  bandwidth.set(
    quota === 'max' ? Number.POSITIVE_INFINITY : natural(quota ?? ''),
    period === undefined ? bandwidth.period : natural(period),
    bandwidth.burst,
    kernel.clock,
  );
}

function cpuStat(cgroup: Cgroup): string {
  const { user, system } = cgroup.cpuTime;
  const times = { usage_usec: user + system, user_usec: user, system_usec: system };
  const { periods, throttledPeriods, throttledTime } = cgroup.cpu.bandwidth;
  const throttled: Record<string, number> = cgroup.parent
    ? { nr_periods: periods, nr_throttled: throttledPeriods, throttled_usec: Math.floor(throttledTime) }
    : {};
  return keyed({ ...times, ...throttled });
}

function effectiveCpus(cgroup: Cgroup, kernel: Kernel): string {
  for (let group: Cgroup | undefined = cgroup; group; group = group.parent)
    if (group.limits.cpus) return group.limits.cpus;
  return cpuList(kernel.allCpus);
}
