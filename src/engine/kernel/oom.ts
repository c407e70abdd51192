import type { Cgroup } from './cgroup.ts';
import type { Task } from './task.ts';

/** Takes note of a task's memory and, where a cgroup's memory.max, or the machine's memory, is exceeded, kills the
 * largest process there (the OOM killer). */
export function chargeMemory(task: Task, bytes: number): void {
  task.cgroup.charge(task, bytes);
  for (let over = task.cgroup.overMemory(); over; over = task.cgroup.overMemory()) {
    over.events.memoryMax++;
    over.events.oom++;
    const victim = largest(over);
    if (!victim) return;
    over.events.oomKill++;
    const whose = over === task.kernel.rootCgroup ? 'Out of memory' : 'Memory cgroup out of memory';
    task.kernel.log(
      `${whose}: Killed process ${victim.pid} (${victim.comm}) ` +
        `total-vm:${kib(victim.memory)}kB, anon-rss:${kib(victim.memory)}kB, file-rss:0kB, shmem-rss:0kB, UID:${victim.cred.ruid}`,
    );
    task.kernel.end(victim, { kind: 'signaled', signal: 'SIGKILL', coreDumped: false });
    if (task.zombie) return;
  }
}

const kib = (bytes: number) => Math.ceil(bytes / 1024);

function largest(cgroup: Cgroup): Task | undefined {
  let victim: Task | undefined;
  for (const group of cgroup.subtree()) {
    for (const task of group.members) if (!victim || task.memory > victim.memory) victim = task;
  }
  return victim;
}
