import { decode, encode } from '../../base/bytes.ts';
import { type Inode, S_IFCHR, S_IFDIR } from '../inode.ts';

/** How an upper layer says that something below is gone: a character device 0/0 in its place. */
export function isWhiteout(inode: Inode): boolean {
  return inode.type === S_IFCHR && inode.stat().rdev === 0;
}

export function makeWhiteout(directory: Inode, name: string): Inode {
  return directory.create(name, S_IFCHR, { uid: 0, gid: 0 }, 0);
}

/** Whether a directory hides what the layers below have in its place. */
export function isOpaque(directory: Inode): boolean {
  const value = directory.getxattr(OPAQUE);
  return value !== undefined && decode(value) === 'y';
}

export function makeOpaque(directory: Inode): void {
  directory.setxattr(OPAQUE, encode('y'));
}

export const isDirectory = (inode: Inode): boolean => inode.type === S_IFDIR;

/** Extended attributes of this class belong to overlayfs itself and do not show through it. */
export const PRIVATE_XATTRS = 'trusted.overlay.';

const OPAQUE = `${PRIVATE_XATTRS}opaque`;
