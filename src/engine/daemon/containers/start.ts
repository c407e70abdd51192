import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { mkdirAll, removeAll } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { StdioPaths } from '../../runtime/stdio.ts';
import { S_IFIFO } from '../../vfs/inode.ts';
import type { Engine } from '../engine.ts';
import { conflict, EngineError, notModified } from '../error.ts';
import { allocateNetworks, connectSandbox, networkingError, releaseNetworks } from '../networks/endpoints.ts';
import { writeHosts, writeNetworkFiles } from '../networks/files.ts';
import { Unavailable } from '../task-client.ts';
import type { Container } from './container.ts';
import { saveContainer } from './container-files.ts';
import { startHealthMonitor, stopHealthMonitor } from './health.ts';
import { checkParts } from './image-mounts.ts';
import type { JsonLog } from './json-log.ts';
import { logAttributes } from './log-attributes.ts';
import { localRotation, rotationOf } from './log-options.ts';
import { logVolumes, mountVolumes, unmountVolumes } from './mounts.ts';
import { runtimeSpec } from './spec.ts';
import type { OutputStream, Streams } from './streams.ts';
import { ELSEWHERE, SHIM } from './validate.ts';

/** Starts a container. Models moby daemon/start.go. */
export function startContainer(engine: Engine, container: Container): Promise<void> {
  return container.lock.run(async () => {
    if (container.state.paused) throw conflict('cannot start a paused container, try unpause instead');
    if (container.state.running && !container.state.restarting) throw notModified();
    if (container.state.removing || container.state.dead)
      throw conflict('container is marked for removal and cannot be started');
    container.stoppedByUser = false;
    container.restartCancelled = false;
    container.restartCount = 0;
    container.restartDelay = 0;
    await bringUp(engine, container);
  });
}

/** The start itself; a failure leaves the container as it was, with the error on record. */
export async function bringUp(engine: Engine, container: Container): Promise<void> {
  try {
    await launch(engine, container);
  } catch (error) {
    const failure = startError(error);
    const { state } = container;
    state.error = failure.message;
    state.exitCode = failure.exitCode;
    container.streams.abort();
    await cleanUp(engine, container);
    for (const settings of container.endpoints.values()) settings.NetworkID = '';
    await saveContainer(container);
    // Not awaited: the removal waits for the lock that is held here.
    if (container.hostConfig.AutoRemove)
      void engine.remove(container, { force: true, volumes: true }).catch(() => undefined);
    throw new EngineError(failure.status, failure.message);
  }
}

async function launch(engine: Engine, container: Container): Promise<void> {
  const { tasks } = engine;
  const rootfs = await engine.layers.mount(container.layer);
  // Files that are another's are there already. Of a network that is not there the last is heard: the runtime comes before.
  const joins = container.hostConfig.NetworkMode?.startsWith('container:') ?? false;
  let unjoined: unknown;
  if (joins)
    await writeNetworkFiles(engine, container).catch((error: unknown) => {
      if (error instanceof EngineError) throw error;
      // Files that one which never ran does not have: what is wrong with it is told below.
      unjoined = error;
    });
  await mountVolumes(engine, container, container.id);
  await checkParts(engine, container);
  const spec = encode(JSON.stringify(await runtimeSpec(engine, container, rootfs)));
  if (unjoined !== undefined) throw unjoined;
  let missing: unknown;
  await allocateNetworks(engine, container).catch((error: unknown) => {
    missing = error;
  });
  if (!joins) await writeNetworkFiles(engine, container);
  await mkdirAll(engine.sys, `${container.directory}/mounts`, 0o710);
  const log = await openLog(engine, container);
  await withContext('failed to create task for container', async () =>
    findShim(container.hostConfig.Runtime),
  );
  const { Tty: terminal = false, OpenStdin: open = false } = container.config;
  const stdio = await makeFifos(engine, container.id, 'init', {
    stdin: open,
    stdout: true,
    stderr: !terminal,
  });
  logVolumes(engine, container, 'mount');
  const pid = await withContext('failed to create task for container', () =>
    tasks.create({ id: container.id, terminal, ...stdio }, spec),
  );
  try {
    await openFifos(engine, container.streams, stdio);
    container.stopLogging = container.streams.listen((stream, bytes) => log.write(stream, bytes));
    try {
      if (missing !== undefined) throw missing;
      await connectSandbox(engine, container, pid);
    } catch (error) {
      throw networkingError(error);
    }
    await writeHosts(engine, container);
    container.setRunning(pid, engine.now());
    await tasks.start(container.id);
    startHealthMonitor(engine, container);
    await saveContainer(container);
  } catch (error) {
    container.state.running = false;
    await tasks.delete(container.id).catch(() => undefined);
    throw error;
  }
  engine.events.log('container', 'start', container.id, container.attributes());
}

/** Refuses a runtime whose shim is not installed (containerd runtime/v2 resolveRuntimePath). */
function findShim(runtime = 'runc'): void {
  const [, name, version] = SHIM.exec(runtime) ?? [];
  if (name === undefined || (name === 'runc' && version === 'v2')) return;
  throw new GoError(
    `failed to start shim: failed to resolve runtime path: runtime ${JSON.stringify(runtime)} binary not installed "containerd-shim-${name}-${version}": file does not exist`,
  );
}

async function openLog(engine: Engine, container: Container): Promise<JsonLog> {
  const log = engine.logOf(container);
  container.logs = true;
  const { Type, Config } = container.hostConfig.LogConfig ?? {};
  if (Type === 'none') return log;
  if (Type === 'local') await mkdirAll(engine.sys, `${container.directory}/local-logs`, 0o700);
  await withContext('failed to create task for container', () =>
    withContext('failed to initialize logging driver', async () => {
      const missing = ELSEWHERE[Type ?? '']?.missing;
      if (missing !== undefined) throw new GoError(missing);
      if (Type === 'local') await log.open(localRotation(Config ?? {}));
      else await log.open(rotationOf(Config ?? {}), logAttributes(container));
    }),
  );
  return log;
}

/** Takes up the streams and the log of a run that an earlier daemon began. */
export async function reattach(engine: Engine, container: Container): Promise<void> {
  const { sys } = engine;
  const log = await openLog(engine, container);
  const { Tty: terminal = false, OpenStdin: open = false } = container.config;
  const paths = fifoPaths(container.id, 'init', { stdin: open, stdout: true, stderr: !terminal });
  const outputs: [OutputStream, number][] = [];
  for (const [stream, path] of [[1, paths.stdout] as const, [2, paths.stderr] as const])
    if (path !== undefined) outputs.push([stream, await sys.open(path, O_RDONLY | O_CLOEXEC)]);
  container.streams.begin(sys, { stdin: await openInput(sys, paths.stdin), outputs });
  container.stopLogging = container.streams.listen((stream, bytes) => log.write(stream, bytes));
}

/** The input, unless the process has been told of its end when the earlier daemon went. */
async function openInput(sys: Syscalls, path: string | undefined): Promise<number | undefined> {
  if (path === undefined) return undefined;
  try {
    const fd = await sys.open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    await sys.setNonBlocking(fd, false);
    return fd;
  } catch (error) {
    if (isErrno(error, 'ENXIO', 'ENOENT')) return undefined;
    throw error;
  }
}

/** Takes down what a run had: mounts, networks, FIFOs, the log. */
export async function cleanUp(engine: Engine, container: Container): Promise<void> {
  stopHealthMonitor(container);
  container.stopLogging?.();
  await engine.logOf(container).close();
  await releaseNetworks(engine, container);
  await engine.layers.unmount(container.layer);
  await unmountVolumes(engine, container, container.id);
  if (container.everStarted) logVolumes(engine, container, 'unmount');
  await removeAll(engine.sys, fifoDirectory(container.id));
}

const fifoDirectory = (id: string): string => `/var/run/docker/containerd/${id}`;

/** The FIFOs between shim and daemon (`init-stdout`, `<exec id>-stdout`, …). */
export async function makeFifos(
  engine: Engine,
  id: string,
  process: string,
  wanted: { stdin: boolean; stdout: boolean; stderr: boolean },
): Promise<StdioPaths> {
  await mkdirAll(engine.sys, fifoDirectory(id), 0o700);
  const paths = fifoPaths(id, process, wanted);
  for (const path of Object.values(paths)) {
    await removeAll(engine.sys, path);
    await engine.sys.mknod(path, S_IFIFO | 0o700);
  }
  return paths;
}

function fifoPaths(
  id: string,
  process: string,
  wanted: { stdin: boolean; stdout: boolean; stderr: boolean },
): StdioPaths {
  const streams = (['stdin', 'stdout', 'stderr'] as const).filter((stream) => wanted[stream]);
  return Object.fromEntries(streams.map((stream) => [stream, `${fifoDirectory(id)}/${process}-${stream}`]));
}

/**
 * Opens the daemon's ends and begins copying. All are opened at once: each waits for the shim, who may be done with one before
 * it comes to the next.
 */
export async function openFifos(engine: Engine, streams: Streams, paths: StdioPaths): Promise<void> {
  const { sys } = engine;
  const output = async (stream: OutputStream, path: string | undefined): Promise<[OutputStream, number][]> =>
    path === undefined ? [] : [[stream, await sys.open(path, O_RDONLY | O_CLOEXEC)]];
  const [stdout, stderr, stdin] = await Promise.all([
    output(1, paths.stdout),
    output(2, paths.stderr),
    paths.stdin === undefined ? undefined : sys.open(paths.stdin, O_WRONLY | O_CLOEXEC),
  ]);
  streams.begin(sys, { stdin, outputs: [...stdout, ...stderr] });
}

async function withContext<T>(context: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Error(`${context}: ${error instanceof Error ? error.message : error}`);
  }
}

/** What a start's failure means: the HTTP status and the exit code (moby daemon/errors.go translateContainerdStartErr). */
export function startError(error: unknown): { status: number; message: string; exitCode: number } {
  const message = error instanceof Error ? error.message : String(error);
  // What the runtime did not say tells nothing of the program.
  if (error instanceof EngineError) return { status: error.status, message, exitCode: 128 };
  const exitCode = exitCodeOf(message);
  if (message.includes('not a directory'))
    return {
      status: 400,
      message: `${message}: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type`,
      exitCode,
    };
  return { status: exitCode === 128 ? 500 : 400, message, exitCode };
}

function exitCodeOf(message: string): number {
  if (
    /executable file not found|no such file or directory|system cannot find the file specified/i.test(message)
  )
    return 127;
  if (/permission denied|is a directory/i.test(message)) return 126;
  return message.includes('not a directory') ? 127 : 128;
}
