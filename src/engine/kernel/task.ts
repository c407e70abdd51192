import type { Timer } from '../base/clock.ts';
import { Errno } from '../base/errno.ts';
import type { WaitQueue as Queue } from '../base/wait-queue.ts';
import { WaitQueue, waitOn } from '../base/wait-queue.ts';
import type { Caller, DeviceAccess } from '../vfs/caller.ts';
import { major, minor } from '../vfs/device-number.ts';
import type { FileSystem } from '../vfs/filesystem.ts';
import type { Inode } from '../vfs/inode.ts';
import type { MountNamespace } from '../vfs/mount.ts';
import type { LookupContext } from '../vfs/namei.ts';
import type { Path } from '../vfs/path.ts';
import type { Cgroup } from './cgroup/cgroup.ts';
import type { CssSet } from './cgroup/css-set.ts';
import { DEVICE_MAKE, DEVICE_READ, DEVICE_WRITE } from './cgroup/devices.ts';
import { MemoryCharges } from './cgroup/memory.ts';
import type { Cred } from './credentials.ts';
import type { FdTable } from './fd-table.ts';
import { Image } from './image.ts';
import type { SharedMemory } from './ipc/shared-memory.ts';
import type { Kernel } from './kernel.ts';
import type { Namespaces } from './namespaces.ts';
import type { Pid } from './pid.ts';
import type { CallUnderWay } from './ptrace/calls.ts';
import type { Tracing } from './ptrace/tracing.ts';
import type { Limits } from './rlimits.ts';
import type { Cpu } from './sched/cpu.ts';
import type { CpuGroup } from './sched/cpu-group.ts';
import { QUANTUM, SchedTask } from './sched/run-queue.ts';
import type { SeccompFilter } from './seccomp.ts';
import type { ProcessGroup, Session } from './session.ts';
import { type Disposition, ignores } from './signal-delivery.ts';
import type { Signal } from './signals.ts';
import { type Interruption, Sleeper } from './sleeper.ts';
import type { WaitStatus } from './syscalls.ts';

/** Microseconds in programs and in the kernel; and the two by processor, one after the other. */
export interface CpuTime {
  user: number;
  system: number;
  processors: number[];
}

/** What a new task gets from the one that makes it. */
export interface TaskOrigin {
  id: Pid;
  parent: Task | undefined;
  group: ProcessGroup;
  cred: Cred;
  namespaces: Namespaces;
  css: CssSet;
  root: Path;
  cwd: Path;
  umask: number;
  fds: FdTable;
  limits: Limits;
  comm: string;
  exe: Path | undefined;
  argv: readonly string[];
  env: ReadonlyMap<string, string>;
}

/** A process (the kernel's `task_struct`): everything the kernel knows of it. */
export class Task implements Caller, LookupContext {
  readonly kernel: Kernel;
  readonly id: Pid;
  readonly startTime: number;
  image: Image;
  /** First 15 characters of the program's name. */
  comm: string;
  /** The executable, where /proc/PID/exe leads. */
  exe: Path | undefined;

  // Family
  parent: Task | undefined;
  readonly children = new Set<Task>();
  group: ProcessGroup;
  /** Adopts orphans below it (PR_SET_CHILD_SUBREAPER). */
  subreaper = false;
  parentDeathSignal: Signal | 0 = 0;
  /** Woken when a child ends, stops or goes on. */
  readonly childEvents = new WaitQueue();
  /** Set on a child for its parent's wait(2). */
  stopReport: Signal | undefined;
  continueReport = false;
  exitStatus: WaitStatus | undefined;
  /** Nobody will wait for it: it vanishes when it ends. */
  unwaited = false;
  /** Has called execve(2) since it was forked. */
  hasExecuted = false;
  /** Called when it ends: how the outside world hears of it. */
  readonly onExit: ((status: WaitStatus) => void)[] = [];

  // Tracing (ptrace(2))
  /** The calls that it is in. */
  readonly calls: CallUnderWay[] = [];
  /** By whom it is traced. */
  tracing: Tracing | undefined;
  readonly tracees = new Set<Task>();
  /** What its tracees tell it through wait(2). */
  traceReports: { task: Task; status: WaitStatus }[] = [];
  /** Dead, and only its tracer has heard of it: its parent is to wait until the tracer has. */
  withheld = false;

  // What it may and where it is
  cred: Cred;
  noNewPrivileges = false;
  /** Filters of its system calls; undefined for most. */
  seccomp: readonly SeccompFilter[] | undefined;
  namespaces: Namespaces;
  css: CssSet;
  root: Path;
  cwd: Path;
  umask: number;
  fds: FdTable;
  /** Shared memory, by the views that the program has of it. */
  readonly attachments = new Map<Uint8Array, SharedMemory>();
  limits: Limits;
  /** What instances of procfs show it as, once somebody has looked: it goes with the process (proc_flush_pid in the kernel). */
  directories: WeakMap<FileSystem, Inode> | undefined = undefined;

  // Signals
  dispositions = new Map<Signal, Disposition>();
  blocked: ReadonlySet<Signal> = new Set();
  readonly pending = new Set<Signal>();
  stoppedBy: Signal | undefined;
  /** When SIGALRM comes (alarm(2)). */
  alarm: Timer | undefined;
  frozen = false;
  readonly #released = new WaitQueue();
  /** Its calls that wait for something. */
  readonly sleepers: Sleeper[] = [];
  /** What was handled since the last call began: one that had been woken just before must not sleep again. */
  #handled: { restart: boolean } | undefined;

  // Accounting: microseconds and bytes
  userTime = 0;
  systemTime = 0;
  childUserTime = 0;
  childSystemTime = 0;
  /** Bytes that the program has asked for, touched or not. */
  mapped = 0;
  /** How many bytes of its memory the simulation really keeps. */
  kept = 0;
  /** Its anonymous memory. */
  readonly charges = new MemoryCharges('anon');
  oomScoreAdjustment = 0;

  // Scheduling
  nice = 0;
  readonly sched = new SchedTask(this);
  /** The processors it asks for, as a mask (sched_setaffinity(2)). */
  affinity: number;
  /** Where it runs; undefined from when it leaves a processor until it spends time again. */
  cpu: Cpu | undefined;
  /** By processor: in the program, in the kernel. */
  readonly #processorTimes: number[];
  #slice = 0;
  #turn = -1;

  constructor(kernel: Kernel, origin: TaskOrigin) {
    this.kernel = kernel;
    this.startTime = kernel.clock.now();
    this.id = origin.id;
    this.parent = origin.parent;
    this.group = origin.group;
    this.cred = origin.cred;
    this.namespaces = origin.namespaces;
    this.css = origin.css;
    this.root = origin.root;
    this.cwd = origin.cwd;
    this.umask = origin.umask;
    this.fds = origin.fds;
    this.limits = origin.limits;
    this.comm = origin.comm;
    this.exe = origin.exe;
    this.affinity = kernel.allCpus;
    this.#processorTimes = new Array<number>(2 * kernel.cpus.length).fill(0);
    this.image = new Image(this, origin.argv, origin.env);
  }

  get zombie(): boolean {
    return this.exitStatus !== undefined;
  }

  /** The letter in /proc/PID/stat and `ps`. */
  get state(): 'R' | 'S' | 'D' | 'T' | 't' | 'Z' {
    if (this.zombie) return 'Z';
    if (this.tracing?.stopped) return 't';
    if (this.stoppedBy !== undefined) return 'T';
    if (this.refrigerated) return 'D';
    return this.asleep || this.frozen ? 'S' : 'R';
  }

  /** Frozen by the freezer of version 1: not even SIGKILL reaches it. */
  get refrigerated(): boolean {
    return this.frozen && this.css.refrigerates;
  }

  /** Read-only models of the program's state, for the windows on the world. */
  get published(): ReadonlyMap<string, () => unknown> {
    return this.image.published;
  }

  get session(): number {
    return this.group.session.id.global;
  }

  get sessionObject(): Session {
    return this.group.session;
  }

  /** Leaves its process group for another. */
  joinGroup(group: ProcessGroup): void {
    const { groups } = this.kernel;
    this.group.members.delete(this);
    if (this.group.members.size === 0) groups.delete(this.group.id.global);
    this.group = group;
    group.members.add(this);
    groups.set(group.id.global, group);
  }

  // Caller and LookupContext ---------------------------------------------------------------------------------------------
  get caller(): Caller {
    return this;
  }

  get namespace(): MountNamespace {
    return this.namespaces.mnt.mounts;
  }

  get credentials(): Cred {
    return this.cred;
  }

  get pid(): number {
    return this.id.global;
  }

  get processGroup(): number {
    return this.group.id.global;
  }

  sleep(queue: Queue): Promise<void> {
    return this.sleepOn([queue]);
  }

  signalGroup(processGroup: number, signal: string): void {
    this.kernel.signalGroup(processGroup, signal as Signal);
  }

  mayStop(signal: 'SIGTTIN' | 'SIGTTOU'): boolean {
    return !ignores(this, signal) && !this.group.orphaned();
  }

  mayUseDevice(type: 'c' | 'b', rdev: number, { read, write, make }: DeviceAccess): boolean {
    const access = (read ? DEVICE_READ : 0) | (write ? DEVICE_WRITE : 0) | (make ? DEVICE_MAKE : 0);
    return this.css.permitsDevice({ type, major: major(rdev), minor: minor(rdev), access });
  }

  // Sleeping -------------------------------------------------------------------------------------------
  /** Sleeps until any of the queues wakes it or the clock reaches `until`. */
  sleepOn(queues: readonly Queue[], interruption: Interruption = 'restart', until?: number): Promise<void> {
    if (this.image.gone) return new Promise(() => {});
    if (this.#handled !== undefined && interrupts(this.#handled, interruption)) {
      this.#handled = undefined;
      return Promise.reject(new Errno('EINTR'));
    }
    return new Promise((resolve, reject) => {
      const sleeper = new Sleeper(this, interruption, resolve, reject);
      if (!this.held) sleeper.wait(queues);
      if (until !== undefined) sleeper.waitUntil(until);
      if (this.pending.size > 0) void this.tracing?.deliverSignals();
    });
  }

  /** Stopped, frozen or halted by its tracer: makes no step. */
  get held(): boolean {
    return this.stoppedBy !== undefined || this.frozen || this.tracing?.stopped === true;
  }

  /** In a call that waits for something. */
  get asleep(): boolean {
    return this.sleepers.length > 0;
  }

  /** Waits until the task may go on. */
  whenReleased(): Promise<void> {
    return waitOn(this.#released);
  }

  /** Takes its sleeping calls off their queues: it is being stopped or frozen. */
  park(): void {
    for (const sleeper of this.sleepers) sleeper.park();
  }

  /** Lets it go on; its sleeping calls look at their conditions anew. */
  release(): void {
    if (this.held) return;
    this.cpu = undefined;
    for (const sleeper of [...this.sleepers]) sleeper.goOn();
    this.#released.wakeAll();
  }

  /** The freezer's hand (cgroup.freeze). */
  setFrozen(on: boolean): void {
    if (this.frozen === on) return;
    this.frozen = on;
    if (on) this.park();
    else {
      this.release();
      this.kernel.deliverPending(this);
    }
  }

  /** A handler has run: calls that sleep fail with EINTR, unless they are to be restarted. */
  interruptSleep(restart: boolean): void {
    this.#handled = { restart };
    for (const sleeper of [...this.sleepers])
      if (interrupts(this.#handled, sleeper.interruption)) sleeper.interrupt();
  }

  /** A system call begins: what was handled before is not for it. */
  enterCall(): void {
    this.#handled = undefined;
  }

  /** Leaves the program: dead, or about to run another. */
  abandonImage(): void {
    for (const sleeper of [...this.sleepers]) sleeper.abandon();
    this.kernel.runQueue.leave(this);
    this.image.end();
  }

  // Time -----------------------------------------------------------------------------------------------
  /** Its cgroup of version 2. */
  get cgroup(): Cgroup {
    return this.css.of(this.kernel.cgroups.unified);
  }

  get cpuGroup(): CpuGroup {
    return this.css.states.cpu;
  }

  /** The processors that it may run on, as a mask: those of its cpuset, as far as it asks for some of them. */
  get allowedCpus(): number {
    const { effective } = this.css.states.cpuset;
    return this.affinity & effective || effective;
  }

  get cpuTime(): CpuTime {
    return { user: this.userTime, system: this.systemTime, processors: [...this.#processorTimes] };
  }

  /** Bytes of anonymous memory. */
  get memory(): number {
    return this.charges.bytes;
  }

  /** Spends CPU time, µs, in the program; says whether the task must give way. */
  spendUser(microseconds: number): boolean {
    const cpu = this.#onCpu();
    this.userTime += microseconds;
    this.#processorTimes[2 * cpu.id]! += microseconds;
    if (this.nice > 0) cpu.nice += microseconds;
    else cpu.user += microseconds;
    return this.#spend(cpu, microseconds);
  }

  /** Spends CPU time, µs, in the kernel; says whether the task must give way. */
  spendSystem(microseconds: number): boolean {
    const cpu = this.#onCpu();
    this.systemTime += microseconds;
    this.#processorTimes[2 * cpu.id + 1]! += microseconds;
    cpu.system += microseconds;
    return this.#spend(cpu, microseconds);
  }

  /** Whether its time slice, or its group's quota, is used up. */
  get mustGiveWay(): boolean {
    return this.#spend(this.#onCpu(), 0);
  }

  /** Leaves its processor to others, until it is its turn again. */
  async giveWay(): Promise<void> {
    const { image, sched } = this;
    const { runQueue, clock } = this.kernel;
    const cpu = this.#onCpu();
    sched.ranUntil = cpu.time;
    this.cpu = undefined;
    for (let over = this.cpuGroup.bandwidth.exceeded; over; over = this.cpuGroup.bandwidth.exceeded) {
      await over.park(this, cpu);
      if (image.gone) return;
      sched.ranUntil = clock.elapsed;
    }
    await runQueue.wait(this);
  }

  #onCpu(): Cpu {
    this.cpu ??= this.kernel.runQueue.place(this);
    return this.cpu;
  }

  #spend(cpu: Cpu, microseconds: number): boolean {
    const { scheduler, clock } = this.kernel;
    cpu.time += microseconds;
    clock.reach(cpu.time);
    if (this.#turn !== scheduler.turn) {
      this.#turn = scheduler.turn;
      this.#slice = 0;
    }
    this.#slice += microseconds;
    const exceeded = this.cpuGroup.bandwidth.spend(microseconds, clock);
    return scheduler.charge(microseconds) || this.#slice > QUANTUM || exceeded;
  }
}

/** Whether a handled signal ends a sleeping call (signal(7)). */
function interrupts({ restart }: { restart: boolean }, interruption: Interruption): boolean {
  return interruption === 'interrupt' || (interruption === 'restart' && !restart);
}

/** The namespaces in which a caller sees the machine: its own if it is a process, else the machine's first. */
export const namespacesOf = (kernel: Kernel, caller: Caller | undefined): Namespaces =>
  caller instanceof Task ? caller.namespaces : kernel.namespaces;
