import { Errno } from '../../base/errno.ts';
import type { Caller } from '../../vfs/caller.ts';
import { type DirectoryEntry, type Inode, type Owner, S_IFDIR, S_IFLNK, S_IFREG } from '../../vfs/inode.ts';
import { mountinfo, mounts } from '../../vfs/mountinfo.ts';
import type { Path } from '../../vfs/path.ts';
import { capable, isPermitted, MAY_WRITE } from '../../vfs/permission.ts';
import { legacyName } from '../cgroup/controllers.ts';
import { PseudoDirectory, PseudoFile, PseudoLink, StaticDirectory } from '../pseudo-fs.ts';
import { limitsText } from '../rlimits.ts';
import { namespacesOf, type Task } from '../task.ts';
import { FdDirectory, FdInfoDirectory } from './fd-directories.ts';
import { idMapText, mayWriteSetgroups, setgroupsText, writeIdMap, writeSetgroups } from './id-maps.ts';
import { NamespaceDirectory } from './namespace-directory.ts';
import { devText } from './net-texts.ts';
import {
  DIRECTORY,
  FILE,
  inoOf,
  LINK,
  living,
  NET,
  nameFor,
  ownerOf,
  requireLookingInto,
  THREAD,
} from './process-inodes.ts';
import { environText, statmText, statText, statusText } from './process-texts.ts';
import type { ProcFs } from './procfs.ts';
import { timeOffsetsText, writeTimeOffsets } from './time-offsets.ts';

/** A file of /proc/PID: what it says of the task, to whoever opened it. */
interface FileRow {
  name: string;
  mode: number;
  text: (task: Task, fs: ProcFs, caller?: Caller) => string;
  store?: (task: Task, text: string, caller: Caller) => void;
  /** Who may open it for writing, beside what owner and mode say. */
  mayWrite?: (task: Task, caller: Caller) => boolean;
}

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
  {
    name: 'gid_map',
    mode: 0o644,
    text: (task, _fs, caller) => idMapText(task, 'gids', caller),
    store: (task, text, caller) => writeIdMap(task, 'gids', text, caller),
  },
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
  {
    name: 'setgroups',
    mode: 0o644,
    text: setgroupsText,
    store: writeSetgroups,
    mayWrite: mayWriteSetgroups,
  },
  { name: 'stat', mode: 0o444, text: statText },
  { name: 'statm', mode: 0o444, text: statmText },
  { name: 'status', mode: 0o444, text: statusText },
  { name: 'timens_offsets', mode: 0o644, text: timeOffsetsText, store: writeTimeOffsets },
  {
    name: 'uid_map',
    mode: 0o644,
    text: (task, _fs, caller) => idMapText(task, 'uids', caller),
    store: (task, text, caller) => writeIdMap(task, 'uids', text, caller),
  },
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
      const { mode, text, store, mayWrite } = FILES[row]!;
      const file: PseudoFile = new PseudoFile(
        fs,
        inoOf(fs, task, base + FILE + row),
        mode,
        (caller) => text(task, fs, caller),
        {
          owner,
          ...(store && { store: (value: string, caller: Caller) => store(task, value, caller) }),
          ...(mayWrite && {
            permits: (caller: Caller, wanted: number) =>
              isPermitted(caller.credentials, file.stat(), wanted) &&
              ((wanted & MAY_WRITE) === 0 || mayWrite(task, caller)),
          }),
        },
      );
      return file;
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

function cgroupText(task: Task, _fs: ProcFs, caller?: Caller): string {
  const { root } = namespacesOf(task.kernel, caller).cgroup;
  return task.kernel.cgroups.all
    .filter(({ visible, version }) => visible || version === 1)
    .map((hierarchy) => {
      const cgroup = task.css.of(hierarchy);
      const names = hierarchy.version === 1 ? [...hierarchy.controllers].map(legacyName) : [];
      if (hierarchy.name !== '') names.push(`name=${hierarchy.name}`);
      const gone = cgroup.removed && hierarchy.version === 2 ? ' (deleted)' : '';
      return `${hierarchy.id}:${names.join(',')}:${cgroup.pathFrom(root.of(hierarchy))}${gone}\n`;
    })
    .reverse()
    .join('');
}

function oomScore(task: Task): string {
  const share = (task.memory / task.kernel.memory.total) * 1000;
  return `${Math.max(0, Math.round(666 + (share + task.oomScoreAdjustment) * (2 / 3)))}\n`;
}

function adjustOomScore(task: Task, score: number, caller: Caller): void {
  if (!Number.isInteger(score) || score < -1000 || score > 1000) throw new Errno('EINVAL');
  if (score < task.oomScoreAdjustment && !capable(caller, 'SYS_RESOURCE')) {
    throw new Errno('EACCES');
  }
  task.oomScoreAdjustment = score;
}
