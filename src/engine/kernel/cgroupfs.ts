import type { Cgroup } from './cgroup.ts';
import type { Task } from './task.ts';

export function findCgroup(task: Task, path: string): Cgroup {
  throw new Error(path + task.pid);
}
