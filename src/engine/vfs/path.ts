import type { Dentry } from './dentry.ts';
import type { Mount } from './mount.ts';

/** A place in the tree of mounts: which mount, and where in it. The kernel's `struct path`. */
export interface Path {
  readonly mount: Mount;
  readonly dentry: Dentry;
}

export const samePath = (a: Path, b: Path): boolean => a.mount === b.mount && a.dentry === b.dentry;

/**
 * Counts a lasting use of a path: a working directory, a root, an open file. A mount in use cannot be unmounted.
 * Whoever grabs must `drop`.
 */
export function grab(path: Path): Path {
  path.mount.users++;
  path.mount.expiring = false;
  return path;
}

export function drop(path: Path): void {
  path.mount.users--;
}

/**
 * The name of a path as seen from `root` (d_path in the kernel): what /proc/PID/fd, mountinfo and getcwd show.
 * A path outside `root` is named from the top of the tree that it is in.
 */
export function pathName(path: Path, root?: Path): string {
  const { dentry } = path;
  // A pipe or socket has no place in any tree; its dentry's name says what it is.
  if (dentry.parent === dentry && dentry.name !== '/') return dentry.name;
  return placePath(path, root) + (isDeleted(path) ? ' (deleted)' : '');
}

/** The same without a word about what is deleted: where a mount is. */
export function placePath(path: Path, root?: Path): string {
  let name = '';
  climb(path, root, (dentry) => {
    name = `/${dentry.name}${name}`;
  });
  return name === '' ? '/' : name;
}

/** Whether `path` lies at or below `root`. */
export function isReachable(path: Path, root: Path): boolean {
  return climb(path, root);
}

export function isDeleted({ dentry }: Path): boolean {
  return dentry.deleted;
}

/** The name of a dentry within its file system, as mountinfo's root field shows it. */
export function dentryName(dentry: Dentry): string {
  let name = '';
  for (let at = dentry; at.parent !== at; at = at.parent) name = `/${at.name}${name}`;
  return (name === '' ? '/' : name) + (dentry.deleted ? '//deleted' : '');
}

/** Goes up to `root`, or to the top of the tree, and says of each dentry that gives the path a name; whether `root` was reached. */
function climb(path: Path, root: Path | undefined, passed?: (dentry: Dentry) => void): boolean {
  let { mount, dentry } = path;
  for (;;) {
    if (root !== undefined && dentry === root.dentry && mount === root.mount) return true;
    if (dentry === mount.root || dentry.parent === dentry) {
      if (mount.parent === undefined || mount.mountpoint === undefined || dentry !== mount.root)
        return root === undefined;
      dentry = mount.mountpoint;
      mount = mount.parent;
      continue;
    }
    passed?.(dentry);
    dentry = dentry.parent;
  }
}
