import { Errno } from '../base/errno.ts';
import { type Dentry, hasBeenMounted, rootDentry } from './dentry.ts';
import { S_IFDIR } from './inode.ts';
import {
  attach,
  cloneMount,
  copyTree,
  DEFAULT_MOUNT_FLAGS,
  detach,
  dissolve,
  isBelow,
  type Mount,
  type MountFlags,
  type MountNamespace,
  newMount,
  topmost,
} from './mount.ts';
import { isDirectory, type LookupContext, walk } from './namei.ts';
import type { Path } from './path.ts';
import { makePrivate, makeShared, makeSlave } from './peer-group.ts';
import { capableIn } from './permission.ts';
import { attachEverywhere, goingToo, isBusyElsewhere } from './propagation.ts';
import { INITIAL_USER_NAMESPACE } from './user-namespace.ts';

/** mount(2) of a file system: makes an instance of `type` and attaches it. */
export function mount(
  context: LookupContext,
  request: { source: string; target: string; type: string; flags?: Partial<MountFlags>; options?: string },
): Mount {
  const target = topmost(administered(context, request.target));
  const { vfs } = context.namespace;
  const type = vfs.type(request.type);
  const userns = type.userns?.(context.caller) ?? INITIAL_USER_NAMESPACE;
  if (!capableIn(userns, context.caller.credentials, 'SYS_ADMIN')) throw new Errno('EPERM');
  const fs = type.mount(request.source, request.options ?? '', context);
  const flags = { ...DEFAULT_MOUNT_FLAGS, ...request.flags };
  if (!hasBeenMounted(fs)) {
    fs.userns = userns;
    // `ro` on a fresh instance makes the instance read-only, not just this mount.
    if (flags.readonly) fs.readonly = true;
  }
  // A disk that is mounted already is shared, and then as it is.
  else if (type.needsDevice && flags.readonly !== (fs.readonly ?? false)) throw new Errno('EBUSY');
  const fresh = newMount(fs, request.source, vfs.mountIds, flags);
  if (type.reveals && isTooRevealing(context.namespace, fresh)) throw new Errno('EPERM');
  requirePlace(context, target, fresh.root);
  attachEverywhere(fresh, target, vfs.mountIds, context.namespace);
  return fresh;
}

/** mount(2) with MS_BIND: shows `source` at `target` too; with `recursive`, and all that is mounted below it. */
export function bindMount(
  context: LookupContext,
  source: string,
  target: string,
  options: { recursive?: boolean } = {},
): Mount {
  const at = topmost(administered(context, target));
  if (source === '') throw new Errno('EINVAL');
  const from = walk(context, source);
  const { vfs } = context.namespace;
  if (from.mount.unbindable) throw new Errno('EINVAL');
  const { fs } = from.mount;
  const mayBind = fs.mayBind?.(from.dentry.inode, context.caller);
  if (!(mayBind ?? from.mount.namespace === context.namespace)) throw new Errno('EINVAL');
  // Else the copy would show what a locked mount hides.
  const hides = [...from.mount.mounted].some(([place, { locked }]) => locked && isBelow(place, from.dentry));
  if (!options.recursive && hides) throw new Errno('EINVAL');
  requirePlace(context, at, from.dentry);
  const copy = options.recursive
    ? copyTree(from.mount, vfs.mountIds, { root: from.dentry })
    : cloneMount(from.mount, from.dentry, vfs.mountIds);
  copy.locked = false;
  attachEverywhere(copy, at, vfs.mountIds, context.namespace);
  return copy;
}

/** mount(2) with MS_MOVE. */
export function moveMount(context: LookupContext, source: string, target: string): void {
  const to = topmost(administered(context, target));
  if (source === '') throw new Errno('EINVAL');
  const from = walk(context, source);
  const moved = from.mount;
  requireOurs(context, moved);
  requireOurs(context, to.mount);
  if (from.dentry !== moved.root || moved.parent === undefined || moved.locked) throw new Errno('EINVAL');
  if (isDirectory(from.dentry.inode) !== isDirectory(to.dentry.inode)) throw new Errno('EINVAL');
  if (moved.parent.peerGroup !== undefined) throw new Errno('EINVAL');
  if (to.mount.peerGroup !== undefined && moved.tree().some(({ unbindable }) => unbindable))
    throw new Errno('EINVAL');
  for (let at: Mount | undefined = to.mount; at !== undefined; at = at.parent) {
    if (at === moved) throw new Errno('ELOOP');
  }
  detach(moved);
  attachEverywhere(moved, to, context.namespace.vfs.mountIds, context.namespace);
}

/**
 * mount(2) with MS_REMOUNT: sets the flags of the mount at `target`, and unless `bind` those of its file system with its options.
 * Flags not given are off, as the call has it.
 */
export function remount(
  context: LookupContext,
  target: string,
  flags: Partial<MountFlags>,
  options: { bind?: boolean; data?: string; sync?: boolean } = {},
): void {
  const { mount: changed, dentry } = administered(context, target);
  requireOurs(context, changed);
  if (dentry !== changed.root) throw new Errno('EINVAL');
  const { relatime, noatime, nodiratime } = changed.flags;
  const fresh: MountFlags = { ...DEFAULT_MOUNT_FLAGS, relatime, noatime, nodiratime, ...flags };
  requireSealed(changed, fresh);
  const { fs } = changed;
  const writers = options.bind ? changed.writers : (fs.writers ?? 0) + (fs.removed ?? 0);
  if (fresh.readonly && !changed.readonly && writers > 0) throw new Errno('EBUSY');
  if (!options.bind) {
    if (!capableIn(fs.userns ?? INITIAL_USER_NAMESPACE, context.caller.credentials, 'SYS_ADMIN'))
      throw new Errno('EPERM');
    if (options.data && fs.remount === undefined) throw new Errno('EINVAL');
    fs.remount?.(options.data ?? '', fresh.readonly);
    fs.readonly = fresh.readonly;
    fs.sync = options.sync ?? false;
  }
  changed.flags = fresh;
}

/** A mount that came from a namespace of other owners keeps what it forbids, and its rule for access times. */
function requireSealed({ sealed }: Mount, fresh: MountFlags): void {
  if (sealed === undefined) return;
  const eased = (['readonly', 'nosuid', 'nodev', 'noexec'] as const).some(
    (flag) => sealed[flag] && !fresh[flag],
  );
  const timed = (['noatime', 'nodiratime', 'relatime'] as const).some((flag) => sealed[flag] !== fresh[flag]);
  if (eased || timed) throw new Errno('EPERM');
}

/** mount(2) with MS_SHARED, MS_PRIVATE, MS_SLAVE or MS_UNBINDABLE, and MS_REC. */
export function setPropagation(
  context: LookupContext,
  target: string,
  kind: 'shared' | 'private' | 'slave' | 'unbindable',
  options: { recursive?: boolean } = {},
): void {
  const { mount: top, dentry } = administered(context, target);
  requireOurs(context, top);
  if (dentry !== top.root) throw new Errno('EINVAL');
  const { groups } = context.namespace.vfs.mountIds;
  for (const each of options.recursive ? top.tree() : [top]) {
    if (kind === 'shared') makeShared(each, groups);
    else if (kind === 'slave') makeSlave(each);
    else makePrivate(each, kind === 'unbindable');
  }
}

/**
 * umount2(2). `detach` (MNT_DETACH) takes it from the tree at once though it is in use. `expire` (MNT_EXPIRE) marks it and gives EAGAIN; if
 * nobody has used it when asked again, it goes. With `noFollow` a symbolic link is no mount point.
 */
export function umount(
  context: LookupContext,
  target: string,
  options: { detach?: boolean; expire?: boolean; noFollow?: boolean } = {},
): void {
  const { mount: victim, dentry } = administered(context, target, { follow: !options.noFollow });
  if (dentry !== victim.root) throw new Errno('EINVAL');
  requireOurs(context, victim);
  if (victim.parent === undefined || victim.locked) throw new Errno('EINVAL');
  if (!options.detach && (victim.mounted.size > 0 || victim.users > 0 || victim === context.root.mount)) {
    throw new Errno('EBUSY');
  }
  if (!options.detach && isBusyElsewhere(victim)) throw new Errno('EBUSY');
  if (options.expire && !victim.expiring) {
    victim.expiring = true;
    throw new Errno('EAGAIN');
  }
  takeOff(victim.tree());
}

/** Takes mounts off, and in the namespaces that hear of it their counterparts; what covers one of those stays in its place. */
function takeOff(mounts: readonly Mount[]): void {
  const elsewhere = goingToo(mounts);
  const covers = elsewhere.flatMap((mount) => {
    const cover = mount.mounted.get(mount.root);
    const { parent, mountpoint } = mount;
    return cover && !elsewhere.includes(cover) && parent && mountpoint
      ? [{ cover, place: { mount: parent, dentry: mountpoint } }]
      : [];
  });
  for (const { cover } of covers) detach(cover);
  dissolve([...mounts, ...elsewhere]);
  for (const { cover, place } of covers) attach(cover, place);
}

/**
 * pivot_root(2): the mount at `newRoot` becomes the root, the old root goes to `putOld`. Every process of the namespace whose root or working
 * directory is `from` must move to `to`; that is the kernel's part.
 */
export function pivotRoot(context: LookupContext, newRoot: string, putOld: string): { from: Path; to: Path } {
  requireAdmin(context);
  const fresh = walk(context, newRoot);
  if (fresh.dentry.type !== S_IFDIR) throw new Errno('ENOTDIR');
  const put = walk(context, putOld);
  if (put.dentry.type !== S_IFDIR) throw new Errno('ENOTDIR');
  const { root } = context;
  const rootParent = root.mount.parent;
  const shared = [put.mount, fresh.mount.parent, rootParent].some((each) => each?.peerGroup !== undefined);
  if (shared || fresh.mount.locked) throw new Errno('EINVAL');
  requireOurs(context, root.mount);
  requireOurs(context, fresh.mount);
  if (fresh.dentry.deleted) throw new Errno('ENOENT');
  if (fresh.mount === root.mount || put.mount === root.mount) throw new Errno('EBUSY');
  const rootPlace = root.mount.mountpoint;
  if (root.dentry !== root.mount.root || rootParent === undefined || rootPlace === undefined)
    throw new Errno('EINVAL');
  if (fresh.dentry !== fresh.mount.root || fresh.mount.parent === undefined) throw new Errno('EINVAL');
  if (!isUnder(put, fresh) || !isUnder(fresh, root)) throw new Errno('EINVAL');
  const { namespace } = context;
  detach(fresh.mount);
  detach(root.mount);
  // Whoever may not take the root off may not do so under its new name either.
  fresh.mount.locked = root.mount.locked;
  root.mount.locked = false;
  attach(fresh.mount, { mount: rootParent, dentry: rootPlace });
  attach(root.mount, put);
  for (const each of fresh.mount.tree()) namespace.adopt(each);
  return { from: root, to: fresh };
}

/** Whether something with that root may be mounted at a place: as graft_tree in the kernel checks it. */
function requirePlace(context: LookupContext, at: Path, root: Dentry): void {
  requireOurs(context, at.mount);
  if (isDirectory(root.inode) !== isDirectory(at.dentry.inode)) throw new Errno('ENOTDIR');
  if (at.dentry.deleted) throw new Errno('ENOENT');
}

/**
 * Whether a fresh /proc or /sys would show, in a namespace of other owners than the machine's, what its members cannot see
 * in one that they have (mount_too_revealing in the kernel).
 */
function isTooRevealing({ userns, mounts }: MountNamespace, fresh: Mount): boolean {
  if (userns === INITIAL_USER_NAMESPACE) return false;
  const isEmpty = ({ inode }: Dentry) => isDirectory(inode) && inode.readdir().length === 0;
  for (const { fs, root, sealed, mounted } of mounts) {
    if (fs.type !== fresh.fs.type || root !== rootDentry(fs)) continue;
    if (sealed?.readonly && !fresh.flags.readonly) continue;
    const covered = [...mounted].some(([place, { locked }]) => locked && !isEmpty(place));
    if (!covered) return false;
  }
  return true;
}

/** The target of an operation on mounts, found before the caller's right is looked at, as mount(2) does. */
function administered(context: LookupContext, target: string, options: { follow?: boolean } = {}): Path {
  const found = walk(context, target, options);
  requireAdmin(context);
  return found;
}

function requireAdmin({ caller, namespace }: LookupContext): void {
  if (!capableIn(namespace.userns, caller.credentials, 'SYS_ADMIN')) throw new Errno('EPERM');
}

function requireOurs(context: LookupContext, mount: Mount): void {
  if (mount.namespace !== context.namespace) throw new Errno('EINVAL');
}

/** Whether a path is at or below another, across mounts. */
function isUnder(path: Path, above: Path): boolean {
  let { mount, dentry } = path;
  while (mount !== above.mount) {
    if (mount.parent === undefined || mount.mountpoint === undefined) return false;
    dentry = mount.mountpoint;
    mount = mount.parent;
  }
  return isBelow(dentry, above.dentry);
}
