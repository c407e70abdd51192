import { Errno } from '../base/errno.ts';
import { type Inode, S_IFDIR } from './inode.ts';
import type { Watch } from './inotify.ts';

/** What the VFS knows of an inode that is, or was, in use. */
export class InodeUse {
  /** Open files. */
  opens = 0;
  /** Open files that may write (i_writecount); negative while programs run from it. */
  writers = 0;
  /** Its last name went while it was open. */
  removed = false;
  /** Who is to be told of what becomes of it (inotify.ts). */
  watches: Set<Watch> | undefined;
  /** Made by O_TMPFILE without O_EXCL: it may yet get a name. */
  linkable = false;
}

export function useOf(inode: Inode): InodeUse {
  inode.use ??= new InodeUse();
  return inode.use;
}

/** A name of the file is gone. If it was the last and the file is open, its file system cannot become read-only: it has yet to free it. */
export function nameGone(inode: Inode): void {
  const { use, fs } = inode;
  if (use === undefined || use.opens === 0 || use.removed) return;
  if (inode.type !== S_IFDIR && inode.stat().nlink > 0) return;
  use.removed = true;
  fs.removed = (fs.removed ?? 0) + 1;
}

/** ETXTBSY while a program runs from the file (get_write_access in the kernel). */
export function requireNotRunning(inode: Inode): void {
  if (inode.use !== undefined && inode.use.writers < 0) throw new Errno('ETXTBSY');
}

/** ETXTBSY while the file is open for writing (deny_write_access). */
export function requireNotWritten(inode: Inode): void {
  if (inode.use !== undefined && inode.use.writers > 0) throw new Errno('ETXTBSY');
}
