import { parseRfc3339 } from '../../base/calendar.ts';
import type { TaskExit } from '../../runtime/containerd.ts';
import { sleep } from '../../runtime/sleep.ts';
import type { Engine } from '../engine.ts';
import type { Container } from './container.ts';
import { saveContainer } from './container-files.ts';
import { bringUp, cleanUp } from './start.ts';

/** A process of a container has ended. Models moby daemon/monitor.go. */
export async function handleExit(engine: Engine, exit: TaskExit): Promise<void> {
  const container = engine.containers.find(exit.id);
  if (container === undefined) return;
  if (exit.execId !== '') {
    const exec = container.execs.get(exit.execId);
    if (exec) await exec.ended(engine, exit.status);
    return;
  }
  await container.lock.run(() => containerEnded(engine, container, exit));
}

async function containerEnded(engine: Engine, container: Container, exit: TaskExit): Promise<void> {
  if (!container.state.running) return;
  await container.streams.drained();
  await engine.tasks.delete(container.id).catch(() => undefined);
  const finished = parseRfc3339(exit.exitedAt) ?? engine.now();
  const ran = finished - (container.state.startedAt ?? finished);
  await cleanUp(engine, container);
  const restarts =
    !engine.shuttingDown && !container.restartCancelled && wantsRestart(container, exit.status);
  if (exit.oomKilled) engine.events.log('container', 'oom', container.id, container.attributes());
  const die = () =>
    engine.events.log(
      'container',
      'die',
      container.id,
      container.attributes({ execDuration: String(Math.floor(ran / 1000)), exitCode: String(exit.status) }),
    );
  if (restarts) {
    container.restartCount++;
    container.setRestarting(exit.status, finished, exit.oomKilled);
    await saveContainer(container);
    die();
    void restartLater(engine, container, ran);
    return;
  }
  container.stopping?.();
  container.setStopped(exit.status, finished, exit.oomKilled);
  await saveContainer(container);
  die();
  if (container.hostConfig.AutoRemove)
    void engine.remove(container, { force: true, volumes: true }).catch(() => undefined);
}

/** Whether its restart policy would have it run again (moby restartmanager, ShouldRestart). */
export function wantsRestart(container: Container, status: number): boolean {
  const { Name = 'no', MaximumRetryCount = 0 } = container.hostConfig.RestartPolicy ?? {};
  if (Name === 'always') return true;
  if (Name === 'unless-stopped') return !container.stoppedByUser;
  return (
    Name === 'on-failure' &&
    status !== 0 &&
    (MaximumRetryCount === 0 || container.restartCount < MaximumRetryCount)
  );
}

/** Waits 100 ms, then twice as long each time, up to a minute; a run of ten seconds begins anew (moby restartmanager). */
async function restartLater(engine: Engine, container: Container, ran: number): Promise<void> {
  container.restartDelay =
    ran > 10_000 || container.restartDelay === 0 ? 100 : Math.min(container.restartDelay * 2, 60_000);
  await sleep(engine.sys, container.restartDelay);
  await container.lock.run(async () => {
    if (!container.state.restarting) return;
    if (container.restartCancelled || container.state.removing) {
      container.setStopped(
        container.state.exitCode,
        container.state.finishedAt ?? engine.now(),
        container.state.oomKilled,
      );
      await saveContainer(container);
      return;
    }
    try {
      container.state.running = false;
      await bringUp(engine, container);
    } catch {
      container.setStopped(container.state.exitCode, engine.now(), false);
      await saveContainer(container);
    }
  });
}
