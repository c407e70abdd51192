import { Errno } from '../base/errno.ts';
import type { Caller, Credentials } from './caller.ts';
import { type Capability, CapabilitySet } from './capabilities.ts';
import { type Inode, type Owner, S_IFDIR, S_IFMT, S_ISGID, S_ISVTX, type Stat } from './inode.ts';
import { INITIAL_USER_NAMESPACE, type UserNamespace } from './user-namespace.ts';

/** What permission is asked for, as the bits of access(2). */
export const MAY_EXECUTE = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

/** Throws EACCES unless the caller may do all that `wanted` says (path_resolution(7), "Permissions"). */
export function requirePermission(caller: Caller, inode: Inode, wanted: number): void {
  if (inode.permits !== undefined) {
    if (!inode.permits(caller, wanted)) throw new Errno('EACCES');
    return;
  }
  // The superuser's usual case needs no look at the inode's mode.
  if (((wanted & MAY_EXECUTE) === 0 || inode.type === S_IFDIR) && capable(caller, 'DAC_OVERRIDE')) return;
  if (!isPermitted(caller.credentials, inode.stat(), wanted)) throw new Errno('EACCES');
}

/** Either lets a process look names up in any directory. */
const SEARCH_CAPABILITIES = CapabilitySet.of(['DAC_OVERRIDE', 'DAC_READ_SEARCH']);

/** Throws EACCES unless the caller may look names up in a directory. */
export function requireSearch(caller: Caller, directory: Inode): void {
  const { userns, capabilities } = caller.credentials;
  if (userns === INITIAL_USER_NAMESPACE && capabilities.hasAny(SEARCH_CAPABILITIES)) return;
  if (!isPermitted(caller.credentials, directory.stat(), MAY_EXECUTE)) throw new Errno('EACCES');
}

/** Whether mode, owner and capabilities let credentials do all that `wanted` says. */
export function isPermitted(credentials: Credentials, stat: Stat, wanted: number): boolean {
  const { uid, gid, mode } = stat;
  let bits = mode & 7;
  if (credentials.uid === uid) bits = (mode >> 6) & 7;
  else if (isInGroup(credentials, gid)) bits = (mode >> 3) & 7;
  if ((wanted & ~bits) === 0) return true;
  const has = (capability: Capability) => capableOver(credentials, stat, capability);
  if ((mode & S_IFMT) === S_IFDIR)
    return has('DAC_OVERRIDE') || ((wanted & MAY_WRITE) === 0 && has('DAC_READ_SEARCH'));
  if (wanted === MAY_READ && has('DAC_READ_SEARCH')) return true;
  // Not even root may execute what nobody may.
  return ((wanted & MAY_EXECUTE) === 0 || (mode & 0o111) !== 0) && has('DAC_OVERRIDE');
}

export function isInGroup(credentials: Credentials, gid: number): boolean {
  return credentials.gid === gid || credentials.groups.includes(gid);
}

/**
 * Whether credentials carry a capability in a user namespace: their own, or one below it, in which the user who has made it
 * has them all (ns_capable; user_namespaces(7), "Capabilities").
 */
export function capableIn(
  namespace: UserNamespace,
  credentials: Credentials,
  capability: Capability,
): boolean {
  const { userns, uid, capabilities } = credentials;
  for (let at = namespace; at.level > userns.level; at = at.parent!)
    if (at.parent === userns && at.owner === uid) return true;
  return namespace.isWithin(userns) && capabilities.has(capability);
}

/** Whether the caller has a capability over the whole machine. */
export function capable({ credentials }: Caller, capability: Capability): boolean {
  return credentials.userns === INITIAL_USER_NAMESPACE && credentials.capabilities.has(capability);
}

/** Whether credentials carry a capability over a file: its owner and group must be mapped (capable_wrt_inode_uidgid). */
export function capableOver(
  { userns, capabilities }: Credentials,
  { uid, gid }: Owner,
  capability: Capability,
): boolean {
  if (!capabilities.has(capability)) return false;
  return userns.uids.toLocal(uid) !== undefined && userns.gids.toLocal(gid) !== undefined;
}

/** Whether the caller owns the file or acts as its owner (CAP_FOWNER). */
export function isOwner({ credentials }: Caller, { uid }: Stat): boolean {
  const { userns, capabilities } = credentials;
  return credentials.uid === uid || (capabilities.has('FOWNER') && userns.uids.toLocal(uid) !== undefined);
}

/**
 * The mode of a file about to be made: the umask taken off, and its set-group-id bit too where it would run as a group that the directory
 * hands down and the caller is not of (mode_strip_sgid in the kernel).
 */
export function creationMode(caller: Caller, directory: Inode, mode: number): number {
  const masked = mode & ~caller.umask;
  if ((masked & S_ISGID) === 0 || (masked & 0o010) === 0 || (masked & S_IFMT) === S_IFDIR) return masked;
  const above = directory.stat();
  const isHandedDown = (above.mode & S_ISGID) !== 0 && !isInGroup(caller.credentials, above.gid);
  return isHandedDown && !capableOver(caller.credentials, above, 'FSETID') ? masked & ~S_ISGID : masked;
}

/** In a sticky directory only the owner of the entry or of the directory may take it away (inode(7)). */
export function requireNotSticky(caller: Caller, directory: Inode, victim: Inode): void {
  if (capable(caller, 'FOWNER')) return;
  const above = directory.stat();
  if ((above.mode & S_ISVTX) === 0 || caller.credentials.uid === above.uid) return;
  const below = victim.stat();
  const { credentials } = caller;
  if (credentials.uid !== below.uid && !capableOver(credentials, below, 'FOWNER')) throw new Errno('EPERM');
}
