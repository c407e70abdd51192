import type { Caller } from '../../vfs/caller.ts';
import { type DirectoryEntry, type Inode, type Owner, S_IFLNK, S_IFREG } from '../../vfs/inode.ts';
import type { Path } from '../../vfs/path.ts';
import { PseudoDirectory, PseudoFile, PseudoLink } from '../pseudo-fs.ts';
import type { Task } from '../task.ts';
import {
  DESCRIPTOR,
  DESCRIPTOR_INFO,
  inoOf,
  nameFor,
  ownerOf,
  requireLookingInto,
} from './process-inodes.ts';
import type { ProcFs } from './procfs.ts';

/** /proc/PID/fd: a link for each descriptor. */
export class FdDirectory extends PseudoDirectory {
  declare readonly fs: ProcFs;
  readonly #task: Task;

  constructor(fs: ProcFs, ino: number, task: Task) {
    super(fs, ino, 0o500);
    this.#task = task;
  }

  override owner(): Owner {
    return ownerOf(this.#task);
  }

  override size(): number {
    return this.#task.fds.numbers().length;
  }

  lookup(name: string): Inode | undefined {
    const task = this.#task;
    const fd = /^\d+$/.test(name) ? Number(name) : -1;
    if (!task.fds.has(fd)) return undefined;
    const { readable, writable } = task.fds.get(fd);
    const follow = (caller: Caller): Path => {
      requireLookingInto(task, caller);
      const file = task.fds.get(fd);
      return file.path ?? task.kernel.vfs.sockfs.path(file.inode);
    };
    return new PseudoLink(
      this.fs,
      inoOf(this.fs, task, DESCRIPTOR + fd),
      (caller) => {
        requireLookingInto(task, caller);
        const file = task.fds.get(fd);
        return file.path ? nameFor(file.path, caller) : file.describe();
      },
      { follow, owner: () => ownerOf(task), mode: (readable ? 0o500 : 0) | (writable ? 0o300 : 0), size: 64 },
    );
  }

  readdir(): DirectoryEntry[] {
    return this.#task.fds
      .numbers()
      .map((fd) => ({ name: String(fd), ino: inoOf(this.fs, this.#task, DESCRIPTOR + fd), type: S_IFLNK }));
  }
}

/** /proc/PID/fdinfo: position, flags and mount of each descriptor. */
export class FdInfoDirectory extends PseudoDirectory {
  declare readonly fs: ProcFs;
  readonly #task: Task;

  constructor(fs: ProcFs, ino: number, task: Task) {
    super(fs, ino);
    this.#task = task;
  }

  override owner(): Owner {
    return ownerOf(this.#task);
  }

  lookup(name: string): Inode | undefined {
    const task = this.#task;
    const fd = /^\d+$/.test(name) ? Number(name) : -1;
    if (!task.fds.has(fd)) return undefined;
    return new PseudoFile(
      this.fs,
      inoOf(this.fs, task, DESCRIPTOR_INFO + fd),
      0o444,
      () => fdInfo(task, fd),
      {
        owner: () => ownerOf(task),
      },
    );
  }

  readdir(): DirectoryEntry[] {
    return this.#task.fds.numbers().map((fd) => ({
      name: String(fd),
      ino: inoOf(this.fs, this.#task, DESCRIPTOR_INFO + fd),
      type: S_IFREG,
    }));
  }
}

function fdInfo(task: Task, fd: number): string {
  const file = task.fds.get(fd);
  const access = file.readable ? (file.writable ? 2 : 0) : 1;
  const flags =
    access |
    (file.append ? 0o2000 : 0) |
    (file.nonBlocking ? 0o4000 : 0) |
    (task.fds.cloexec(fd) ? 0o2000000 : 0);
  let position = 0;
  try {
    position = file.seek(0, 'current');
  } catch {
    // Pipes and terminals have none.
  }
  return `pos:\t${position}\nflags:\t0${flags.toString(8)}\nmnt_id:\t${file.path?.mount.id ?? 0}\nino:\t${file.inode.ino}\n`;
}
