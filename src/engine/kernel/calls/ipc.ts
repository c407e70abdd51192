import { Errno } from '../../base/errno.ts';
import { capable } from '../../vfs/permission.ts';
import { attach, detach } from '../ipc/attachments.ts';
import type { IpcNamespace } from '../ipc/ipc-namespace.ts';
import { MessageQueue } from '../ipc/message-queue.ts';
import { READ, WRITE } from '../ipc/objects.ts';
import { SemaphoreSet } from '../ipc/semaphores.ts';
import { PAGE, SharedMemory } from '../ipc/shared-memory.ts';
import type { Pid } from '../pid.ts';
import type { SemaphoreOperation } from '../syscalls.ts';
import type { Task } from '../task.ts';
import type { Handlers } from './handlers.ts';

/** System V IPC (svipc(7)): shared memory, message queues and semaphores of the caller's IPC namespace. */
export const IPC_CALLS: Handlers<
  | 'shmget'
  | 'shmat'
  | 'shmdt'
  | 'shmctl'
  | 'msgget'
  | 'msgsnd'
  | 'msgrcv'
  | 'msgctl'
  | 'semget'
  | 'semop'
  | 'semctl'
> = {
  shmget(task, key, size, flags) {
    const { memory, limits, pages } = ipcOf(task);
    const make = () => {
      if (size < 1 || size > Number(limits.shmmax)) throw new Errno('EINVAL');
      if (pages + Math.ceil(size / PAGE) > Number(limits.shmall)) throw new Errno('ENOSPC');
      const made = new SharedMemory(size, key, flags, task.cred, now(task));
      made.creator = task.id;
      return made;
    };
    return memory.get(key, flags, task.cred, limits.shmmni, make, (found) => {
      if (found.size < size) throw new Errno('EINVAL');
    });
  },
  shmat(task, id, readonly = false) {
    const segment = ipcOf(task).memory.find(id, task.cred, readonly ? READ : READ | WRITE);
    // Each attachment is a view of its own on the same bytes.
    const view = segment.bytes.subarray();
    attach(task, view, segment);
    segment.lastUser = task.id;
    segment.attachTime = now(task);
    return view;
  },
  shmdt(task, memory) {
    if (!task.attachments.has(memory)) throw new Errno('EINVAL');
    detach(task, memory);
  },
  shmctl(task, id, control) {
    const ipc = ipcOf(task);
    const remove = (segment: SharedMemory) => {
      if (segment.attached > 0) segment.doom();
      else ipc.memory.remove(segment);
    };
    if (ipc.memory.control(id, control, task.cred, now(task), remove)) return undefined;
    const segment = ipc.memory.find(id, task.cred, READ);
    const { size, attached, attachTime, detachTime } = segment;
    return {
      ...segment.permissions(task.cred.userns),
      size,
      creator: seen(task, segment.creator),
      lastUser: seen(task, segment.lastUser),
      attached,
      attachTime,
      detachTime,
    };
  },
  msgget(task, key, flags) {
    const { queues, limits } = ipcOf(task);
    const make = () => new MessageQueue(limits.msgmnb, key, flags, task.cred, now(task));
    return queues.get(key, flags, task.cred, limits.msgmni, make, () => {});
  },
  msgsnd(task, id, type, data, options = {}) {
    const { queues, limits } = ipcOf(task);
    if (type < 1 || data.length > limits.msgmax) throw new Errno('EINVAL');
    const queue = queues.find(id, task.cred, WRITE);
    const send = (): true | undefined => {
      if (!queue.hasRoomFor(data.length)) return undefined;
      queue.put({ type, data: data.slice() });
      queue.lastSender = task.id;
      queue.sendTime = now(task);
      return true;
    };
    const sent = untilDone(task, queue, send, options.noWait ? 'EAGAIN' : undefined);
    return sent instanceof Promise ? sent.then(() => {}) : undefined;
  },
  msgrcv(task, id, max, type, options = {}) {
    const queue = ipcOf(task).queues.find(id, task.cred, READ);
    const receive = () => {
      const message = queue.choose(type, options.except ?? false);
      if (message === undefined) return undefined;
      if (message.data.length > max && !options.noError) throw new Errno('E2BIG');
      queue.take(message);
      queue.lastReceiver = task.id;
      queue.receiveTime = now(task);
      return { type: message.type, data: message.data.subarray(0, max) };
    };
    return untilDone(task, queue, receive, options.noWait ? 'ENOMSG' : undefined);
  },
  msgctl(task, id, control) {
    const { queues, limits } = ipcOf(task);
    if (control.command === 'IPC_SET' && control.capacity !== undefined) {
      if (control.capacity > limits.msgmnb && !capable(task, 'SYS_RESOURCE')) throw new Errno('EPERM');
    }
    if (queues.control(id, control, task.cred, now(task))) {
      if (control.command === 'IPC_SET' && control.capacity !== undefined)
        queues.find(id, task.cred).capacity = control.capacity;
      return undefined;
    }
    const queue = queues.find(id, task.cred, READ);
    const { bytes, capacity, messages, sendTime, receiveTime } = queue;
    return {
      ...queue.permissions(task.cred.userns),
      bytes,
      capacity,
      messages: messages.length,
      lastSender: seen(task, queue.lastSender),
      lastReceiver: seen(task, queue.lastReceiver),
      sendTime,
      receiveTime,
    };
  },
  semget(task, key, count, flags) {
    const { semaphores, limits } = ipcOf(task);
    if (count < 0 || count > limits.semmsl) throw new Errno('EINVAL');
    const make = () => {
      if (count === 0) throw new Errno('EINVAL');
      const used = semaphores.all().reduce((sum, { values }) => sum + values.length, 0);
      if (used + count > limits.semmns) throw new Errno('ENOSPC');
      return new SemaphoreSet(count, key, flags, task.cred, now(task));
    };
    return semaphores.get(key, flags, task.cred, limits.semmni, make, ({ values }) => {
      if (count > values.length) throw new Errno('EINVAL');
    });
  },
  semop(task, id, operations) {
    const { semaphores, limits } = ipcOf(task);
    if (operations.length < 1) throw new Errno('EINVAL');
    if (operations.length > limits.semopm) throw new Errno('E2BIG');
    const alters = operations.some(({ amount }) => amount !== 0);
    const set = semaphores.find(id, task.cred, alters ? WRITE : READ);
    return operate(task, set, operations);
  },
  semctl(task, id, control) {
    const { semaphores } = ipcOf(task);
    if (control.command === 'SETVAL' || control.command === 'SETALL') {
      const set = semaphores.find(id, task.cred, WRITE);
      if (control.command === 'SETVAL' && !(control.index in set.values)) throw new Errno('EINVAL');
      set.set(
        control.command === 'SETALL'
          ? control.values
          : set.values.map((_, i) => (i === control.index ? control.value : undefined)),
        task.id,
      );
      set.changed = now(task);
      return undefined;
    }
    if (semaphores.control(id, control, task.cred, now(task))) return undefined;
    const set = semaphores.find(id, task.cred, READ);
    return {
      ...set.permissions(task.cred.userns),
      operated: set.operated,
      semaphores: set.values.map((value, index) => ({
        value,
        waitingToGrow: set.waiting(index, false),
        waitingForZero: set.waiting(index, true),
        lastUser: seen(task, set.lastUsers[index]),
      })),
    };
  },
};

const ipcOf = (task: Task): IpcNamespace => task.namespaces.ipc;

const now = (task: Task): number => task.kernel.clock.now();

/** A process by the number that the caller has for it. */
const seen = (task: Task, pid: Pid | undefined): number => pid?.in(task.id.namespace) ?? 0;

/** Tries until there is something, sleeping between; EIDRM once the queue is gone, `otherwise` at once if that is given. */
function untilDone<T>(
  task: Task,
  queue: MessageQueue,
  attempt: () => T | undefined,
  otherwise: 'EAGAIN' | 'ENOMSG' | undefined,
): T | Promise<T> {
  const first = attempt();
  if (first !== undefined) return first;
  if (otherwise !== undefined) throw new Errno(otherwise);
  const wait = async (): Promise<T> => {
    for (;;) {
      await task.sleepOn([queue.moved], 'interrupt');
      if (queue.removed) throw new Errno('EIDRM');
      const done = attempt();
      if (done !== undefined) return done;
    }
  };
  return wait();
}

function operate(
  task: Task,
  set: SemaphoreSet,
  operations: readonly SemaphoreOperation[],
): void | Promise<void> {
  const tracked = set.undo.has(task.id);
  const blocked = set.attempt(operations, task.id);
  if (blocked === undefined) {
    set.operated = now(task);
    if (!tracked && set.undo.has(task.id)) task.onExit.push(() => set.undoFor(task.id));
    return;
  }
  if (blocked.noWait) throw new Errno('EAGAIN');
  const waiter = { image: task.image, index: blocked.index, forZero: blocked.amount === 0 };
  const wait = async (): Promise<void> => {
    set.waiters.add(waiter);
    try {
      await task.sleepOn([set.changedValue], 'interrupt');
    } finally {
      set.waiters.delete(waiter);
    }
    if (set.removed) throw new Errno('EIDRM');
    return operate(task, set, operations);
  };
  return wait();
}
