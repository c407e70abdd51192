import type { Credentials } from '../vfs/caller.ts';
import { CapabilitySet } from '../vfs/capabilities.ts';

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
};

/** The credentials of a user that has logged in. */
export function login(uid: number, gid: number, groups: readonly number[] = []): Cred {
  const ids = { ruid: uid, uid, suid: uid, rgid: gid, gid, sgid: gid, groups };
  return uid === 0 ? { ...ROOT, ...ids } : { ...ROOT, ...ids, capabilities: NONE, permitted: NONE };
}

/** Other user ids; capabilities follow as capabilities(7) says under "Effect of user ID changes". */
export function withUserIds(cred: Cred, ids: { ruid?: number; uid?: number; suid?: number }): Cred {
  const next = { ...cred, ...ids };
  const wasRoot = cred.ruid === 0 || cred.uid === 0 || cred.suid === 0;
  const isRoot = next.ruid === 0 || next.uid === 0 || next.suid === 0;
  if (wasRoot && !isRoot) return { ...next, permitted: NONE, capabilities: NONE, ambient: NONE };
  if (cred.uid === 0 && next.uid !== 0) return { ...next, capabilities: NONE };
  if (cred.uid !== 0 && next.uid === 0) return { ...next, capabilities: next.permitted };
  return next;
}

/** The credentials after execve(2) of a file that is `setuid`/`setgid` to those ids, if it is. */
export function afterExec(cred: Cred, setuid: number | undefined, setgid: number | undefined): Cred {
  const uid = setuid ?? cred.uid;
  const gid = setgid ?? cred.gid;
  const ids = { ...cred, uid, suid: uid, gid, sgid: gid };
  if (uid === 0 || cred.ruid === 0) {
    const permitted = cred.inheritable.or(cred.bounding);
    return { ...ids, permitted, capabilities: uid === 0 ? permitted : cred.ambient, ambient: NONE };
  }
  const ambient = setuid === undefined && setgid === undefined ? cred.ambient : NONE;
  return { ...ids, permitted: ambient, capabilities: ambient, ambient };
}
