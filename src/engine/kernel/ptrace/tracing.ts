import { Errno } from '../../base/errno.ts';
import { deliverPending, noteTracer } from '../signal-delivery.ts';
import type { Signal } from '../signals.ts';
import type { SignalInfo, SyscallInfo, TraceEvent, TraceOptions, WaitStatus } from '../syscalls.ts';
import type { Task } from '../task.ts';
import { deliverTraced } from './signal-stops.ts';

/** A tracee's halt: what its tracer is told of it, and asks about it. */
export interface TraceStop {
  signal: Signal;
  /** Absent: a signal is about to be delivered. */
  trace?: 'syscall' | TraceEvent;
  call?: SyscallInfo;
  info?: SignalInfo;
  /** The child of a fork (PTRACE_GETEVENTMSG). */
  message?: Task;
}

interface Waiting {
  stop: TraceStop;
  goOn: (signal: Signal | 0) => void;
}

/**
 * One process tracing another (ptrace(2), with PTRACE_SEIZE). The tracee halts at each of its stops until the tracer,
 * which hears of them through wait(2), lets it go on. Stops that come while it is halted wait for their turn.
 */
export class Tracing {
  readonly tracee: Task;
  readonly tracer: Task;
  options: TraceOptions;
  /** Whether it halts at system calls too: it was last let go on with PTRACE_SYSCALL, not PTRACE_CONT. */
  atCalls = false;
  /** What is known of signals that are pending. */
  readonly signals = new Map<Signal, SignalInfo>();
  #delivery: Promise<void> | undefined;
  readonly #stops: Waiting[] = [];

  constructor(tracee: Task, tracer: Task, options: TraceOptions) {
    this.tracee = tracee;
    this.tracer = tracer;
    this.options = options;
    tracee.tracing = this;
    tracer.tracees.add(tracee);
  }

  /** Whether the tracee is halted ("ptrace-stop"). */
  get stopped(): boolean {
    return this.#stops.length > 0;
  }

  /** The stop that the tracee is in. ESRCH if it is in none. */
  get current(): TraceStop {
    const [waiting] = this.#stops;
    if (!waiting) throw new Errno('ESRCH');
    return waiting.stop;
  }

  /** Halts the tracee; gives the signal with which the tracer lets it go on. Never settles if it is killed in the stop. */
  stop(stop: TraceStop): Promise<Signal | 0> {
    return new Promise((goOn) => {
      this.#stops.push({ stop, goOn });
      if (this.#stops.length > 1) return;
      this.tracee.park();
      this.#report();
    });
  }

  /** Lets the tracee go on from its stop, to the next one if there is one already. */
  resume(signal: Signal | 0): void {
    const waiting = this.#stops.shift();
    if (!waiting) throw new Errno('ESRCH');
    waiting.goOn(signal);
    if (this.stopped) this.#report();
    else this.#release();
  }

  /** Detaches: whatever the tracee still would have told, it goes on; signals reach it as they reach anyone. */
  end(signal: Signal | 0 = 0): void {
    const { tracee, tracer } = this;
    tracer.tracees.delete(tracee);
    tracer.traceReports = tracer.traceReports.filter((report) => report.task !== tracee);
    tracee.tracing = undefined;
    if (tracee.zombie) return;
    const stops = this.#stops.splice(0);
    for (const { goOn } of stops) goOn(0);
    if (signal !== 0) tracee.pending.add(signal);
    if (stops.length > 0) this.#release();
  }

  /** The tracee has died: nothing that it had to say counts any more. */
  forget(): void {
    this.#stops.splice(0);
    this.tracer.traceReports = this.tracer.traceReports.filter(({ task }) => task !== this.tracee);
  }

  /** Begins to hand out pending signals, one after the other, each with its stop (signal-stops.ts). */
  deliverSignals(): Promise<void> {
    this.#delivery ??= this.#deliver();
    return this.#delivery;
  }

  async #deliver(): Promise<void> {
    // The step of another process that sent the signal ends first: it may wake the call that the tracee sleeps in.
    await undefined;
    await deliverTraced(this.tracee, this);
    this.#delivery = undefined;
  }

  /** Puts a status where the tracer's wait(2) finds it. */
  tell(status: WaitStatus): void {
    this.tracer.traceReports.push({ task: this.tracee, status });
    noteTracer(this.tracer, this.tracee);
  }

  #report(): void {
    const { signal, trace } = this.current;
    this.tell({ kind: 'stopped', signal, ...(trace === undefined ? {} : { trace }) });
  }

  #release(): void {
    const { tracee } = this;
    tracee.release();
    deliverPending(tracee);
  }
}
