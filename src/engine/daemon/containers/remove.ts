import { removeAll } from '../../runtime/files.ts';
import type { Engine } from '../engine.ts';
import { conflict } from '../error.ts';
import { containerModel } from '../model.ts';
import type { Container } from './container.ts';
import { releaseImages } from './image-mounts.ts';
import { killContainer } from './stop.ts';

/** How many removed containers the windows on the world still know of. */
const REMEMBERED = 100;

export interface RemoveOptions {
  force: boolean;
  volumes: boolean;
}

/** `docker rm`. Models moby daemon/delete.go. */
export async function removeContainer(
  engine: Engine,
  container: Container,
  { force, volumes }: RemoveOptions,
): Promise<void> {
  const { state } = container;
  if (state.removing) throw conflict(`removal of container ${container.name} is already in progress`);
  if (state.running) {
    if (!force) {
      const what = state.paused
        ? 'container is paused and must be unpaused first'
        : `container is ${state.restarting ? 'restarting' : 'running'}: stop the container before removing or force remove`;
      throw conflict(`cannot remove container "${container.name}": ${what}`);
    }
    state.removing = true;
    container.stoppedByUser = true;
    container.restartCancelled = true;
    if (!state.restarting) await killContainer(engine, container.id, 'SIGKILL');
  }
  state.removing = true;
  engine.stats.stop(container);
  const last = containerModel(engine, container);
  // Whatever its end is still doing comes first.
  await container.lock.run(async () => {});
  await releaseImages(engine, container);
  await engine.layers.removeContainerLayer(container.id, container.layer);
  await removeAll(engine.sys, container.directory);
  for (const exec of container.execs.keys()) engine.execs.delete(exec);
  engine.containers.remove(container);
  engine.removed.push(last);
  if (engine.removed.length > REMEMBERED) engine.removed.shift();
  engine.forgetLog(container);
  for (const volume of engine.volumes.all()) {
    if (!volume.users.delete(container.id)) continue;
    if (volumes && volume.anonymous && volume.users.size === 0)
      await engine.volumes.remove(volume.name, true);
  }
  container.setRemoved();
  engine.events.log('container', 'destroy', container.id, container.attributes());
}
