import { parseSignal, type Signal, signalNumber } from '../../kernel/signals.ts';
import { sleep } from '../../runtime/sleep.ts';
import type { Engine } from '../engine.ts';
import { conflict, EngineError, invalidParameter, notModified } from '../error.ts';
import type { Container } from './container.ts';
import { saveContainer } from './container-files.ts';
import { pauseHealthMonitor, resumeHealthMonitor } from './health.ts';
import { startContainer } from './start.ts';
import { parseStopSignal } from './validate.ts';

const STOP_TIMEOUT = 10;

/** `docker stop`: the stop signal, and SIGKILL when it is not heeded in time. Models moby daemon/stop.go. */
export async function stopContainer(
  engine: Engine,
  container: Container,
  options: { timeout?: number | undefined; signal?: string | undefined } = {},
): Promise<void> {
  if (!container.state.running) throw notModified();
  if (options.signal !== undefined) parseStopSignal(options.signal);
  if (container.state.restarting) {
    container.stoppedByUser ||= !engine.shuttingDown;
    container.restartCancelled = true;
    container.state.restarting = false;
    container.setStopped(
      container.state.exitCode,
      container.state.finishedAt ?? engine.now(),
      container.state.oomKilled,
    );
    await saveContainer(container);
    engine.events.log('container', 'stop', container.id, container.attributes());
    return;
  }
  const signal = stopSignal(options.signal || container.config.StopSignal || 'SIGTERM');
  const timeout = options.timeout ?? container.config.StopTimeout ?? STOP_TIMEOUT;
  // `stop` is told before `die`, when the end is already known.
  container.stopping = () => {
    delete container.stopping;
    engine.events.log('container', 'stop', container.id, container.attributes());
  };
  const ended = container.nextExit();
  await sendSignal(engine, container, signal);
  if (timeout < 0) {
    await ended;
    return;
  }
  const heeded = await Promise.race([
    ended.then(() => true),
    sleep(engine.sys, timeout * 1000).then(() => false),
  ]);
  if (heeded || !container.state.running) return;
  await sendSignal(engine, container, 'SIGKILL').catch(() => undefined);
  await ended;
}

export async function restartContainer(
  engine: Engine,
  container: Container,
  options: { timeout?: number | undefined; signal?: string | undefined },
): Promise<void> {
  if (container.state.running) {
    // With --rm the container is to survive this.
    const { AutoRemove = false } = container.hostConfig;
    container.hostConfig.AutoRemove = false;
    try {
      await stopContainer(engine, container, options);
    } finally {
      container.hostConfig.AutoRemove = AutoRemove;
    }
  }
  await startContainer(engine, container);
  engine.events.log('container', 'restart', container.id, container.attributes());
}

/** `docker kill`. Models moby daemon/kill.go. */
export async function killContainer(engine: Engine, name: string, text: string): Promise<void> {
  const within = (error: EngineError) =>
    new EngineError(error.status, `cannot kill container: ${name}: ${error.message}`);
  const signal = parseKillSignal(text, within);
  let container: Container;
  try {
    container = engine.containers.get(name);
  } catch (error) {
    throw error instanceof EngineError ? within(error) : error;
  }
  if (!container.state.running || container.state.restarting)
    throw within(conflict(`container ${container.id} is not running`));
  const ended = container.nextExit();
  await sendSignal(engine, container, signal);
  if (signal === 'SIGKILL') await ended;
}

function parseKillSignal(text: string, within: (error: EngineError) => EngineError): Signal {
  if (text === '') return 'SIGKILL';
  if (/^-?\d+$/.test(text)) {
    if (Number(text) === 0) throw within(invalidParameter(`invalid signal: ${text}`));
    const known = parseSignal(text);
    if (known === undefined)
      throw within(invalidParameter(`the linux daemon does not support signal ${text}`));
    return known;
  }
  const signal = parseSignal(text);
  if (signal === undefined) throw within(invalidParameter(`invalid signal: ${text}`));
  return signal;
}

export function stopSignal(text: string): Signal {
  return parseSignal(text) ?? 'SIGTERM';
}

/** Whether a signal is taken for a wish to end it: where no signal is named for that, each is (moby daemon/kill.go). */
function meansEnd({ config: { StopSignal } }: Container, signal: Signal): boolean {
  return signal === 'SIGKILL' || !StopSignal || signal === stopSignal(StopSignal);
}

/**
 * One that is meant to end a container has it not started again, now or when it ends of itself later, and thaws it, so that it can be
 * heeded.
 */
async function sendSignal(engine: Engine, container: Container, signal: Signal): Promise<void> {
  const ends = meansEnd(container, signal);
  container.restartCancelled ||= ends;
  container.stoppedByUser ||= !engine.shuttingDown;
  const thaws = container.state.paused && ends;
  // Nothing is told of a thaw that only lets it die.
  if (thaws && signal === 'SIGKILL') await engine.tasks.resume(container.id);
  await engine.tasks.kill(container.id, signal).catch((error) => {
    if (!/already finished|no such process|not found/.test(String(error))) throw error;
  });
  engine.events.log(
    'container',
    'kill',
    container.id,
    container.attributes({ signal: String(signalNumber(signal)) }),
  );
  if (thaws && signal !== 'SIGKILL') await thaw(engine, container);
}

/** Stops a container because the daemon comes or goes, paused or not. */
export async function stopForDaemon(engine: Engine, container: Container): Promise<void> {
  if (container.state.paused) await unpauseContainer(engine, container);
  await stopContainer(engine, container);
}

/** `docker pause`: the freezer, so that nobody inside notices. */
export function pauseContainer(engine: Engine, container: Container): Promise<void> {
  return container.lock.run(async () => {
    if (!container.state.running) throw conflict(`container ${container.id} is not running`);
    if (container.state.paused) throw conflict(`Container ${container.id} is already paused`);
    if (container.state.restarting)
      throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
    await engine.tasks.pause(container.id);
    container.state.paused = true;
    pauseHealthMonitor(container);
    await saveContainer(container);
    engine.events.log('container', 'pause', container.id, container.attributes());
  });
}

export function unpauseContainer(engine: Engine, container: Container): Promise<void> {
  return container.lock.run(async () => {
    if (!container.state.paused) throw conflict(`Container ${container.id} is not paused`);
    await thaw(engine, container);
  });
}

async function thaw(engine: Engine, container: Container): Promise<void> {
  await engine.tasks.resume(container.id);
  container.state.paused = false;
  resumeHealthMonitor(engine, container);
  await saveContainer(container);
  engine.events.log('container', 'unpause', container.id, container.attributes());
}
