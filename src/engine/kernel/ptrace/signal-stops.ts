import { Errno } from '../../base/errno.ts';
import { act, actionOf, inOrder } from '../signal-delivery.ts';
import type { Signal } from '../signals.ts';
import type { Task } from '../task.ts';
import type { CallUnderWay } from './calls.ts';
import { sayEntry, sayExit } from './syscall-stops.ts';
import type { Tracing } from './tracing.ts';

/**
 * Delivers the pending signals of a tracee. Of each the tracer is told first, even if the tracee would ignore it, and
 * decides what becomes of it (ptrace(2), "Signal-delivery-stop"). A call that the tracee sleeps in is left meanwhile and
 * entered anew. Gives up where the tracee is halted or about to leave a call: whoever ends that comes here again.
 */
export async function deliverTraced(task: Task, tracing: Tracing): Promise<void> {
  for (;;) {
    if (task.zombie || task.tracing !== tracing || task.held) return;
    if (task.calls.length > 0 && !task.asleep) return;
    const signal = inOrder(task.pending).find((one) => !task.blocked.has(one));
    if (signal === undefined) return;
    task.pending.delete(signal);
    const info = tracing.signals.get(signal);
    tracing.signals.delete(signal);

    const interrupted = [...task.calls];
    for (const call of interrupted) {
      void sayExit(task, call, { error: new Errno('ERESTARTSYS') });
      call.left = true;
    }
    const injected = await tracing.stop({ signal, info });
    if (injected !== 0) await inject(task, injected, interrupted);
    for (const call of interrupted) if (task.calls.includes(call)) void sayEntry(task, call);
  }
}

async function inject(task: Task, signal: Signal, interrupted: readonly CallUnderWay[]): Promise<void> {
  const action = actionOf(task, signal);
  if (action === 'ignore') return;
  if (action !== 'handle') {
    act(task, signal, action);
    if (task.stoppedBy === signal) await task.tracing?.stop({ signal, trace: 'PTRACE_EVENT_STOP' });
    return;
  }
  const disposition = task.dispositions.get(signal)!;
  if (typeof disposition.action !== 'function') return;
  try {
    disposition.action(signal);
  } catch (error) {
    task.kernel.programFailed(task, error);
    return;
  }
  task.interruptSleep(disposition.restart);
  const call: CallUnderWay = { name: 'rt_sigreturn', args: [], slot: 0, left: false };
  void sayEntry(task, call);
  const broken = interrupted.length > 0 && !disposition.restart;
  await sayExit(task, call, broken ? { error: new Errno('EINTR') } : { value: 0 });
}
