import { Errno } from '../../base/errno.ts';
import type { Caller } from '../../vfs/caller.ts';
import { type DirectoryEntry, type Inode, type Owner, S_IFDIR, S_IFLNK, S_IFREG } from '../../vfs/inode.ts';
import { mountinfo, mounts } from '../../vfs/mountinfo.ts';
import { type Path, pathName } from '../../vfs/path.ts';
import type { Namespace } from '../namespace.ts';
import { NAMESPACE_KINDS } from '../namespaces.ts';
import { PseudoDirectory, PseudoFile, PseudoLink, StaticDirectory } from '../pseudo-fs.ts';
import { limitsText } from '../rlimits.ts';
import { Task } from '../task.ts';
import { devText } from './net-texts.ts';
import { environText, statmText, statText, statusText } from './process-texts.ts';
import type { ProcFs } from './procfs.ts';

/** A file of /proc/PID: what it says of the task, to whoever opened it. */
interface FileRow {
  name: string;
  mode: number;
  text: (task: Task, fs: ProcFs, caller?: Caller) => string;
  store?: (task: Task, text: string, caller: Caller) => void;
}

const ID_MAP = `${'0'.padStart(10)} ${'0'.padStart(10)} ${'4294967295'.padStart(10)}\n`;

const FILES: readonly FileRow[] = [
  { name: 'cgroup', mode: 0o444, text: cgroupText },
  {
    name: 'cmdline',
    mode: 0o444,
    text: (task) => (task.zombie ? '' : task.image.argv.map((arg) => `${arg}\0`).join('')),
  },
  {
    name: 'comm',
    mode: 0o644,
    text: (task) => `${task.comm}\n`,
    store: (task, text) => {
      task.comm = text.replace(/\n$/, '').slice(0, 15);
    },
  },
  { name: 'environ', mode: 0o400, text: environText },
  { name: 'gid_map', mode: 0o644, text: () => ID_MAP },
  { name: 'limits', mode: 0o444, text: (task) => limitsText(task.limits) },
  { name: 'loginuid', mode: 0o644, text: () => '4294967295' },
  { name: 'mountinfo', mode: 0o444, text: (task) => mountinfo(living(task).namespace, task.root) },
  { name: 'mounts', mode: 0o444, text: (task) => mounts(living(task).namespace, task.root) },
  { name: 'oom_score', mode: 0o444, text: oomScore },
  {
    name: 'oom_score_adj',
    mode: 0o644,
    text: (task) => `${task.oomScoreAdjustment}\n`,
    store: (task, text, caller) => adjustOomScore(task, Number(text), caller),
  },
  { name: 'sessionid', mode: 0o444, text: () => '4294967295' },
  { name: 'setgroups', mode: 0o644, text: () => 'allow\n' },
  { name: 'stat', mode: 0o444, text: statText },
  { name: 'statm', mode: 0o444, text: statmText },
  { name: 'status', mode: 0o444, text: statusText },
  { name: 'uid_map', mode: 0o644, text: () => ID_MAP },
  { name: 'wchan', mode: 0o444, text: () => '0' },
];

/** Links of /proc/PID that lead to an object, whatever its name is or was. */
const LINKS: Record<string, (task: Task) => Path | undefined> = {
  cwd: (task) => task.cwd,
  exe: (task) => task.exe,
  root: (task) => task.root,
};

const DIRECTORIES = ['fd', 'fdinfo', 'net', 'ns', 'task'] as const;

/** The directory /proc/PID. */
export class ProcessDirectory extends PseudoDirectory {
  declare readonly fs: ProcFs;
  readonly task: Task;
  readonly #isThread: boolean;
  readonly #entries = new Map<string, Inode>();

  constructor(fs: ProcFs, task: Task, isThread = false) {
    super(fs, inoOf(fs, task, isThread ? THREAD : 0));
    this.task = task;
    this.#isThread = isThread;
  }

  override owner(): Owner {
    return ownerOf(this.task);
  }

  lookup(name: string): Inode | undefined {
    if (!this.fs.kernel.tasks.has(this.task)) throw new Errno('ESRCH');
    let inode = this.#entries.get(name);
    if (!inode) {
      inode = this.#make(name);
      if (inode) this.#entries.set(name, inode);
    }
    return inode;
  }

  readdir(): DirectoryEntry[] {
    const names = [
      ...DIRECTORIES.filter((name) => name !== 'task' || !this.#isThread).map(
        (name) => [name, S_IFDIR] as const,
      ),
      ...Object.keys(LINKS).map((name) => [name, S_IFLNK] as const),
      ...FILES.map(({ name }) => [name, S_IFREG] as const),
    ];
    return names.map(([name, type]) => ({ name, type, ino: this.lookup(name)!.ino }));
  }

  override nlink(): number {
    return 2 + DIRECTORIES.length;
  }

  #make(name: string): Inode | undefined {
    const { fs, task } = this;
    const owner = () => ownerOf(task);
    const base = this.#isThread ? THREAD : 0;
    const row = FILES.findIndex((file) => file.name === name);
    if (row !== -1) {
      const { mode, text, store } = FILES[row]!;
      return new PseudoFile(
        fs,
        inoOf(fs, task, base + FILE + row),
        mode,
        (caller) => text(task, fs, caller),
        {
          owner,
          ...(store && { store: (value: string, caller: Caller) => store(task, value, caller) }),
        },
      );
    }
    const target = LINKS[name];
    if (target) {
      const at = (caller?: Caller) => {
        requireLookingInto(task, caller);
        const path = task.zombie ? undefined : target(task);
        if (!path) throw new Errno('ENOENT');
        return path;
      };
      return new PseudoLink(
        fs,
        inoOf(fs, task, base + LINK + Object.keys(LINKS).indexOf(name)),
        (caller) => nameFor(at(caller), caller),
        { owner, follow: at },
      );
    }
    const directory = DIRECTORIES.indexOf(name as (typeof DIRECTORIES)[number]);
    const ino = inoOf(fs, task, base + DIRECTORY + directory);
    switch (name) {
      case 'fd':
        return new FdDirectory(fs, ino, task);
      case 'fdinfo':
        return new FdInfoDirectory(fs, ino, task);
      case 'net':
        return new StaticDirectory(fs, ino, 0o555, owner).add(
          'dev',
          new PseudoFile(fs, ino + NET, 0o444, () => devText(living(task).namespaces.net.net)),
        );
      case 'ns':
        return new NamespaceDirectory(fs, ino, task);
      case 'task':
        return this.#isThread ? undefined : new TaskDirectory(fs, ino, task);
      default:
        return undefined;
    }
  }
}

/** /proc/PID/fd: a link for each descriptor. */
class FdDirectory extends PseudoDirectory {
  declare readonly fs: ProcFs;
  readonly #task: Task;

  constructor(fs: ProcFs, ino: number, task: Task) {
    super(fs, ino, 0o500);
    this.#task = task;
  }

  override owner(): Owner {
    return ownerOf(this.#task);
  }

  override size(): number {
    return this.#task.fds.numbers().length;
  }

  lookup(name: string): Inode | undefined {
    const task = this.#task;
    const fd = /^\d+$/.test(name) ? Number(name) : -1;
    if (!task.fds.has(fd)) return undefined;
    const { readable, writable } = task.fds.get(fd);
    const follow = (caller: Caller): Path => {
      requireLookingInto(task, caller);
      const file = task.fds.get(fd);
      return file.path ?? task.kernel.vfs.sockfs.path(file.inode);
    };
    return new PseudoLink(
      this.fs,
      inoOf(this.fs, task, DESCRIPTOR + fd),
      (caller) => {
        requireLookingInto(task, caller);
        const file = task.fds.get(fd);
        return file.path ? nameFor(file.path, caller) : file.describe();
      },
      { follow, owner: () => ownerOf(task), mode: (readable ? 0o500 : 0) | (writable ? 0o300 : 0), size: 64 },
    );
  }

  readdir(): DirectoryEntry[] {
    return this.#task.fds
      .numbers()
      .map((fd) => ({ name: String(fd), ino: inoOf(this.fs, this.#task, DESCRIPTOR + fd), type: S_IFLNK }));
  }
}

/** /proc/PID/fdinfo: position, flags and mount of each descriptor. */
class FdInfoDirectory extends PseudoDirectory {
  declare readonly fs: ProcFs;
  readonly #task: Task;

  constructor(fs: ProcFs, ino: number, task: Task) {
    super(fs, ino);
    this.#task = task;
  }

  override owner(): Owner {
    return ownerOf(this.#task);
  }

  lookup(name: string): Inode | undefined {
    const task = this.#task;
    const fd = /^\d+$/.test(name) ? Number(name) : -1;
    if (!task.fds.has(fd)) return undefined;
    return new PseudoFile(
      this.fs,
      inoOf(this.fs, task, DESCRIPTOR_INFO + fd),
      0o444,
      () => fdInfo(task, fd),
      {
        owner: () => ownerOf(task),
      },
    );
  }

  readdir(): DirectoryEntry[] {
    return this.#task.fds.numbers().map((fd) => ({
      name: String(fd),
      ino: inoOf(this.fs, this.#task, DESCRIPTOR_INFO + fd),
      type: S_IFREG,
    }));
  }
}

/** /proc/PID/ns (namespaces(7)). */
class NamespaceDirectory extends PseudoDirectory {
  declare readonly fs: ProcFs;
  readonly #task: Task;

  constructor(fs: ProcFs, ino: number, task: Task) {
    super(fs, ino, 0o511);
    this.#task = task;
  }

  override owner(): Owner {
    return ownerOf(this.#task);
  }

  lookup(name: string): Inode | undefined {
    const task = this.#task;
    const index = NAMESPACE_LINKS.indexOf(name);
    if (index === -1) return undefined;
    const at = (caller?: Caller): Namespace => {
      requireLookingInto(task, caller);
      if (task.zombie) throw new Errno('ENOENT');
      if (name === 'pid') return task.id.namespace;
      return task.namespaces[name.replace('_for_children', '') as (typeof NAMESPACE_KINDS)[number]];
    };
    return new PseudoLink(this.fs, inoOf(this.fs, task, NAMESPACE + index), (caller) => String(at(caller)), {
      follow: (caller) => task.kernel.nsfs.pathOf(at(caller)),
      owner: () => ownerOf(task),
    });
  }

  readdir(): DirectoryEntry[] {
    return NAMESPACE_LINKS.map((name, index) => ({
      name,
      ino: inoOf(this.fs, this.#task, NAMESPACE + index),
      type: S_IFLNK,
    }));
  }
}

/** /proc/PID/task: its threads; a simulated program has one. */
class TaskDirectory extends PseudoDirectory {
  declare readonly fs: ProcFs;
  readonly #thread: ProcessDirectory;

  constructor(fs: ProcFs, ino: number, task: Task) {
    super(fs, ino);
    this.#thread = new ProcessDirectory(fs, task, true);
  }

  override owner(): Owner {
    return ownerOf(this.#thread.task);
  }

  lookup(name: string): Inode | undefined {
    return name === String(this.#thread.task.id.in(this.fs.namespace)) ? this.#thread : undefined;
  }

  readdir(): DirectoryEntry[] {
    return [
      { name: String(this.#thread.task.id.in(this.fs.namespace)), ino: this.#thread.ino, type: S_IFDIR },
    ];
  }
}

const NAMESPACE_LINKS: readonly string[] = NAMESPACE_KINDS.flatMap((kind) =>
  kind === 'pid' || kind === 'time' ? [kind, `${kind}_for_children`] : [kind],
);

/** Inode numbers: a range for each process, in it a place for each entry. */
const PLACES = 1 << 14;
const FILE = 1;
const LINK = 100;
const DIRECTORY = 120;
const NAMESPACE = 130;
const NET = 40;
const DESCRIPTOR = 1024;
const DESCRIPTOR_INFO = 6000;
const THREAD = 512;

const inoOf = (fs: ProcFs, task: Task, place: number) => (task.id.in(fs.namespace) + 4) * PLACES + place;

const ownerOf = (task: Task): Owner => ({ uid: task.cred.uid, gid: task.cred.gid });

/** PTRACE_MODE_READ (ptrace(2)): one's own processes, or CAP_SYS_PTRACE. */
function requireLookingInto(task: Task, caller: Caller | undefined): void {
  if (!caller || caller === task) return;
  const { uid, capabilities } = caller.credentials;
  const { cred } = task;
  if (capabilities.has('SYS_PTRACE')) return;
  const same = uid === cred.uid && uid === cred.ruid && uid === cred.suid;
  if (!same || !cred.permitted.isWithin(capabilities)) throw new Errno('EACCES');
}

function living(task: Task): Task {
  if (task.zombie) throw new Errno('EINVAL');
  return task;
}

/** How a path is called by the one who reads the link. */
function nameFor(path: Path, caller: Caller | undefined): string {
  const { mount, dentry } = path;
  const nameless = mount.parent === undefined ? mount.fs.rootName?.(dentry.inode) : undefined;
  return nameless ?? (caller instanceof Task ? pathName(path, caller.root) : pathName(path));
}

function cgroupText(task: Task, _fs: ProcFs, caller?: Caller): string {
  const root = caller instanceof Task ? caller.namespaces.cgroup.root : task.kernel.rootCgroup;
  return `0::${task.cgroup.pathFrom(root)}${task.cgroup.removed ? ' (deleted)' : ''}\n`;
}

function oomScore(task: Task): string {
  const share = (task.memory / task.kernel.memory.total) * 1000;
  return `${Math.max(0, Math.round(666 + (share + task.oomScoreAdjustment) * (2 / 3)))}\n`;
}

function adjustOomScore(task: Task, score: number, caller: Caller): void {
  if (!Number.isInteger(score) || score < -1000 || score > 1000) throw new Errno('EINVAL');
  if (score < task.oomScoreAdjustment && !caller.credentials.capabilities.has('SYS_RESOURCE')) {
    throw new Errno('EACCES');
  }
  task.oomScoreAdjustment = score;
}

function fdInfo(task: Task, fd: number): string {
  const file = task.fds.get(fd);
  const access = file.readable ? (file.writable ? 2 : 0) : 1;
  const flags =
    access |
    (file.append ? 0o2000 : 0) |
    (file.nonBlocking ? 0o4000 : 0) |
    (task.fds.cloexec(fd) ? 0o2000000 : 0);
  let position = 0;
  try {
    position = file.seek(0, 'current');
  } catch {
    // Pipes and terminals have none.
  }
  return `pos:\t${position}\nflags:\t0${flags.toString(8)}\nmnt_id:\t${file.path?.mount.id ?? 0}\nino:\t${file.inode.ino}\n`;
}
