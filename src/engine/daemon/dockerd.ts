import { encode } from '../base/bytes.ts';
import { rfc3339Nano } from '../base/calendar.ts';
import { isErrno } from '../base/errno.ts';
import { fdStream } from '../kernel/fd-stream.ts';
import type { Process, Program } from '../kernel/program.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { serve } from '../net/http/server.ts';
import { mkdirAll, readText, removeAll, statOf, writeAll, writeFile } from '../runtime/files.ts';
import { errorText } from '../runtime/go-error.ts';
import { Reaper } from '../runtime/reaper.ts';
import type { WindowSize } from '../vfs/tty/attributes.ts';
import { BUILD_RECORD } from './build/record/builds.ts';
import { CALL_RECORD, CallRecord } from './call-record.ts';
import { readConfiguration } from './configuration.ts';
import { handleExit } from './containers/exit.ts';
import { checkLogOptions, DEFAULT_LOG_DRIVER } from './containers/log-options.ts';
import { stopForDaemon } from './containers/stop.ts';
import { refuseUnmodelled } from './directives.ts';
import { Engine, readHostFacts } from './engine.ts';
import { describeError } from './error.ts';
import { usage } from './flag-table.ts';
import { parseDaemonFlags } from './flags.ts';
import { ENGINE, PATHS } from './identity.ts';
import { type Listener, listenOn } from './listen.ts';
import { publishModel } from './model.ts';
import { insecureProblem } from './registry/endpoint.ts';
import { reload } from './reload.ts';
import { restoreContainers } from './restore.ts';
import { engineApi } from './router.ts';
import { buildRoutes } from './routes/build.ts';
import { buildkitRoutes } from './routes/buildkit.ts';
import { archiveRoutes } from './routes/containers/archive.ts';
import { commitRoutes } from './routes/containers/commit.ts';
import { inspectionRoutes } from './routes/containers/inspection.ts';
import { lifecycleRoutes } from './routes/containers/lifecycle.ts';
import { streamRoutes } from './routes/containers/streams.ts';
import { execRoutes } from './routes/exec.ts';
import { imageArchiveRoutes } from './routes/image-archives.ts';
import { imageRoutes } from './routes/images.ts';
import { networkRoutes } from './routes/networks.ts';
import { registryRoutes } from './routes/registry.ts';
import { systemRoutes } from './routes/system.ts';
import { unmodelledRoutes } from './routes/unmodelled.ts';
import { volumeRoutes } from './routes/volumes.ts';
import { connectContainerd } from './task-client.ts';

const ROUTES = [
  ...systemRoutes,
  ...lifecycleRoutes,
  ...archiveRoutes,
  ...commitRoutes,
  ...inspectionRoutes,
  ...streamRoutes,
  ...execRoutes,
  ...imageArchiveRoutes,
  ...buildRoutes,
  ...buildkitRoutes,
  ...registryRoutes,
  ...imageRoutes,
  ...networkRoutes,
  ...volumeRoutes,
  ...unmodelledRoutes,
];

/**
 * dockerd: the Docker daemon. A program like any other: it reads its configuration, starts or finds containerd, and serves the
 * Engine API on its socket until it is told to stop. All it does to the machine it does by system calls.
 */
export const dockerd: Program = async (process) => {
  const { sys } = process;
  try {
    return await run(process);
  } catch (error) {
    await writeAll(sys, 2, encode(`${errorText(error)}\n`));
    return 1;
  }
};

async function run(process: Process): Promise<number> {
  const { sys } = process;
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      void sys.sigaction(signal, () => resolve(), { restart: true });
  });
  await sys.sigaction('SIGPIPE', () => {}, { restart: true });
  const home = process.env.get('HOME') ?? '';
  const columns = await terminalWidth(sys);
  const flags = parseDaemonFlags(process.argv, { home, columns });
  const answer = { help: usage(home, columns), version: VERSION }[flags.asks as 'help' | 'version'];
  if (answer !== undefined) {
    await writeAll(sys, 1, encode(answer));
    return 0;
  }
  const configuration = await readConfiguration(sys, flags);
  if (flags.asks === 'validate') {
    await writeAll(sys, 2, encode('configuration OK\n'));
    return 0;
  }
  if (flags.unmodelled !== undefined)
    throw new Error(`the flag ${flags.unmodelled} is not modelled by Drydock`);
  refuseUnmodelled({ ...configuration });
  await refuseUnprivileged(sys);
  await linkVarRun(sys);
  await refuseSecond(sys);
  const insecure = insecureProblem(configuration['insecure-registries'] ?? []);
  if (insecure !== undefined) throw new Error(`failed to start daemon: ${insecure}`);
  try {
    checkLogOptions({
      Type: configuration['log-driver'] || DEFAULT_LOG_DRIVER,
      Config: configuration['log-opts'] ?? {},
    });
  } catch (error) {
    const why = describeError(error).message;
    throw new Error(`failed to start daemon: failed to set log opts: failed to set log opts: ${why}`);
  }
  const reaper = await Reaper.start(sys);
  const root = configuration['data-root'] ?? PATHS.root;
  await mkdirAll(sys, root, 0o710);
  await mkdirAll(sys, PATHS.exec, 0o711);
  const host = await readHostFacts(sys, await engineId(sys, root));
  const tasks = await connectContainerd(process, flags.containerd);
  const engine = new Engine({ process, configuration, host, tasks, reaper });
  tasks.onExit = (exit) => void handleExit(engine, exit);
  await engine.prepare();
  await restoreContainers(engine);
  publishModel(process, engine);
  await sys.sigaction('SIGHUP', () => void reload(engine, flags), { restart: true });

  const listeners: Listener[] = [];
  for (const host of configuration.hosts ?? [`unix://${PATHS.socket}`])
    listeners.push(...(await listenOn(process, host)));
  await writeFile(sys, PATHS.pid, String(sys.getpid()), 0o644);
  const record = new CallRecord(() => sys.clock_gettime());
  process.publish(CALL_RECORD, () => record.calls);
  process.publish(BUILD_RECORD, () => engine.builds.builds);
  for (const { fd } of listeners) void acceptAll(process, engine, fd, record);
  await stopped;
  await shutDown(engine);
  for (const { path } of listeners) if (path !== undefined) await removeAll(sys, path);
  return 0;
}

async function acceptAll(
  { sys, peerOf }: Process,
  engine: Engine,
  listener: number,
  record: CallRecord,
): Promise<never> {
  const handler = engineApi(engine, ROUTES);
  const clock = { now: () => sys.clock_gettime() };
  for (;;) {
    const { fd } = await sys.accept(listener);
    const caller = peerOf(fd);
    await sys.setCloexec(fd, true);
    void serve(fdStream(sys, fd), record.watch(handler, caller), { clock });
  }
}

/** Stops what runs, unless it shall live on (`live-restore`), then goes. */
async function shutDown(engine: Engine): Promise<void> {
  engine.shuttingDown = true;
  const running = engine.containers.all().filter(({ state }) => state.running);
  if (!engine.configuration['live-restore'])
    await Promise.all(running.map((container) => stopForDaemon(engine, container).catch(() => undefined)));
  await removeAll(engine.sys, PATHS.pid);
}

const VERSION = `Docker version ${ENGINE.version}, build ${ENGINE.gitCommit}\n`;

/** Of the terminal on standard input; 80 where there is none. */
async function terminalWidth(sys: Syscalls): Promise<number> {
  try {
    return ((await sys.ioctl(0, { request: 'TIOCGWINSZ' })) as WindowSize).columns || 80;
  } catch {
    return 80;
  }
}

async function refuseUnprivileged(sys: Syscalls): Promise<void> {
  if (sys.geteuid() === 0) return;
  const time = rfc3339Nano(sys.clock_gettime('realtime'));
  await writeAll(sys, 2, encode(`time="${time}" level=info msg="Starting up"\n`));
  throw new Error(
    'dockerd needs to be started with root privileges. To run dockerd in rootless mode as an unprivileged user, see https://docs.docker.com/go/rootless/',
  );
}

/** /var/run is /run. */
async function linkVarRun(sys: Syscalls): Promise<void> {
  await mkdirAll(sys, '/run', 0o755);
  await mkdirAll(sys, '/var', 0o755);
  if ((await statOf(sys, '/var/run')) === undefined) await sys.symlink('/run', '/var/run');
}

async function refuseSecond(sys: Syscalls): Promise<void> {
  const pid = await readText(sys, PATHS.pid).catch(() => '');
  if (/^\d+$/.test(pid) && Number(pid) !== sys.getpid() && (await statOf(sys, `/proc/${pid}`)) !== undefined)
    throw new Error(
      `failed to start daemon, ensure docker is not running or delete ${PATHS.pid}: process with PID ${pid} is still running`,
    );
}

/** The id of this installation, kept in the data root. */
async function engineId(sys: Syscalls, root: string): Promise<string> {
  const path = `${root}/engine-id`;
  const known = await readText(sys, path).catch((error) => {
    if (isErrno(error, 'ENOENT')) return '';
    throw error;
  });
  if (known !== '') return known;
  const hex = [...sys.getrandom(16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const id = hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
  await writeFile(sys, path, id, 0o600);
  return id;
}
