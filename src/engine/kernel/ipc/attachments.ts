import type { Task } from '../task.ts';
import type { SharedMemory } from './shared-memory.ts';

/** Counts an attachment; it ends with the program that has it. */
export function attach(task: Task, view: Uint8Array, segment: SharedMemory): void {
  segment.attached++;
  task.attachments.set(view, segment);
  task.image.onExit(() => detach(task, view));
}

/** The last to let go of a segment that has been removed takes it along. */
export function detach(task: Task, view: Uint8Array): void {
  const segment = task.attachments.get(view);
  if (segment === undefined) return;
  task.attachments.delete(view);
  segment.attached--;
  segment.lastUser = task.id;
  segment.detachTime = task.kernel.clock.now();
  if (segment.attached === 0 && segment.doomed) task.namespaces.ipc.memory.remove(segment);
}
