import type { SocketAddress, SocketDomain, SocketType } from '../net/address.ts';
import type { NetlinkReply, NetlinkRequest } from '../net/netlink.ts';
import type { Capability, CapabilitySet } from '../vfs/capabilities.ts';
import type { Ioctl, Readiness, SeekFrom } from '../vfs/file.ts';
import type { FileSystemStat } from '../vfs/filesystem.ts';
import type { AllocationKind, AttributeChange, DirectoryEntry, Stat } from '../vfs/inode.ts';
import type { InotifyEvent } from '../vfs/inotify.ts';
import type { RenameFlags } from '../vfs/names.ts';
import type { LockOperation } from './file-locks.ts';
import type { Process } from './program.ts';
import type { SeccompFilter } from './seccomp.ts';
import type { Signal } from './signals.ts';

/**
 * The system-call interface: the only door between a program and the simulated kernel. Names, arguments and
 * errors are Linux' own (section 2 of the manual), in JavaScript's dress: a failing call rejects with `Errno`,
 * structures are objects, buffers are byte arrays, times are milliseconds.
 *
 * Each call is a promise even where it could answer at once: killing, stopping, tracing and interrupting a
 * process all happen at this door. A program may have several calls under way at once; they behave as calls
 * of several threads of one process.
 */
export interface Syscalls {
  // Files ----------------------------------------------------------------------------------------------
  /** open(2): the lowest free descriptor. `mode` (with umask applied) is for a file that is created. */
  open(path: string, flags: number, mode?: number): Promise<number>;
  /** openat(2): a relative path begins at an open directory. */
  openat(directory: number, path: string, flags: number, mode?: number): Promise<number>;
  close(fd: number): Promise<void>;
  /** read(2): at least one byte unless the file ends; an empty array at its end. */
  read(fd: number, max: number): Promise<Uint8Array>;
  /**
   * What read(2) of one byte after another gives, up to and with the first byte of `ends`, or all that is there now if that is
   * less. Programs read so whose input others go on with: `read` of the shells, readline. One call in place of many; it costs as much.
   */
  readUntil(fd: number, max: number, ends: readonly number[]): Promise<Uint8Array>;
  /** write(2): the number of bytes taken. Raises SIGPIPE before it fails with EPIPE. */
  write(fd: number, data: Uint8Array): Promise<number>;
  pread(fd: number, max: number, position: number): Promise<Uint8Array>;
  pwrite(fd: number, data: Uint8Array, position: number): Promise<number>;
  lseek(fd: number, offset: number, from: SeekFrom): Promise<number>;
  fallocate(fd: number, kind: AllocationKind, offset: number, length: number): Promise<void>;
  /** flock(2): waits for the locks of others; EAGAIN where it is not to `wait` (LOCK_NB). */
  flock(fd: number, operation: LockOperation, wait?: boolean): Promise<void>;
  /** inotify_init1(2): a descriptor that gives events as they come; `nonBlocking` (IN_NONBLOCK). */
  inotify_init(nonBlocking?: boolean): Promise<number>;
  /** inotify_add_watch(2): tells of those events of a file, or of the entries of a directory. Gives the watch's number. */
  inotify_add_watch(fd: number, path: string, events: readonly InotifyEvent[]): Promise<number>;
  inotify_rm_watch(fd: number, watch: number): Promise<void>;
  /** getdents(2): the whole directory at once, `.` and `..` included. */
  getdents(fd: number): Promise<DirectoryEntry[]>;
  dup(fd: number): Promise<number>;
  /** fcntl(2) with F_DUPFD / F_DUPFD_CLOEXEC: the lowest free descriptor not below `least`. */
  dupfd(fd: number, least: number, cloexec?: boolean): Promise<number>;
  dup2(from: number, to: number): Promise<number>;
  setCloexec(fd: number, on: boolean): Promise<void>;
  setNonBlocking(fd: number, on: boolean): Promise<void>;
  /** pipe2(2): [read end, write end]. */
  pipe(cloexec?: boolean): Promise<[number, number]>;
  ioctl(fd: number, call: Ioctl): Promise<unknown>;
  /** isatty(3) */
  isatty(fd: number): Promise<boolean>;
  /** poll(2). `timeout` in ms, undefined waits for ever. The answer has one entry for each descriptor asked. */
  poll(
    fds: readonly { fd: number; read?: boolean; write?: boolean }[],
    timeout?: number,
  ): Promise<Readiness[]>;
  stat(path: string): Promise<Stat>;
  lstat(path: string): Promise<Stat>;
  fstat(fd: number): Promise<Stat>;
  /** access(2) with `R_OK | W_OK | X_OK`, checked with effective ids. */
  access(path: string, mode: number): Promise<void>;
  mkdir(path: string, mode?: number): Promise<void>;
  rmdir(path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** unlinkat(2): with AT_REMOVEDIR as rmdir(2). */
  unlinkat(directory: number, path: string, flags?: number): Promise<void>;
  /** link(2); with `follow` linkat(2) and AT_SYMLINK_FOLLOW: the file that a symbolic link names, or /proc/self/fd/N. */
  link(from: string, to: string, follow?: boolean): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  readlink(path: string): Promise<string>;
  /** rename(2), renameat2(2) */
  rename(from: string, to: string, flags?: RenameFlags): Promise<void>;
  /** mknod(2): `mode` with type bits; for FIFOs, sockets and devices. */
  mknod(path: string, mode: number, rdev?: number): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  fchmod(fd: number, mode: number): Promise<void>;
  /** chown(2); -1 leaves an id as it is. */
  chown(path: string, uid: number, gid: number): Promise<void>;
  lchown(path: string, uid: number, gid: number): Promise<void>;
  /** utimensat(2): undefined leaves a time as it is. */
  utimens(path: string, times: Pick<AttributeChange, 'atime' | 'mtime'>, follow?: boolean): Promise<void>;
  truncate(path: string, size: number): Promise<void>;
  ftruncate(fd: number, size: number): Promise<void>;
  chdir(path: string): Promise<void>;
  fchdir(fd: number): Promise<void>;
  getcwd(): Promise<string>;
  umask(mask: number): Promise<number>;
  statfs(path: string): Promise<FileSystemStat>;
  sync(): Promise<void>;
  getxattr(path: string, name: string, follow?: boolean): Promise<Uint8Array>;
  setxattr(path: string, name: string, value: Uint8Array, follow?: boolean): Promise<void>;
  removexattr(path: string, name: string, follow?: boolean): Promise<void>;
  listxattr(path: string, follow?: boolean): Promise<string[]>;

  // Mounts ---------------------------------------------------------------------------------------------
  /** mount(2): `flags` are MS_*, `data` the file system's own options. */
  mount(source: string, target: string, type: string, flags: number, data?: string): Promise<void>;
  umount(target: string, flags?: number): Promise<void>;
  pivot_root(newRoot: string, putOld: string): Promise<void>;
  chroot(path: string): Promise<void>;

  // Processes ------------------------------------------------------------------------------------------
  /**
   * clone(2). There is no copying of a JavaScript stack, so the child's code is given: it runs `child` with a
   * copy of this process's descriptors, credentials and handlers, and ends with the status that it returns.
   * Namespaces named are made new for the child. Gives the child's pid as this process sees it.
   */
  fork(child: (process: Process) => Promise<number>, options?: CloneOptions): Promise<number>;
  /**
   * clone(2) with CLONE_THREAD: one thread more of this process. Nothing runs in it; it has a number of its own wherever the process
   * has one, and goes when the process becomes another program. Gives that number. Not counted against `pids.max`.
   */
  createThread(): Promise<number>;
  /** execve(2): becomes another program. Settles only if it fails. `#!` is followed as Linux does. */
  execve(path: string, argv: readonly string[], env: ReadonlyMap<string, string>): Promise<never>;
  /** _exit(2): never settles. */
  exit(status: number): Promise<never>;
  /** wait4(2): a child by pid, any child (-1), any of a group (-pgid). undefined only with `noHang`. */
  wait(pid: number, options?: WaitOptions): Promise<Waited | undefined>;
  /** kill(2): a process, a group (-pgid), the caller's group (0), or all it may (-1). Signal 0 only checks. */
  kill(pid: number, signal: Signal | 0): Promise<void>;
  /**
   * sigaction(2). A handler runs as soon as the signal arrives, between two steps of the program; an
   * interruptible call under way then rejects with EINTR, unless `restart`. SIGKILL and SIGSTOP: EINVAL.
   */
  sigaction(signal: Signal, disposition: Disposition, options?: { restart?: boolean }): Promise<Disposition>;
  /** sigprocmask(2): sets the blocked signals, gives those that were. */
  sigmask(blocked: ReadonlySet<Signal>): Promise<ReadonlySet<Signal>>;
  /** pause(2): sleeps until a handled signal, then rejects with EINTR. */
  pause(): Promise<never>;
  /** alarm(2): sends SIGALRM in so many seconds, 0 for never; gives how many were left of an earlier one. */
  alarm(seconds: number): Promise<number>;
  /** nanosleep(2), in ms. Rejects with EINTR when a handled signal comes first. */
  nanosleep(ms: number): Promise<void>;
  getpid(): number;
  getppid(): number;
  getpgid(pid?: number): Promise<number>;
  setpgid(pid: number, group: number): Promise<void>;
  getsid(pid?: number): Promise<number>;
  setsid(): Promise<number>;
  getrlimit(resource: ResourceLimit): Promise<{ soft: number; hard: number }>;
  setrlimit(resource: ResourceLimit, limit: { soft: number; hard: number }): Promise<void>;
  setpriority(pid: number, nice: number): Promise<void>;
  /** sched_setaffinity(2): the processors that a process may run on, as a mask. EINVAL where none of them is in its cpuset. */
  sched_setaffinity(pid: number, mask: number): Promise<void>;
  sched_getaffinity(pid: number): Promise<number>;
  /** ptrace(2), with PTRACE_SEIZE as the way to attach. EPERM, ESRCH; what a request gives is in `PtraceReply`. */
  ptrace<R extends PtraceRequest>(request: R): Promise<PtraceReply<R>>;
  /** CPU time in ms of the process and of its waited-for children (times(2)). */
  times(): Promise<{ user: number; system: number; childUser: number; childSystem: number }>;
  /** seccomp(2): one more filter of this process's system calls. EACCES without no_new_privs or CAP_SYS_ADMIN. */
  seccomp(filter: SeccompFilter): Promise<void>;
  /** prctl(2), the options that are modelled. */
  prctl(option: Prctl): Promise<void>;
  /**
   * Declares how much anonymous memory the program uses now, in bytes (what malloc and free amount to). Charged to its cgroup:
   * beyond memory.max the kernel kills. `mapped`: how much it has asked for, where it has not touched all of it. `kept`: how much of it
   * really lies in the simulation's own memory, where that is less. ENOMEM when `mapped` is more than its limits, or than the machine
   * could ever give.
   */
  brk(bytes: number, mapped?: number, kept?: number): Promise<void>;

  // Credentials ----------------------------------------------------------------------------------------
  getuid(): number;
  geteuid(): number;
  getgid(): number;
  getegid(): number;
  getgroups(): readonly number[];
  setuid(uid: number): Promise<void>;
  setgid(gid: number): Promise<void>;
  /** setresuid(2): real, effective and saved; -1 leaves one as it is. */
  setresuid(ruid: number, uid: number, suid: number): Promise<void>;
  setresgid(rgid: number, gid: number, sgid: number): Promise<void>;
  setgroups(groups: readonly number[]): Promise<void>;
  capget(pid?: number): Promise<CapabilitySets>;
  capset(sets: Partial<CapabilitySets>): Promise<void>;

  // Namespaces, identity, time -------------------------------------------------------------------------
  unshare(namespaces: readonly NamespaceKind[]): Promise<void>;
  /** setns(2) with a descriptor of /proc/PID/ns/KIND. */
  setns(fd: number, kind?: NamespaceKind): Promise<void>;
  uname(): Promise<Uname>;
  sethostname(name: string): Promise<void>;
  /** clock_gettime(2): CLOCK_REALTIME in ms since the epoch; CLOCK_MONOTONIC or CLOCK_BOOTTIME in ms since boot, as the time namespace shifts them. */
  clock_gettime(clock?: 'realtime' | 'monotonic' | 'boottime'): number;
  /** getrandom(2) */
  getrandom(length: number): Uint8Array;
  /** syslog(2): reads the kernel's log, clears it, or both. EPERM without CAP_SYSLOG. */
  syslog(action: 'read all' | 'read clear' | 'clear'): Promise<string>;
  sysinfo(): Promise<{
    uptime: number;
    loads: [number, number, number];
    totalram: number;
    freeram: number;
    processes: number;
  }>;

  // System V IPC ---------------------------------------------------------------------------------------
  /**
   * shmget(2), msgget(2), semget(2): the object of a key, in the caller's IPC namespace, or with IPC_CREAT a new one; key 0 (IPC_PRIVATE)
   * is always a new one. `flags` hold its permission bits too. Gives its id.
   */
  shmget(key: number, size: number, flags: number): Promise<number>;
  /** shmat(2): the bytes themselves, which all who attach the segment have in common. */
  shmat(id: number, readonly?: boolean): Promise<Uint8Array>;
  shmdt(memory: Uint8Array): Promise<void>;
  shmctl(id: number, control: IpcControl): Promise<SharedMemoryInfo | undefined>;
  msgget(key: number, flags: number): Promise<number>;
  msgsnd(id: number, type: number, data: Uint8Array, options?: { noWait?: boolean }): Promise<void>;
  /** msgrcv(2): type 0 is any, -N the lowest up to N. E2BIG for a message longer than `max`, unless `noError` cuts it. */
  msgrcv(
    id: number,
    max: number,
    type: number,
    options?: { noWait?: boolean; noError?: boolean; except?: boolean },
  ): Promise<{ type: number; data: Uint8Array }>;
  msgctl(id: number, control: IpcControl): Promise<MessageQueueInfo | undefined>;
  semget(key: number, count: number, flags: number): Promise<number>;
  /** semop(2): all of the operations or none; sleeps until they can be done. */
  semop(id: number, operations: readonly SemaphoreOperation[]): Promise<void>;
  semctl(id: number, control: SemaphoreControl): Promise<SemaphoreSetInfo | undefined>;

  // Sockets --------------------------------------------------------------------------------------------
  socket(domain: SocketDomain, type: SocketType): Promise<number>;
  socketpair(): Promise<[number, number]>;
  bind(fd: number, address: SocketAddress): Promise<void>;
  listen(fd: number, backlog?: number): Promise<void>;
  accept(fd: number): Promise<{ fd: number; address: SocketAddress }>;
  /** connect(2): ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT; EACCES and ENOENT for unix sockets. */
  connect(fd: number, address: SocketAddress): Promise<void>;
  sendto(fd: number, data: Uint8Array, address: SocketAddress): Promise<number>;
  recvfrom(fd: number, max: number): Promise<{ data: Uint8Array; address: SocketAddress; ttl?: number }>;
  shutdown(fd: number, how: 'read' | 'write' | 'both'): Promise<void>;
  getsockname(fd: number): Promise<SocketAddress>;
  getpeername(fd: number): Promise<SocketAddress>;
  setsockopt(fd: number, option: SocketOption, value: number): Promise<void>;
  /** A request to the kernel's network configuration in the caller's network namespace (netlink(7), rtnetlink, nftables' ancestor iptables). */
  netlink<R extends NetlinkRequest>(request: R): Promise<NetlinkReply<R>>;

  // Programs in the kernel -----------------------------------------------------------------------------
  /** bpf(2), for programs of the type BPF_PROG_TYPE_CGROUP_DEVICE. */
  bpf<C extends BpfCommand>(command: C): Promise<BpfReply<C>>;
}

/**
 * What union bpf_attr holds for a command: `target` is the descriptor of a cgroup's directory, programs are descriptors too. The attach type is
 * always BPF_CGROUP_DEVICE.
 */
export type BpfCommand =
  | { command: 'BPF_PROG_LOAD'; instructions: Uint8Array; license: string }
  | { command: 'BPF_PROG_ATTACH'; target: number; program: number; flags: number; replaces?: number }
  | { command: 'BPF_PROG_DETACH'; target: number; program: number }
  | { command: 'BPF_PROG_QUERY'; target: number }
  | { command: 'BPF_PROG_GET_FD_BY_ID'; id: number };

interface BpfReplies {
  BPF_PROG_LOAD: number;
  /** The programs' ids. */
  BPF_PROG_QUERY: number[];
  BPF_PROG_GET_FD_BY_ID: number;
}
type BpfReplyTo<Command> = Command extends keyof BpfReplies ? BpfReplies[Command] : undefined;
export type BpfReply<C extends BpfCommand> = BpfReplyTo<C['command']>;

/** Times are milliseconds since the epoch, 0 for never. */
export interface IpcPermissions {
  id: number;
  key: number;
  mode: number;
  uid: number;
  gid: number;
  cuid: number;
  cgid: number;
  changed: number;
}

export interface SharedMemoryInfo extends IpcPermissions {
  size: number;
  creator: number;
  lastUser: number;
  attached: number;
  attachTime: number;
  detachTime: number;
}

export interface MessageQueueInfo extends IpcPermissions {
  bytes: number;
  capacity: number;
  messages: number;
  lastSender: number;
  lastReceiver: number;
  sendTime: number;
  receiveTime: number;
}

export interface SemaphoreSetInfo extends IpcPermissions {
  operated: number;
  semaphores: { value: number; waitingToGrow: number; waitingForZero: number; lastUser: number }[];
}

/** What shmctl(2), msgctl(2) and semctl(2) have in common. */
export type IpcControl =
  | { command: 'IPC_STAT' | 'IPC_RMID' }
  | { command: 'IPC_SET'; uid: number; gid: number; mode: number; capacity?: number };

export type SemaphoreControl =
  | IpcControl
  | { command: 'SETVAL'; index: number; value: number }
  | { command: 'SETALL'; values: readonly number[] };

/** Adds `amount` to a semaphore, or with 0 waits until it is 0. */
export interface SemaphoreOperation {
  index: number;
  amount: number;
  noWait?: boolean;
  /** Taken back when the process ends. */
  undo?: boolean;
}

export type NamespaceKind = 'mnt' | 'pid' | 'net' | 'ipc' | 'uts' | 'user' | 'cgroup' | 'time';

export interface CloneOptions {
  namespaces?: readonly NamespaceKind[];
  /** Put the child into this cgroup (CLONE_INTO_CGROUP), a path under the cgroup mount of the caller. */
  cgroup?: string;
}

export interface WaitOptions {
  noHang?: boolean;
  untraced?: boolean;
  continued?: boolean;
}

export interface Waited {
  pid: number;
  status: WaitStatus;
  /** CPU time that it has used up to now, in ms (wait4(2)'s struct rusage). */
  usage: { user: number; system: number };
}

/** wait(2)'s status, taken apart. */
export type WaitStatus =
  | { kind: 'exited'; code: number }
  | { kind: 'signaled'; signal: Signal; coreDumped: boolean }
  /** `trace` only for the tracer: what kind of ptrace stop it is; absent for a signal about to be delivered. */
  | { kind: 'stopped'; signal: Signal; trace?: 'syscall' | TraceEvent }
  | { kind: 'continued' };

/** What a tracee reports beside system calls and signals (ptrace(2), PTRACE_SETOPTIONS). */
export type TraceEvent = 'PTRACE_EVENT_FORK' | 'PTRACE_EVENT_EXEC' | 'PTRACE_EVENT_STOP';

export interface TraceOptions {
  /** PTRACE_O_TRACEFORK: trace its children too. */
  fork?: boolean;
  /** PTRACE_O_TRACEEXEC: tell of execve(2). */
  exec?: boolean;
  /** PTRACE_O_EXITKILL: kill it when the tracer ends. */
  exitKill?: boolean;
}

export type PtraceRequest =
  | { request: 'PTRACE_SEIZE'; pid: number; options: TraceOptions }
  | { request: 'PTRACE_INTERRUPT' | 'PTRACE_LISTEN'; pid: number }
  | { request: 'PTRACE_SYSCALL' | 'PTRACE_CONT' | 'PTRACE_DETACH'; pid: number; signal?: Signal | 0 }
  | { request: 'PTRACE_GETSIGINFO' | 'PTRACE_GETEVENTMSG' | 'PTRACE_GET_SYSCALL_INFO'; pid: number };

interface PtraceReplies {
  PTRACE_GETSIGINFO: SignalInfo;
  PTRACE_GETEVENTMSG: number;
  PTRACE_GET_SYSCALL_INFO: SyscallInfo | undefined;
}
type ReplyTo<Request> = Request extends keyof PtraceReplies ? PtraceReplies[Request] : undefined;
export type PtraceReply<R extends PtraceRequest> = ReplyTo<R['request']>;

/** siginfo_t (sigaction(2)): `code` by its name; process and user where the code has them, the rest for SIGCHLD. */
export interface SignalInfo {
  code: string;
  pid?: number;
  uid?: number;
  status?: number | Signal;
  /** Clock ticks. */
  utime?: number;
  stime?: number;
}

/**
 * struct ptrace_syscall_info. Where Linux gives registers, and pointers into the tracee's memory, this gives the
 * call's arguments as they are, for simulated programs have no memory to peek into. `slot` tells calls apart that
 * one process has under way at once.
 */
export type SyscallInfo = { slot: number; name: string; args: readonly unknown[] } & (
  | { op: 'entry' }
  | { op: 'exit'; result: CallResult }
);

/** What a system call came to; `error` is an `Errno`. */
export type CallResult = { value: unknown } | { error: unknown };

export type Disposition = 'default' | 'ignore' | ((signal: Signal) => void);

export type ResourceLimit =
  | 'nofile'
  | 'nproc'
  | 'core'
  | 'stack'
  | 'fsize'
  | 'cpu'
  | 'as'
  | 'memlock'
  | 'data'
  | 'rss';

export type Prctl =
  | { option: 'PR_SET_NAME'; name: string }
  | { option: 'PR_SET_PDEATHSIG'; signal: Signal | 0 }
  | { option: 'PR_SET_CHILD_SUBREAPER'; on: boolean }
  | { option: 'PR_SET_KEEPCAPS'; on: boolean }
  | { option: 'PR_SET_NO_NEW_PRIVS' }
  | { option: 'PR_CAPBSET_DROP'; capability: Capability };

export interface CapabilitySets {
  effective: CapabilitySet;
  permitted: CapabilitySet;
  inheritable: CapabilitySet;
  bounding: CapabilitySet;
  ambient: CapabilitySet;
}

export interface Uname {
  sysname: string;
  nodename: string;
  release: string;
  version: string;
  machine: string;
  domainname: string;
}

export type SocketOption =
  | 'SO_REUSEADDR'
  | 'SO_REUSEPORT'
  | 'SO_BROADCAST'
  | 'SO_KEEPALIVE'
  | 'TCP_NODELAY'
  | 'IP_TTL'
  | 'IPV6_V6ONLY';
