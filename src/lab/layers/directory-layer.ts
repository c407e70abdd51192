import { major, minor } from '../../engine/vfs/device-number.ts';
import { type Inode, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFSOCK } from '../../engine/vfs/inode.ts';
import { PrivateAttributes } from '../../engine/vfs/overlayfs/private-attributes.ts';
import type { FileType, LayerChange, LayerFile } from './layer-change.ts';

const TYPES = new Map<number, FileType>([
  [S_IFDIR, 'directory'],
  [S_IFLNK, 'symlink'],
  [S_IFCHR, 'device'],
  [S_IFBLK, 'device'],
  [S_IFIFO, 'fifo'],
  [S_IFSOCK, 'socket'],
]);

const attributes = new PrivateAttributes();

/** A layer that lies unpacked in a directory, as overlay2 keeps it; looked at without a trace. */
export function* changesIn(
  directory: Inode,
  path = '',
  named = new Map<Inode, string>(),
): Generator<LayerChange> {
  if (path !== '' && attributes.isOpaque(directory)) yield { kind: 'opaque', path };
  for (const { name } of directory.readdir()) {
    const inode = directory.lookup(name);
    if (!inode) continue;
    const full = path === '' ? name : `${path}/${name}`;
    if (attributes.isWhiteout(inode)) {
      yield { kind: 'whiteout', path: full };
      continue;
    }
    yield { kind: 'file', path: full, file: fileOf(inode, full, named) };
    if (inode.type === S_IFDIR) yield* changesIn(inode, full, named);
  }
}

function fileOf(inode: Inode, path: string, named: Map<Inode, string>): LayerFile {
  const { mode, uid, gid, size, rdev } = inode.stat();
  const type = TYPES.get(inode.type) ?? 'file';
  const common = { mode: mode & 0o7777, uid, gid };
  const first = named.get(inode);
  if (first !== undefined) return { ...common, type: 'hardlink', size: 0, target: first };
  if (type !== 'directory') named.set(inode, path);
  if (type === 'symlink') return { ...common, type, size, target: inode.readlink() };
  if (type === 'device') return { ...common, type, size: 0, target: `${major(rdev)}:${minor(rdev)}` };
  if (type !== 'file') return { ...common, type, size: 0 };
  return { ...common, type, size, read: async () => inode.read(0, size) };
}
