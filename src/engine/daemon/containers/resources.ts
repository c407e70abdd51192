import type { HostConfig, Resources, ThrottleDevice } from '../../api/containers.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { statOf } from '../../runtime/files.ts';
import type { ResourcesSpec, ThrottleSpec } from '../../runtime/spec.ts';
import { major, minor } from '../../vfs/device-number.ts';
import { invalidParameter, systemError } from '../error.ts';
import type { SysInfo } from '../sysinfo.ts';

const MINIMUM_MEMORY = 6 * 1024 * 1024;

/**
 * Checks the limits that are asked for; what the kernel does not have is taken out, with a warning. Models moby daemon/daemon_unix.go,
 * verifyPlatformContainerResources().
 */
export function validateResources(asked: Resources, info: SysInfo, cpus: number, update = false): string[] {
  const warnings: string[] = [];
  checkMemory(asked, info, update, warnings);
  checkCpu(asked, cpus);
  checkCpuset(asked, info);
  checkBlkio(asked, info, warnings);
  return warnings;
}

function checkMemory(asked: Resources, info: SysInfo, update: boolean, warnings: string[]): void {
  const { Memory = 0, MemorySwap = 0, MemoryReservation = 0 } = asked;
  if (asked.MemorySwappiness === -1) asked.MemorySwappiness = null;
  if (Memory !== 0 && Memory < MINIMUM_MEMORY) throw invalidParameter('Minimum memory limit allowed is 6MB');
  if (Memory > 0 && MemorySwap > 0 && MemorySwap < Memory)
    throw invalidParameter('Minimum memoryswap limit should be larger than memory limit, see usage');
  if (Memory === 0 && MemorySwap > 0 && !update)
    throw invalidParameter('You should always set the Memory limit when using Memoryswap limit, see usage');
  if ((asked.MemorySwappiness ?? null) !== null && !info.memorySwappiness) {
    warnings.push(
      'Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.',
    );
    asked.MemorySwappiness = null;
  }
  const swappiness = asked.MemorySwappiness ?? 0;
  if (swappiness < 0 || swappiness > 100)
    throw invalidParameter(`Invalid value: ${swappiness}, valid memory swappiness range is 0-100`);
  if (MemoryReservation > 0 && MemoryReservation < MINIMUM_MEMORY)
    throw invalidParameter('Minimum memory reservation allowed is 6MB');
  if (Memory > 0 && MemoryReservation > 0 && Memory < MemoryReservation)
    throw invalidParameter('Minimum memory limit can not be less than memory reservation limit, see usage');
  if (!info.oomKillDisable) {
    if (asked.OomKillDisable)
      warnings.push('Your kernel does not support OomKillDisable. OomKillDisable discarded.');
    asked.OomKillDisable = null;
  }
}

function checkCpu(asked: Resources, cpus: number): void {
  const { NanoCpus = 0, CpuPeriod = 0, CpuQuota = 0 } = asked;
  if (NanoCpus > 0 && CpuPeriod > 0)
    throw invalidParameter('Conflicting options: Nano CPUs and CPU Period cannot both be set');
  if (NanoCpus > 0 && CpuQuota > 0)
    throw invalidParameter('Conflicting options: Nano CPUs and CPU Quota cannot both be set');
  if (NanoCpus < 0 || NanoCpus > cpus * 1e9)
    throw invalidParameter(
      `range of CPUs is from 0.01 to ${cpus}.00, as there are only ${cpus} CPUs available`,
    );
  if (CpuPeriod !== 0 && (CpuPeriod < 1000 || CpuPeriod > 1_000_000))
    throw invalidParameter(
      'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)',
    );
  if (CpuQuota > 0 && CpuQuota < 1000)
    throw invalidParameter('CPU cfs quota can not be less than 1ms (i.e. 1000)');
}

function checkCpuset({ CpusetCpus = '', CpusetMems = '' }: Resources, { cpus, mems }: SysInfo): void {
  const check = (what: string, name: string, asked: string, available: string) => {
    const wanted = parseList(asked, what);
    const there = parseList(available, what);
    if (![...wanted].every((one) => there.has(one)))
      throw invalidParameter(
        `Requested ${name} are not available - requested ${asked}, available: ${available}`,
      );
  };
  check('cpus', 'CPUs', CpusetCpus, cpus);
  check('mems', 'memory nodes', CpusetMems, mems);
}

/** The most processors that Linux has by default. */
const MAXIMUM = 8192;

/** `0-2,7` */
function parseList(text: string, what: string): Set<number> {
  const found = new Set<number>();
  const refuse = (why: string) => invalidParameter(`Invalid value ${text} for cpuset ${what}: ${why}`);
  for (const part of text === '' ? [] : text.split(',')) {
    const [, from, to = from] = /^([+-]?\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from) || Number(from) < 0)
      throw refuse(`invalid format: ${text}`);
    if (Number(to) > MAXIMUM) throw refuse(`value of out range, maximum is ${MAXIMUM}`);
    for (let one = Number(from); one <= Number(to); one++) found.add(one);
  }
  return found;
}

function checkBlkio(asked: Resources, info: SysInfo, warnings: string[]): void {
  if ((asked.BlkioWeight ?? 0) > 0 && !info.blkioWeight) {
    warnings.push(
      'Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.',
    );
    asked.BlkioWeight = 0;
  }
  const weight = asked.BlkioWeight ?? 0;
  if (weight > 0 && (weight < 10 || weight > 1000))
    throw invalidParameter('Range of blkio weight is from 10 to 1000');
  if ((asked.BlkioWeightDevice ?? []).length > 0 && !info.blkioWeight) {
    warnings.push(
      'Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.',
    );
    asked.BlkioWeightDevice = [];
  }
}

/** Limits as the runtime wants them. */
export async function resourcesOf(sys: Syscalls, host: HostConfig): Promise<ResourcesSpec> {
  const memory = {
    limit: host.Memory || undefined,
    swap: host.MemorySwap || undefined,
    reservation: host.MemoryReservation || undefined,
    swappiness: host.MemorySwappiness ?? undefined,
    disableOOMKiller: host.OomKillDisable ?? undefined,
  };
  const quota = host.NanoCpus ? { period: 100_000, quota: Math.floor((host.NanoCpus * 100_000) / 1e9) } : {};
  const cpu = {
    shares: host.CpuShares || undefined,
    quota: host.CpuQuota || undefined,
    period: host.CpuPeriod || undefined,
    cpus: host.CpusetCpus || undefined,
    mems: host.CpusetMems || undefined,
    ...quota,
  };
  const throttled = (devices: ThrottleDevice[] | null | undefined) => throttles(sys, devices ?? []);
  const blockIO = {
    weight: host.BlkioWeight || undefined,
    throttleReadBpsDevice: await throttled(host.BlkioDeviceReadBps),
    throttleWriteBpsDevice: await throttled(host.BlkioDeviceWriteBps),
    throttleReadIOPSDevice: await throttled(host.BlkioDeviceReadIOps),
    throttleWriteIOPSDevice: await throttled(host.BlkioDeviceWriteIOps),
  };
  return { memory, cpu, pids: host.PidsLimit ? { limit: host.PidsLimit } : undefined, blockIO };
}

async function throttles(
  sys: Syscalls,
  devices: readonly ThrottleDevice[],
): Promise<ThrottleSpec[] | undefined> {
  const found: ThrottleSpec[] = [];
  for (const { Path, Rate } of devices) {
    const stat = await statOf(sys, Path);
    if (stat === undefined) throw systemError(`stat ${Path}: no such file or directory`);
    found.push({ major: major(stat.rdev), minor: minor(stat.rdev), rate: Rate });
  }
  return found.length > 0 ? found : undefined;
}
