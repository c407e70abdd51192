import type { Clock } from '../base/clock.ts';
import { isErrno } from '../base/errno.ts';
import type { Random } from '../base/random.ts';
import { uuid } from '../base/uuid.ts';
import { NetNamespace } from '../net/net-namespace.ts';
import type { NetStack } from '../net/net-stack.ts';
import { SockFs } from '../net/sockfs.ts';
import { KMSG_MINOR, MEMORY_MAJOR } from '../vfs/devices.ts';
import { devtmpfsType } from '../vfs/devtmpfs.ts';
import { diskType } from '../vfs/disk.ts';
import type { OpenFile } from '../vfs/file.ts';
import type { FileSystem } from '../vfs/filesystem.ts';
import type { Mount, MountFlags } from '../vfs/mount.ts';
import { mount } from '../vfs/mounting.ts';
import { mqueueType } from '../vfs/mqueue.ts';
import { type LookupContext, walk } from '../vfs/namei.ts';
import { grab } from '../vfs/path.ts';
import { ramfsType, tmpfsType } from '../vfs/tmpfs.ts';
import { devptsType } from '../vfs/tty/devpts.ts';
import type { UserNamespace } from '../vfs/user-namespace.ts';
import { Vfs } from '../vfs/vfs.ts';
import type { Bpf } from './bpf/bpf.ts';
import type { Cgroup } from './cgroup/cgroup.ts';
import { Cgroupfs } from './cgroup/cgroupfs.ts';
import { enterCgroups } from './cgroup/css-set.ts';
import { Hierarchies } from './cgroup/hierarchy.ts';
import { killForMemory, PROCESS_FOOTPRINT } from './cgroup/oom.ts';
import { openTerminal } from './controlling-terminal.ts';
import { type Cred, ROOT } from './credentials.ts';
import { exec } from './exec.ts';
import { exit } from './exit.ts';
import { Description, FdTable } from './fd-table.ts';
import { FileLocks } from './file-locks.ts';
import { IpcNamespace } from './ipc/ipc-namespace.ts';
import { KernelLog, KmsgFile, LEVELS, type Level, requireLogAccess } from './log.ts';
import { type ModuleSource, Modules } from './modules.ts';
import { FIRST_LATER_INODE } from './namespace.ts';
import { NAMESPACE_FACTS } from './namespace-kinds.ts';
import { CgroupNamespace, holdAll, MntNamespace, type Namespaces, NetworkNamespace } from './namespaces.ts';
import { BoundNamespaces, NsFs } from './nsfs.ts';
import { OutsideCaller } from './outside.ts';
import { Pid } from './pid.ts';
import { PidNamespace } from './pid-namespace.ts';
import { isStackOverflow, isTooLarge } from './platform-limits.ts';
import { COMMAND_LINE } from './procfs/machine-files.ts';
import { registerProcfs } from './procfs/procfs.ts';
import type { Process, ProgramSource } from './program.ts';
import { beginCall } from './ptrace/calls.ts';
import { sayEntry } from './ptrace/syscall-stops.ts';
import { INITIAL_LIMITS } from './rlimits.ts';
import { Cpu, cpuMask } from './sched/cpu.ts';
import { RunQueue } from './sched/run-queue.ts';
import { Scheduler } from './scheduler.ts';
import { ProcessGroup, Session } from './session.ts';
import { deliverPending, signalGroup } from './signal-delivery.ts';
import type { Signal } from './signals.ts';
import './syscall-table.ts';
import type { CallResult, NamespaceKind, WaitStatus } from './syscalls.ts';
import { registerSysfs } from './sysfs.ts';
import { Task } from './task.ts';
import { TimeNamespace } from './time-namespace.ts';
import { IdNamespace } from './user-namespace.ts';
import { UtsNamespace } from './uts-namespace.ts';

export interface KernelOptions {
  clock: Clock;
  random: Random;
  /** Shared by all machines of a world. */
  scheduler?: Scheduler;
  programs: ProgramSource;
  /** What is not built in. Default: nothing. */
  modules?: ModuleSource;
  hostname: string;
  /** The disk, mounted at `/`, and the name of its device. */
  rootfs: FileSystem;
  rootDevice?: string;
  /** Bytes of memory, and number of processors shown. */
  memory?: number;
  cpus?: number;
  version?: KernelVersion | undefined;
  /** A program threw what is no Errno it could expect: a fault of ours. It dies of SIGSEGV. */
  onProgramError?: (task: Task, error: unknown) => void;
}

export interface KernelVersion {
  release: string;
  version: string;
}

/** Called for each system call when it returns. */
export type Trace = (task: Task, name: string, args: readonly unknown[], result: CallResult) => void;

/** How a process is started from outside the machine: by hardware, so to speak. */
export interface SpawnOptions {
  path: string;
  argv: readonly string[];
  env?: ReadonlyMap<string, string>;
  cwd?: string;
  cred?: Cred;
  umask?: number;
  /** Its descriptors from 0 on. */
  files?: readonly OpenFile[];
  /** The path of a terminal: its standard streams, and its controlling terminal. */
  terminal?: string;
}

/** A process started from outside, and its end. */
export interface Spawned {
  readonly task: Task;
  readonly exited: Promise<WaitStatus>;
}

/** One machine's kernel: its processes, namespaces, cgroups and file systems. */
export class Kernel implements NetStack {
  readonly clock: Clock;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly programs: ProgramSource;
  readonly modules: Modules;
  readonly version: KernelVersion;
  readonly cpus: readonly Cpu[];
  /** All its processors, as a mask. */
  readonly allCpus: number;
  readonly runQueue: RunQueue;
  readonly vfs: Vfs;
  readonly sockfs: SockFs;
  netfilter: NetStack['netfilter'];
  /** bpf(2), once that module is loaded. */
  bpf: Bpf | undefined;
  readonly nsfs: NsFs;
  /** All processes, zombies included, in order of birth. */
  readonly tasks = new Set<Task>();
  readonly mountNamespaces = new Set<MntNamespace>();
  readonly cgroupNamespaces = new Set<CgroupNamespace>();
  readonly boundNamespaces = new BoundNamespaces(() => this.mounts());
  /** Process groups by their number in the initial PID namespace. */
  readonly groups = new Map<number, ProcessGroup>();
  /** /proc/sys/kernel/random/boot_id */
  readonly bootId: string;
  readonly cgroups: Hierarchies;
  readonly cgroupfs: Cgroupfs;
  /** The namespaces of the machine itself. */
  readonly namespaces: Namespaces;
  /** Whoever is no process: boot code, consoles, the driver. */
  readonly outside: OutsideCaller;
  /** PID 1. */
  init: Task | undefined;
  /** Set to trace system calls; undefined costs nothing. */
  trace: Trace | undefined;
  /** What `dmesg` shows. */
  readonly messages = new KernelLog();
  readonly locks = new FileLocks();
  readonly load = { time: 0, active: 0, averages: [0, 0, 0] as [number, number, number] };
  /** Processes started since boot. */
  forks = 0;
  /** PID 1 is dead: nothing runs any more. */
  panicked = false;
  readonly #totalMemory: number;
  readonly #onProgramError: KernelOptions['onProgramError'];
  #nextInode = FIRST_LATER_INODE;

  constructor(options: KernelOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.scheduler = options.scheduler ?? new Scheduler();
    this.programs = options.programs;
    this.modules = new Modules(this, options.modules ?? new Map());
    this.version = options.version ?? DEFAULT_VERSION;
    const cpus = options.cpus ?? 2;
    this.cpus = Array.from({ length: cpus }, (_, id) => new Cpu(id));
    this.allCpus = cpuMask(cpus);
    this.#totalMemory = options.memory ?? 2 * 1024 ** 3;
    this.cgroups = new Hierarchies({ cpus: this.allCpus, memory: this.#totalMemory - KERNEL_MEMORY });
    this.runQueue = new RunQueue(this.cpus, this.rootCgroup.states.cpu, this.clock);
    this.scheduler.add(this.runQueue);
    this.#onProgramError = options.onProgramError;
    this.load.time = this.clock.now();
    this.vfs = new Vfs({ clock: this.clock, random: this.random, memory: options.memory });
    this.vfs.log = (text) => this.log(text, 'err');
    this.vfs.devices.registerCharacter(MEMORY_MAJOR, KMSG_MINOR, ({ dentry }, flags, caller) => {
      if (flags.read) requireLogAccess(caller.credentials);
      return new KmsgFile(dentry.inode, flags, this.messages, () => this.uptime);
    });
    this.log(`Linux version ${this.version.release} (gcc-12, GNU ld 2.40) ${this.version.version}`, 'notice');
    this.log(`Command line: ${COMMAND_LINE}`);
    this.sockfs = new SockFs(this.vfs.anonymousDev(), this.clock);
    this.nsfs = new NsFs(this.vfs.anonymousDev(), this.clock);
    const user = new IdNamespace({ inode: NAMESPACE_FACTS.user.initialInode });
    const first = (kind: NamespaceKind) => ({ inode: NAMESPACE_FACTS[kind].initialInode, owner: user });
    const time = new TimeNamespace(first('time'));
    time.frozen = true;
    const mounts = this.vfs.boot(options.rootfs, options.rootDevice ?? '/dev/vda1');
    this.namespaces = holdAll({
      mnt: new MntNamespace(first('mnt'), mounts, this),
      pid: new PidNamespace(first('pid')),
      net: new NetworkNamespace(first('net'), this.createNet(user.ids)),
      ipc: new IpcNamespace(first('ipc')),
      uts: new UtsNamespace(first('uts'), options.hostname),
      user,
      cgroup: new CgroupNamespace(first('cgroup'), this.cgroups.roots, this.cgroupNamespaces),
      time,
      timeForChildren: time,
    });
    this.bootId = uuid(this.random.hex(32));
    for (const type of [tmpfsType, ramfsType, devtmpfsType, devptsType, mqueueType, diskType('ext4')])
      this.vfs.register(type);
    registerProcfs(this, this.vfs);
    registerSysfs(this, this.vfs);
    this.cgroupfs = new Cgroupfs(this, this.vfs);
    this.vfs.signalGroup = (group, signal) => this.signalGroup(group, signal as Signal);
    this.outside = new OutsideCaller((group, signal) => this.signalGroup(group, signal));
  }

  /** The machine's own view of its files, with root's rights: for boot code and windows. */
  get context(): LookupContext {
    const { mounts } = this.namespaces.mnt;
    const root = mounts.rootPath;
    return { caller: this.outside, root, cwd: root, namespace: mounts };
  }

  /** mount(2) by the boot code. */
  mount(source: string, target: string, type: string, options = '', flags: Partial<MountFlags> = {}): void {
    mount(this.context, { source, target, type, options, flags });
  }

  /** Starts PID 1. */
  spawnInit(options: SpawnOptions): Spawned {
    if (this.init) throw new Error('the machine has an init already');
    const spawned = this.#spawn(options, undefined);
    this.init = spawned.task;
    // The kernel's own threads have the numbers up to here.
    this.namespaces.pid.skipTo(LAST_KERNEL_THREAD);
    return spawned;
  }

  /**
   * Starts a process that is a child of init but that init need not wait for. Throws what execve(2) would; where the code must
   * be fetched first and there is none, the process ends with status 127.
   */
  spawn(options: SpawnOptions): Spawned {
    const spawned = this.#spawn(options, this.init);
    spawned.task.unwaited = true;
    return spawned;
  }

  /** Runs a program with root's rights on the kernel's own behalf (call_usermodehelper()). One that is not there is not missed. */
  callUserHelper(path: string, args: readonly string[]): void {
    const env = new Map([
      ['HOME', '/'],
      ['PATH', '/sbin:/bin:/usr/sbin:/usr/bin'],
    ]);
    try {
      this.spawn({ path, argv: [path, ...args], env });
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }

  #spawn(options: SpawnOptions, parent: Task | undefined): Spawned {
    const { context } = this;
    const id = new Pid(this.namespaces.pid.hold());
    const cwd = options.cwd === undefined ? context.root : walk(context, options.cwd);
    const fds = new FdTable();
    options.files?.forEach((file, fd) => {
      fds.replace(fd, new Description(file), false);
    });
    const task = new Task(this, {
      id,
      parent,
      group: new ProcessGroup(id, new Session(id)),
      cred: options.cred ?? ROOT,
      namespaces: holdAll(this.namespaces),
      css: parent?.css ?? this.cgroups.roots,
      root: grab(context.root),
      cwd: grab(cwd),
      umask: options.umask ?? 0o022,
      fds,
      limits: INITIAL_LIMITS,
      comm: '',
      exe: undefined,
      argv: [],
      env: new Map(),
    });
    this.namespaces.pid.init ??= task;
    this.add(task);
    const exited = new Promise<WaitStatus>((resolve) => {
      task.onExit.push(resolve);
    });
    try {
      if (options.terminal !== undefined) {
        const terminal = new Description(openTerminal(task, options.terminal));
        for (const fd of [0, 1, 2]) fds.replace(fd, terminal, false);
      }
      const fetching = exec(task, options.path, options.argv, options.env ?? new Map());
      fetching?.catch(() => exit(task, { kind: 'exited', code: 127 }));
    } catch (error) {
      task.unwaited = true;
      if (this.namespaces.pid.init === task) this.namespaces.pid.init = undefined;
      exit(task, { kind: 'exited', code: 127 });
      throw error;
    }
    return { task, exited };
  }

  // For the other files of this room ---------------------------------------------------------------------
  /** Makes a new task known to all. */
  add(task: Task): void {
    this.forks++;
    this.tasks.add(task);
    task.id.namespace.enter(task);
    task.parent?.children.add(task);
    task.group.members.add(task);
    this.groups.set(task.group.id.global, task.group);
    task.charges.set(PROCESS_FOOTPRINT, task.css.states.memory);
    enterCgroups(task);
  }

  /** Lets a program begin; its result is the task's exit status. */
  start(task: Task, program: (process: Process) => Promise<number>): void {
    const { image } = task;
    const run = async () => {
      try {
        while (task.held) await task.whenReleased();
        if (image.gone) return;
        const code = await program(image);
        while (task.held && !image.gone) await task.whenReleased();
        if (task.tracing && !image.gone) await sayEntry(task, beginCall(task, 'exit', [code]));
        if (!image.gone) this.end(task, { kind: 'exited', code: code & 0xff });
      } catch (error) {
        if (!image.gone) this.programFailed(task, error);
      }
    };
    void Promise.resolve().then(run);
  }

  end(task: Task, status: WaitStatus): void {
    exit(task, status);
  }

  programFailed(task: Task, error: unknown): void {
    if (isTooLarge(error)) {
      killForMemory(task);
      return;
    }
    this.log(`${task.comm}[${task.pid}]: segfault at 0 ip 0000000000000000 error 4`);
    // A program that calls itself too deep has used up its stack here as it does on a real machine.
    if (!isStackOverflow(error)) this.#onProgramError?.(task, error);
    this.end(task, { kind: 'signaled', signal: 'SIGSEGV', coreDumped: false });
  }

  exited(task: Task): void {
    for (const hear of task.onExit.splice(0)) hear(task.exitStatus!);
    if (task === this.init) {
      this.panicked = true;
      this.log('Kernel panic - not syncing: Attempted to kill init!');
    }
  }

  signalGroup(processGroup: number, signal: Signal): void {
    signalGroup(this, processGroup, signal);
  }

  deliverPending(task: Task): void {
    deliverPending(task);
  }

  /** The root of version 2's hierarchy. */
  get rootCgroup(): Cgroup {
    return this.cgroups.unified.root;
  }

  /** The process group that has a number in a PID namespace. */
  findGroup(number: number, namespace: PidNamespace): ProcessGroup | undefined {
    if (namespace.level === 0) return this.groups.get(number);
    for (const group of this.groups.values()) if (group.id.in(namespace) === number) return group;
    return undefined;
  }

  /** A number for a new namespace. */
  newInode(): number {
    return this.#nextInode++;
  }

  createNet(owner: UserNamespace): NetNamespace {
    return new NetNamespace(this, owner);
  }

  /** Every mount of the machine, in whatever namespace. */
  *mounts(): IterableIterator<Mount> {
    for (const { mounts } of this.mountNamespaces) yield* mounts.mounts;
  }

  /** Adds a line to the kernel's log. */
  log(text: string, level: Level = 'info'): void {
    this.messages.add(this.uptime, text, LEVELS.indexOf(level));
  }

  /** Seconds since boot. */
  get uptime(): number {
    return (this.clock.now() - this.clock.bootTime) / 1000;
  }

  /** Microseconds of CPU time used since boot. */
  get cpuTime(): number {
    return this.cpus.reduce((sum, { busy }) => sum + busy, 0);
  }

  /** Bytes that programs keep for real (cgroup/oom.ts). */
  kept = 0;

  /** Bytes of memory; what programs declare is what is in use, beside the kernel's own. */
  get memory(): { total: number; free: number; used: number } {
    const used = Math.min(this.#totalMemory, KERNEL_MEMORY + this.rootCgroup.states.memory.current);
    return { total: this.#totalMemory, used, free: this.#totalMemory - used };
  }
}

const DEFAULT_VERSION: KernelVersion = {
  release: '6.1.0-28-amd64',
  version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22)',
};

const LAST_KERNEL_THREAD = 317;
const KERNEL_MEMORY = 180 * 1024 * 1024;
