import { isErrno } from '../../base/errno.ts';
import { quote } from '../../base/go-quote.ts';
import type { ExecMount, ExecOp } from '../../builder/plan/vertex.ts';
import { O_CLOEXEC, O_RDONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { exitStatus } from '../../runtime/exit-status.ts';
import { dirname, mkdirAll, removeAll, statOf, writeFile } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import type { MountSpec } from '../../runtime/spec.ts';
import { newBuildId } from '../../userland/lib/build-id.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import { directorySize } from '../containers/size.ts';
import { replaceOrAppend, runtimeSpec } from '../containers/spec.ts';
import type { Engine } from '../engine.ts';
import { describeError } from '../error.ts';
import { writeNetworkFiles } from '../networks/files.ts';
import { mountName } from './cache.ts';
import { ALL_AS_IT_IS, copyFiles } from './copy-files.ts';
import type { Result } from './result.ts';
import { committed } from './roots.ts';
import { SANDBOX_NAME, Sandbox } from './sandbox.ts';

/** What a step cannot do without, and nobody has given: the step does not begin. */
export class Missing extends GoError {}

const missingSecret = (id: string): Missing => new Missing(`secret ${id}: not found`);

export interface ExecOptions {
  /** Hands over what the program prints. */
  log: (stream: 1 | 2, bytes: Uint8Array) => void;
  /** Nothing of earlier builds is taken. */
  isFresh: boolean;
  /** Values by the id of the secret. */
  secrets: ReadonlyMap<string, string>;
  /** `NAME:ADDRESS` */
  extraHosts: readonly string[];
  /** Where what a mount takes from is seen. */
  rootOf: (mount: ExecMount) => Promise<string>;
  /** Ends what runs when it settles. */
  cancelled: Promise<unknown>;
}

/**
 * Runs a program in a root; what it changes is a layer more. Models BuildKit executor/runcexecutor: runc is dockerd's own child.
 * Throws `GoError`.
 */
export async function doExecOp(
  engine: Engine,
  below: Result,
  op: ExecOp,
  options: ExecOptions,
): Promise<Result> {
  const { layers } = engine;
  const id = newBuildId(engine.sys);
  const layer = await layers.createContainerLayer(id, below.top);
  try {
    const status = await run(engine, id, layer, op, options);
    for (const mount of op.mounts) if (mount.kind === 'cache') await recordMount(engine, op, mount);
    if (status !== 0) throw new GoError(`exit code: ${status}`);
    return await committed(engine, below, layer);
  } finally {
    await layers.removeContainerLayer(id, layer);
  }
}

async function run(
  engine: Engine,
  id: string,
  layer: Parameters<Engine['layers']['mount']>[0],
  op: ExecOp,
  options: ExecOptions,
): Promise<number> {
  const { layers, sys, root: dataRoot } = engine;
  const rootfs = await layers.mount(layer);
  const bundle = `${dataRoot}/buildkit/executor/${id}`;
  await mkdirAll(sys, bundle, 0o711);
  const sandbox = await Sandbox.open(engine, {
    id,
    directory: bundle,
    layer,
    network: op.network,
    extraHosts: options.extraHosts,
    user: op.user,
    cgroupParent: op.cgroupParent,
    ulimits: op.ulimits ?? [],
  });
  try {
    await writeNetworkFiles(engine, sandbox.container);
    await writeFile(sys, `${bundle}/hosts`, hosts(options.extraHosts));
    const cwd = await resolveInRoot(sys, rootfs, op.cwd);
    if ((await statOf(sys, cwd)) === undefined) await mkdirAll(sys, cwd);
    const spec = await runtimeSpec(engine, sandbox.container, rootfs).catch((error: unknown) => {
      throw new GoError(describeError(error).message);
    });
    spec.process.args = op.args;
    spec.process.cwd = op.cwd;
    spec.process.env = replaceOrAppend([], [...op.proxies, ...op.env, ...secretVariables(op, options)]);
    spec.mounts = spec.mounts.filter(({ destination }) => destination !== '/etc/hostname');
    spec.mounts.push(...(await mountsOf(engine, bundle, op, options)));
    for (const namespace of spec.linux.namespaces)
      if (namespace.type === 'network') namespace.path = sandbox.namespace;
    // Those of the network are for a namespace of one's own.
    spec.linux.sysctl = undefined;
    await writeFile(sys, `${bundle}/config.json`, JSON.stringify(spec));
    const stubs = await missing(sys, rootfs, spec.mounts);
    try {
      return await runc(engine, id, bundle, options);
    } finally {
      await clear(sys, stubs);
    }
  } finally {
    await sandbox.close();
    await layers.unmount(layer);
    await removeAll(sys, bundle);
  }
}

/** The paths that runc will make for mounts to lie on, those within others last. */
async function missing(sys: Syscalls, rootfs: string, mounts: readonly MountSpec[]): Promise<string[]> {
  const paths = new Set<string>();
  for (const { destination } of mounts)
    for (let path = destination; path !== '/'; path = dirname(path)) {
      const at = await resolveInRoot(sys, rootfs, path);
      if ((await statOf(sys, at, false)) !== undefined) break;
      paths.add(at);
    }
  return [...paths].sort();
}

/** Takes away what was made for mounts, unless somebody has put something there (BuildKit executor.MountStubsCleaner). */
async function clear(sys: Syscalls, paths: readonly string[]): Promise<void> {
  for (const path of [...paths].reverse()) {
    const stat = await statOf(sys, path, false);
    if (stat === undefined) continue;
    if ((stat.mode & S_IFMT) === S_IFDIR) await sys.rmdir(path).catch(unlessFull);
    else if (stat.size === 0) await sys.unlink(path);
  }
}

function unlessFull(error: unknown): void {
  if (!isErrno(error, 'ENOTEMPTY')) throw error;
}

/** What a step finds in /etc/hosts (BuildKit executor/oci/hosts.go). */
function hosts(extra: readonly string[]): string {
  const own = `127.0.0.1\tlocalhost ${SANDBOX_NAME}\n::1\tlocalhost ip6-localhost ip6-loopback\n`;
  return own + extra.map((host) => host.replace(/^([^:]+):(.*)$/, '$2\t$1\n')).join('');
}

function secretVariables({ mounts }: ExecOp, { secrets }: ExecOptions): string[] {
  return mounts.flatMap((mount) => {
    if (mount.kind !== 'secret' || mount.env === undefined) return [];
    const value = secrets.get(mount.id);
    if (value === undefined && mount.required) throw missingSecret(mount.id);
    // One that nobody has given is there all the same, and empty.
    return [`${mount.env}=${value ?? ''}`];
  });
}

async function mountsOf(
  engine: Engine,
  bundle: string,
  { mounts }: ExecOp,
  options: ExecOptions,
): Promise<MountSpec[]> {
  const { sys } = engine;
  const out: MountSpec[] = [];
  const bind = (destination: string, source: string, readOnly: boolean) =>
    out.push({ destination, type: 'bind', source, options: ['rbind', readOnly ? 'ro' : 'rw', 'rprivate'] });
  const file = async (destination: string, data: string, mode: number, owner = { uid: 0, gid: 0 }) => {
    const path = `${bundle}/file-${out.length}`;
    await writeFile(sys, path, data, mode);
    await sys.chown(path, owner.uid, owner.gid);
    bind(destination, path, true);
  };
  for (const mount of mounts) {
    switch (mount.kind) {
      case 'tmpfs': {
        const size = mount.size > 0 ? [`size=${mount.size}`] : [];
        out.push({ destination: mount.target, type: 'tmpfs', source: 'tmpfs', options: ['nosuid', ...size] });
        break;
      }
      case 'secret': {
        const value = options.secrets.get(mount.id);
        if (value === undefined && mount.required) throw missingSecret(mount.id);
        if (value !== undefined && mount.target !== undefined)
          await file(mount.target, value, mount.owner.mode, mount.owner);
        break;
      }
      case 'ssh':
        // Nobody forwards an agent.
        if (mount.required) throw new Missing(`unset ssh forward key ${mount.id}`);
        break;
      case 'cache':
        bind(mount.target, await cacheDirectory(engine, mount, options), mount.readOnly);
        break;
      case 'bind': {
        const root = await options.rootOf(mount);
        const source = await resolveInRoot(sys, root, mount.source);
        if ((await statOf(sys, source)) === undefined) throw new GoError(`"${mount.source}": not found`);
        bind(mount.target, source, mount.readOnly);
      }
    }
  }
  return out;
}

/** Where the files of a cache mount stay from build to build. */
async function cacheDirectory(
  engine: Engine,
  mount: ExecMount & { kind: 'cache' },
  { rootOf, isFresh }: ExecOptions,
): Promise<string> {
  const { sys } = engine;
  const path = engine.buildCache.mountDirectory(mount.id);
  // Whoever wants nothing of what is known begins with an empty one.
  if (isFresh) {
    await engine.buildCache.forgetMount(mount.id);
    await removeAll(sys, path);
  }
  if ((await statOf(sys, path)) === undefined) {
    await mkdirAll(sys, path, 0o755);
    await sys.chmod(path, mount.owner.mode);
    await sys.chown(path, mount.owner.uid, mount.owner.gid);
    const from = { root: await rootOf(mount), path: mount.source };
    if (mount.from !== undefined) await copyFiles(sys, from, { root: path, path: '/' }, ALL_AS_IT_IS);
  }
  return path;
}

/** What stays in a cache mount stands in the build cache: used when the program has it, and when it gives it back. */
async function recordMount(
  engine: Engine,
  { args }: ExecOp,
  mount: ExecMount & { kind: 'cache' },
): Promise<void> {
  const description = `cached mount ${mount.target} from exec ${args.join(' ')} with id ${quote(`/${mount.id}`)}`;
  const size = await directorySize(engine.sys, engine.buildCache.mountDirectory(mount.id));
  engine.buildCache.source(mountName(mount.id), { type: 'exec.cachemount', description, size }, 2);
}

/** runc in the foreground, its output read as it comes. Gives the program's exit status. */
async function runc(engine: Engine, id: string, bundle: string, options: ExecOptions): Promise<number> {
  const { sys, reaper } = engine;
  const outputs: [stream: 1 | 2, read: number, write: number][] = [];
  for (const stream of [1, 2] as const) outputs.push([stream, ...(await sys.pipe(true))]);
  const log = ['--log', `${bundle}/../runc-log.json`, '--log-format', 'json'];
  const argv = ['runc', '--root', '/run/docker/runtime-runc/buildkit', ...log, 'run', '--bundle', bundle, id];
  const pid = await sys.fork(async (child) => {
    await child.sys.dup2(await child.sys.open('/dev/null', O_RDONLY | O_CLOEXEC), 0);
    for (const [stream, , write] of outputs) await child.sys.dup2(write, stream);
    return child.sys.execve('/usr/bin/runc', argv, engine.process.env);
  });
  void options.cancelled.then(() => sys.kill(pid, 'SIGKILL').catch(() => undefined));
  for (const [, , write] of outputs) await sys.close(write);
  const reading = outputs.map(async ([stream, read]) => {
    for (;;) {
      const bytes = await sys.read(read, 1 << 15);
      if (bytes.length === 0) break;
      options.log(stream, bytes);
    }
    await sys.close(read);
  });
  const status = await reaper.exit(pid);
  await Promise.all(reading);
  return exitStatus(status);
}
