import { Errno } from '../base/errno.ts';
import type { FileSystem } from './filesystem.ts';
import { S_IFBLK } from './inode.ts';
import { walk } from './namei.ts';
import type { FileSystemType } from './vfs.ts';

/** The file systems that are on block devices, by device number; a disk that is known and has none is in use as a whole. */
export class Disks {
  readonly #disks = new Map<number, FileSystem | 'in use'>();

  add(dev: number, contents: FileSystem | 'in use'): void {
    this.#disks.set(dev, contents);
  }

  get(dev: number): FileSystem | 'in use' | undefined {
    return this.#disks.get(dev);
  }
}

/**
 * A type of file system that is on block devices. What is on a device is there from the start (none is ever made here); mounting it once
 * more gives the same instance (get_tree_bdev in the kernel).
 */
export const diskType = (name: string): FileSystemType => ({
  name,
  needsDevice: true,
  mount(source, _options, context) {
    if (source === '') throw new Errno('EINVAL');
    const { mount, dentry } = walk(context, source);
    if (dentry.type !== S_IFBLK) throw new Errno('ENOTBLK');
    if (mount.flags.nodev) throw new Errno('EACCES');
    const found = context.namespace.vfs.disks.get(dentry.inode.stat().rdev);
    if (found === undefined) throw new Errno('ENXIO');
    if (found === 'in use') throw new Errno('EBUSY');
    if (found.type !== name) throw new Errno('EINVAL');
    return found;
  },
});
