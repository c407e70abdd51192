import { Errno } from '../base/errno.ts';
import type { NetNamespace } from '../net/net-namespace.ts';
import type { MountNamespace } from '../vfs/mount.ts';
import type { Cgroup } from './cgroup.ts';
import type { Kernel } from './kernel.ts';
import { Namespace } from './namespace.ts';
import { PidNamespace } from './pid-namespace.ts';
import type { NamespaceKind } from './syscalls.ts';
import { UtsNamespace } from './uts-namespace.ts';

/** A mount namespace as its members hold it; the tree itself is the VFS's. */
export class MntNamespace extends Namespace {
  readonly kind = 'mnt';
  readonly mounts: MountNamespace;
  readonly #kernel: Kernel;

  constructor(inode: number, mounts: MountNamespace, kernel: Kernel) {
    super(inode);
    this.mounts = mounts;
    this.#kernel = kernel;
    kernel.mountNamespaces.add(this);
  }

  protected override destroy(): void {
    this.#kernel.mountNamespaces.delete(this);
    this.#kernel.boundNamespaces.sweep();
  }
}

/** A network namespace as its members hold it; with its last holder its devices go. */
export class NetworkNamespace extends Namespace {
  readonly kind = 'net';
  readonly net: NetNamespace;
  readonly #heir: NetNamespace | undefined;

  /** `heir` gets the network cards that are left. */
  constructor(inode: number, net: NetNamespace, heir?: NetNamespace) {
    super(inode);
    this.net = net;
    this.#heir = heir;
  }

  protected override destroy(): void {
    this.net.release(this.#heir);
  }
}

/** A cgroup namespace (cgroup_namespaces(7)): its root is the creator's cgroup at that moment. */
export class CgroupNamespace extends Namespace {
  readonly kind = 'cgroup';
  readonly root: Cgroup;

  constructor(inode: number, root: Cgroup) {
    super(inode);
    this.root = root;
  }
}

/** Namespaces that have an identity and members but change nothing yet: System V IPC, id mapping, clock offsets. */
export class IdentityNamespace<K extends 'ipc' | 'user' | 'time'> extends Namespace {
  readonly kind: K;

  constructor(kind: K, inode: number) {
    super(inode);
    this.kind = kind;
  }
}

/** The namespaces of one process (the kernel's `nsproxy`). `pid` is the one that its children are born into. */
export interface Namespaces {
  readonly mnt: MntNamespace;
  readonly pid: PidNamespace;
  readonly net: NetworkNamespace;
  readonly ipc: IdentityNamespace<'ipc'>;
  readonly uts: UtsNamespace;
  readonly user: IdentityNamespace<'user'>;
  readonly cgroup: CgroupNamespace;
  readonly time: IdentityNamespace<'time'>;
}

/** Each with its place in /proc/PID/ns, in the order of `ls`. */
export const NAMESPACE_KINDS: readonly NamespaceKind[] = [
  'cgroup',
  'ipc',
  'mnt',
  'net',
  'pid',
  'time',
  'user',
  'uts',
];

/**
 * A copy of `from` in which the kinds named are new. The mount namespace is copied by the caller, who also moves root and
 * working directory into it: `mounts` is that copy.
 */
export function renew(
  kernel: Kernel,
  from: Namespaces,
  kinds: readonly NamespaceKind[],
  cgroup: Cgroup,
  mounts: MountNamespace | undefined,
): Namespaces {
  const has = (kind: NamespaceKind) => kinds.includes(kind);
  for (const kind of kinds) if (!NAMESPACE_KINDS.includes(kind)) throw new Errno('EINVAL');
  // In the order of copy_namespaces(): the user namespace first, then as the kernel numbers them.
  return {
    user: has('user') ? new IdentityNamespace('user', kernel.newInode()) : from.user,
    mnt: mounts ? new MntNamespace(kernel.newInode(), mounts, kernel) : from.mnt,
    uts: has('uts') ? new UtsNamespace(kernel.newInode(), from.uts.hostname, from.uts.domainname) : from.uts,
    ipc: has('ipc') ? new IdentityNamespace('ipc', kernel.newInode()) : from.ipc,
    pid: has('pid') ? new PidNamespace(kernel.newInode(), from.pid) : from.pid,
    cgroup: has('cgroup') ? new CgroupNamespace(kernel.newInode(), cgroup) : from.cgroup,
    net: has('net')
      ? new NetworkNamespace(kernel.newInode(), kernel.createNet(), kernel.namespaces.net.net)
      : from.net,
    time: has('time') ? new IdentityNamespace('time', kernel.newInode()) : from.time,
  };
}

/** Holds all of `namespaces`; `dropAll` is its counterpart. */
export function holdAll(namespaces: Namespaces): Namespaces {
  for (const kind of NAMESPACE_KINDS) namespaces[kind].hold();
  return namespaces;
}

export function dropAll(namespaces: Namespaces): void {
  for (const kind of NAMESPACE_KINDS) namespaces[kind].drop();
}
