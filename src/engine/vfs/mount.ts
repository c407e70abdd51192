import { Errno } from '../base/errno.ts';
import { type Dentry, pin, rootDentry } from './dentry.ts';
import type { FileSystem } from './filesystem.ts';
import type { Path } from './path.ts';
import { type CopyKind, inherit, makePrivate, type PeerGroup, PeerGroupIds } from './peer-group.ts';
import { INITIAL_USER_NAMESPACE, type UserNamespace } from './user-namespace.ts';
import type { Vfs } from './vfs.ts';

/** The flags of one mount, apart from those of its file system (mount(2)). */
export interface MountFlags {
  readonly: boolean;
  nosuid: boolean;
  nodev: boolean;
  noexec: boolean;
  /** Symbolic links in it are not followed. */
  nosymfollow: boolean;
  noatime: boolean;
  nodiratime: boolean;
  relatime: boolean;
}

export const DEFAULT_MOUNT_FLAGS: Readonly<MountFlags> = {
  readonly: false,
  nosuid: false,
  nodev: false,
  noexec: false,
  nosymfollow: false,
  noatime: false,
  nodiratime: false,
  relatime: true,
};

/** A file system, or a part of one, shown at a place. The kernel's `struct mount`. */
export class Mount {
  readonly id: number;
  readonly fs: FileSystem;
  /** What of the file system shows: its root, or for a bind mount any file or directory of it. */
  readonly root: Dentry;
  /** What was mounted, in the words of the mounter: `tmpfs`, `overlay`, `/dev/vda1`. */
  readonly source: string;
  flags: MountFlags;
  /** Of a shared mount, and of one that hears from a shared one (peer-group.ts does it). */
  peerGroup: PeerGroup | undefined = undefined;
  master: PeerGroup | undefined = undefined;
  unbindable = false;
  /** It came whole from a namespace of other owners: nobody here may take it off and see what it hides. */
  locked = false;
  /** The flags that it came with: a remount here may not ease them. */
  sealed: Readonly<MountFlags> | undefined = undefined;
  /** Where it is attached; undefined for the root of a namespace and for what is attached nowhere. */
  parent: Mount | undefined = undefined;
  mountpoint: Dentry | undefined = undefined;
  /** Mounts attached to dentries of this one. */
  readonly mounted = new Map<Dentry, Mount>();
  namespace: MountNamespace | undefined = undefined;
  /** Open files, working directories and roots in it. */
  users = 0;
  /** umount2(2) with MNT_EXPIRE has found it unused, and nobody has used it since. */
  expiring = false;
  /** Open files that may write. */
  writers = 0;

  constructor(id: number, fs: FileSystem, root: Dentry, source: string, flags: MountFlags) {
    this.id = id;
    this.fs = fs;
    this.root = root;
    this.source = source;
    this.flags = flags;
  }

  /** Neither this mount nor its file system may be written to. */
  get readonly(): boolean {
    return this.flags.readonly || this.fs.readonly === true;
  }

  /** This mount and all below it, parents before children. */
  tree(into: Mount[] = []): Mount[] {
    into.push(this);
    for (const child of this.mounted.values()) child.tree(into);
    return into;
  }
}

/** The mounts that a group of processes sees (mount_namespaces(7)). */
export class MountNamespace {
  readonly root: Mount;
  readonly mounts = new Set<Mount>();
  readonly vfs: Vfs;
  /** The user namespace that owns it: there one needs CAP_SYS_ADMIN to change it. */
  readonly userns: UserNamespace;

  constructor(root: Mount, vfs: Vfs, userns: UserNamespace = INITIAL_USER_NAMESPACE) {
    this.vfs = vfs;
    this.userns = userns;
    this.root = root;
    for (const mount of root.tree()) this.adopt(mount);
  }

  /** The top of its tree, where a fresh process has its root. */
  get rootPath(): Path {
    return topmost({ mount: this.root, dentry: this.root.root });
  }

  /** Its last member is gone. */
  destroy(): void {
    dissolve(this.root.tree());
  }

  adopt(mount: Mount): void {
    mount.namespace = this;
    this.mounts.add(mount);
  }

  /**
   * The namespace that CLONE_NEWNS gives: a copy of every mount. `translate` takes a path of the old namespace
   * (a root or working directory of the process that moves) to the same place in the new one.
   */
  clone(userns: UserNamespace): { namespace: MountNamespace; translate(path: Path): Path } {
    const copies = new Map<Mount, Mount>();
    const foreign = userns !== this.userns;
    const kind = foreign ? 'slave of shared' : 'peer';
    const root = copyTree(this.root, this.vfs.mountIds, { copies, keepUnbindable: true, kind });
    if (foreign) sealTree(root);
    return {
      namespace: new MountNamespace(root, this.vfs, userns),
      translate: ({ mount, dentry }) => ({ mount: copies.get(mount) ?? mount, dentry }),
    };
  }
}

/** Hands out mount ids and peer group ids. */
export class MountIds {
  readonly groups = new PeerGroupIds();
  #next = 1;

  next(): number {
    return this.#next++;
  }
}

/** A mount of a whole file system, attached nowhere yet. */
export function newMount(
  fs: FileSystem,
  source: string,
  ids: MountIds,
  flags: MountFlags = { ...DEFAULT_MOUNT_FLAGS },
): Mount {
  return new Mount(ids.next(), fs, rootDentry(fs), source, flags);
}

/** Goes through whatever is mounted at a path to what shows there. */
export function topmost(path: Path): Path {
  let { mount, dentry } = path;
  if (dentry.mounts === 0) return path;
  for (;;) {
    const above = mount.mounted.get(dentry);
    if (above === undefined) return mount === path.mount ? path : { mount, dentry };
    mount = above;
    dentry = above.root;
  }
}

/** Attaches a mount, with all below it, at a path, on top of what is mounted there already. */
export function attach(mount: Mount, place: Path): void {
  const at = topmost(place);
  mount.parent = at.mount;
  mount.mountpoint = at.dentry;
  at.mount.mounted.set(at.dentry, mount);
  pin(at.dentry);
  if (at.mount.namespace !== undefined) for (const each of mount.tree()) at.mount.namespace.adopt(each);
}

/** Takes a mount off its place, with all below it. What is attached nowhere hears of nothing. */
export function detach(mount: Mount): void {
  if (mount.parent !== undefined && mount.mountpoint !== undefined) {
    mount.parent.mounted.delete(mount.mountpoint);
    mount.mountpoint.mounts--;
  }
  mount.parent = undefined;
  mount.mountpoint = undefined;
  for (const each of mount.tree()) {
    each.namespace?.mounts.delete(each);
    each.namespace = undefined;
  }
}

/** Takes mounts away for good, the last first; each stands alone then, for those who still have files in it. */
export function dissolve(mounts: readonly Mount[]): void {
  for (const mount of [...mounts].reverse()) {
    detach(mount);
    makePrivate(mount);
  }
}

/** A second mount of what the first shows from `root` on: a bind mount. */
export function cloneMount(mount: Mount, root: Dentry, ids: MountIds, kind: CopyKind = 'peer'): Mount {
  const copy = new Mount(ids.next(), mount.fs, root, mount.source, { ...mount.flags });
  copy.locked = mount.locked;
  copy.sealed = mount.sealed;
  inherit(copy, mount, kind);
  return copy;
}

/** Binds a tree to what it is now: it has come to where others rule than those who made it (lock_mnt_tree). */
export function sealTree(tree: Mount): void {
  for (const each of tree.tree()) {
    each.sealed = { ...each.flags };
    if (each !== tree) each.locked = true;
  }
}

/** Copies a mount and those below it that are at or under `root`. */
export function copyTree(
  mount: Mount,
  ids: MountIds,
  options: { root?: Dentry; copies?: Map<Mount, Mount>; keepUnbindable?: boolean; kind?: CopyKind } = {},
): Mount {
  const { root = mount.root, copies, keepUnbindable = false, kind } = options;
  if (mount.unbindable && !keepUnbindable) throw new Errno('EINVAL');
  const copy = cloneMount(mount, root, ids, kind);
  copies?.set(mount, copy);
  for (const [mountpoint, child] of mount.mounted) {
    if (!isBelow(mountpoint, root)) continue;
    if (child.unbindable && !keepUnbindable) {
      if (child.locked) throw new Errno('EPERM');
      continue;
    }
    attach(copyTree(child, ids, { copies, keepUnbindable, kind }), { mount: copy, dentry: mountpoint });
  }
  return copy;
}

/** Whether `dentry` is `ancestor` or below it, within one file system. */
export function isBelow(dentry: Dentry, ancestor: Dentry): boolean {
  for (let at = dentry; ; at = at.parent) {
    if (at === ancestor) return true;
    if (at.parent === at) return false;
  }
}
