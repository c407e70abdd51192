import type { Signal } from '../signals.ts';
import type { SignalInfo, WaitStatus } from '../syscalls.ts';
import type { Task } from '../task.ts';

/** What a tracer learns of a signal (sigaction(2), "The siginfo_t argument"), with numbers as the receiver sees them. */

export const fromKernel: SignalInfo = { code: 'SI_KERNEL' };

/** Of a signal that a process sent with kill(2). */
export const fromUser = (receiver: Task, sender: Task): SignalInfo => ({
  code: 'SI_USER',
  pid: sender.id.in(receiver.id.namespace),
  uid: sender.cred.ruid,
});

/** Of SIGCHLD. */
export function fromChild(parent: Task, child: Task): SignalInfo {
  const { code, status } = childEvent(child.exitStatus ?? eventOf(child));
  return {
    code,
    pid: child.id.in(parent.id.namespace),
    uid: child.cred.ruid,
    status,
    utime: ticks(child.userTime),
    stime: ticks(child.systemTime),
  };
}

const eventOf = ({ stoppedBy }: Task): WaitStatus =>
  stoppedBy === undefined ? { kind: 'continued' } : { kind: 'stopped', signal: stoppedBy };

function childEvent(status: WaitStatus): { code: string; status: number | Signal } {
  switch (status.kind) {
    case 'exited':
      return { code: 'CLD_EXITED', status: status.code };
    case 'signaled':
      return { code: status.coreDumped ? 'CLD_DUMPED' : 'CLD_KILLED', status: status.signal };
    case 'stopped':
      return { code: 'CLD_STOPPED', status: status.signal };
    case 'continued':
      return { code: 'CLD_CONTINUED', status: 'SIGCONT' };
  }
}

/** Hundredths of a second (USER_HZ) of microseconds. */
const ticks = (microseconds: number) => Math.floor(microseconds / 10_000);
