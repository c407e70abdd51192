import { Errno } from '../base/errno.ts';
import { WaitQueue } from '../base/wait-queue.ts';
import type { Inode } from '../vfs/inode.ts';
import type { Description } from './fd-table.ts';
import type { Task } from './task.ts';

/** What flock(2) does to a lock. */
export type LockOperation = 'LOCK_SH' | 'LOCK_EX' | 'LOCK_UN';

/** An advisory lock on a whole file. It belongs to the open file description, and goes with the last descriptor of it. */
export interface FileLock {
  readonly owner: Description;
  readonly inode: Inode;
  readonly exclusive: boolean;
  /** Who asked for it. */
  readonly task: Task;
}

/** The locks of a machine, oldest first (fs/locks.c). */
export class FileLocks {
  readonly #held: FileLock[] = [];
  readonly #released = new WaitQueue();

  get held(): readonly FileLock[] {
    return this.#held;
  }

  /**
   * flock(2): a lock that the owner has already is converted, which is to give it up first. Waits for those of others, or rejects
   * with EAGAIN.
   */
  async lock(task: Task, owner: Description, operation: LockOperation, wait: boolean): Promise<void> {
    const exclusive = operation === 'LOCK_EX';
    const before = this.#held.find((lock) => lock.owner === owner);
    if (before !== undefined && operation !== 'LOCK_UN' && before.exclusive === exclusive) return;
    this.release(owner);
    if (operation === 'LOCK_UN') return;
    const { inode } = owner.file;
    while (this.#held.some((lock) => lock.inode === inode && (exclusive || lock.exclusive))) {
      if (!wait) throw new Errno('EAGAIN');
      await task.sleep(this.#released);
    }
    this.#held.push({ owner, inode, exclusive, task });
    owner.onRelease = () => this.release(owner);
  }

  release(owner: Description): void {
    const at = this.#held.findIndex((lock) => lock.owner === owner);
    if (at === -1) return;
    this.#held.splice(at, 1);
    this.#released.wakeAll();
  }
}
