import { isErrno } from '../base/errno.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { mkdirAll, readText, statOf, writeFile } from './files.ts';
import { errorText, fail } from './go-error.ts';
import { sleep } from './sleep.ts';
import type { ResourcesSpec } from './spec.ts';

/** A container's cgroup in the unified hierarchy, by files alone. Models runc libcontainer/cgroups/fs2. */
const ROOT = '/sys/fs/cgroup';

export const cgroupDirectory = (path: string): string => `${ROOT}/${path.replace(/^\/+/, '')}`;

const CONTROLLERS = '+cpuset +cpu +io +memory +pids';

/** Makes the cgroup, with the controllers handed down to it, and sets its limits. */
export async function createCgroup(
  sys: Syscalls,
  path: string,
  resources: ResourcesSpec = {},
): Promise<void> {
  const parts = path.split('/').filter((part) => part !== '');
  for (let i = 0; i < parts.length; i++) {
    const parent = cgroupDirectory(parts.slice(0, i).join('/'));
    await delegate(sys, parent.replace(/\/$/, ''));
    await mkdirAll(sys, cgroupDirectory(parts.slice(0, i + 1).join('/')));
  }
  await setResources(sys, path, resources);
}

/** What the files of cgroup v2 say for the resources asked (runc's conversions from v1's numbers). */
export async function setResources(sys: Syscalls, path: string, resources: ResourcesSpec): Promise<void> {
  const { memory = {}, cpu = {}, pids } = resources;
  const files: [string, string][] = [];
  if (memory.limit !== undefined) files.push(['memory.max', amount(memory.limit)]);
  if (memory.swap !== undefined && memory.limit !== undefined)
    files.push(['memory.swap.max', amount(memory.swap < 0 ? -1 : memory.swap - memory.limit)]);
  if (memory.reservation !== undefined) files.push(['memory.low', amount(memory.reservation)]);
  if (cpu.shares !== undefined && cpu.shares !== 0) files.push(['cpu.weight', String(weight(cpu.shares))]);
  if (cpu.quota !== undefined && cpu.quota !== 0)
    files.push(['cpu.max', `${amount(cpu.quota)} ${cpu.period || 100_000}`]);
  if (cpu.cpus) files.push(['cpuset.cpus', cpu.cpus]);
  if (cpu.mems) files.push(['cpuset.mems', cpu.mems]);
  if (pids !== undefined) files.push(['pids.max', amount(pids.limit > 0 ? pids.limit : -1)]);
  for (const [file, value] of files) await put(sys, path, file, value);
}

export async function joinCgroup(sys: Syscalls, path: string): Promise<void> {
  await writeFile(sys, `${cgroupDirectory(path)}/cgroup.procs`, '0');
}

export async function freeze(sys: Syscalls, path: string, on: boolean): Promise<void> {
  await put(sys, path, 'cgroup.freeze', on ? '1' : '0');
}

/** How often the kernel killed in this cgroup for want of memory. */
export async function oomKills(sys: Syscalls, path: string): Promise<number> {
  try {
    const events = await readText(sys, `${cgroupDirectory(path)}/memory.events`);
    return Number(/^oom_kill (\d+)/m.exec(events)?.[1] ?? 0);
  } catch (error) {
    if (isErrno(error)) return 0;
    throw error;
  }
}

export async function removeCgroup(sys: Syscalls, path: string): Promise<void> {
  const directory = cgroupDirectory(path);
  for (let attempt = 0; (await statOf(sys, directory)) !== undefined && attempt < 5; attempt++) {
    try {
      await sys.rmdir(directory);
    } catch (error) {
      if (!isErrno(error, 'EBUSY')) return;
      await sleep(sys, 10 * 2 ** attempt);
    }
  }
}

async function delegate(sys: Syscalls, directory: string): Promise<void> {
  try {
    await writeFile(sys, `${directory}/cgroup.subtree_control`, CONTROLLERS);
  } catch (error) {
    // A controller may be missing; a limit that needs it will say so.
    if (!isErrno(error)) throw error;
  }
}

async function put(sys: Syscalls, path: string, file: string, value: string): Promise<void> {
  const full = `${cgroupDirectory(path)}/${file}`;
  try {
    await writeFile(sys, full, value);
  } catch (error) {
    if (!isErrno(error)) throw error;
    fail(
      `error setting cgroup config for procHooks process: failed to write "${value}": open ${full}: ${errorText(error)}`,
    );
  }
}

const amount = (value: number): string => (value < 0 ? 'max' : String(value));

/** cpu.shares (2 to 262144) to cpu.weight (1 to 10000). */
const weight = (shares: number): number => 1 + Math.floor(((shares - 2) * 9999) / 262142);
