import { Errno } from '../../base/errno.ts';
import type { TraceOptions } from '../syscalls.ts';
import type { Task } from '../task.ts';
import { mayLookInto } from './access.ts';
import { sayEntry } from './syscall-stops.ts';
import { Tracing } from './tracing.ts';

/** PTRACE_SEIZE: `tracer` traces `tracee` from now on, without stopping it. */
export function seize(tracer: Task, tracee: Task, options: TraceOptions): void {
  if (tracee === tracer || tracee.zombie || tracee.tracing || !mayLookInto(tracee, tracer.credentials))
    throw new Errno('EPERM');
  new Tracing(tracee, tracer, options);
}

/** PTRACE_O_TRACEFORK: the child of a tracee is traced like it, and halts before its first step; its parent says so. */
export function traceChild({ tracee, tracer, options }: Tracing, child: Task): void {
  const tracing = new Tracing(child, tracer, options);
  void tracing.stop({ signal: 'SIGTRAP', trace: 'PTRACE_EVENT_STOP' });
  void tracee.tracing?.stop({ signal: 'SIGTRAP', trace: 'PTRACE_EVENT_FORK', message: child });
}

/** PTRACE_INTERRUPT: halts a tracee wherever it is; a call that it sleeps in is entered anew afterwards. */
export function interrupt(tracee: Task, tracing: Tracing): void {
  if (tracing.stopped) return;
  void tracing.stop({ signal: 'SIGTRAP', trace: 'PTRACE_EVENT_STOP' }).then(() => {
    for (const call of tracee.calls) void sayEntry(tracee, call);
  });
}
