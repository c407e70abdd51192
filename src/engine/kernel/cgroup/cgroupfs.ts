import type { Clock } from '../../base/clock.ts';
import { Errno } from '../../base/errno.ts';
import type { Caller } from '../../vfs/caller.ts';
import type { FileSystem, FileSystemStat } from '../../vfs/filesystem.ts';
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
import { CONTROLLERS, type Controller, legacyName } from './controllers.ts';
import { addHierarchy } from './css-set.ts';
import { type BoundFile, type BoundFiles, FILES } from './files.ts';
import type { Hierarchy } from './hierarchy.ts';

/**
 * The file system types `cgroup2` and `cgroup` (cgroups(7)): the hierarchies of both versions. A mount shows a hierarchy from where the mounter's
 * cgroup namespace has its root.
 */
export class Cgroupfs {
  readonly #kernel: Kernel;
  readonly #vfs: Vfs;
  readonly #devs = new Map<Hierarchy, number>();

  constructor(kernel: Kernel, vfs: Vfs) {
    this.#kernel = kernel;
    this.#vfs = vfs;
    const userns = (caller: Caller) => namespacesOf(kernel, caller).cgroup.governor;
    vfs.register({
      name: 'cgroup2',
      userns,
      mount: (_source, options, { caller }) => {
        const flags = parseMountOptions(options).map(([name]) => name);
        if (!flags.every((name) => UNIFIED_OPTIONS.includes(name))) throw new Errno('EINVAL');
        const { unified } = kernel.cgroups;
        unified.visible = true;
        // Only the machine's own namespace decides for all (apply_cgroup_root_flags()).
        const { cgroup } = namespacesOf(kernel, caller);
        if (cgroup === kernel.namespaces.cgroup)
          unified.options = UNIFIED_OPTIONS.filter((name) => flags.includes(name));
        return this.#view(cgroup.root.of(unified));
      },
    });
    vfs.register({
      name: 'cgroup',
      userns,
      mount: (_source, options, { caller }) => this.#mountLegacy(options, caller),
    });
  }

  /** The file in which membership is written: who may write that of a cgroup may move processes below it. */
  procsInode(cgroup: Cgroup): Inode {
    return this.#view(cgroup).directoryOf(cgroup).lookup('cgroup.procs')!;
  }

  /** `-o memory`, `-o cpu,cpuacct`, `-o none,name=systemd`; without controllers and name: all (cgroup1_parse_param()). */
  #mountLegacy(text: string, caller: Caller): FileSystem {
    const { cgroups, namespaces, tasks } = this.#kernel;
    const wanted = new Set<Controller>();
    let [name, none, all, agent] = ['', false, false, ''];
    const options: string[] = [];
    for (const [option, value] of parseMountOptions(text)) {
      const controller = CONTROLLERS.find((one) => legacyName(one) === option);
      if (controller) wanted.add(controller);
      else if (option === 'none') none = true;
      else if (option === 'all') all = true;
      else if (option === 'name') name = value ?? '';
      else if (option === 'release_agent') agent = value ?? '';
      else if (option === 'xattr') options.push(option);
      else {
        this.#kernel.log(`cgroup: Unknown subsys name '${option}'`);
        throw new Errno('EINVAL');
      }
    }
    if (all || (wanted.size === 0 && !none && name === '')) for (const one of CONTROLLERS) wanted.add(one);
    if (wanted.size === 0 && name === '') {
      this.#kernel.log('cgroup: Need name or subsystem set');
      throw new Errno('EINVAL');
    }
    if (none && wanted.size > 0) throw new Errno('EINVAL');
    const { cgroup } = namespacesOf(this.#kernel, caller);
    const mayMake = cgroup === namespaces.cgroup;
    const { hierarchy, made } = cgroups.legacy(wanted, name, none, mayMake);
    if (made) {
      hierarchy.options = options;
      hierarchy.releaseAgent = agent;
      addHierarchy(hierarchy, tasks);
      for (const namespace of this.#kernel.cgroupNamespaces)
        namespace.root = namespace.root.with(hierarchy.root);
    }
    return this.#view(cgroup.root.of(hierarchy));
  }

  #view(root: Cgroup): CgroupView {
    if (root.view instanceof CgroupView) return root.view;
    const { hierarchy } = root;
    const dev = this.#devs.get(hierarchy) ?? this.#vfs.anonymousDev();
    this.#devs.set(hierarchy, dev);
    const view = new CgroupView(this.#kernel, root, dev);
    root.view = view;
    return view;
  }
}

const UNIFIED_OPTIONS: readonly string[] = ['nsdelegate', 'favordynmods', 'memory_recursiveprot'];

/** The cgroup that a directory of a cgroup mount shows; undefined for what is none. */
export const cgroupOf = (inode: Inode): Cgroup | undefined =>
  inode instanceof CgroupDirectory ? inode.cgroup : undefined;

/** The same by its path. EBADF if the path is something else. */
export function findCgroup(task: Task, path: string): Cgroup {
  const cgroup = cgroupOf(walk(task, path).dentry.inode);
  if (!cgroup) throw new Errno('EBADF');
  return cgroup;
}

/** What a mount of a hierarchy shows: a directory for each cgroup from `root` on. */
class CgroupView implements PseudoFileSystem {
  readonly type: string;
  readonly volatile = true;
  readonly creationError = 'EACCES';
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly dev: number;
  readonly root: Inode;
  readonly #hierarchy: Hierarchy;

  constructor(kernel: Kernel, root: Cgroup, dev: number) {
    this.kernel = kernel;
    this.clock = kernel.clock;
    this.#hierarchy = root.hierarchy;
    this.type = root.hierarchy.version === 2 ? 'cgroup2' : 'cgroup';
    this.dev = dev;
    this.root = this.directoryOf(root);
  }

  directoryOf(cgroup: Cgroup): CgroupDirectory {
    const { directory } = cgroup;
    return directory instanceof CgroupDirectory ? directory : this.adopt(cgroup, ROOT, 0o755);
  }

  /** Makes the directory of a cgroup. */
  adopt(cgroup: Cgroup, owner: Owner, mode: number): CgroupDirectory {
    const directory = new CgroupDirectory(this, cgroup, owner, mode);
    cgroup.directory = directory;
    return directory;
  }

  options(): string {
    const { version, controllers, options, name } = this.#hierarchy;
    if (version === 2) return options.join(',');
    const parts = [...[...controllers].map(legacyName), ...options];
    return [...parts, ...(name === '' ? [] : [`name=${name}`])].join(',');
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
  readonly #table: BoundFiles;
  readonly #files = new Map<string, Inode>();
  #owner: Owner;

  constructor(fs: CgroupView, cgroup: Cgroup, owner: Owner, mode: number) {
    super(fs, cgroup.ino * PLACES, mode);
    this.cgroup = cgroup;
    this.#table = FILES[cgroup.hierarchy.version];
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
    const file = this.#table.get(name);
    if (!file?.isIn(this.cgroup)) return undefined;
    let inode = this.#files.get(name);
    if (!inode) {
      inode = new CgroupInode(this.fs, this.ino + 1 + file.place, this.cgroup, file, this.#owner);
      this.#files.set(name, inode);
    }
    return inode;
  }

  readdir(): DirectoryEntry[] {
    const entries: DirectoryEntry[] = [];
    if (this.cgroup.removed) return entries;
    let ino = this.ino;
    for (const file of this.#table.values()) {
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

  /** A cgroup of version 1 can be renamed where it is (cgroup1_rename()). */
  override rename(name: string, directory: Inode, newName: string): void {
    if (this.cgroup.hierarchy.version === 2) throw new Errno('EPERM');
    const child = this.cgroup.children.get(name);
    if (!child) throw new Errno(this.#table.has(name) ? 'ENOTDIR' : 'ENOENT');
    if (directory !== this) throw new Errno('EIO');
    if (this.lookup(newName)) throw new Errno('EEXIST');
    this.cgroup.children.delete(name);
    child.name = newName;
    this.cgroup.children.set(newName, child);
  }

  override rmdir(name: string): void {
    this.cgroup.remove(name, this.fs.kernel);
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
  const { hierarchy } = cgroup;
  if (file.delegatable || !caller || !hierarchy.options.includes('nsdelegate')) return;
  const { cgroup: namespace } = caller.namespaces;
  if (namespace !== caller.kernel.namespaces.cgroup && namespace.root.of(hierarchy) === cgroup)
    throw new Errno('EPERM');
}

const changed = (owner: Owner, { uid = owner.uid, gid = owner.gid }: AttributeChange): Owner => ({
  uid,
  gid,
});

const ROOT: Owner = { uid: 0, gid: 0 };
/** Inode numbers: a range for each cgroup. */
const PLACES = 128;
