import type { Clock } from '../base/clock.ts';
import { Errno } from '../base/errno.ts';
import type { Caller } from '../vfs/caller.ts';
import type { FileSystemStat } from '../vfs/filesystem.ts';
import { type DirectoryEntry, type Inode, type Owner, S_IFDIR, S_IFREG } from '../vfs/inode.ts';
import { parseMountOptions } from '../vfs/mount-options.ts';
import { walk } from '../vfs/namei.ts';
import type { Vfs } from '../vfs/vfs.ts';
import type { Cgroup } from './cgroup.ts';
import { CGROUP_FILES, type CgroupFile, isShown } from './cgroup-files.ts';
import type { Kernel } from './kernel.ts';
import { NO_SPACE, PseudoDirectory, PseudoFile, type PseudoFileSystem } from './pseudo-fs.ts';
import { namespacesOf, Task } from './task.ts';

/** Registers the file system type `cgroup2`: one tree, shown from the root of the mounter's cgroup namespace. */
export function registerCgroupfs(kernel: Kernel, vfs: Vfs): void {
  const instances = new Map<Cgroup, CgroupFs>();
  const dev = vfs.anonymousDev();
  vfs.register({
    name: 'cgroup2',
    userns: (caller) => namespacesOf(kernel, caller).cgroup.governor,
    mount(_source, options, { caller }) {
      for (const [name] of parseMountOptions(options))
        if (!MOUNT_OPTIONS.has(name)) throw new Errno('EINVAL');
      const { root } = namespacesOf(kernel, caller).cgroup;
      let fs = instances.get(root);
      if (!fs) {
        fs = new CgroupFs(kernel, root, dev);
        instances.set(root, fs);
      }
      return fs;
    },
  });
}

const MOUNT_OPTIONS: ReadonlySet<string> = new Set(['nsdelegate', 'memory_recursiveprot', 'favordynmods']);

/** The cgroup that a directory of a cgroup mount shows. ENOTDIR or EBADF if the path is something else. */
export function findCgroup(task: Task, path: string): Cgroup {
  const { inode } = walk(task, path).dentry;
  if (!(inode instanceof CgroupDirectory)) throw new Errno('EBADF');
  return inode.cgroup;
}

/** cgroupfs, version 2 (cgroups(7)): a directory for each cgroup. */
class CgroupFs implements PseudoFileSystem {
  readonly type = 'cgroup2';
  readonly volatile = true;
  readonly creationError = 'EACCES';
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly dev: number;
  readonly root: Inode;
  readonly #directories = new WeakMap<Cgroup, CgroupDirectory>();

  constructor(kernel: Kernel, root: Cgroup, dev: number) {
    this.kernel = kernel;
    this.clock = kernel.clock;
    this.dev = dev;
    this.root = this.directoryOf(root);
  }

  directoryOf(cgroup: Cgroup): CgroupDirectory {
    let directory = this.#directories.get(cgroup);
    if (!directory) {
      directory = new CgroupDirectory(this, cgroup);
      this.#directories.set(cgroup, directory);
    }
    return directory;
  }

  options(): string {
    return 'nsdelegate,memory_recursiveprot';
  }

  statfs(): FileSystemStat {
    return { type: this.type, ...NO_SPACE };
  }
}

/** A cgroup as a directory: files to read and set it, and its children. mkdir(2) and rmdir(2) make and remove cgroups. */
class CgroupDirectory extends PseudoDirectory {
  declare readonly fs: CgroupFs;
  readonly cgroup: Cgroup;
  readonly #files = new Map<string, Inode>();

  constructor(fs: CgroupFs, cgroup: Cgroup) {
    super(fs, cgroup.ino * PLACES, 0o755);
    this.cgroup = cgroup;
  }

  lookup(name: string): Inode | undefined {
    const child = this.cgroup.children.get(name);
    if (child) return this.fs.directoryOf(child);
    const index = CGROUP_FILES.findIndex((file) => file.name === name);
    const file = CGROUP_FILES[index];
    if (!file || !isShown(file, this.cgroup)) return undefined;
    let inode = this.#files.get(name);
    if (!inode) {
      inode = this.#file(file, this.ino + 1 + index);
      this.#files.set(name, inode);
    }
    return inode;
  }

  readdir(): DirectoryEntry[] {
    const files = CGROUP_FILES.flatMap((file, index) =>
      isShown(file, this.cgroup) ? [{ name: file.name, ino: this.ino + 1 + index, type: S_IFREG }] : [],
    );
    const children = [...this.cgroup.children].map(([name, child]) => ({
      name,
      ino: child.ino * PLACES,
      type: S_IFDIR,
    }));
    return [...files, ...children];
  }

  override nlink(): number {
    return 2 + this.cgroup.children.size;
  }

  override create(name: string, mode: number, _owner: Owner): Inode {
    if ((mode & S_IFDIR) !== S_IFDIR) throw new Errno('EACCES');
    if (name.includes('\n')) throw new Errno('EINVAL');
    return this.fs.directoryOf(this.cgroup.make(name));
  }

  override rmdir(name: string): void {
    this.cgroup.remove(name);
  }

  #file({ mode, read, write }: CgroupFile, ino: number): Inode {
    const { cgroup } = this;
    const { kernel } = this.fs;
    const text = (caller?: Caller) => {
      if (cgroup.removed) throw new Errno('ENODEV');
      if (!read) throw new Errno('EINVAL');
      return read(cgroup, { kernel, caller: caller instanceof Task ? caller : undefined });
    };
    return new PseudoFile(this.fs, ino, mode, text, {
      ...(write && {
        store: (value: string, caller: Caller) => {
          if (cgroup.removed) throw new Errno('ENODEV');
          write(cgroup, value.trim(), { kernel, caller: caller instanceof Task ? caller : undefined });
        },
      }),
    });
  }
}

/** Inode numbers: a range for each cgroup. */
const PLACES = 64;
