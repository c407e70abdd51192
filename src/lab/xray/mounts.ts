import type { Task } from '../../engine/kernel/task.ts';
import { mountinfo } from '../../engine/vfs/mountinfo.ts';

/** A mount as a process sees it: a line of its `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). */
export interface MountView {
  point: string;
  type: string;
  source: string;
  /** The part of the file system that is mounted. */
  root: string;
  options: string[];
  /** Those of the file system itself. */
  superOptions: string[];
  /** `shared:1`, `master:2`, `unbindable`; none where the mount is private. */
  propagation: string[];
}

/** What is mounted in a process's mount namespace below its root, in the order in which it was mounted. */
export function mountsOf(task: Task): MountView[] {
  const lines = mountinfo(task.namespace, task.root).split('\n').slice(0, -1);
  return lines.map((line) => {
    const [own = '', superblock = ''] = line.split(' - ');
    const [, , , root = '', point = '', options = '', ...propagation] = own.split(' ');
    const [type = '', source = '', superOptions = ''] = superblock.split(' ');
    return {
      point: unescaped(point),
      type,
      source: unescaped(source),
      root: unescaped(root),
      options: options.split(','),
      superOptions: superOptions.split(','),
      propagation,
    };
  });
}

/** Blanks in names are written in octal. */
const unescaped = (name: string) =>
  name.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
