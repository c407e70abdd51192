import { parseRfc3339 } from '../base/calendar.ts';
import type { TaskState } from '../runtime/containerd.ts';
import type { Container } from './containers/container.ts';
import { loadContainers, saveContainer } from './containers/container-files.ts';
import { wantsRestart } from './containers/exit.ts';
import { resumeHealthMonitor } from './containers/health.ts';
import { cleanUp, reattach, startContainer } from './containers/start.ts';
import { stopForDaemon } from './containers/stop.ts';
import type { Engine } from './engine.ts';
import { adoptEndpoints, restoreEndpoints } from './networks/endpoints.ts';

/** What a run ended with of which nobody knows how it ended (moby daemon.go, restore). */
const UNKNOWN_EXIT = 255;

/** Reads which containers an earlier daemon left; what they need of the disk is held from here on. */
export async function readContainers(engine: Engine): Promise<void> {
  const { containers, layers, volumes } = engine;
  for (const container of await loadContainers(engine, await layers.restoreContainerLayers())) {
    try {
      containers.reserve(container.name, container.id);
    } catch {
      // Another has its name: as the real daemon, it is left where it lies.
      continue;
    }
    containers.add(container);
    for (const { Type, Name } of container.mounts)
      if (Type === 'volume') volumes.find(Name ?? '')?.users.add(container.id);
  }
}

/**
 * Brings what was read in step with what really runs. Without `live-restore` whatever still runs is stopped; what a restart policy
 * wants up is started, what was to go at its end goes. Models moby daemon.go, restore.
 */
export async function restoreContainers(engine: Engine): Promise<void> {
  const all = engine.containers.all();
  await Promise.all(all.map((container) => restore(engine, container)));
  const wanted = all.filter((container) => restarts(container));
  await Promise.all(wanted.map((container) => startContainer(engine, container).catch(() => {})));
  const gone = all.filter(({ state, hostConfig }) => hostConfig.AutoRemove && !state.running);
  await Promise.all(
    gone.map((container) => engine.remove(container, { force: true, volumes: true }).catch(() => {})),
  );
}

const restarts = (container: Container): boolean =>
  container.everStarted && !container.state.running && wantsRestart(container, container.state.exitCode);

async function restore(engine: Engine, container: Container): Promise<void> {
  const { state } = container;
  if (!state.running) return;
  const task = state.restarting ? undefined : await engine.tasks.state(container.id);
  if (task === undefined || task.status === 'stopped') return ended(engine, container, task);
  adopt(engine, container);
  await reattach(engine, container);
  await restoreEndpoints(engine, container);
  if (!engine.configuration['live-restore']) {
    await stopForDaemon(engine, container).catch(() => undefined);
    return;
  }
  state.paused = task.status === 'paused';
  if (!state.paused) resumeHealthMonitor(engine, container);
  await saveContainer(container);
}

function adopt(engine: Engine, container: Container): void {
  engine.layers.adoptMount(container.layer);
  adoptEndpoints(engine, container);
}

/** The run ended while there was no daemon. */
async function ended(engine: Engine, container: Container, task: TaskState | undefined): Promise<void> {
  const { state } = container;
  if (state.restarting) {
    container.setStopped(state.exitCode, state.finishedAt ?? engine.now(), state.oomKilled);
    await saveContainer(container);
    return;
  }
  adopt(engine, container);
  if (task !== undefined) await engine.tasks.delete(container.id).catch(() => undefined);
  await cleanUp(engine, container);
  const at = parseRfc3339(task?.exitedAt ?? '') ?? engine.now();
  container.setStopped(task?.exitStatus ?? UNKNOWN_EXIT, at, state.oomKilled);
  await saveContainer(container);
}
