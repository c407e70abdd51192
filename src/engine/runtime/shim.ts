import { encode } from '../base/bytes.ts';
import { rfc3339Nano } from '../base/calendar.ts';
import { O_CLOEXEC, O_RDWR } from '../kernel/fcntl.ts';
import type { Process } from '../kernel/program.ts';
import { parseSignal } from '../kernel/signals.ts';
import type { Syscalls, WaitStatus } from '../kernel/syscalls.ts';
import { type CgroupManager, cgroupManager } from './cgroup/manager.ts';
import { withConsoleSocket } from './console.ts';
import { loadState, statusOf } from './container-state.ts';
import type { TaskState } from './containerd.ts';
import { deleteContainer } from './create.ts';
import { exitStatus } from './exit-status.ts';
import { readText, removeAll, statOf, writeAll, writeFile } from './files.ts';
import { fail, wrapped } from './go-error.ts';
import { acceptJson, type Json, type JsonPeer, listenUnix } from './json-socket.ts';
import { Reaper } from './reaper.ts';
import type { ProcessSpec, ResourcesSpec } from './spec.ts';
import { copyTerminal, pipeStdio, type Stdio, type StdioPaths } from './stdio.ts';

/** Where runc keeps its state for the engine's containers. */
export const RUNC_ROOT = '/run/docker/runtime-runc/moby';

/** Descriptor of the listening socket that the started shim inherits. */
const LISTENER = 3;

/**
 * containerd-shim-runc-v2: the parent that stays with a container. It starts runc, holds the standard streams, reaps, and
 * tells containerd who ended how; so containers outlive containerd and dockerd.
 *
 * `shim … start` makes the socket, leaves a shim behind in a session of its own and prints the socket's address.
 */
export async function containerdShim(process: Process): Promise<number> {
  const flags = parseFlags(process.argv);
  const id = flags.get('id') ?? '';
  return process.argv.at(-1) === 'start' ? startShim(process, id) : new Shim(process, id).run();
}

async function startShim({ sys, argv, env }: Process, id: string): Promise<number> {
  const address = shimAddress(id);
  const listener = await listenUnix(sys, address);
  await sys.fork(async (child) => {
    await child.sys.setsid();
    const fd = listener === LISTENER ? LISTENER : await child.sys.dup2(listener, LISTENER);
    await child.sys.setCloexec(fd, false);
    for (const stream of [0, 1, 2])
      await child.sys.dup2(await child.sys.open('/dev/null', O_RDWR | O_CLOEXEC), stream);
    return child.sys.execve('/usr/bin/containerd-shim-runc-v2', argv.slice(0, -1), env);
  });
  await writeAll(sys, 1, encode(`unix://${address}`));
  return 0;
}

export const shimAddress = (id: string): string => `/run/containerd/s/${id}`;

/** One process of the container: PID 1 or an exec. */
interface ShimProcess {
  pid: number;
  terminal: boolean;
  paths: StdioPaths;
  stdio?: Stdio;
  master?: number;
  spec?: ProcessSpec;
  exited?: { status: number; exitedAt: string };
  ended?: Promise<void>;
}

class Shim {
  readonly #process: Process;
  readonly #sys: Syscalls;
  readonly #id: string;
  readonly #processes = new Map<string, ShimProcess>();
  readonly #listeners = new Set<JsonPeer>();
  #reaper!: Reaper;
  #bundle = '';
  #cgroup!: CgroupManager;
  #stop!: () => void;

  constructor(process: Process, id: string) {
    this.#process = process;
    this.#sys = process.sys;
    this.#id = id;
  }

  async run(): Promise<number> {
    const sys = this.#sys;
    await sys.setCloexec(LISTENER, true);
    await sys.prctl({ option: 'PR_SET_CHILD_SUBREAPER', on: true });
    await sys.sigaction('SIGPIPE', () => {}, { restart: true });
    this.#reaper = await Reaper.start(sys);
    const stopped = new Promise<void>((resolve) => {
      this.#stop = resolve;
    });
    void acceptJson(sys, LISTENER, (open) => {
      const peer = open({ call: (method, params) => this.#call(method, params) });
      this.#listeners.add(peer);
      void peer.closed.then(() => this.#listeners.delete(peer));
    });
    await stopped;
    await sys.unlink(shimAddress(this.#id)).catch(() => undefined);
    return 0;
  }

  #call(method: string, params: Json): Promise<object | undefined> {
    switch (method) {
      case 'create':
        return this.#create(params);
      case 'start':
        return this.#start(params.execId ?? '');
      case 'exec':
        return this.#exec(params);
      case 'kill':
        return this.#kill(params);
      case 'resize':
        return this.#resize(params);
      case 'closeIO':
        return this.#closeStdin(params.execId ?? '');
      case 'pause':
        return this.#freeze(true);
      case 'resume':
        return this.#freeze(false);
      case 'state':
        return this.#state();
      case 'pids':
        return this.#cgroup.processes().then((pids) => ({ pids }));
      case 'stats':
        return this.#cgroup.metrics().then((metrics) => ({ metrics }));
      case 'update':
        // In go-runc's words: `runc update` keeps no log of its own.
        return wrapped('runc did not terminate successfully: exit status 1', () =>
          this.#update(params.resources),
        );
      case 'delete':
        return this.#delete(params.execId ?? '');
      case 'shutdown':
        this.#stop();
        return Promise.resolve(undefined);
      default:
        return fail(`unknown method ${method}`);
    }
  }

  async #create(params: { bundle: string; terminal: boolean } & StdioPaths): Promise<object> {
    this.#bundle = params.bundle;
    const process: ShimProcess = { pid: 0, terminal: params.terminal, paths: params };
    const pid = await this.#runc(
      'OCI runtime create failed',
      process,
      `${this.#bundle}/init.pid`,
      (options) => ['create', '--bundle', this.#bundle, ...options, this.#id],
    );
    const { cgroup_path } = await loadState(this.#sys, RUNC_ROOT, this.#id);
    this.#cgroup = await cgroupManager(this.#sys, cgroup_path);
    this.#adopt('', process, pid);
    return { pid };
  }

  async #start(execId: string): Promise<object> {
    const process = this.#find(execId);
    if (execId === '') {
      await this.#runRunc('OCI runtime start failed', ['start', this.#id], []);
      return { pid: process.pid };
    }
    const file = `${this.#bundle}/${execId}-process.json`;
    await writeFile(this.#sys, file, JSON.stringify(process.spec), 0o600);
    try {
      const pid = await this.#runc(
        'OCI runtime exec failed',
        process,
        `${this.#bundle}/${execId}.pid`,
        (options) => ['exec', '--process', file, '--detach', ...options, this.#id],
      );
      this.#adopt(execId, process, pid);
      return { pid };
    } catch (error) {
      this.#processes.delete(execId);
      throw error;
    } finally {
      await removeAll(this.#sys, file);
    }
  }

  async #exec(
    params: { execId: string; process: ProcessSpec; terminal: boolean } & StdioPaths,
  ): Promise<undefined> {
    if (this.#processes.has(params.execId)) fail(`id ${params.execId}: already exists`);
    this.#processes.set(params.execId, {
      pid: 0,
      terminal: params.terminal,
      paths: params,
      spec: params.process,
    });
    return undefined;
  }

  /** Runs runc for a process that is to be, with its streams in place; gives the pid that runc wrote. */
  async #runc(
    failure: string,
    process: ShimProcess,
    pidFile: string,
    argv: (options: string[]) => string[],
  ): Promise<number> {
    const sys = this.#sys;
    if (process.terminal) {
      const socket = `${this.#bundle}/pty-${process.spec === undefined ? 'init' : this.#processes.size}.sock`;
      await withConsoleSocket(
        sys,
        socket,
        (master) => {
          process.master = master;
        },
        () => this.#runRunc(failure, argv(['--pid-file', pidFile, '--console-socket', socket]), []),
      );
    } else {
      process.stdio = await pipeStdio(sys, process.paths);
      const { child } = process.stdio;
      try {
        await this.#runRunc(failure, argv(['--pid-file', pidFile]), child);
      } catch (error) {
        await process.stdio.abandon();
        throw error;
      } finally {
        for (const fd of child) await sys.close(fd);
      }
    }
    return Number(await readText(sys, pidFile));
  }

  async #runRunc(failure: string, argv: string[], streams: readonly number[]): Promise<void> {
    const log = `${this.#bundle}/log.json`;
    await removeAll(this.#sys, log);
    const args = ['runc', '--root', RUNC_ROOT, '--log', log, '--log-format', 'json', ...argv];
    const pid = await this.#sys.fork(async ({ sys }) => {
      const sources = streams.length > 0 ? streams : [await sys.open('/dev/null', O_RDWR | O_CLOEXEC)];
      for (const fd of [0, 1, 2]) await sys.dup2(sources[fd] ?? sources[0]!, fd);
      return sys.execve('/usr/bin/runc', args, this.#process.env);
    });
    const status = await this.#reaper.exit(pid);
    if (status.kind === 'exited' && status.code === 0) return;
    const last = (await statOf(this.#sys, log)) === undefined ? '' : await readText(this.#sys, log);
    const line = last.trim().split('\n').at(-1) ?? '';
    fail(`${failure}: ${line === '' ? 'unknown error' : JSON.parse(line).msg}`);
  }

  #adopt(execId: string, process: ShimProcess, pid: number): void {
    process.pid = pid;
    this.#processes.set(execId, process);
    if (process.master === undefined) void process.stdio?.copy();
    else
      void copyTerminal(this.#sys, process.master, process.paths).then(() => {
        delete process.master;
      });
    process.ended = this.#reaper.exit(pid).then((status) => this.#ended(execId, process, status));
  }

  async #ended(execId: string, process: ShimProcess, status: WaitStatus): Promise<void> {
    const exitedAt = rfc3339Nano(this.#sys.clock_gettime());
    process.exited = { status: exitStatus(status), exitedAt };
    const oomKilled = execId === '' && (await this.#cgroup.oomKills()) > 0;
    const notice = { id: this.#id, execId, pid: process.pid, ...process.exited, oomKilled };
    for (const listener of this.#listeners) await listener.notify('exit', notice);
  }

  async #state(): Promise<TaskState> {
    const { pid, exited } = this.#find('');
    if (exited) return { pid, status: 'stopped', exitStatus: exited.status, exitedAt: exited.exitedAt };
    const state = await loadState(this.#sys, RUNC_ROOT, this.#id);
    return { pid, status: await statusOf(this.#sys, RUNC_ROOT, state) };
  }

  async #kill({ execId = '', signal }: { execId?: string; signal: string }): Promise<undefined> {
    const { pid, exited } = this.#find(execId);
    if (exited) fail('process already finished');
    await this.#sys.kill(pid, parseSignal(signal) ?? fail(`unknown signal ${signal}`));
    return undefined;
  }

  async #resize({
    execId = '',
    width,
    height,
  }: {
    execId?: string;
    width: number;
    height: number;
  }): Promise<undefined> {
    const { master } = this.#find(execId);
    if (master !== undefined)
      await this.#sys.ioctl(master, { request: 'TIOCSWINSZ', size: { columns: width, rows: height } });
    return undefined;
  }

  async #closeStdin(execId: string): Promise<undefined> {
    await this.#processes.get(execId)?.stdio?.closeStdin();
    return undefined;
  }

  async #freeze(on: boolean): Promise<undefined> {
    await this.#cgroup.freeze(on);
    return undefined;
  }

  async #update(resources: ResourcesSpec): Promise<undefined> {
    await this.#cgroup.set(resources);
    return undefined;
  }

  async #delete(execId: string): Promise<object> {
    const process = this.#processes.get(execId);
    if (execId === '') {
      if (process !== undefined && process.exited === undefined) {
        // A task that was created and never started.
        await this.#sys.kill(process.pid, 'SIGKILL').catch(() => undefined);
        await process.ended;
      }
      if (process !== undefined)
        await deleteContainer(this.#sys, RUNC_ROOT, this.#id, { cgroup: this.#cgroup });
    }
    if (process?.master !== undefined) await this.#sys.close(process.master).catch(() => undefined);
    this.#processes.delete(execId);
    return { ...process?.exited };
  }

  #find(execId: string): ShimProcess {
    return this.#processes.get(execId) ?? fail(`process ${execId} does not exist: not found`);
  }
}

export function parseFlags(argv: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>();
  for (let i = 1; i < argv.length; i++) {
    const flag = /^--?([a-z-]+)(?:=(.*))?$/.exec(argv[i]!);
    if (flag) flags.set(flag[1]!, flag[2] ?? argv[++i] ?? '');
  }
  return flags;
}
