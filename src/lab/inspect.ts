import type { EventMessage } from '../engine/api/system.ts';
import { decode } from '../engine/base/bytes.ts';
import { isErrno } from '../engine/base/errno.ts';
import type { DockerdModel } from '../engine/daemon/model.ts';
import type { Kernel } from '../engine/kernel/kernel.ts';
import { NetworkNamespace } from '../engine/kernel/namespaces.ts';
import { namespaceOf } from '../engine/kernel/nsfs.ts';
import { walk } from '../engine/vfs/namei.ts';
import type { Simulation } from '../engine/world/simulation.ts';
import { FileProblem } from './file-access.ts';
import { contentOf } from './files.ts';
import type { EventView, Inspection } from './inspection.ts';
import { cgroupsView, flat } from './xray/cgroups.ts';
import { mountsOf } from './xray/mounts.ts';
import { networkView } from './xray/network.ts';
import { everyProcess, namespacesOf, processesView } from './xray/processes.ts';
import { registriesView } from './xray/registries.ts';

/** The machine as it is at this instant. A machine without a running dockerd has no containers and no images. */
export function inspect(simulation: Simulation): Inspection {
  const daemon = (): DockerdModel | undefined => {
    for (const task of simulation.host.kernel.tasks) {
      const model = task.published.get('dockerd');
      if (model) return model() as DockerdModel;
    }
    return undefined;
  };
  const { kernel } = simulation.host;
  const containers = () => daemon()?.containers ?? [];
  const taskOf = (pid: number) => [...kernel.tasks].find((task) => task.pid === pid && !task.zombie);
  return {
    containers,
    container: (name) => daemon()?.containers.find((container) => container.name === name),
    removed: () => daemon()?.removed ?? [],
    containerEvents: () => (daemon()?.events ?? []).flatMap(eventView),
    images: () => daemon()?.images ?? [],
    networks: () => daemon()?.networks ?? [],
    registries: () => registriesView(kernel, simulation.internet.kernel, containers()),
    processes: () =>
      everyProcess(processesView(kernel, containers())).toSorted((one, other) => one.pid - other.pid),
    namespaces: () => namespacesOf(kernel),
    cgroups: () => [...flat(cgroupsView(kernel, containers()).root)],
    mounts(pid) {
      const task = taskOf(pid);
      return task ? mountsOf(task) : [];
    },
    network(of) {
      const namespace = typeof of === 'number' ? taskOf(of)?.namespaces.net : namedNetwork(kernel, of);
      return namespace && networkView(kernel, namespace.net);
    },
    logs: ({ id }) => logged(text(kernel, `/var/lib/docker/containers/${id}/${id}-json.log`) ?? ''),
    file: (path) => text(kernel, path),
  };
}

function text({ context }: Kernel, path: string): string | undefined {
  try {
    return decode(contentOf(context, path));
  } catch (error) {
    if (error instanceof FileProblem) return undefined;
    throw error;
  }
}

/** What stands in a log of the driver `json-file`: an object a line. */
const logged = (json: string): string =>
  json
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { log: string }).log)
    .join('');

/** The network namespace that is bind-mounted under a name, as `ip netns add` does. */
function namedNetwork({ context }: Kernel, name: string): NetworkNamespace | undefined {
  try {
    const namespace = namespaceOf(walk(context, `/run/netns/${name}`).dentry.inode);
    return namespace instanceof NetworkNamespace ? namespace : undefined;
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

function eventView({ Type, Action, Actor, timeNano }: EventMessage): EventView[] {
  if (Type !== 'container') return [];
  const { ID, Attributes } = Actor;
  const name = Attributes['name'] ?? '';
  return [{ action: Action, container: ID, name, attributes: Attributes, time: timeNano / 1e6 }];
}
