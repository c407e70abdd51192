import { makedev } from './device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR } from './inode.ts';
import { parseTmpfsOptions, Tmpfs } from './tmpfs.ts';
import type { FileSystemType, Vfs } from './vfs.ts';

/** The device nodes that the kernel and udev make; `disk` is the root disk's name. */
export function makeDevtmpfs(vfs: Vfs, disk = 'vda'): Tmpfs {
  const fs = new Tmpfs({
    type: 'devtmpfs',
    dev: vfs.anonymousDev(),
    clock: vfs.clock,
    mode: 0o755,
    shownOptions: 'mode=755',
  });
  const { root } = fs;
  const owner = (gid = 0) => ({ uid: 0, gid });
  for (const [name, mode, gid, majorNumber, minorNumber] of NODES) {
    root.create(name, S_IFCHR | mode, owner(gid), makedev(majorNumber, minorNumber));
  }
  root.create(disk, S_IFBLK | 0o660, owner(DISK), makedev(254, 0));
  root.create(`${disk}1`, S_IFBLK | 0o660, owner(DISK), makedev(254, 1));
  for (const name of ['pts', 'mqueue']) root.create(name, S_IFDIR | 0o755, owner());
  root.create('shm', S_IFDIR | 0o1777, owner());
  for (const [name, target] of LINKS) root.symlink(name, target, owner());
  return fs;
}

/** There is one devtmpfs a machine, however often it is mounted. */
export const devtmpfsType: FileSystemType = {
  name: 'devtmpfs',
  mount: (_source, options, { namespace: { vfs } }) => {
    // They are tmpfs' options, and are looked at; but what is there stays as it is.
    parseTmpfsOptions(options, vfs.memory);
    vfs.devtmpfs ??= makeDevtmpfs(vfs);
    return vfs.devtmpfs;
  },
};

/** Debian's groups tty and disk. */
const TTY = 5;
const DISK = 6;

const NODES = [
  ['console', 0o600, TTY, 5, 1],
  ['full', 0o666, 0, 1, 7],
  ['kmsg', 0o644, 0, 1, 11],
  ['null', 0o666, 0, 1, 3],
  ['ptmx', 0o666, TTY, 5, 2],
  ['random', 0o666, 0, 1, 8],
  ['tty', 0o666, TTY, 5, 0],
  ['urandom', 0o666, 0, 1, 9],
  ['zero', 0o666, 0, 1, 5],
] as const;

const LINKS = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
] as const;
