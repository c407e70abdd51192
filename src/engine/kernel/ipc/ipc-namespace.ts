import { Namespace, type NamespaceOrigin } from '../namespace.ts';
import type { MessageQueue } from './message-queue.ts';
import { IpcTable } from './objects.ts';
import type { SemaphoreSet } from './semaphores.ts';
import { PAGE, type SharedMemory } from './shared-memory.ts';

/** An IPC namespace (ipc_namespaces(7)): its own System V objects, by key and by id, and its own limits on them. */
export class IpcNamespace extends Namespace {
  readonly kind = 'ipc';
  readonly memory: IpcTable<SharedMemory>;
  readonly queues: IpcTable<MessageQueue>;
  readonly semaphores: IpcTable<SemaphoreSet>;
  /** As /proc/sys/kernel shows them; `sem` in its parts. The largest numbers are beyond what counts exactly here: they are texts. */
  readonly limits = {
    shmmax: '18446744073692774399',
    shmall: '18446744073692774399',
    shmmni: 4096,
    msgmax: 8192,
    msgmnb: 16384,
    msgmni: 32000,
    semmsl: 32000,
    semmns: 1024000000,
    semopm: 500,
    semmni: 32000,
  };

  constructor(origin: NamespaceOrigin) {
    super(origin);
    const { governor } = this;
    this.memory = new IpcTable(governor);
    this.queues = new IpcTable(governor);
    this.semaphores = new IpcTable(governor);
  }

  /** Pages of all segments. */
  get pages(): number {
    return this.memory.all().reduce((sum, { size }) => sum + Math.ceil(size / PAGE), 0);
  }

  protected override destroy(): void {
    for (const table of [this.memory, this.queues, this.semaphores]) table.clear();
  }
}
