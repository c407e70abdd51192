import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { mkdirAll, readText, writeFile } from '../files.ts';
import type { ResourcesSpec } from '../spec.ts';
import { deviceRules } from './device-rules.ts';
import { attachDeviceFilter } from './devices.ts';
import { countIn, MOUNT_POINT, processesIn, removeCgroup, write } from './files.ts';
import type { CgroupManager } from './manager.ts';
import { unifiedMetrics } from './metrics.ts';

const CONTROLLERS = '+cpuset +cpu +io +memory +pids';

/** A cgroup of version 2, by files alone. Models runc libcontainer/cgroups/fs2. */
export function unifiedManager(sys: Syscalls, path: string): CgroupManager {
  const parts = path.split('/').filter((part) => part !== '');
  const directory = [MOUNT_POINT, ...parts].join('/');
  return {
    async create() {
      for (let i = 0; i < parts.length; i++) {
        const parent = [MOUNT_POINT, ...parts.slice(0, i)].join('/');
        await delegate(sys, parent);
        await mkdirAll(sys, `${parent}/${parts[i]}`);
      }
    },
    async set(resources) {
      for (const [file, value] of settings(resources)) await write(sys, directory, file, value);
      if (resources.devices) await attachDeviceFilter(sys, directory, deviceRules(resources.devices));
    },
    join: (joining) => writeFile(joining, `${directory}/cgroup.procs`, '0'),
    freeze: (on) => write(sys, directory, 'cgroup.freeze', on ? '1' : '0'),
    isFrozen: async () => (await readText(sys, `${directory}/cgroup.freeze`)).trim() === '1',
    processes: () => processesIn(sys, directory),
    metrics: () => unifiedMetrics(sys, directory),
    oomKills: () => countIn(sys, directory, 'memory.events', 'oom_kill'),
    remove: () => removeCgroup(sys, directory),
  };
}

/** What the files of version 2 say for the resources asked, with runc's conversions of version 1's numbers. */
function settings({
  memory = {},
  cpu = {},
  pids,
  blockIO = {},
}: ResourcesSpec): [file: string, value: string][] {
  const files: [string, string][] = [];
  if (pids !== undefined) files.push(['pids.max', amount(pids.limit > 0 ? pids.limit : -1)]);
  if (memory.swap !== undefined && memory.limit !== undefined)
    files.push(['memory.swap.max', amount(memory.swap < 0 ? -1 : memory.swap - memory.limit)]);
  if (memory.limit !== undefined) files.push(['memory.max', amount(memory.limit)]);
  if (memory.reservation !== undefined) files.push(['memory.low', amount(memory.reservation)]);
  if (blockIO.weight) files.push(['io.weight', String(ioWeight(blockIO.weight))]);
  for (const [limit, throttles = []] of [
    ['rbps', blockIO.throttleReadBpsDevice],
    ['wbps', blockIO.throttleWriteBpsDevice],
    ['riops', blockIO.throttleReadIOPSDevice],
    ['wiops', blockIO.throttleWriteIOPSDevice],
  ] as const)
    for (const { major, minor, rate } of throttles)
      files.push(['io.max', `${major}:${minor} ${limit}=${rate}`]);
  if (cpu.shares !== undefined && cpu.shares !== 0) files.push(['cpu.weight', String(weight(cpu.shares))]);
  if (cpu.quota !== undefined && cpu.quota !== 0)
    files.push(['cpu.max', `${amount(cpu.quota)} ${cpu.period || 100_000}`]);
  if (cpu.cpus) files.push(['cpuset.cpus', cpu.cpus]);
  if (cpu.mems) files.push(['cpuset.mems', cpu.mems]);
  return files;
}

async function delegate(sys: Syscalls, directory: string): Promise<void> {
  try {
    await writeFile(sys, `${directory}/cgroup.subtree_control`, CONTROLLERS);
  } catch (error) {
    // A controller may be missing; a limit that needs it will say so.
    if (!isErrno(error)) throw error;
  }
}

const amount = (value: number): string => (value < 0 ? 'max' : String(value));

/** cpu.shares (2 to 262144) to cpu.weight (1 to 10000). */
const weight = (shares: number): number => 1 + Math.floor(((shares - 2) * 9999) / 262142);

/** blkio.weight (10 to 1000) to io.weight (1 to 10000). */
const ioWeight = (weight: number): number => 1 + Math.floor(((weight - 10) * 9999) / 990);
