import { Errno } from '../base/errno.ts';
import type { NetNamespace } from '../net/net-namespace.ts';
import type { MountNamespace } from '../vfs/mount.ts';
import { type Path, samePath } from '../vfs/path.ts';
import { capableIn } from '../vfs/permission.ts';
import type { CssSet } from './cgroup/css-set.ts';
import { type Cred, rootOf } from './credentials.ts';
import { IpcNamespace } from './ipc/ipc-namespace.ts';
import type { Kernel } from './kernel.ts';
import { Namespace, type NamespaceOrigin } from './namespace.ts';
import { NAMESPACE_KINDS } from './namespace-kinds.ts';
import { PidNamespace } from './pid-namespace.ts';
import type { NamespaceKind } from './syscalls.ts';
import type { Task } from './task.ts';
import { TimeNamespace } from './time-namespace.ts';
import { createUserNamespace, type IdNamespace } from './user-namespace.ts';
import { UtsNamespace } from './uts-namespace.ts';

/** A mount namespace as its members hold it; the tree itself is the VFS's. */
export class MntNamespace extends Namespace {
  readonly kind = 'mnt';
  readonly mounts: MountNamespace;
  readonly #kernel: Kernel;

  constructor(origin: NamespaceOrigin, mounts: MountNamespace, kernel: Kernel) {
    super(origin);
    this.mounts = mounts;
    this.#kernel = kernel;
    kernel.mountNamespaces.add(this);
  }

  protected override destroy(): void {
    this.#kernel.mountNamespaces.delete(this);
    this.mounts.destroy();
    this.#kernel.boundNamespaces.sweep();
  }
}

/** A network namespace as its members hold it; with its last holder its devices go. */
export class NetworkNamespace extends Namespace {
  readonly kind = 'net';
  readonly net: NetNamespace;
  readonly #heir: NetNamespace | undefined;

  /** `heir` gets the network cards that are left. */
  constructor(origin: NamespaceOrigin, net: NetNamespace, heir?: NetNamespace) {
    super(origin);
    this.net = net;
    this.#heir = heir;
  }

  protected override destroy(): void {
    this.net.release(this.#heir);
  }
}

/** A cgroup namespace (cgroup_namespaces(7)): its root is where its creator was at that moment. */
export class CgroupNamespace extends Namespace {
  readonly kind = 'cgroup';
  /** One of each hierarchy; another comes when a hierarchy does. */
  root: CssSet;
  readonly #all: Set<CgroupNamespace>;

  constructor(origin: NamespaceOrigin, root: CssSet, all: Set<CgroupNamespace>) {
    super(origin);
    this.root = root;
    this.#all = all.add(this);
  }

  protected override destroy(): void {
    this.#all.delete(this);
  }
}

/** The namespaces of one process (the kernel's `nsproxy`, and the user namespace of its credentials). */
export interface Namespaces {
  readonly mnt: MntNamespace;
  /** The one that its children are born into; its own is that of its number. */
  readonly pid: PidNamespace;
  readonly net: NetworkNamespace;
  readonly ipc: IpcNamespace;
  readonly uts: UtsNamespace;
  readonly user: IdNamespace;
  readonly cgroup: CgroupNamespace;
  readonly time: TimeNamespace;
  readonly timeForChildren: TimeNamespace;
}

export const NAMESPACE_SLOTS: readonly (keyof Namespaces)[] = [...NAMESPACE_KINDS, 'timeForChildren'];

/** Where a process stands that has new namespaces. */
export interface Place {
  readonly namespaces: Namespaces;
  readonly cred: Cred;
  readonly root: Path;
  readonly cwd: Path;
}

/**
 * What a process would have with new namespaces of some kinds: the user namespace first, which owns the others, then
 * as the kernel numbers them (copy_namespaces). Needs CAP_SYS_ADMIN in the owner: EPERM; ENOSPC when there are too many.
 */
export function withNew(task: Task, kinds: readonly NamespaceKind[], css: CssSet): Place {
  const { kernel, namespaces: from } = task;
  const wanted = new Set(kinds);
  for (const kind of wanted) if (!NAMESPACE_KINDS.includes(kind)) throw new Errno('EINVAL');
  let { cred, root, cwd } = task;
  let { user } = from;
  if (wanted.delete('user')) {
    const chrooted = !samePath(root, task.namespace.rootPath);
    user = createUserNamespace(user, kernel.newInode(), cred, chrooted);
    cred = rootOf(cred, user.ids);
  }
  const next: { -readonly [Slot in keyof Namespaces]: Namespaces[Slot] } = { ...from, user };
  if (wanted.size > 0 && !capableIn(user.ids, task.cred, 'SYS_ADMIN')) throw new Errno('EPERM');
  const made: Namespace[] = [];
  const make = <N extends Namespace>(kind: NamespaceKind, construct: (origin: NamespaceOrigin) => N): N => {
    const gone = user.account(kind, cred.uid);
    const namespace = construct({ inode: kernel.newInode(), owner: user, gone });
    made.push(namespace);
    return namespace;
  };
  try {
    if (wanted.has('mnt')) {
      const copy = task.namespace.clone(user.ids);
      next.mnt = make('mnt', (origin) => new MntNamespace(origin, copy.namespace, kernel));
      root = copy.translate(root);
      cwd = copy.translate(cwd);
    }
    const { hostname, domainname } = from.uts;
    if (wanted.has('uts')) next.uts = make('uts', (origin) => new UtsNamespace(origin, hostname, domainname));
    if (wanted.has('ipc')) next.ipc = make('ipc', (origin) => new IpcNamespace(origin));
    if (wanted.has('pid')) {
      requireNestable(task, user);
      next.pid = make('pid', (origin) => new PidNamespace(origin, from.pid));
    }
    if (wanted.has('cgroup'))
      next.cgroup = make('cgroup', (origin) => new CgroupNamespace(origin, css, kernel.cgroupNamespaces));
    if (wanted.has('net')) {
      const net = kernel.createNet(user.ids);
      next.net = make('net', (origin) => new NetworkNamespace(origin, net, kernel.namespaces.net.net));
    }
    if (wanted.has('time'))
      next.timeForChildren = make('time', (origin) => new TimeNamespace(origin, from.timeForChildren));
  } catch (error) {
    // What was made before the limit was met goes again.
    for (const namespace of made) namespace.hold().drop();
    if (user !== from.user) user.hold().drop();
    throw error;
  }
  return { namespaces: next, cred, root, cwd };
}

/** MAX_PID_NS_LEVEL */
const PID_LEVEL_MAX = 32;

/** Only who has not unshared before may (copy_pid_ns): EINVAL; ENOSPC when it would lie too deep. */
function requireNestable({ id, namespaces: { pid } }: Task, user: IdNamespace): void {
  if (id.namespace !== pid || !user.ids.isWithin(pid.governor)) throw new Errno('EINVAL');
  if (pid.level >= PID_LEVEL_MAX) throw new Errno('ENOSPC');
}

/** The user namespace that owns a namespace; EPERM where it is not within the caller's own. */
export function ownerSeenBy({ cred }: Task, { owner }: Namespace): IdNamespace {
  if (!owner?.ids.isWithin(cred.userns)) throw new Errno('EPERM');
  return owner;
}

/** The namespace around a PID or user namespace; EPERM where the caller cannot see it. */
export function parentSeenBy(task: Task, namespace: Namespace): Namespace {
  if (namespace.kind === 'user') return ownerSeenBy(task, namespace);
  if (!(namespace instanceof PidNamespace)) throw new Errno('EINVAL');
  const { parent } = namespace;
  if (!parent?.isWithin(task.id.namespace)) throw new Errno('EPERM');
  return parent;
}

/** Holds all of `namespaces`; `dropAll` is its counterpart. */
export function holdAll(namespaces: Namespaces): Namespaces {
  for (const slot of NAMESPACE_SLOTS) namespaces[slot].hold();
  return namespaces;
}

export function dropAll(namespaces: Namespaces): void {
  for (const slot of NAMESPACE_SLOTS) namespaces[slot].drop();
}
