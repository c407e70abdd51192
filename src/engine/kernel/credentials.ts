import type { Credentials } from '../vfs/caller.ts';
import { CapabilitySet } from '../vfs/capabilities.ts';
import { INITIAL_USER_NAMESPACE, type UserNamespace } from '../vfs/user-namespace.ts';

/** The credentials of a process (credentials(7)). A change makes a new object, so a copy is free. */
export interface Cred extends Credentials {
  /** Real and saved ids; `uid` and `gid` are the effective ones. */
  readonly ruid: number;
  readonly suid: number;
  readonly rgid: number;
  readonly sgid: number;
  /** `capabilities` is the effective set. */
  readonly permitted: CapabilitySet;
  readonly inheritable: CapabilitySet;
  readonly bounding: CapabilitySet;
  readonly ambient: CapabilitySet;
  /** SECBIT_KEEP_CAPS: permitted capabilities outlive the change to another user. */
  readonly keepCaps: boolean;
}

const { ALL, NONE } = CapabilitySet;

/** What init starts with: root with every capability. */
export const ROOT: Cred = {
  ruid: 0,
  uid: 0,
  suid: 0,
  rgid: 0,
  gid: 0,
  sgid: 0,
  groups: [],
  capabilities: ALL,
  permitted: ALL,
  inheritable: NONE,
  bounding: ALL,
  ambient: NONE,
  keepCaps: false,
  userns: INITIAL_USER_NAMESPACE,
};

/** The same ids with every right in a user namespace: of whoever has made or entered it (set_cred_user_ns). */
export function rootOf(cred: Cred, userns: UserNamespace): Cred {
  const sets = { capabilities: ALL, permitted: ALL, inheritable: NONE, bounding: ALL, ambient: NONE };
  return { ...cred, ...sets, userns };
}

/** The credentials of a user that has logged in. */
export function login(uid: number, gid: number, groups: readonly number[] = []): Cred {
  const ids = { ruid: uid, uid, suid: uid, rgid: gid, gid, sgid: gid, groups };
  return uid === 0 ? { ...ROOT, ...ids } : { ...ROOT, ...ids, capabilities: NONE, permitted: NONE };
}

/** The same user with no capability beyond a set. */
export const within = (cred: Cred, limit: CapabilitySet): Cred => ({
  ...cred,
  capabilities: cred.capabilities.and(limit),
  permitted: cred.permitted.and(limit),
  bounding: cred.bounding.and(limit),
});

/** Other user ids; capabilities follow as capabilities(7) says under "Effect of user ID changes". */
export function withUserIds(cred: Cred, ids: { ruid?: number; uid?: number; suid?: number }): Cred {
  const next = { ...cred, ...ids };
  const root = rootId(cred);
  const wasRoot = cred.ruid === root || cred.uid === root || cred.suid === root;
  const isRoot = next.ruid === root || next.uid === root || next.suid === root;
  if (wasRoot && !isRoot) {
    const permitted = cred.keepCaps ? next.permitted : NONE;
    return { ...next, permitted, capabilities: NONE, ambient: NONE };
  }
  if (cred.uid === root && next.uid !== root) return { ...next, capabilities: NONE };
  if (cred.uid !== root && next.uid === root) return { ...next, capabilities: next.permitted };
  return next;
}

/** The machine's number of the namespace's user 0; undefined if it is not mapped. */
const rootId = ({ userns }: Cred): number | undefined => userns.uids.toGlobal(0);

/** The credentials after execve(2) of a file that is `setuid`/`setgid` to those ids, if it is. */
export function afterExec(cred: Cred, setuid: number | undefined, setgid: number | undefined): Cred {
  const uid = setuid ?? cred.uid;
  const gid = setgid ?? cred.gid;
  const ids = { ...cred, uid, suid: uid, gid, sgid: gid, keepCaps: false };
  const root = rootId(cred);
  const ambient = setuid === undefined && setgid === undefined ? cred.ambient : NONE;
  if (uid === root || cred.ruid === root) {
    const permitted = cred.inheritable.or(cred.bounding).or(ambient);
    return { ...ids, permitted, capabilities: uid === root ? permitted : ambient, ambient };
  }
  return { ...ids, permitted: ambient, capabilities: ambient, ambient };
}
