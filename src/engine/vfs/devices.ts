import { EMPTY } from '../base/bytes.ts';
import { Errno } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import type { Random } from '../base/random.ts';
import type { Caller, DeviceAccess } from './caller.ts';
import { major, minor } from './device-number.ts';
import type { OpenFile, Readiness } from './file.ts';
import { type Inode, type OpenFlags, S_IFCHR } from './inode.ts';
import type { Path } from './path.ts';
import { StreamFile } from './stream-file.ts';

/** What answers when a device node is opened. `path` is the node, wherever it is. */
export type DeviceDriver = (path: Path, flags: OpenFlags, caller: Caller) => MaybePromise<OpenFile>;

/** Which driver has which device numbers (/proc/devices). A node of a number without a driver opens with ENXIO. */
export class DeviceRegistry {
  readonly #character = new Map<number, Map<number | undefined, DeviceDriver>>();

  /** Without a minor number: for all of the major's that have no driver of their own. */
  registerCharacter(majorNumber: number, minorNumber: number | undefined, driver: DeviceDriver): void {
    let drivers = this.#character.get(majorNumber);
    if (drivers === undefined) {
      drivers = new Map();
      this.#character.set(majorNumber, drivers);
    }
    drivers.set(minorNumber, driver);
  }

  open(path: Path, flags: OpenFlags, caller: Caller): MaybePromise<OpenFile> {
    const { inode, type } = path.dentry;
    const { rdev } = inode.stat();
    requireDevice(caller, type, rdev, flags);
    // No block device is modelled: disks are file systems here.
    const drivers = type === S_IFCHR ? this.#character.get(major(rdev)) : undefined;
    const driver = drivers?.get(minor(rdev)) ?? drivers?.get(undefined);
    if (driver === undefined) throw new Errno('ENXIO');
    return driver(path, flags, caller);
  }
}

/** EPERM where the caller's cgroup does not let it use a device. */
export function requireDevice(caller: Caller, type: number, rdev: number, access: DeviceAccess): void {
  if (caller.mayUseDevice?.(type === S_IFCHR ? 'c' : 'b', rdev, access) === false) throw new Errno('EPERM');
}

/** The memory devices (mem(4), null(4), random(4)), by their minor numbers under major 1. */
export function registerMemoryDevices(devices: DeviceRegistry, random: Random): void {
  const zeros = (max: number) => new Uint8Array(max);
  const chance = (max: number) => random.bytes(max);
  const behaviours: [number, MemoryBehaviour][] = [
    [NULL_MINOR, { read: () => EMPTY }],
    [ZERO_MINOR, { read: zeros }],
    [FULL_MINOR, { read: zeros, full: true }],
    [RANDOM_MINOR, { read: chance }],
    [URANDOM_MINOR, { read: chance }],
  ];
  for (const [number, behaviour] of behaviours) {
    devices.registerCharacter(MEMORY_MAJOR, number, (path, flags) => {
      return new MemoryDevice(path.dentry.inode, flags, behaviour);
    });
  }
}

export const MEMORY_MAJOR = 1;
export const NULL_MINOR = 3;
export const ZERO_MINOR = 5;
export const FULL_MINOR = 7;
export const RANDOM_MINOR = 8;
export const URANDOM_MINOR = 9;
/** The kernel's log; the kernel room brings its driver. */
export const KMSG_MINOR = 11;

interface MemoryBehaviour {
  read(max: number): Uint8Array;
  /** Writing fails as on a full disk. */
  full?: boolean;
}

class MemoryDevice extends StreamFile {
  readonly #behaviour: MemoryBehaviour;

  constructor(inode: Inode, flags: OpenFlags, behaviour: MemoryBehaviour) {
    super(inode, flags);
    this.#behaviour = behaviour;
  }

  read(max: number): Uint8Array {
    if (!this.readable) throw new Errno('EBADF');
    return this.#behaviour.read(max);
  }

  write(data: Uint8Array): number {
    if (!this.writable) throw new Errno('EBADF');
    if (this.#behaviour.full) throw new Errno('ENOSPC');
    return data.length;
  }

  override pread(_position: number, max: number): Uint8Array {
    return this.read(max);
  }

  override pwrite(_position: number, data: Uint8Array): number {
    return this.write(data);
  }

  override seek(): number {
    return 0;
  }

  poll(): Readiness {
    return { readable: true, writable: true, hangup: false };
  }
}
