import {
  attach,
  copyTree,
  isBelow,
  type Mount,
  type MountIds,
  type MountNamespace,
  sealTree,
} from './mount.ts';
import type { Path } from './path.ts';
import { makeShared, type PeerGroup } from './peer-group.ts';

/** How mount events spread among peers and from masters to slaves (mount_namespaces(7); fs/pnode.c in the kernel). */

/** Every other mount that hears of events on a mount, nearest first. */
function* hearers(mount: Mount): IterableIterator<Mount> {
  const groups: PeerGroup[] = mount.peerGroup ? [mount.peerGroup] : [];
  const known = new Set<PeerGroup>(groups);
  for (const group of groups) {
    for (const peer of group.peers) if (peer !== mount) yield peer;
    for (const slave of group.slaves) {
      const inner = slave.peerGroup;
      if (inner === undefined) yield slave;
      else if (!known.has(inner)) {
        known.add(inner);
        groups.push(inner);
      }
    }
  }
}

/**
 * Attaches a tree of mounts at a place, and copies of it wherever that is heard of. `namespace` is that of whoever does it: what
 * spreads to a namespace of other owners cannot be taken apart there.
 */
export function attachEverywhere(tree: Mount, place: Path, ids: MountIds, namespace: MountNamespace): void {
  const copies = place.mount.peerGroup === undefined ? [] : copiesFor(tree, place, ids);
  attach(tree, place);
  for (const { copy, on } of copies) {
    // Under what is mounted there already: it was, and stays, what shows.
    const above = on.mounted.get(place.dentry);
    if (above !== undefined) {
      on.mounted.delete(place.dentry);
      place.dentry.mounts--;
    }
    attach(copy, { mount: on, dentry: place.dentry });
    if (above !== undefined) attach(above, { mount: copy, dentry: copy.root });
    if (on.namespace?.userns !== namespace.userns) sealTree(copy);
  }
}

interface Copy {
  copy: Mount;
  on: Mount;
}

/** What is mounted on a shared mount is shared itself; each hearer's copy is its peer or its slave, as the hearer is. */
function copiesFor(tree: Mount, { mount: told, dentry }: Path, ids: MountIds): Copy[] {
  for (const each of tree.tree()) makeShared(each, ids.groups);
  const own = new Set(tree.tree());
  const hears = (mount: Mount) =>
    mount !== told && mount.namespace !== undefined && !own.has(mount) && isBelow(dentry, mount.root);
  const copies: Copy[] = [];
  const known = new Set<PeerGroup>([told.peerGroup!]);
  const add = (original: Mount, kind: 'peer' | 'slave', on: Mount): Mount => {
    const copy = copyTree(original, ids, { kind });
    copies.push({ copy, on });
    return copy;
  };
  /** `source` is the copy that the group's own members show. */
  const toSlaves = (group: PeerGroup, source: Mount): void => {
    for (const slave of [...group.slaves]) {
      const inner = slave.peerGroup;
      if (inner === undefined) {
        if (hears(slave)) add(source, 'slave', slave);
      } else if (!known.has(inner)) {
        known.add(inner);
        let first: Mount | undefined;
        for (const peer of [...inner.peers].filter(hears)) {
          if (first !== undefined) {
            add(first, 'peer', peer);
            continue;
          }
          first = add(source, 'slave', peer);
          for (const each of first.tree()) makeShared(each, ids.groups);
        }
        toSlaves(inner, first ?? source);
      }
    }
  };
  for (const peer of [...told.peerGroup!.peers].filter(hears)) add(tree, 'peer', peer);
  toSlaves(told.peerGroup!, tree);
  return copies;
}

/** What is mounted at the same place of each mount that hears of it. */
function* counterparts(mount: Mount): IterableIterator<Mount> {
  if (mount.parent === undefined || mount.mountpoint === undefined) return;
  for (const hearer of hearers(mount.parent)) {
    const other = hearer.mounted.get(mount.mountpoint);
    if (other !== undefined) yield other;
  }
}

/** What is mounted upon the root of a mount, if that is all that is mounted in it. */
const coverOf = (mount: Mount) => (mount.mounted.size === 1 ? mount.mounted.get(mount.root) : undefined);

/** Whether a counterpart that would go too is in use: then umount(2) of the mount is refused as well. */
export function isBusyElsewhere(mount: Mount): boolean {
  for (const other of counterparts(mount))
    if (other.users > 0 && (other.mounted.size === 0 || coverOf(other))) return true;
  return false;
}

/**
 * The counterparts of some mounts in the namespaces that hear of it: all that go with them. One that carries a mount which
 * stays, or that may not be taken off (`locked`), stays too.
 */
export function goingToo(mounts: readonly Mount[]): Mount[] {
  const going = new Set<Mount>();
  for (const mount of mounts) for (const other of counterparts(mount)) going.add(other);
  for (const mount of mounts) going.delete(mount);
  for (let before = -1; before !== going.size; ) {
    before = going.size;
    for (const mount of going) {
      const isFree = [...mount.mounted].every(([place, child]) => going.has(child) || place === mount.root);
      if (!isFree || (mount.locked && !(mount.parent && going.has(mount.parent)))) going.delete(mount);
    }
  }
  return [...going];
}
