import type { Errno } from '../../base/errno.ts';
import { MS_BIND, MS_MOVE, MS_RDONLY, MS_REMOUNT } from '../../kernel/fcntl.ts';
import { S_IFBLK, S_IFDIR, S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';
import { dirname, statOf } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import { readMounts } from '../mounts.ts';
import type { MountOptions } from './mount-options.ts';

/** A mount(2) that failed, and what it was asked. */
export interface MountFailure {
  error: Errno;
  source: string;
  target: string;
  type: string | undefined;
  flags: number;
  options: MountOptions;
}

const MOUNT_FAILED = 32;

/** Says why in the words of util-linux (libmount, mnt_context_get_mount_excode). Gives the exit status. */
export async function mountFailure(io: Stdio, failure: MountFailure): Promise<number> {
  const said = await words(io, failure);
  await io.fail(`${failure.target}: ${said}.`);
  await io.stderr.write('       dmesg(1) may have more information after failed mount system call.\n');
  return MOUNT_FAILED;
}

async function words(io: Stdio, failure: MountFailure): Promise<string> {
  const { error, source, target, type, flags, options } = failure;
  const there = await statOf(io.sys, target);
  const from = await statOf(io.sys, source);
  const isRemount = (flags & MS_REMOUNT) !== 0;
  const failed = `mount(2) system call failed: ${error.message}`;
  switch (error.code) {
    case 'EPERM':
      if (io.sys.geteuid() !== 0) return 'must be superuser to use mount';
      return isType(there, S_IFDIR) ? 'permission denied' : 'mount point is not a directory';
    case 'EBUSY':
      return isRemount ? 'mount point is busy' : `${source} already mounted or mount point busy`;
    case 'ENOENT':
      if (!there) {
        const link = await statOf(io.sys, target, false);
        return link ? 'mount point is a symbolic link to nowhere' : 'mount point does not exist';
      }
      return from ? failed : `special device ${source} does not exist`;
    case 'ENOTDIR':
      if (!isType(there, S_IFDIR)) return 'mount point is not a directory';
      return from ? failed : `special device ${source} does not exist (a path prefix is not a directory)`;
    case 'EINVAL':
      if (isRemount) return 'mount point not mounted or bad option';
      if (options.propagation.length > 0) return 'not mount point or bad option';
      if (flags & MS_MOVE && (await isUnderShared(io, source)))
        return 'bad option; moving a mount residing under a shared mount is unsupported';
      return `wrong fs type, bad option, bad superblock on ${source}, missing codepage or helper program, or other error`;
    case 'ENODEV':
      return type === undefined ? 'unknown filesystem type' : `unknown filesystem type '${type}'`;
    case 'ENOTBLK':
      if (isType(from, S_IFREG)) return `${source} is not a block device; try "-o loop"`;
      return isType(from, S_IFBLK)
        ? `the kernel does not recognize ${source} as a block device; maybe "modprobe driver" is necessary`
        : `${source} is not a block device`;
    case 'ENXIO':
      return `${source} is not a valid block device`;
    case 'EACCES':
    case 'EROFS':
      if (flags & MS_RDONLY) return `cannot mount ${source} read-only`;
      if (isRemount) return `cannot remount ${source} read-write, is write-protected`;
      return flags & MS_BIND ? `bind ${source} failed` : failed;
    default:
      return failed;
  }
}

/** Whether the directory above is a shared mount. */
async function isUnderShared({ sys }: Stdio, path: string): Promise<boolean> {
  const above = dirname(path);
  const mount = (await readMounts(sys)).findLast(({ target }) => target === above);
  return mount?.propagation.includes('shared') ?? false;
}

const isType = (stat: Stat | undefined, type: number) => stat !== undefined && (stat.mode & S_IFMT) === type;

/** The same in the words of BusyBox. */
export function busyboxFailure(
  io: Stdio,
  { error, source, target }: Pick<MountFailure, 'error' | 'source' | 'target'>,
): Promise<number> {
  if (error.code === 'EPERM') return io.fail('permission denied (are you root?)');
  return io.fail(`mounting ${source} on ${target} failed: ${error.message}`, 255);
}
