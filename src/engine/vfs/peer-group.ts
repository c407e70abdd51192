import type { Mount } from './mount.ts';

/**
 * Shared mounts that tell each other what is mounted and unmounted below them, in whatever namespaces (mount_namespaces(7),
 * "SHARED SUBTREES"). All of a group receive from the same master, if any.
 */
export class PeerGroup {
  readonly id: number;
  readonly #ids: PeerGroupIds;
  readonly peers = new Set<Mount>();
  /** Mounts that hear of what happens in the group, but do not tell. */
  readonly slaves = new Set<Mount>();

  constructor(ids: PeerGroupIds) {
    this.#ids = ids;
    this.id = ids.take();
  }

  join(mount: Mount): void {
    this.peers.add(mount);
    mount.peerGroup = this;
  }

  /** The last to leave takes the number along; the slaves then hear from its own master. */
  leave(mount: Mount): void {
    this.peers.delete(mount);
    mount.peerGroup = undefined;
    if (this.peers.size > 0) return;
    for (const slave of this.slaves) obey(slave, mount.master);
    this.#ids.free(this.id);
  }
}

/** The numbers of peer groups: the lowest that is free, as the kernel's `mnt_group_ida` gives them. */
export class PeerGroupIds {
  readonly #taken = new Set<number>();

  take(): number {
    let id = 1;
    while (this.#taken.has(id)) id++;
    this.#taken.add(id);
    return id;
  }

  free(id: number): void {
    this.#taken.delete(id);
  }
}

/** MS_SHARED: a peer group of its own, unless it is in one. */
export function makeShared(mount: Mount, ids: PeerGroupIds): void {
  mount.unbindable = false;
  if (mount.peerGroup === undefined) new PeerGroup(ids).join(mount);
}

/** MS_SLAVE: from now on it hears from those that were its peers; without any it stays the slave that it was, or private. */
export function makeSlave(mount: Mount): void {
  const group = mount.peerGroup;
  if (group === undefined) return;
  group.leave(mount);
  if (group.peers.size > 0) obey(mount, group);
}

/** MS_PRIVATE and MS_UNBINDABLE: neither tells nor hears. */
export function makePrivate(mount: Mount, unbindable = false): void {
  makeSlave(mount);
  obey(mount, undefined);
  mount.unbindable = unbindable;
}

/** Sets whom a mount hears from. */
function obey(mount: Mount, master: PeerGroup | undefined): void {
  mount.master?.slaves.delete(mount);
  mount.master = master;
  master?.slaves.add(mount);
}

/** How a copy of a mount stands to it: the same as it stands to the others, or as its slave (always, or where it is shared). */
export type CopyKind = 'peer' | 'slave' | 'slave of shared';

/** Gives a fresh copy its place among the peers and slaves (clone_mnt in the kernel). */
export function inherit(copy: Mount, original: Mount, kind: CopyKind): void {
  const { peerGroup, master } = original;
  if (peerGroup !== undefined && kind !== 'peer') {
    obey(copy, peerGroup);
    return;
  }
  peerGroup?.join(copy);
  obey(copy, master);
  copy.unbindable = original.unbindable;
}
