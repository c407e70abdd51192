import { Errno } from '../base/errno.ts';
import type { Ioctl, OpenFile } from '../vfs/file.ts';
import { S_IFCHR, S_IFMT } from '../vfs/inode.ts';
import type { Task } from './task.ts';

/** Opening a terminal without O_NOCTTY makes it the controlling terminal of a session leader that has none (open(2)). */
export function claimTerminal(task: Task, file: OpenFile): void {
  const session = task.sessionObject;
  if (session.id !== task.id || session.terminal || (file.inode.stat().mode & S_IFMT) !== S_IFCHR) return;
  try {
    file.ioctl({ request: 'TIOCSCTTY' }, task);
    session.terminal = file;
  } catch {
    // No terminal, or that of another session: it is opened all the same.
  }
}

/** The ioctl(2) requests of job control. Process groups have other numbers in other PID namespaces; terminals know only the initial one's. */
export function controlTerminal(
  task: Task,
  file: OpenFile,
  call: Extract<Ioctl, { request: 'TIOCSCTTY' | 'TIOCNOTTY' | 'TIOCGPGRP' | 'TIOCSPGRP' }>,
): unknown {
  const { namespace } = task.id;
  const session = task.sessionObject;
  switch (call.request) {
    case 'TIOCSCTTY': {
      if (session.id !== task.id || (session.terminal && session.terminal !== file)) throw new Errno('EPERM');
      const result = file.ioctl(call, task);
      session.terminal = file;
      return result;
    }
    case 'TIOCNOTTY':
      file.ioctl(call, task);
      if (session.id === task.id) session.terminal = undefined;
      return undefined;
    case 'TIOCGPGRP': {
      const group = task.kernel.groups.get(file.ioctl(call, task) as number);
      return group?.id.in(namespace) ?? 0;
    }
    case 'TIOCSPGRP': {
      const group = task.kernel.findGroup(call.processGroup, namespace);
      if (!group) throw new Errno('ESRCH');
      if (group.session !== session) throw new Errno('EPERM');
      return file.ioctl({ request: 'TIOCSPGRP', processGroup: group.id.global }, task);
    }
  }
}
