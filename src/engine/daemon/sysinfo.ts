import type { Syscalls } from '../kernel/syscalls.ts';
import { isUnified, MOUNT_POINT } from '../runtime/cgroup/files.ts';
import { legacyMounts } from '../runtime/cgroup/legacy-mounts.ts';
import { readText, statOf } from '../runtime/files.ts';

/** What limits the kernel here has for containers, seen by the files that are there. Models moby pkg/sysinfo. */
export interface SysInfo {
  /** One hierarchy of version 2. */
  unified: boolean;
  memoryLimit: boolean;
  swapLimit: boolean;
  memoryReservation: boolean;
  memorySwappiness: boolean;
  oomKillDisable: boolean;
  kernelMemoryTcp: boolean;
  cpuShares: boolean;
  cpuCfs: boolean;
  pidsLimit: boolean;
  cpuset: boolean;
  /** As a list: `0-1`. */
  cpus: string;
  mems: string;
  blkioWeight: boolean;
  blkioThrottle: boolean;
}

export const readSysInfo = async (sys: Syscalls): Promise<SysInfo> =>
  (await isUnified(sys)) ? unifiedInfo(sys) : legacyInfo(sys);

async function unifiedInfo(sys: Syscalls): Promise<SysInfo> {
  const controllers = (await readText(sys, `${MOUNT_POINT}/cgroup.controllers`)).trim().split(' ');
  const has = (controller: string) => controllers.includes(controller);
  const list = (file: string) => readText(sys, `${MOUNT_POINT}/${file}`).then((text) => text.trim());
  return {
    unified: true,
    memoryLimit: has('memory'),
    swapLimit: has('memory'),
    memoryReservation: has('memory'),
    memorySwappiness: false,
    oomKillDisable: false,
    kernelMemoryTcp: false,
    cpuShares: has('cpu'),
    cpuCfs: has('cpu'),
    pidsLimit: has('pids'),
    cpuset: has('cpuset'),
    cpus: has('cpuset') ? await list('cpuset.cpus.effective') : '',
    mems: has('cpuset') ? await list('cpuset.mems.effective') : '',
    blkioWeight: has('io'),
    blkioThrottle: has('io'),
  };
}

async function legacyInfo(sys: Syscalls): Promise<SysInfo> {
  const mounts = await legacyMounts(sys);
  const path = (controller: string, file: string) => {
    const mount = mounts.find(({ controllers }) => controllers.includes(controller));
    return mount && `${mount.mountPoint}/${file}`;
  };
  const has = async (controller: string, file: string) => {
    const at = path(controller, file);
    return at !== undefined && (await statOf(sys, at)) !== undefined;
  };
  const list = async (file: string) => {
    const at = path('cpuset', file);
    return at === undefined ? '' : (await readText(sys, at)).trim();
  };
  return {
    unified: false,
    memoryLimit: path('memory', '') !== undefined,
    swapLimit: await has('memory', 'memory.memsw.limit_in_bytes'),
    memoryReservation: await has('memory', 'memory.soft_limit_in_bytes'),
    memorySwappiness: await has('memory', 'memory.swappiness'),
    oomKillDisable: await has('memory', 'memory.oom_control'),
    kernelMemoryTcp: await has('memory', 'memory.kmem.tcp.limit_in_bytes'),
    cpuShares: await has('cpu', 'cpu.shares'),
    cpuCfs: await has('cpu', 'cpu.cfs_quota_us'),
    pidsLimit: path('pids', '') !== undefined,
    cpuset: path('cpuset', '') !== undefined,
    cpus: await list('cpuset.cpus'),
    mems: await list('cpuset.mems'),
    blkioWeight: await has('blkio', 'blkio.weight'),
    blkioThrottle: await has('blkio', 'blkio.throttle.read_bps_device'),
  };
}
