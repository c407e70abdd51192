import { Errno } from '../../base/errno.ts';
import { interrupt, seize } from '../ptrace/attach.ts';
import type { Tracing } from '../ptrace/tracing.ts';
import type { PtraceReply, PtraceRequest } from '../syscalls.ts';
import type { Task } from '../task.ts';
import type { Handlers } from './handlers.ts';
import { find } from './processes.ts';

/** ptrace(2): how one process watches another. */
export const PTRACE_CALLS: Handlers<'ptrace'> = {
  ptrace: (task, request) => ptrace(task, request) as PtraceReply<typeof request>,
};

function ptrace(task: Task, call: PtraceRequest): PtraceReply<PtraceRequest> {
  const tracee = find(task, call.pid);
  if (call.request === 'PTRACE_SEIZE') {
    seize(task, tracee, call.options);
    return undefined;
  }
  const { tracing } = tracee;
  if (tracing?.tracer !== task) throw new Errno('ESRCH');
  switch (call.request) {
    case 'PTRACE_INTERRUPT':
      interrupt(tracee, tracing);
      return undefined;
    case 'PTRACE_SYSCALL':
    case 'PTRACE_CONT':
      goOn(tracing, call);
      return undefined;
    case 'PTRACE_LISTEN':
      // The tracee stays stopped by its signal; only the tracer's hold on it ends.
      if (tracing.current.trace !== 'PTRACE_EVENT_STOP') throw new Errno('EIO');
      tracing.resume(0);
      return undefined;
    case 'PTRACE_DETACH':
      if (!tracing.stopped) throw new Errno('ESRCH');
      tracing.end(call.signal);
      return undefined;
    case 'PTRACE_GETSIGINFO':
      return tracing.current.info ?? { code: 'SI_KERNEL' };
    case 'PTRACE_GETEVENTMSG':
      return tracing.current.message?.id.in(task.id.namespace) ?? 0;
    case 'PTRACE_GET_SYSCALL_INFO':
      return tracing.current.call;
  }
}

function goOn(tracing: Tracing, call: Extract<PtraceRequest, { signal?: unknown }>): void {
  // Looked at first: a tracee that runs cannot be let go on.
  const { trace } = tracing.current;
  tracing.atCalls = call.request === 'PTRACE_SYSCALL';
  // Only where a signal was to be delivered can one be.
  tracing.resume(trace === undefined ? (call.signal ?? 0) : 0);
}
