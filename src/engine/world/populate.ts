import type { LayerEntry } from '../oci/layer/entry.ts';
import { makedev } from '../vfs/device-number.ts';
import type { Inode } from '../vfs/inode.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFREG } from '../vfs/inode.ts';

const TYPE_BITS = {
  file: S_IFREG,
  directory: S_IFDIR,
  character: S_IFCHR,
  block: S_IFBLK,
  fifo: S_IFIFO,
} as const;

/** Fills a file system from outside, as an installer does before a machine first boots. Parents come before children. */
export function populate(root: Inode, entries: Iterable<LayerEntry>): void {
  const known = new Map<string, Inode>([['', root]]);
  const find = (path: string): Inode => {
    const inode = known.get(path) ?? find(parentOf(path)).lookup(nameOf(path));
    if (!inode) throw new Error(`no such directory on the disk image: ${path}`);
    known.set(path, inode);
    return inode;
  };
  const made: [Inode, number][] = [];
  for (const item of entries) {
    if (item.path === '') continue;
    const directory = find(parentOf(item.path));
    const name = nameOf(item.path);
    const owner = { uid: item.uid, gid: item.gid };
    if (item.type === 'symlink') {
      directory.symlink(name, item.linkname, owner);
      made.push([directory.lookup(name)!, item.mtime]);
    } else if (item.type === 'hardlink') directory.link(name, find(item.linkname));
    else {
      const existing = item.type === 'directory' ? directory.lookup(name) : undefined;
      const inode =
        existing ??
        directory.create(
          name,
          TYPE_BITS[item.type] | item.mode,
          owner,
          makedev(item.devmajor, item.devminor),
        );
      if (existing) existing.setattr({ mode: item.mode, ...owner });
      // The size first: a hole costs nothing, and there is nothing to cut off.
      if (item.size > 0) inode.setattr({ size: item.size });
      for (const { offset, bytes } of item.extents) inode.write(offset, bytes);
      made.push([inode, item.mtime]);
      known.set(item.path, inode);
    }
  }
  // Last, for each new entry touches its directory.
  for (const [inode, mtime] of made) inode.setattr({ mtime, atime: mtime });
}

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
