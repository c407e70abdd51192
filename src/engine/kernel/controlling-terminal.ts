import { Errno } from '../base/errno.ts';
import type { Ioctl, OpenFile } from '../vfs/file.ts';
import type { Owner } from '../vfs/inode.ts';
import { walk } from '../vfs/namei.ts';
import { open } from '../vfs/open.ts';
import type { WindowSize } from '../vfs/tty/attributes.ts';
import { Devpts } from '../vfs/tty/devpts.ts';
import type { PtyMaster } from '../vfs/tty/pty.ts';
import type { Kernel } from './kernel.ts';
import type { Task } from './task.ts';

/** A window on the machine: a pseudoterminal whose other side is outside. */
export interface Window extends PtyMaster {
  /** What programs open: `/dev/pts/0`. */
  readonly path: string;
}

export interface WindowOptions {
  size: WindowSize;
  /** Whose terminal it is; root's if absent. */
  owner?: Owner;
  /** Called at once with whatever is shown. */
  onOutput(bytes: Uint8Array): void;
  /** No program has it open any more. */
  onClosed?(): void;
}

/** Opens a window on the devpts that is mounted at /dev/pts. Start a session leader in it with `kernel.spawn({ terminal: window.path })`. */
export function openWindow(kernel: Kernel, options: WindowOptions): Window {
  const { fs } = walk(kernel.context, '/dev/pts').mount;
  if (!(fs instanceof Devpts)) throw new Error('no devpts is mounted at /dev/pts');
  const { size, owner = { uid: 0, gid: 0 }, ...outside } = options;
  const master = fs.outside(owner, outside);
  master.resize(size);
  return { ...master, path: `/dev/pts/${master.index}` };
}

/** Opens a terminal for a session leader; it becomes its controlling terminal. */
export function openTerminal(task: Task, path: string): OpenFile {
  const file = open(task, path, {
    read: true,
    write: true,
    append: false,
    create: false,
    exclusive: false,
    truncate: false,
    directory: false,
    noFollow: false,
    nonBlocking: false,
    noctty: false,
    path: false,
  });
  if (file instanceof Promise) throw new Errno('ENOTTY');
  return file;
}

/**
 * The ioctl(2) requests of job control. A process group has different numbers in different PID namespaces; terminals know only the
 * initial namespace's.
 */
export function controlForeground(
  task: Task,
  file: OpenFile,
  call: Extract<Ioctl, { request: 'TIOCGPGRP' | 'TIOCSPGRP' }>,
): unknown {
  const { kernel, id } = task;
  if (call.request === 'TIOCGPGRP') {
    return kernel.groups.get(file.ioctl(call, task) as number)?.id.in(id.namespace) ?? 0;
  }
  file.ioctl({ request: 'TCGETS' }, task);
  const group = kernel.findGroup(call.processGroup, id.namespace);
  if (!group) throw new Errno('ESRCH');
  if (group.session !== task.sessionObject) throw new Errno('EPERM');
  return file.ioctl({ request: 'TIOCSPGRP', processGroup: group.id.global }, task);
}
