import type { Clock } from '../../base/clock.ts';
import type { Caller } from '../../vfs/caller.ts';
import type { FileSystemStat } from '../../vfs/filesystem.ts';
import { type DirectoryEntry, type Inode, S_IFDIR } from '../../vfs/inode.ts';
import type { Vfs } from '../../vfs/vfs.ts';
import type { Kernel } from '../kernel.ts';
import type { PidNamespace } from '../pid-namespace.ts';
import {
  NO_SPACE,
  PseudoDirectory,
  type PseudoFileSystem,
  PseudoLink,
  type StaticDirectory,
} from '../pseudo-fs.ts';
import { Task } from '../task.ts';
import { machineFiles } from './machine-files.ts';
import { ProcessDirectory } from './process-directory.ts';

/** Registers the file system type `proc`. An instance shows the PID namespace of whoever mounts it (pid_namespaces(7)). */
export function registerProcfs(kernel: Kernel, vfs: Vfs): void {
  vfs.register({
    name: 'proc',
    reveals: true,
    userns: (caller) => pidNamespaceOf(kernel, caller).governor,
    mount(_source, _options, { caller }) {
      const namespace = pidNamespaceOf(kernel, caller);
      return new ProcFs(kernel, namespace, vfs.anonymousDev());
    },
  });
}

const pidNamespaceOf = (kernel: Kernel, caller: Caller): PidNamespace =>
  caller instanceof Task ? caller.id.namespace : kernel.namespaces.pid;

/** procfs (proc(5)): processes and the state of the kernel as files. */
export class ProcFs implements PseudoFileSystem {
  readonly type = 'proc';
  readonly volatile = true;
  readonly creationError = 'ENOENT';
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly namespace: PidNamespace;
  readonly dev: number;
  readonly root: Inode;

  constructor(kernel: Kernel, namespace: PidNamespace, dev: number) {
    this.kernel = kernel;
    this.clock = kernel.clock;
    this.namespace = namespace;
    this.dev = dev;
    this.root = new ProcRoot(this);
  }

  directoryOf(task: Task): ProcessDirectory {
    task.directories ??= new WeakMap();
    const known = task.directories.get(this);
    if (known instanceof ProcessDirectory) return known;
    const directory = new ProcessDirectory(this, task);
    task.directories.set(this, directory);
    return directory;
  }

  options(): string {
    return '';
  }

  statfs(): FileSystemStat {
    return { type: this.type, ...NO_SPACE };
  }
}

/** The directory /proc: files about the machine, then a directory for each process that the namespace can see. */
class ProcRoot extends PseudoDirectory {
  declare readonly fs: ProcFs;
  readonly #files: StaticDirectory;

  constructor(fs: ProcFs) {
    super(fs, 1);
    this.#files = machineFiles(fs);
    const ownPid = (caller?: Caller) => (caller instanceof Task ? caller.id.in(fs.namespace) : 0);
    this.#files.add('self', new PseudoLink(fs, SELF, (caller) => String(ownPid(caller))));
    this.#files.add(
      'thread-self',
      new PseudoLink(fs, THREAD_SELF, (caller) => `${ownPid(caller)}/task/${ownPid(caller)}`),
    );
  }

  lookup(name: string, caller?: Caller): Inode | undefined {
    if (/^[1-9]\d*$/.test(name)) {
      const task = this.fs.namespace.find(Number(name));
      return task && this.fs.directoryOf(task);
    }
    if ((name === 'self' || name === 'thread-self') && !isSeen(caller, this.fs.namespace)) return undefined;
    return this.#files.lookup(name);
  }

  readdir(): DirectoryEntry[] {
    const { namespace } = this.fs;
    const processes = namespace.tasks().map((task) => ({
      name: String(task.id.in(namespace)),
      ino: this.fs.directoryOf(task).ino,
      type: S_IFDIR,
    }));
    return [...this.#files.readdir(), ...processes];
  }

  override nlink(): number {
    return this.#files.nlink() + this.fs.namespace.tasks().length;
  }
}

/** /proc of another namespace has no `self` for those it does not see. */
const isSeen = (caller: Caller | undefined, namespace: PidNamespace) =>
  caller instanceof Task && caller.id.in(namespace) !== 0;

const SELF = 2;
const THREAD_SELF = 3;
