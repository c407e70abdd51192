import { Errno } from '../../base/errno.ts';
import { capableIn, isInGroup } from '../../vfs/permission.ts';
import type { UserNamespace } from '../../vfs/user-namespace.ts';
import type { Cred } from '../credentials.ts';
import { idFrom } from '../ids.ts';
import type { IpcControl, IpcPermissions } from '../syscalls.ts';

/** Flags of msgget(2), semget(2) and shmget(2), with the permission bits of the object beside them; key 0 is IPC_PRIVATE. */
export const IPC_CREAT = 0o1000;
export const IPC_EXCL = 0o2000;
export const IPC_PRIVATE = 0;

export const READ = 0o444;
export const WRITE = 0o222;

/** A System V IPC object: who has made it, whose it is, and who may (the kernel's `kern_ipc_perm`, svipc(7)). */
export abstract class IpcObject {
  id = -1;
  key: number;
  uid: number;
  gid: number;
  readonly cuid: number;
  readonly cgid: number;
  mode: number;
  /** Milliseconds since the epoch: made, or last changed by IPC_SET. */
  changed: number;
  removed = false;

  constructor(key: number, mode: number, { uid, gid }: Cred, now: number) {
    this.key = key;
    this.mode = mode & 0o777;
    this.uid = this.cuid = uid;
    this.gid = this.cgid = gid;
    this.changed = now;
  }

  /** Wakes who waits for it, for it is gone. */
  protected abstract gone(): void;

  /** As a caller in a user namespace sees it. */
  permissions({ uids, gids }: UserNamespace): IpcPermissions {
    const { key, id, mode, changed } = this;
    return {
      key,
      id,
      mode,
      uid: uids.shown(this.uid),
      gid: gids.shown(this.gid),
      cuid: uids.shown(this.cuid),
      cgid: gids.shown(this.cgid),
      changed,
    };
  }

  /** EACCES unless the mode, or CAP_IPC_OWNER over the namespace, lets the caller do what `wanted` says. */
  require(cred: Cred, wanted: number, owner: UserNamespace): void {
    let granted = this.mode;
    if (cred.uid === this.uid || cred.uid === this.cuid) granted >>= 6;
    else if (isInGroup(cred, this.gid) || isInGroup(cred, this.cgid)) granted >>= 3;
    const asked = (wanted >> 6) | (wanted >> 3) | wanted;
    if ((asked & ~granted & 7) !== 0 && !capableIn(owner, cred, 'IPC_OWNER')) throw new Errno('EACCES');
  }

  remove(): void {
    this.removed = true;
    this.gone();
  }
}

/** Ids are a sequence number and a place below this (IPCMNI). */
const PLACES = 32768;
/** Places are gone through in turn, so that an id is not soon another object's: at least as many. */
const CYCLE_MIN = 64;

/** The objects of one kind in an IPC namespace. */
export class IpcTable<T extends IpcObject> {
  readonly #owner: UserNamespace;
  readonly #places = new Map<number, T>();
  #sequence = 0;
  #last = -1;

  constructor(owner: UserNamespace) {
    this.#owner = owner;
  }

  /** In the order of their places. */
  all(): T[] {
    return [...this.#places].sort(([a], [b]) => a - b).map(([, object]) => object);
  }

  /**
   * The common part of the three `get` calls: finds the object of a key, or makes one. `fits` checks a found one, `limit` is how many
   * there may be.
   */
  get(
    key: number,
    flags: number,
    cred: Cred,
    limit: number,
    make: () => T,
    fits: (object: T) => void,
  ): number {
    const found = key === IPC_PRIVATE ? undefined : this.all().find((object) => object.key === key);
    if (found === undefined) {
      if (key !== IPC_PRIVATE && !(flags & IPC_CREAT)) throw new Errno('ENOENT');
      if (this.#places.size >= limit) throw new Errno('ENOSPC');
      return this.#add(make());
    }
    if (flags & IPC_CREAT && flags & IPC_EXCL) throw new Errno('EEXIST');
    fits(found);
    found.require(cred, flags & 0o777, this.#owner);
    return found.id;
  }

  #add(object: T): number {
    const cycle = Math.max(Math.floor((this.#places.size * 3) / 2), CYCLE_MIN);
    const place = this.#freePlace(this.#last + 1, cycle) ?? this.#freePlace(0, cycle)!;
    if (place <= this.#last) this.#sequence = (this.#sequence + 1) % (2147483648 / PLACES);
    this.#last = place;
    object.id = this.#sequence * PLACES + place;
    this.#places.set(place, object);
    return object.id;
  }

  #freePlace(from: number, to: number): number | undefined {
    for (let place = from; place < to; place++) if (!this.#places.has(place)) return place;
    return undefined;
  }

  /** The object of an id: EINVAL if there is none (any more), EACCES if the caller may not do what `wanted` says. */
  find(id: number, cred: Cred, wanted = 0): T {
    const object = this.#places.get(id % PLACES);
    if (object === undefined || object.id !== id) throw new Errno('EINVAL');
    object.require(cred, wanted, this.#owner);
    return object;
  }

  remove(object: T): void {
    this.#places.delete(object.id % PLACES);
    object.remove();
  }

  /** The commands that all kinds have: true if `control` was one that changes something. EPERM for others than owner and maker. */
  control(
    id: number,
    control: IpcControl,
    cred: Cred,
    now: number,
    remove = (object: T) => this.remove(object),
  ): boolean {
    if (control.command === 'IPC_STAT') return false;
    const object = this.find(id, cred);
    const mine = cred.uid === object.uid || cred.uid === object.cuid;
    if (!mine && !capableIn(this.#owner, cred, 'SYS_ADMIN')) throw new Errno('EPERM');
    if (control.command !== 'IPC_SET') remove(object);
    else {
      const { uids, gids } = cred.userns;
      const [uid, gid] = [idFrom(uids, control.uid), idFrom(gids, control.gid)];
      object.uid = uid;
      object.gid = gid;
      object.mode = (object.mode & ~0o777) | (control.mode & 0o777);
      object.changed = now;
    }
    return true;
  }

  /** The namespace is gone. */
  clear(): void {
    for (const object of this.all()) this.remove(object);
  }
}
