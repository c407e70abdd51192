import type { Kernel } from './kernel.ts';
import { fromChild, fromKernel, fromUser } from './ptrace/signal-info.ts';
import { SIGNALS, type Signal } from './signals.ts';
import type { Disposition as Action, SignalInfo } from './syscalls.ts';
import type { Task } from './task.ts';

/** What a process has arranged for a signal (sigaction(2)). */
export interface Disposition {
  action: Action;
  restart: boolean;
}

const STOPS: readonly Signal[] = ['SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'];

/**
 * Sends a signal to a process. `sender` is undefined for the kernel itself and for the outside world; it matters to the
 * init of a PID namespace, which from inside hears only what it handles (pid_namespaces(7)).
 */
export function send(task: Task, signal: Signal, sender?: Task, info?: SignalInfo): void {
  if (task.zombie || shielded(task, signal, sender)) return;
  if (signal === 'SIGKILL' && !task.refrigerated) {
    task.kernel.end(task, { kind: 'signaled', signal, coreDumped: false });
    return;
  }
  if (signal === 'SIGCONT') proceed(task);
  else if (STOPS.includes(signal)) task.pending.delete('SIGCONT');
  if (task.blocked.has(signal)) {
    task.pending.add(signal);
    return;
  }
  if (task.tracing) {
    task.pending.add(signal);
    task.tracing.signals.set(signal, info ?? (sender ? fromUser(task, sender) : fromKernel));
    void task.tracing.deliverSignals();
    return;
  }
  const action = actionOf(task, signal);
  if (action === 'ignore') return;
  if (task.held && signal !== 'SIGSTOP') {
    task.pending.add(signal);
    return;
  }
  if (action === 'handle') {
    task.pending.add(signal);
    handleSoon(task);
  } else act(task, signal, action);
}

/** Sends a signal to every member of a process group, named by its number in the initial PID namespace. */
export function signalGroup(kernel: Kernel, processGroup: number, signal: Signal, sender?: Task): void {
  const group = kernel.groups.get(processGroup);
  if (group) for (const member of [...group.members]) send(member, signal, sender);
}

/** Acts on pending signals that are no longer blocked, or that waited while the task was stopped. */
export function deliverPending(task: Task): void {
  if (task.tracing) {
    void task.tracing.deliverSignals();
    return;
  }
  for (const signal of inOrder(task.pending)) {
    if (task.zombie || task.held) return;
    if (task.blocked.has(signal)) continue;
    const action = actionOf(task, signal);
    if (action === 'handle') {
      handleSoon(task);
      continue;
    }
    task.pending.delete(signal);
    if (action !== 'ignore') act(task, signal, action);
  }
}

/** Tells the parent that a child has ended, stopped or gone on: SIGCHLD, and an end to its wait. */
export function noteChild(child: Task): void {
  const { parent } = child;
  if (!parent || parent.zombie) return;
  send(parent, 'SIGCHLD', child, parent.tracing && fromChild(parent, child));
  parent.childEvents.wakeAll();
}

/** Tells a tracer that its tracee has something to report. */
export function noteTracer(tracer: Task, tracee: Task): void {
  send(tracer, 'SIGCHLD', tracee, tracer.tracing && fromChild(tracer, tracee));
  tracer.childEvents.wakeAll();
}

/** Whether a stop or other signal would have no effect on the task: it ignores or blocks it (the terminal asks before SIGTTIN). */
export function ignores(task: Task, signal: Signal): boolean {
  return task.blocked.has(signal) || task.dispositions.get(signal)?.action === 'ignore';
}

function shielded(task: Task, signal: Signal, sender: Task | undefined): boolean {
  const namespace = task.id.namespace;
  if (namespace.init !== task) return false;
  if (typeof task.dispositions.get(signal)?.action === 'function') return false;
  const fromInside = namespace.level === 0 || (sender !== undefined && sender.id.namespace === namespace);
  if (signal === 'SIGKILL' || signal === 'SIGSTOP') return fromInside;
  return !task.blocked.has(signal);
}

type Act = 'ignore' | 'handle' | 'terminate' | 'core' | 'stop' | 'continue';

/** What a signal would do to a process now. */
export function actionOf(task: Task, signal: Signal): Act {
  const disposition = task.dispositions.get(signal)?.action ?? 'default';
  if (typeof disposition === 'function') return 'handle';
  return disposition === 'ignore' ? 'ignore' : SIGNALS[signal].action;
}

/** Does what a signal does to a process that does not handle it. */
export function act(task: Task, signal: Signal, action: Exclude<Act, 'ignore' | 'handle'>): void {
  if (action === 'stop') {
    // Nobody could continue the members of an orphaned group (setpgid(2)).
    if (signal === 'SIGSTOP' || !task.group.orphaned()) stop(task, signal);
  } else if (action !== 'continue') {
    const coreDumped = action === 'core' && task.limits.core.soft > 0;
    task.kernel.end(task, { kind: 'signaled', signal, coreDumped });
  }
}

function stop(task: Task, signal: Signal): void {
  if (task.stoppedBy !== undefined) return;
  task.stoppedBy = signal;
  task.stopReport = signal;
  task.continueReport = false;
  task.park();
  noteChild(task);
}

/** The part of SIGCONT that no handler and no mask can hold up. */
function proceed(task: Task): void {
  for (const signal of STOPS) task.pending.delete(signal);
  if (task.stoppedBy === undefined) return;
  task.stoppedBy = undefined;
  task.stopReport = undefined;
  task.continueReport = true;
  noteChild(task);
  task.release();
  deliverPending(task);
}

/** Runs handlers between two steps of the program, never in the midst of somebody else's system call. */
function handleSoon(task: Task): void {
  const { image } = task;
  Promise.resolve().then(() => {
    for (const signal of inOrder(task.pending)) {
      if (image.gone || task.held) return;
      if (task.blocked.has(signal) || !task.pending.delete(signal)) continue;
      const disposition = task.dispositions.get(signal);
      if (typeof disposition?.action !== 'function') {
        const action = actionOf(task, signal);
        if (action !== 'ignore' && action !== 'handle') act(task, signal, action);
        continue;
      }
      try {
        disposition.action(signal);
      } catch (error) {
        task.kernel.programFailed(task, error);
        return;
      }
      task.interruptSleep(disposition.restart);
    }
  });
}

/** Signals in the order in which they are delivered: lowest number first. */
export function inOrder(signals: ReadonlySet<Signal>): Signal[] {
  return [...signals].sort((a, b) => SIGNALS[a].number - SIGNALS[b].number);
}
