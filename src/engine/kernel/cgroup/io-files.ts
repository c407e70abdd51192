import { Errno } from '../../base/errno.ts';
import { makedev } from '../../vfs/device-number.ts';
import type { Kernel } from '../kernel.ts';
import { type CgroupFile, READ, SET, WRITE } from './file.ts';
import type { IoGroup, IoLimit, IoLimits } from './io.ts';
import { natural, showLimit } from './values.ts';

const UNLIMITED = Number.POSITIVE_INFINITY;

/** Documentation/admin-guide/cgroup-v2.rst, "IO Interface Files". */
export const IO_FILES: readonly CgroupFile<IoGroup>[] = [
  {
    name: 'io.max',
    mode: SET,
    read: ({ max }) => [...max].map(([device, limits]) => `${device} ${showLimits(limits)}\n`).join(''),
    write: setMax,
  },
  // Nothing is read from a disk that would not be in memory already.
  { name: 'io.stat', mode: READ, root: 'too', read: () => '' },
  {
    name: 'io.weight',
    mode: SET,
    read: ({ weight }) => `default ${weight}\n`,
    write(group, value, { kernel }) {
      if (/^\d+:\d+\s/.test(value)) {
        requireDisk(kernel, value);
        throw new Errno('EOPNOTSUPP');
      }
      const weight = natural(value.replace(/^default /, ''), Number.NEGATIVE_INFINITY, UNLIMITED);
      if (weight < 1 || weight > 10_000) throw new Errno('EINVAL');
      group.weight = weight;
    },
  },
];

const NO_LIMITS: IoLimits = { rbps: UNLIMITED, wbps: UNLIMITED, riops: UNLIMITED, wiops: UNLIMITED };

const showLimits = (limits: IoLimits) =>
  Object.entries(limits)
    .map(([name, value]) => `${name}=${showLimit(value)}`)
    .join(' ');

/** `254:0 rbps=1048576 wiops=max` */
function setMax({ max }: IoGroup, value: string, { kernel }: { kernel: Kernel }): void {
  const device = requireDisk(kernel, value);
  const limits = { ...(max.get(device) ?? NO_LIMITS) };
  for (const part of value.split(/\s+/).slice(1)) {
    const [name = '', amount = ''] = part.split('=');
    if (!Object.hasOwn(NO_LIMITS, name)) throw new Errno('EINVAL');
    const limit = amount === 'max' ? UNLIMITED : natural(amount);
    if (limit === 0) throw new Errno('ERANGE');
    limits[name as IoLimit] = limit;
  }
  if (Object.values(limits).every((limit) => limit === UNLIMITED)) max.delete(device);
  else max.set(device, limits);
}

/** A whole disk by its number, which begins what is written. EINVAL; ENODEV. */
function requireDisk({ vfs }: Kernel, value: string): string {
  const [, majorNumber, minorNumber] = /^(\d+):(\d+)(?:\s|$)/.exec(value) ?? [];
  if (majorNumber === undefined) throw new Errno('EINVAL');
  // A partition has no queue of its own.
  if (vfs.disks.get(makedev(Number(majorNumber), Number(minorNumber))) !== 'in use')
    throw new Errno('ENODEV');
  return `${majorNumber}:${minorNumber}`;
}

/** The same for version 1 (Documentation/admin-guide/cgroup-v1/blkio-controller.rst), with each limit in a file of its own. */
export const IO_FILES_V1: readonly CgroupFile<IoGroup>[] = [
  { name: 'blkio.reset_stats', mode: WRITE, root: 'too', write: (_group, value) => void natural(value) },
  ...['io_service_bytes', 'io_service_bytes_recursive', 'io_serviced', 'io_serviced_recursive'].map(
    (name): CgroupFile<IoGroup> => ({
      name: `blkio.throttle.${name}`,
      mode: READ,
      root: 'too',
      read: () => 'Total 0\n',
    }),
  ),
  throttleFile('read_bps_device', 'rbps'),
  throttleFile('read_iops_device', 'riops'),
  throttleFile('write_bps_device', 'wbps'),
  throttleFile('write_iops_device', 'wiops'),
];

function throttleFile(name: string, limit: IoLimit): CgroupFile<IoGroup> {
  return {
    name: `blkio.throttle.${name}`,
    mode: SET,
    root: 'too',
    read: ({ max }) =>
      [...max]
        .filter(([, limits]) => Number.isFinite(limits[limit]))
        .map(([device, limits]) => `${device} ${limits[limit]}\n`)
        .join(''),
    write(group, value, access) {
      const [device, amount = ''] = value.split(/\s+/);
      // 0 takes the limit away.
      setMax(group, `${device} ${limit}=${/^0+$/.test(amount) ? 'max' : amount}`, access);
    },
  };
}
