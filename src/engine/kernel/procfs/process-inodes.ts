import { Errno } from '../../base/errno.ts';
import type { Caller } from '../../vfs/caller.ts';
import type { Owner } from '../../vfs/inode.ts';
import { type Path, pathName } from '../../vfs/path.ts';
import { mayLookInto } from '../ptrace/access.ts';
import { Task } from '../task.ts';
import type { ProcFs } from './procfs.ts';

/** What the entries of /proc/PID have in common: numbers, owners, and who may look. */

/** Inode numbers: a range for each process, in it a place for each entry. */
const PLACES = 1 << 14;
export const FILE = 1;
export const NET = 40;
export const LINK = 100;
export const DIRECTORY = 120;
export const NAMESPACE = 130;
export const THREAD = 512;
export const DESCRIPTOR = 1024;
export const DESCRIPTOR_INFO = 6000;

export const inoOf = (fs: ProcFs, task: Task, place: number): number =>
  (task.id.in(fs.namespace) + 4) * PLACES + place;

export const ownerOf = (task: Task): Owner => ({ uid: task.cred.uid, gid: task.cred.gid });

/** PTRACE_MODE_READ (ptrace(2)). EACCES. */
export function requireLookingInto(task: Task, caller: Caller | undefined): void {
  if (caller && caller !== task && !mayLookInto(task, caller.credentials)) throw new Errno('EACCES');
}

/** EINVAL for a zombie, which has let go of what is asked for. */
export function living(task: Task): Task {
  if (task.zombie) throw new Errno('EINVAL');
  return task;
}

/** How a path is called by the one who reads the link. */
export function nameFor(path: Path, caller: Caller | undefined): string {
  const { mount, dentry } = path;
  const nameless = mount.parent === undefined ? mount.fs.rootName?.(dentry.inode) : undefined;
  return nameless ?? (caller instanceof Task ? pathName(path, caller.root) : pathName(path));
}
