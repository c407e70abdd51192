import type { ContainerModel } from '../../engine/daemon/model.ts';
import type { Kernel } from '../../engine/kernel/kernel.ts';
import { NAMESPACE_KINDS } from '../../engine/kernel/namespace-kinds.ts';
import type { NamespaceKind } from '../../engine/kernel/syscalls.ts';
import type { Task } from '../../engine/kernel/task.ts';

export { NAMESPACE_FACTS } from '../../engine/kernel/namespace-kinds.ts';

/** A namespace that a process is in, by its number in `/proc/PID/ns`. */
export interface NamespaceView {
  kind: NamespaceKind;
  inode: number;
}

export interface ProcessView {
  /** Its number as the machine counts. */
  pid: number;
  /** Its numbers in each PID namespace that it is in, from the machine's inwards (`NSpid` of `/proc/PID/status`). */
  pids: number[];
  comm: string;
  /** Its arguments in one line; empty for a zombie. */
  command: string;
  /** User ID as the machine counts. */
  uid: number;
  /** The letter that `ps` shows. */
  state: Task['state'];
  frozen: boolean;
  cgroup: string;
  /** The host name of its UTS namespace. */
  hostname: string;
  /** All eight, in the order of `ls /proc/PID/ns`. */
  namespaces: NamespaceView[];
  /** Its children that are behind the same fence, oldest first. */
  children: ProcessView[];
}

/** Processes that have all eight namespaces in common, within the fence that they were started behind. */
export interface FenceView {
  /** The same for the same fence at every look. */
  id: string;
  /** The machine's name, a container's, or the first process's. */
  name: string;
  is: 'machine' | 'container' | 'fence';
  /** The namespaces that differ from those around the fence: none for the machine. */
  own: NamespaceView[];
  /** The processes whose parents are not behind this fence, oldest first; the others are below them. */
  processes: ProcessView[];
  /** The fences within. */
  fences: FenceView[];
}

/** The namespaces of the machine itself. */
export const namespacesOf = (kernel: Kernel): NamespaceView[] =>
  namespaceViews((kind) => kernel.namespaces[kind].inode);

/** All processes behind a fence and behind those within it. */
export function everyProcess(fence: FenceView): ProcessView[] {
  const below = (process: ProcessView): ProcessView[] => [process, ...process.children.flatMap(below)];
  return [...fence.processes.flatMap(below), ...fence.fences.flatMap(everyProcess)];
}

/**
 * The processes of a machine, by what separates them: a fence for each set of processes that share all their namespaces.
 * @param containers what the daemon holds: a fence whose first process is a container's is called by its name
 */
export function processesView(kernel: Kernel, containers: readonly ContainerModel[]): FenceView {
  const machine: FenceView = {
    id: keyOf(namespacesOf(kernel)),
    name: kernel.namespaces.uts.hostname,
    is: 'machine',
    own: [],
    processes: [],
    fences: [],
  };
  const fences = new Map([[machine.id, machine]]);
  const fenceOf = new Map<Task, FenceView>();
  const views = new Map<Task, ProcessView>();
  const names = new Map(containers.filter(({ pid }) => pid > 0).map(({ pid, name }) => [pid, name]));

  // Oldest first: parents come before their children, and the first behind a fence is who raised it.
  for (const task of kernel.tasks) {
    const view = processView(task);
    const id = keyOf(view.namespaces);
    const around = (task.parent && fenceOf.get(task.parent)) ?? machine;
    let fence = fences.get(id);
    if (fence === undefined) {
      const name = names.get(task.pid);
      const outside = task.parent && views.get(task.parent)?.namespaces;
      fence = {
        id,
        name: name ?? task.comm,
        is: name === undefined ? 'fence' : 'container',
        own: view.namespaces.filter(({ inode }, at) => inode !== outside?.[at]?.inode),
        processes: [],
        fences: [],
      };
      fences.set(id, fence);
      around.fences.push(fence);
    }
    const parent = task.parent && fenceOf.get(task.parent) === fence ? views.get(task.parent) : undefined;
    (parent?.children ?? fence.processes).push(view);
    fenceOf.set(task, fence);
    views.set(task, view);
  }
  return machine;
}

function processView(task: Task): ProcessView {
  return {
    pid: task.pid,
    pids: [...task.id.from(task.kernel.namespaces.pid)],
    comm: task.comm,
    command: task.zombie ? '' : task.image.argv.join(' '),
    uid: task.cred.uid,
    state: task.state,
    frozen: task.frozen,
    cgroup: task.cgroup.path,
    hostname: task.namespaces.uts.hostname,
    // The PID namespace is the one that the process itself is in, not the one that its children are born into.
    namespaces: namespaceViews((kind) => (kind === 'pid' ? task.id.namespace : task.namespaces[kind]).inode),
    children: [],
  };
}

const namespaceViews = (inode: (kind: NamespaceKind) => number): NamespaceView[] =>
  NAMESPACE_KINDS.map((kind) => ({ kind, inode: inode(kind) }));

const keyOf = (namespaces: readonly NamespaceView[]) => namespaces.map(({ inode }) => inode).join(' ');
