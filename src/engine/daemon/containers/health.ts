import type { HealthConfig } from '../../api/containers.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import { sleep } from '../../runtime/sleep.ts';
import type { Engine } from '../engine.ts';
import type { Container } from './container.ts';
import { saveContainer } from './container-files.ts';
import { probe } from './exec.ts';

const SECOND = 1_000_000_000;
const DEFAULTS = { interval: 30 * SECOND, timeout: 30 * SECOND, startInterval: 5 * SECOND, retries: 3 };
const LOG_ENTRIES = 5;

/** What a monitor looks at before each step: whether it is still wanted. */
export interface HealthMonitor {
  stopped: boolean;
}

/** Whether a health check is configured: `NONE` and an empty test switch off what the image says. */
export const hasHealthcheck = (check: HealthConfig | undefined): check is HealthConfig =>
  (check?.Test?.length ?? 0) > 0 && check!.Test![0] !== 'NONE';

/** Begins to probe a container that has started. Models moby daemon/health.go. */
export function startHealthMonitor(engine: Engine, container: Container): void {
  const check = container.config.Healthcheck;
  if (!hasHealthcheck(check)) return;
  container.state.health = { status: 'starting', failingStreak: 0, log: [] };
  resumeHealthMonitor(engine, container);
}

/** Probes go on after a pause, with what was known. */
export function resumeHealthMonitor(engine: Engine, container: Container): void {
  const check = container.config.Healthcheck;
  if (!hasHealthcheck(check) || container.state.health === undefined) return;
  const monitor: HealthMonitor = { stopped: false };
  container.healthMonitor = monitor;
  void watch(engine, container, check, monitor);
}

export function pauseHealthMonitor(container: Container): void {
  if (container.healthMonitor) container.healthMonitor.stopped = true;
}

/** What nobody watches any longer counts as unhealthy. */
export function stopHealthMonitor(container: Container): void {
  pauseHealthMonitor(container);
  if (container.state.health) container.state.health.status = 'unhealthy';
}

async function watch(
  engine: Engine,
  container: Container,
  check: HealthConfig,
  monitor: HealthMonitor,
): Promise<void> {
  for (;;) {
    await sleep(engine.sys, untilNext(engine, container, check));
    if (monitor.stopped) return;
    const started = engine.now();
    const { exitCode, output } = await probe(
      engine,
      container,
      command(container, check),
      (check.Timeout || DEFAULTS.timeout) / 1e6,
    );
    if (monitor.stopped) return;
    note(engine, container, check, {
      Start: rfc3339Nano(started),
      End: rfc3339Nano(engine.now()),
      ExitCode: exitCode,
      Output: output,
    });
  }
}

/** ms until the next probe: more often while the container is given time to start. */
function untilNext(engine: Engine, container: Container, check: HealthConfig): number {
  const interval = check.Interval || DEFAULTS.interval;
  return isStarting(engine, container, check)
    ? Math.min(check.StartInterval || DEFAULTS.startInterval, interval) / 1e6
    : interval / 1e6;
}

function isStarting(engine: Engine, { state }: Container, { StartPeriod = 0 }: HealthConfig): boolean {
  return (
    StartPeriod > 0 &&
    state.health?.status === 'starting' &&
    engine.now() - (state.startedAt ?? 0) < StartPeriod / 1e6
  );
}

function command({ config }: Container, { Test }: HealthConfig): string[] {
  const [kind, ...words] = Test!;
  return kind === 'CMD-SHELL' ? [...(config.Shell ?? ['/bin/sh', '-c']), ...words] : words;
}

function note(
  engine: Engine,
  container: Container,
  check: HealthConfig,
  result: { Start: string; End: string; ExitCode: number; Output: string },
): void {
  const { health } = container.state;
  if (health === undefined) return;
  const before = health.status;
  // Failures count only once the time to start is over.
  const counted = !isStarting(engine, container, check);
  health.log = [...health.log, result].slice(-LOG_ENTRIES);
  if (result.ExitCode === 0) {
    health.failingStreak = 0;
    health.status = 'healthy';
  } else if (counted) {
    health.failingStreak++;
    if (health.failingStreak >= (check.Retries || DEFAULTS.retries)) health.status = 'unhealthy';
  }
  void saveContainer(container);
  if (health.status !== before)
    engine.events.log('container', `health_status: ${health.status}`, container.id, container.attributes());
}
