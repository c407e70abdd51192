import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { dirname, mkdirAll, readText, statOf, writeFile } from '../files.ts';
import { fail } from '../go-error.ts';
import type { ResourcesSpec, ThrottleSpec } from '../spec.ts';
import { type DeviceRule, DeviceRules, deviceRules, ruleText } from './device-rules.ts';
import { countIn, MOUNT_POINT, processesIn, removeCgroup, write } from './files.ts';
import { legacyMounts } from './legacy-mounts.ts';
import type { CgroupManager } from './manager.ts';
import { legacyMetrics } from './metrics.ts';

/** In the order in which runc goes through them. */
const CONTROLLERS = [
  'cpuset',
  'devices',
  'memory',
  'cpu',
  'cpuacct',
  'pids',
  'blkio',
  'net_cls',
  'perf_event',
  'freezer',
  'name=systemd',
];

/** A cgroup in each hierarchy of version 1, by files alone. Models runc libcontainer/cgroups/fs. */
export async function legacyManager(sys: Syscalls, path: string): Promise<CgroupManager> {
  const mounts = await legacyMounts(sys);
  const directories = new Map<string, string>();
  for (const controller of CONTROLLERS) {
    const mount = mounts.find(({ controllers }) => controllers.includes(controller));
    if (mount) directories.set(controller, `${mount.mountPoint}${path}`);
  }
  // Beside version 1 a hierarchy of version 2 without controllers may be mounted.
  const unified = `${MOUNT_POINT}/unified`;
  if ((await statOf(sys, unified)) !== undefined) directories.set('', `${unified}${path}`);
  const all = [...new Set(directories.values())];
  const directory = (controller: string) =>
    directories.get(controller) ?? fail(`mountpoint for ${controller} not found`);
  return {
    async create() {
      directory('devices');
      for (const one of all) await mkdirAll(sys, one);
      const cpuset = directories.get('cpuset');
      if (cpuset !== undefined) await inheritCpuset(sys, cpuset, dirname(cpuset));
    },
    async set(resources) {
      for (const [controller, settings] of SETTINGS)
        if (directories.has(controller)) await settings(sys, directory(controller), resources);
    },
    async join(joining) {
      for (const one of all) await writeFile(joining, `${one}/cgroup.procs`, '0');
    },
    freeze: (on) => write(sys, directory('freezer'), 'freezer.state', on ? 'FROZEN' : 'THAWED'),
    isFrozen: async () =>
      (await readText(sys, `${directory('freezer')}/freezer.self_freezing`)).trim() === '1',
    processes: () => processesIn(sys, directory('devices')),
    metrics: () => legacyMetrics(sys, (controller) => directories.get(controller)),
    oomKills: () => countIn(sys, directory('memory'), 'memory.oom_control', 'oom_kill'),
    async remove() {
      for (const one of all) await removeCgroup(sys, one);
    },
  };
}

/** A new cpuset has neither processors nor memory, and nobody can be in it: from the root of the hierarchy on each takes over what its parent has. */
async function inheritCpuset(sys: Syscalls, directory: string, parent: string): Promise<void> {
  if ((await sys.statfs(parent)).type !== 'cgroup') return;
  await inheritCpuset(sys, parent, dirname(parent));
  for (const file of ['cpuset.cpus', 'cpuset.mems'])
    if ((await readText(sys, `${directory}/${file}`)).trim() === '')
      await write(sys, directory, file, await readText(sys, `${parent}/${file}`));
}

type Settings = (sys: Syscalls, directory: string, resources: ResourcesSpec) => Promise<void>;

const SETTINGS: readonly (readonly [controller: string, set: Settings])[] = [
  [
    'cpuset',
    async (sys, directory, { cpu = {} }) => {
      if (cpu.cpus) await write(sys, directory, 'cpuset.cpus', cpu.cpus);
      if (cpu.mems) await write(sys, directory, 'cpuset.mems', cpu.mems);
    },
  ],
  [
    'devices',
    async (sys, directory, { devices }) => {
      if (devices) await setDevices(sys, directory, deviceRules(devices));
    },
  ],
  ['memory', setMemory],
  ['cpu', setCpu],
  [
    'pids',
    async (sys, directory, { pids }) => {
      if (pids) await write(sys, directory, 'pids.max', pids.limit > 0 ? String(pids.limit) : 'max');
    },
  ],
  ['blkio', setBlkio],
];

async function setDevices(sys: Syscalls, directory: string, rules: readonly DeviceRule[]): Promise<void> {
  const current = DeviceRules.fromList(await readText(sys, `${directory}/devices.list`));
  for (const rule of current.transition(new DeviceRules(rules)))
    await write(sys, directory, rule.allow ? 'devices.allow' : 'devices.deny', ruleText(rule));
}

async function setMemory(sys: Syscalls, directory: string, { memory = {} }: ResourcesSpec): Promise<void> {
  const { limit, reservation, swappiness } = memory;
  const swap = limit === -1 && memory.swap === undefined ? -1 : memory.swap;
  const steps: [file: string, value: number | undefined][] = [
    ['memory.limit_in_bytes', limit],
    ['memory.memsw.limit_in_bytes', swap],
  ];
  // The limit with swap may at no time be the lower of the two.
  if (limit !== undefined && swap !== undefined) {
    const now = Number(await readText(sys, `${directory}/memory.limit_in_bytes`));
    if (swap === -1 || now < swap) steps.reverse();
  }
  for (const [file, value] of steps) if (value !== undefined) await limitMemory(sys, directory, file, value);
  if (reservation !== undefined)
    await write(sys, directory, 'memory.soft_limit_in_bytes', String(reservation));
  if (memory.disableOOMKiller) await write(sys, directory, 'memory.oom_control', '1');
  if (swappiness !== undefined) await write(sys, directory, 'memory.swappiness', String(swappiness));
}

async function limitMemory(sys: Syscalls, directory: string, file: string, value: number): Promise<void> {
  try {
    await writeFile(sys, `${directory}/${file}`, String(value));
  } catch (error) {
    // What is in use is not taken away.
    if (!isErrno(error, 'EBUSY')) return write(sys, directory, file, String(value));
    const number = async (name: string) => (await readText(sys, `${directory}/memory.${name}`)).trim();
    fail(
      `unable to set memory limit to ${value} (current usage: ${await number('usage_in_bytes')}, ` +
        `peak usage: ${await number('max_usage_in_bytes')})`,
    );
  }
}

async function setCpu(sys: Syscalls, directory: string, { cpu = {} }: ResourcesSpec): Promise<void> {
  const { shares, quota, period } = cpu;
  if (shares) {
    // Unsigned on the way: what is below nothing is a lot.
    const wanted = shares < 0 ? 2n ** 64n + BigInt(shares) : BigInt(shares);
    await write(sys, directory, 'cpu.shares', String(wanted));
    const set = Number(await readText(sys, `${directory}/cpu.shares`));
    if (wanted !== BigInt(set))
      fail(`the ${wanted > set ? 'maximum' : 'minimum'} allowed cpu-shares is ${set}`);
  }
  if (period) await write(sys, directory, 'cpu.cfs_period_us', String(period));
  if (quota) await write(sys, directory, 'cpu.cfs_quota_us', String(quota));
}

async function setBlkio(sys: Syscalls, directory: string, { blockIO = {} }: ResourcesSpec): Promise<void> {
  if (blockIO.weight) await write(sys, directory, 'blkio.weight', String(blockIO.weight));
  const limits: [file: string, throttles: readonly ThrottleSpec[] | undefined][] = [
    ['read_bps_device', blockIO.throttleReadBpsDevice],
    ['write_bps_device', blockIO.throttleWriteBpsDevice],
    ['read_iops_device', blockIO.throttleReadIOPSDevice],
    ['write_iops_device', blockIO.throttleWriteIOPSDevice],
  ];
  for (const [file, throttles = []] of limits)
    for (const { major, minor, rate } of throttles)
      await write(sys, directory, `blkio.throttle.${file}`, `${major}:${minor} ${rate}`);
}
