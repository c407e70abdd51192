import type { Kernel } from '../../../engine/kernel/kernel.ts';
import type { WaitStatus } from '../../../engine/kernel/syscalls.ts';
import type { Task } from '../../../engine/kernel/task.ts';
import { formatOf, linuxName } from '../../../engine/userland/strace/calls/table.ts';
import type { TraceLine, TraceRun, TraceStep } from './model.ts';
import { asksDaemon, notable, type ReturnedCall, short } from './notable.ts';

/** At most so many runs are kept, and of each so many lines. */
export const TRACE_LIMITS = { runs: 8, lines: 600 };

/** The programs between a command and its container, as `comm` calls them. */
const CHAIN = new Set([
  'docker',
  'dockerd',
  'docker-proxy',
  'docker-init',
  'containerd',
  'containerd-shim',
  'runc',
  'ctr',
]);

/** Whether a process is a command's own: it has not been called by another of the chain. */
const isCommand = ({ comm, parent }: Task): boolean =>
  ['docker', 'ctr', 'runc'].includes(comm) ? !CHAIN.has(parent?.comm ?? '') : !CHAIN.has(comm);

/** How long after a command's end what still happens counts as its own, ms. */
const TAIL = 50;

/** What is known of a process that takes part. */
interface Part {
  /** It runs what a container is for: of that only its beginning and its end are told. */
  payload: boolean;
  /** What a command's own process has begun. */
  run: Run | undefined;
  step: TraceStep | undefined;
  /** Calls before its first step. */
  others: Map<string, number>;
}

interface Run extends TraceRun {
  lines: number;
  counts: Map<TraceStep, Map<string, number>>;
  last: Task | undefined;
}

/**
 * Hears of each system call of a machine while it is recording, and keeps what a command sets going: from the client through the daemons
 * to the kernel. The machine does the same with it as without.
 */
export class TraceRecorder {
  readonly #kernel: Kernel;
  readonly #runs: Run[] = [];
  /** The commands that run now, in order of their beginning. */
  readonly #clients = new Map<Task, Run>();
  #parts = new WeakMap<Task, Part>();
  #ids = 0;
  problem: string | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The newest first. */
  get runs(): TraceRun[] {
    return this.#runs
      .map(({ lines: _, last: __, counts, ...run }) => ({
        ...run,
        steps: run.steps.map((step) => ({
          ...step,
          others: [...(counts.get(step) ?? [])].sort(([, a], [, b]) => b - a),
        })),
      }))
      .reverse();
  }

  start(): void {
    if (this.problem !== undefined) return;
    this.#kernel.trace = (task, name, args, result) =>
      this.#guarded(() => this.#returned({ task, name, args, result }));
  }

  stop(): void {
    this.#kernel.trace = undefined;
    for (const client of this.#clients.keys()) this.#leave(client);
    this.#parts = new WeakMap();
  }

  /** A fault of ours must not become one of the machine. */
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.problem = String(error);
      this.stop();
    }
  }

  #returned(call: ReturnedCall): void {
    const { task, name } = call;
    const part = this.#parts.get(task) ?? this.#enlist(call);
    if (part === undefined) return;
    const line = part.payload ? undefined : notable(call);
    if (line === undefined) this.#count(part, linuxName(formatOf(name), call.args));
    else this.#add(task, part, line);
    if (line?.kind === 'program' && !('error' in call.result)) part.payload = !CHAIN.has(task.comm);
  }

  /** Takes a process in that takes part: one of the chain, and who asks the daemon from the machine itself. */
  #enlist(call: ReturnedCall): Part | undefined {
    const { task } = call;
    if (!CHAIN.has(task.comm) && !this.#asks(call)) return undefined;
    const run = isCommand(task) ? this.#enter(task) : undefined;
    const part: Part = { payload: false, run, step: undefined, others: new Map() };
    this.#parts.set(task, part);
    // A turn later, for whoever kills it is still in the call that does.
    task.onExit.push((status) => {
      void Promise.resolve().then(() => this.#guarded(() => this.#ended(task, part, status)));
    });
    return part;
  }

  #asks(call: ReturnedCall): boolean {
    return asksDaemon(call) && call.task.id.namespace === this.#kernel.namespaces.pid;
  }

  #ended(task: Task, part: Part, status: WaitStatus): void {
    if (this.#parts.get(task) !== part) return;
    const text = status.kind === 'signaled' ? `killed by ${status.signal}` : '';
    const code = status.kind === 'exited' ? `exited with ${status.code}` : text;
    this.#add(task, part, { kind: 'end', call: '', text: `+++ ${code} +++` });
    this.#parts.delete(task);
    this.#leave(task);
  }

  #enter(client: Task): Run {
    const beside = [...this.#clients.keys()].map(({ image }) => [...image.argv]);
    const run = this.#begin([...client.image.argv], beside);
    this.#clients.set(client, run);
    return run;
  }

  #leave(client: Task): void {
    const run = this.#clients.get(client);
    if (run !== undefined) run.took = this.#kernel.clock.now() - run.at;
    this.#clients.delete(client);
  }

  #begin(command: string[], beside: string[][]): Run {
    const run: Run = {
      id: ++this.#ids,
      command,
      beside,
      at: this.#kernel.clock.now(),
      steps: [],
      left: 0,
      lines: 0,
      counts: new Map(),
      last: undefined,
    };
    this.#runs.push(run);
    if (this.#runs.length > TRACE_LIMITS.runs) this.#forget();
    return run;
  }

  /** The oldest run goes, but not one that is still added to. */
  #forget(): void {
    const running = new Set(this.#clients.values());
    const ended = this.#runs.findIndex((run) => !running.has(run));
    this.#runs.splice(Math.max(0, ended), 1);
  }

  /** The run that what a process does now belongs to: its own, that of the command begun last, or what has just ended. */
  #runOf(part: Part): Run | undefined {
    const running = part.run ?? [...this.#clients.values()].at(-1);
    const last = this.#runs.at(-1);
    if (running !== undefined || last === undefined || last.command.length === 0) return running ?? last;
    return this.#kernel.clock.now() - last.at - (last.took ?? 0) <= TAIL ? last : undefined;
  }

  #count(part: Part, call: string): void {
    const run = this.#runOf(part);
    if (run === undefined) return;
    const counts = (part.step && run.counts.get(part.step)) ?? part.others;
    counts.set(call, (counts.get(call) ?? 0) + 1);
  }

  #add(task: Task, part: Part, line: TraceLine): void {
    const run = this.#runOf(part) ?? this.#begin([], []);
    if (run.lines++ >= TRACE_LIMITS.lines) {
      run.left++;
      return;
    }
    let { step } = part;
    if (step === undefined || run.last !== task || !run.counts.has(step) || line.kind === 'program') {
      step = this.#step(task, run);
      run.counts.set(step, part.others);
      part.others = new Map();
      part.step = step;
      run.last = task;
    }
    step.lines.push(line);
  }

  #step(task: Task, run: Run): TraceStep {
    const inner = task.id.from(this.#kernel.namespaces.pid).at(-1);
    const step: TraceStep = {
      id: ++this.#ids,
      pid: task.pid,
      ...(inner !== undefined && inner !== task.pid && { innerPid: inner }),
      comm: task.comm,
      command: short(task.image.argv.join(' ')),
      at: this.#kernel.clock.now() - run.at,
      lines: [],
      others: [],
    };
    run.steps.push(step);
    return step;
  }
}
