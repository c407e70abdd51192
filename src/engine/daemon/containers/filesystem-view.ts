import { MS_REC, MS_SLAVE } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { statOf } from '../../runtime/files.ts';
import { mountInto, pivotRoot } from '../../runtime/rootfs.ts';
import type { Engine } from '../engine.ts';
import { systemError } from '../error.ts';
import type { Container } from './container.ts';
import { logVolumes, mountVolumes, unmountVolumes } from './mounts.ts';
import { bindMounts, byDepth, networkFiles } from './spec.ts';

/**
 * Runs `body` in the container's own tree of files, with its volumes and whether it runs or not: a child with a mount namespace of its
 * own, whose root is the container's, so that every path means what it means in there. Models moby daemon/containerfs_linux.go.
 */
export async function inContainer<T>(
  engine: Engine,
  container: Container,
  body: (sys: Syscalls) => Promise<T>,
): Promise<T> {
  const root = await engine.layers.mount(container.layer);
  const user = `${container.id} looked into`;
  logVolumes(engine, container, 'mount');
  try {
    await mountVolumes(engine, container, user);
    const outcomes: ({ value: T } | { error: unknown })[] = [];
    const pid = await engine.sys.fork(
      async ({ sys }) => {
        try {
          await enter(sys, root, container);
          outcomes.push({ value: await body(sys) });
        } catch (error) {
          outcomes.push({ error });
        }
        return 0;
      },
      { namespaces: ['mnt'] },
    );
    await engine.reaper.exit(pid);
    const outcome = outcomes[0] ?? { error: systemError('the helper was killed') };
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  } finally {
    await unmountVolumes(engine, container, user);
    await engine.layers.unmount(container.layer);
    logVolumes(engine, container, 'unmount');
  }
}

async function enter(sys: Syscalls, root: string, container: Container): Promise<void> {
  await sys.mount('', '/', '', MS_SLAVE | MS_REC);
  const files = [];
  // They are written when it first starts.
  for (const file of networkFiles(container))
    if ((await statOf(sys, file.source)) !== undefined) files.push(file);
  for (const mount of [...byDepth(bindMounts(container)), ...files]) await mountInto(sys, root, mount);
  await pivotRoot(sys, root);
}
