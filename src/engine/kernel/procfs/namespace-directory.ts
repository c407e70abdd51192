import { Errno } from '../../base/errno.ts';
import type { Caller } from '../../vfs/caller.ts';
import { type DirectoryEntry, type Inode, type Owner, S_IFLNK } from '../../vfs/inode.ts';
import type { Namespace } from '../namespace.ts';
import { NAMESPACE_KINDS } from '../namespace-kinds.ts';
import { PseudoDirectory, PseudoLink } from '../pseudo-fs.ts';
import type { NamespaceKind } from '../syscalls.ts';
import type { Task } from '../task.ts';
import { inoOf, NAMESPACE, ownerOf, requireLookingInto } from './process-inodes.ts';
import type { ProcFs } from './procfs.ts';

/** /proc/PID/ns (namespaces(7)). */
export class NamespaceDirectory extends PseudoDirectory {
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
      return namespaceAt(task, name);
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

/** What a link leads to. A PID namespace made for children is there only when the first of them is born. */
function namespaceAt({ id, namespaces }: Task, link: string): Namespace {
  switch (link) {
    case 'pid':
      return id.namespace;
    case 'pid_for_children':
      if (!namespaces.pid.init) throw new Errno('ENOENT');
      return namespaces.pid;
    case 'time_for_children':
      return namespaces.timeForChildren;
    default:
      return namespaces[link as NamespaceKind];
  }
}

const NAMESPACE_LINKS: readonly string[] = NAMESPACE_KINDS.flatMap((kind) =>
  kind === 'pid' || kind === 'time' ? [kind, `${kind}_for_children`] : [kind],
);
