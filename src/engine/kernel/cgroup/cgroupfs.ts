import type { Clock } from '../../base/clock.ts';
import { Errno } from '../../base/errno.ts';
import type { Caller } from '../../vfs/caller.ts';
import type { FileSystemStat } from '../../vfs/filesystem.ts';
import {
  type AttributeChange,
  type DirectoryEntry,
  type Inode,
  type Owner,
  S_IFDIR,
  S_IFMT,
  S_IFREG,
} from '../../vfs/inode.ts';
import { parseMountOptions } from '../../vfs/mount-options.ts';
import { walk } from '../../vfs/namei.ts';
import type { Vfs } from '../../vfs/vfs.ts';
import type { Kernel } from '../kernel.ts';
import { NO_SPACE, PseudoDirectory, PseudoFile, type PseudoFileSystem } from '../pseudo-fs.ts';
import { namespacesOf, Task } from '../task.ts';
import type { Cgroup } from './cgroup.ts';
import { type BoundFile, FILES } from './files.ts';

/** The file system type `cgroup2` (cgroups(7)): one tree for all, of which a mount shows what the mounter's cgroup namespace does. */
export class Cgroupfs {
  readonly #kernel: Kernel;
  readonly #dev: number;
  readonly #views = new WeakMap<Cgroup, CgroupView>();
  readonly #directories = new WeakMap<Cgroup, CgroupDirectory>();

  constructor(kernel: Kernel, vfs: Vfs) {
    this.#kernel = kernel;
    this.#dev = vfs.anonymousDev();
    vfs.register({
      name: 'cgroup2',
      userns: (caller) => namespacesOf(kernel, caller).cgroup.governor,
      mount: (_source, options, { caller }) => {
        for (const [name] of parseMountOptions(options))
          if (!MOUNT_OPTIONS.has(name)) throw new Errno('EINVAL');
        return this.#view(namespacesOf(kernel, caller).cgroup.root);
      },
    });
  }

  /** The file in which membership is written: who may write that of a cgroup may move processes below it. */
  procsInode(cgroup: Cgroup): Inode {
    return this.#view(cgroup).directoryOf(cgroup).lookup('cgroup.procs')!;
  }

  #view(root: Cgroup): CgroupView {
    let view = this.#views.get(root);
    if (!view) {
      view = new CgroupView(this.#kernel, root, this.#dev, this.#directories);
      this.#views.set(root, view);
    }
    return view;
  }
}

const MOUNT_OPTIONS: ReadonlySet<string> = new Set(['nsdelegate', 'memory_recursiveprot', 'favordynmods']);

/** The cgroup that a directory of a cgroup mount shows. ENOTDIR or EBADF if the path is something else. */
export function findCgroup(task: Task, path: string): Cgroup {
  const { inode } = walk(task, path).dentry;
  if (!(inode instanceof CgroupDirectory)) throw new Errno('EBADF');
  return inode.cgroup;
}

/** What a mount of a cgroup hierarchy shows: a directory for each cgroup from `root` on. */
class CgroupView implements PseudoFileSystem {
  readonly type = 'cgroup2';
  readonly volatile = true;
  readonly creationError = 'EACCES';
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly dev: number;
  readonly root: Inode;
  /** Shared by all views: a file that has been given away has been everywhere. */
  readonly #directories: WeakMap<Cgroup, CgroupDirectory>;

  constructor(kernel: Kernel, root: Cgroup, dev: number, directories: WeakMap<Cgroup, CgroupDirectory>) {
    this.kernel = kernel;
    this.clock = kernel.clock;
    this.dev = dev;
    this.#directories = directories;
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

  /** The directory of a cgroup that has just been made. */
  adopt(cgroup: Cgroup, owner: Owner, mode: number): CgroupDirectory {
    const directory = new CgroupDirectory(this, cgroup, owner, mode);
    this.#directories.set(cgroup, directory);
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
  declare readonly fs: CgroupView;
  readonly cgroup: Cgroup;
  readonly #made: number;
  readonly #files = new Map<string, Inode>();
  #owner: Owner;

  constructor(fs: CgroupView, cgroup: Cgroup, owner: Owner = ROOT, mode = 0o755) {
    super(fs, cgroup.ino * PLACES, mode);
    this.cgroup = cgroup;
    this.#owner = owner;
    this.#made = cgroup.parent ? fs.clock.now() : fs.clock.bootTime;
  }

  override owner(): Owner {
    return this.#owner;
  }

  override time(): number {
    return this.#made;
  }

  override setattr(change: AttributeChange): void {
    this.#owner = changed(this.#owner, change);
    if (change.mode !== undefined) super.setattr({ mode: change.mode });
  }

  lookup(name: string): Inode | undefined {
    if (this.cgroup.removed) return undefined;
    const child = this.cgroup.children.get(name);
    if (child) return this.fs.directoryOf(child);
    const file = FILES.get(name);
    if (!file?.isIn(this.cgroup)) return undefined;
    let inode = this.#files.get(name);
    if (!inode) {
      inode = new CgroupInode(this.fs, this.ino + 1 + ORDER.indexOf(name), this.cgroup, file, this.#owner);
      this.#files.set(name, inode);
    }
    return inode;
  }

  readdir(): DirectoryEntry[] {
    const entries: DirectoryEntry[] = [];
    if (this.cgroup.removed) return entries;
    let ino = this.ino;
    for (const file of FILES.values()) {
      ino++;
      if (file.isIn(this.cgroup)) entries.push({ name: file.name, ino, type: S_IFREG });
    }
    for (const [name, child] of this.cgroup.children)
      entries.push({ name, ino: child.ino * PLACES, type: S_IFDIR });
    return entries;
  }

  override nlink(): number {
    return 2 + this.cgroup.children.size;
  }

  /** A new cgroup belongs to whoever makes it. */
  override create(name: string, mode: number, owner: Owner): Inode {
    if ((mode & S_IFMT) !== S_IFDIR) throw new Errno(this.fs.creationError);
    if (this.cgroup.removed) throw new Errno('ENOENT');
    if (name.includes('\n')) throw new Errno('EINVAL');
    const child = this.cgroup.make(name);
    return this.fs.adopt(child, owner, mode & 0o7777);
  }

  override symlink(): Inode {
    throw new Errno('EPERM');
  }

  override rmdir(name: string): void {
    this.cgroup.remove(name);
  }
}

/** An interface file. */
class CgroupInode extends PseudoFile {
  #owner: Owner;

  constructor(fs: CgroupView, ino: number, cgroup: Cgroup, file: BoundFile, owner: Owner) {
    const { kernel } = fs;
    const access = (caller: Caller | undefined) => {
      if (cgroup.removed) throw new Errno('ENODEV');
      return { kernel, cgroup, caller: caller instanceof Task ? caller : undefined };
    };
    const text = (caller?: Caller) => {
      if (!file.read) throw new Errno('EINVAL');
      return file.read(access(caller));
    };
    super(fs, ino, file.mode, text, {
      store: (value: string, caller: Caller) => {
        const accessed = access(caller);
        requireOwnLimits(file, accessed.cgroup, accessed.caller);
        if (!file.write) throw new Errno('EINVAL');
        file.write(value.trim(), accessed);
      },
    });
    this.#owner = owner;
  }

  override owner(): Owner {
    return this.#owner;
  }

  override setattr(change: AttributeChange): void {
    this.#owner = changed(this.#owner, change);
    if (change.mode !== undefined) super.setattr({ mode: change.mode });
  }
}

/** With nsdelegate a cgroup namespace does not set its own root's limits: EPERM (cgroup-v2.rst, "Model of Delegation"). */
function requireOwnLimits(file: BoundFile, cgroup: Cgroup, caller: Task | undefined): void {
  if (file.delegatable || !caller) return;
  const { root } = caller.namespaces.cgroup;
  if (root === cgroup && cgroup.parent) throw new Errno('EPERM');
}

const changed = (owner: Owner, { uid = owner.uid, gid = owner.gid }: AttributeChange): Owner => ({
  uid,
  gid,
});

const ROOT: Owner = { uid: 0, gid: 0 };
const ORDER = [...FILES.keys()];
/** Inode numbers: a range for each cgroup. */
const PLACES = 128;
