import { toMicroseconds } from '../../base/clock.ts';
import { Errno } from '../../base/errno.ts';
import { capableIn } from '../../vfs/permission.ts';
import { deliverPending, send } from '../signal-delivery.ts';
import type { Signal } from '../signals.ts';
import type { Task } from '../task.ts';
import type { Handlers } from './handlers.ts';

/** Calls that send, arrange and await signals. */
export const SIGNAL_CALLS: Handlers<'kill' | 'sigaction' | 'sigmask' | 'pause' | 'alarm' | 'nanosleep'> = {
  kill(task, pid, signal) {
    const targets = targetsOf(task, pid);
    if (targets.length === 0) throw new Errno('ESRCH');
    const allowed = targets.filter((target) => mayKill(task, target, signal));
    if (allowed.length === 0) throw new Errno('EPERM');
    if (signal !== 0) for (const target of allowed) send(target, signal, task);
  },
  sigaction(task, signal, action, options = {}) {
    if (signal === 'SIGKILL' || signal === 'SIGSTOP') throw new Errno('EINVAL');
    const old = task.dispositions.get(signal)?.action ?? 'default';
    if (action === 'default') task.dispositions.delete(signal);
    else task.dispositions.set(signal, { action, restart: options.restart ?? false });
    if (action === 'ignore') task.pending.delete(signal);
    return old;
  },
  sigmask(task, blocked) {
    const old = task.blocked;
    const next = new Set(blocked);
    next.delete('SIGKILL');
    next.delete('SIGSTOP');
    task.blocked = next;
    deliverPending(task);
    return old;
  },
  pause: (task) => sleepUntilSignal(task),
  alarm(task, seconds) {
    const { clock } = task.kernel;
    const left =
      task.alarm === undefined ? 0 : Math.max(0, Math.ceil((task.alarm.time - clock.now()) / 1000));
    task.alarm?.cancel();
    const ring = () => {
      task.alarm = undefined;
      send(task, 'SIGALRM');
    };
    task.alarm = seconds > 0 ? clock.at(clock.now() + seconds * 1000, ring) : undefined;
    return left;
  },
  nanosleep(task, ms) {
    if (!(ms >= 0)) throw new Errno('EINVAL');
    return sleepUntil(task, task.kernel.clock.now() + ms);
  },
};

function targetsOf(task: Task, pid: number): Task[] {
  const { namespace } = task.id;
  if (pid > 0) {
    const target = namespace.find(pid);
    return target ? [target] : [];
  }
  if (pid === -1) return namespace.tasks().filter((target) => target !== task && target !== namespace.init);
  const group = pid === 0 ? task.group : task.kernel.findGroup(-pid, namespace);
  return group ? [...group.members] : [];
}

/** The sender's real or effective user must be the target's real or saved one (kill(2)). */
function mayKill(task: Task, target: Task, signal: Signal | 0): boolean {
  const { uid, ruid } = task.cred;
  const { ruid: owner, suid: saved, userns } = target.cred;
  if (
    capableIn(userns, task.cred, 'KILL') ||
    uid === owner ||
    uid === saved ||
    ruid === owner ||
    ruid === saved
  )
    return true;
  return signal === 'SIGCONT' && task.sessionObject === target.sessionObject;
}

async function sleepUntilSignal(task: Task): Promise<never> {
  for (;;) await task.sleepOn([], 'interrupt');
}

async function sleepUntil(task: Task, time: number): Promise<void> {
  // The clock rounds the same way: compared unrounded, the end might never be reached.
  const end = toMicroseconds(time);
  while (task.kernel.clock.now() < end) await task.sleepOn([], 'interrupt', end);
}
