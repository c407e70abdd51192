import type { Clock } from '../base/clock.ts';
import { Errno } from '../base/errno.ts';
import { type Caller, usernsOf } from '../vfs/caller.ts';
import { Dentry } from '../vfs/dentry.ts';
import type { Ioctl, OpenFile, Readiness } from '../vfs/file.ts';
import type { FileSystemStat } from '../vfs/filesystem.ts';
import { type Inode, type OpenFlags, S_IFREG } from '../vfs/inode.ts';
import { DEFAULT_MOUNT_FLAGS, Mount } from '../vfs/mount.ts';
import type { Path } from '../vfs/path.ts';
import { StreamFile } from '../vfs/stream-file.ts';
import type { Namespace } from './namespace.ts';
import { NO_SPACE, type PseudoFileSystem, PseudoInode } from './pseudo-fs.ts';
import { Task } from './task.ts';

/** The namespace behind a file of nsfs, or undefined if it is another file. */
export function namespaceOf(inode: Inode): Namespace | undefined {
  return inode instanceof NamespaceInode ? inode.namespace : undefined;
}

/** The file system that namespaces are files on. It is never mounted whole: /proc/PID/ns leads to its files, and they can be bind-mounted. */
export class NsFs implements PseudoFileSystem {
  readonly type = 'nsfs';
  readonly dev: number;
  readonly volatile = true;
  readonly creationError = 'EPERM';
  readonly root: Inode;
  readonly clock: Clock;

  constructor(dev: number, clock: Clock) {
    this.dev = dev;
    this.clock = clock;
    this.root = new NothingInode(this, 1, S_IFREG);
  }

  /** Where /proc/PID/ns/KIND leads. */
  pathOf(namespace: Namespace): Path {
    if (namespace.file === undefined) {
      const dentry = new Dentry('/', undefined, new NamespaceInode(this, namespace));
      const mount = new Mount(0, this, dentry, 'nsfs', { ...DEFAULT_MOUNT_FLAGS });
      namespace.file = { mount, dentry };
    }
    return namespace.file;
  }

  /** A mount namespace may not be bound within itself, or one that is younger: that would keep it alive for ever (mnt_ns_loop). */
  mayBind(inode: Inode, caller: Caller): boolean {
    const namespace = namespaceOf(inode);
    if (namespace?.kind !== 'mnt') return true;
    return caller instanceof Task && namespace.inode > caller.namespaces.mnt.inode;
  }

  /** A bind mount shows as `net:[4026532281]` in mountinfo. */
  rootName(inode: Inode): string | undefined {
    const namespace = namespaceOf(inode);
    return namespace && String(namespace);
  }

  options(): string {
    return '';
  }

  statfs(): FileSystemStat {
    return { type: this.type, ...NO_SPACE };
  }
}

/** The namespaces whose files are bind-mounted: a mount keeps a namespace alive as a member does (namespaces(7)). */
export class BoundNamespaces {
  readonly #bound = new Set<Namespace>();
  readonly #mounts: () => Iterable<Mount>;

  /** `mounts` gives every mount of the machine. */
  constructor(mounts: () => Iterable<Mount>) {
    this.#mounts = mounts;
  }

  /** A bind mount has been made. */
  note(mount: Mount): void {
    const namespace = namespaceOf(mount.root.inode);
    if (!namespace) return;
    this.#bound.add(namespace);
    namespace.setBound(true);
  }

  /** Mounts have gone: lets go of the namespaces that none shows any more. */
  sweep(): void {
    if (this.#bound.size === 0) return;
    const shown = new Set<Namespace | undefined>();
    for (const mount of this.#mounts()) shown.add(namespaceOf(mount.root.inode));
    for (const namespace of this.#bound) {
      if (shown.has(namespace)) continue;
      this.#bound.delete(namespace);
      namespace.setBound(false);
    }
  }
}

class NothingInode extends PseudoInode {}

class NamespaceInode extends PseudoInode {
  readonly namespace: Namespace;

  constructor(fs: NsFs, namespace: Namespace) {
    super(fs, namespace.inode, S_IFREG | 0o444);
    this.namespace = namespace;
  }

  override open(flags: OpenFlags, _caller: Caller): OpenFile {
    return new NamespaceFile(this, flags);
  }
}

/** An open namespace: it keeps the namespace alive, and setns(2) takes it. */
class NamespaceFile extends StreamFile {
  readonly #namespace: Namespace;

  constructor(inode: NamespaceInode, flags: OpenFlags) {
    super(inode, flags);
    this.#namespace = inode.namespace.hold();
  }

  override describe(): string {
    return String(this.#namespace);
  }

  read(): never {
    throw new Errno('EINVAL');
  }

  write(): never {
    throw new Errno('EINVAL');
  }

  override ioctl(call: Ioctl, caller: Caller): unknown {
    switch (call.request) {
      case 'NS_GET_NSTYPE':
        return this.#namespace.kind;
      case 'NS_GET_OWNER_UID':
        if (this.#namespace.kind !== 'user') throw new Errno('EINVAL');
        return usernsOf(caller).uids.shown(this.#namespace.governor.owner);
      default:
        throw new Errno('ENOTTY');
    }
  }

  poll(): Readiness {
    return { readable: false, writable: false, hangup: false };
  }

  override release(): void {
    this.#namespace.drop();
  }
}
