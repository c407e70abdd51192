import type { Inspection } from './inspection.ts';
import type { NamespaceView } from './xray/processes.ts';

/** The kinds of namespace that a process does not share with the machine, in the order of `ls /proc/PID/ns`. */
export function namespacesOfItsOwn(world: Inspection, pid: number): NamespaceView['kind'][] {
  const machine = world.namespaces();
  const process = world.processes().find((one) => one.pid === pid);
  return (process?.namespaces ?? [])
    .filter(({ inode }, at) => inode !== machine[at]?.inode)
    .map(({ kind }) => kind);
}

/** The inode number of the namespace of a kind that a process is in; undefined where there is no such process. */
export const namespaceOf = (
  world: Inspection,
  pid: number,
  kind: NamespaceView['kind'],
): number | undefined =>
  world
    .processes()
    .find((one) => one.pid === pid)
    ?.namespaces.find((one) => one.kind === kind)?.inode;
