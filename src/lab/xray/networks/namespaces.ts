import type { ContainerModel } from '../../../engine/daemon/model.ts';
import type { Kernel } from '../../../engine/kernel/kernel.ts';
import { NetworkNamespace } from '../../../engine/kernel/namespaces.ts';
import { namespaceOf } from '../../../engine/kernel/nsfs.ts';
import type { Task } from '../../../engine/kernel/task.ts';
import type { NetNamespace } from '../../../engine/net/net-namespace.ts';
import { walk } from '../../../engine/vfs/namei.ts';
import { namesIn } from '../../files.ts';

/** A network namespace with what it is known by. */
export interface NamedNet {
  net: NetNamespace;
  /** Its inode number, as `/proc/PID/ns/net` shows it; the same for the same namespace at every look. */
  inode: number;
  is: 'machine' | 'container' | 'other';
  /** The machine's, the containers' whose it is, `ip netns`' name, or the name of the first process in it. */
  names: string[];
  /** Containers on the machine's own network. */
  guests: string[];
  tasks: Task[];
}

/** The network namespaces of a machine that a process is in, or that have a name (ip-netns(8)): the machine's own first. */
export function netNamespaces(kernel: Kernel, containers: readonly ContainerModel[]): NamedNet[] {
  const found = new Map<NetNamespace, NamedNet>();
  const add = ({ net, inode }: NetworkNamespace): NamedNet => {
    let one = found.get(net);
    if (one === undefined) {
      one = { net, inode, is: 'other', names: [], guests: [], tasks: [] };
      found.set(net, one);
    }
    return one;
  };
  const machine = add(kernel.namespaces.net);
  machine.is = 'machine';
  machine.names = [kernel.namespaces.uts.hostname];
  const named = new Map(containers.filter(({ pid }) => pid > 0).map(({ pid, name }) => [pid, name]));
  for (const task of kernel.tasks) {
    if (task.zombie) continue;
    const one = add(task.namespaces.net);
    one.tasks.push(task);
    const name = named.get(task.pid);
    if (name === undefined) continue;
    if (one === machine) {
      machine.guests.push(name);
      continue;
    }
    one.is = 'container';
    one.names.push(name);
  }
  for (const name of namesIn(kernel.context, '/run/netns')) {
    const namespace = namespaceOf(walk(kernel.context, `/run/netns/${name}`).dentry.inode);
    if (namespace instanceof NetworkNamespace) add(namespace).names.push(name);
  }
  for (const one of found.values()) if (one.names.length === 0) one.names = [one.tasks[0]?.comm ?? '?'];
  return [...found.values()];
}
