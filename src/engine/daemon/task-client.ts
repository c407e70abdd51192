import { isErrno } from '../base/errno.ts';
import type { Process } from '../kernel/program.ts';
import type { Signal } from '../kernel/signals.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import type { CgroupMetrics } from '../runtime/cgroup/metrics.ts';
import type { CreateTask, TaskExit, TaskState } from '../runtime/containerd.ts';
import { dirname, mkdirAll, statOf, writeFile } from '../runtime/files.ts';
import { GoError } from '../runtime/go-error.ts';
import { connectJson, type Json, type JsonPeer } from '../runtime/json-socket.ts';
import { sleep } from '../runtime/sleep.ts';
import type { ProcessSpec, ResourcesSpec } from '../runtime/spec.ts';
import type { StdioPaths } from '../runtime/stdio.ts';
import { PATHS } from './identity.ts';

/** There is no containerd to be asked: said as it is, before anything is begun. */
export class Unavailable extends GoError {}

/** The daemon's line to containerd (moby libcontainerd). */
export class TaskClient {
  readonly #sys: Syscalls;
  readonly #socket: string;
  #peer: JsonPeer | undefined;
  onExit: (exit: TaskExit) => void = () => {};

  private constructor(sys: Syscalls, socket: string) {
    this.#sys = sys;
    this.#socket = socket;
  }

  static async connect({ sys }: Process, socket: string): Promise<TaskClient> {
    const client = new TaskClient(sys, socket);
    await client.#connect();
    return client;
  }

  async #connect(): Promise<void> {
    const peer = await connectJson(this.#sys, this.#socket, {
      notice: (event, params) => {
        if (event === 'exit') this.onExit(params as TaskExit);
      },
    });
    this.#peer = peer;
    void peer.closed.then(() => this.#reconnect());
  }

  /** containerd has gone: it may come again. */
  async #reconnect(): Promise<void> {
    this.#peer = undefined;
    while (this.#peer === undefined) {
      await sleep(this.#sys, RECONNECT);
      await this.#connect().catch(unlessDown);
    }
  }

  #call(method: string, params: object, bytes?: Uint8Array): Promise<Json> {
    if (this.#peer !== undefined) return this.#peer.call(method, params, bytes);
    throw new Unavailable(
      `Unavailable: connection error: desc = "transport: Error while dialing: dial unix ${this.#socket}: connect: connection refused"`,
    );
  }

  /** `spec`: the bundle's config.json. */
  async create(task: CreateTask, spec: Uint8Array): Promise<number> {
    return Number((await this.#call('create', task, spec)).pid);
  }

  /** How a container's task is; undefined if there is none. */
  async state(id: string): Promise<TaskState | undefined> {
    try {
      return (await this.#call('state', { id })) as TaskState;
    } catch (error) {
      if (error instanceof GoError && error.message.endsWith('not found')) return undefined;
      throw error;
    }
  }

  async start(id: string, execId = ''): Promise<number> {
    return Number((await this.#call('start', { id, execId })).pid);
  }

  async exec(
    id: string,
    exec: { execId: string; process: ProcessSpec; terminal: boolean } & StdioPaths,
  ): Promise<void> {
    await this.#call('exec', { id, ...exec });
  }

  async kill(id: string, signal: Signal): Promise<void> {
    await this.#call('kill', { id, signal });
  }

  async resize(id: string, execId: string, width: number, height: number): Promise<void> {
    await this.#call('resize', { id, execId, width, height });
  }

  async closeStdin(id: string, execId = ''): Promise<void> {
    await this.#call('closeIO', { id, execId });
  }

  async pause(id: string): Promise<void> {
    await this.#call('pause', { id });
  }

  async resume(id: string): Promise<void> {
    await this.#call('resume', { id });
  }

  async update(id: string, resources: ResourcesSpec): Promise<void> {
    await this.#call('update', { id, resources });
  }

  /** The processes of a container, by their numbers on the host. */
  async pids(id: string): Promise<number[]> {
    return (await this.#call('pids', { id })).pids as number[];
  }

  async metrics(id: string): Promise<CgroupMetrics> {
    return (await this.#call('stats', { id })).metrics as CgroupMetrics;
  }

  async delete(id: string, execId = ''): Promise<void> {
    await this.#call('delete', { id, execId });
  }
}

/** How long a containerd that is starting is waited for, in ms. */
const PATIENCE = 8192;

/** Connects to the containerd at `address`; without one to the host's, or to one of its own as dockerd starts where there is none. */
export async function connectContainerd(process: Process, address?: string): Promise<TaskClient> {
  const { sys } = process;
  if (address !== undefined) return connectWhenUp(process, address, PATIENCE);
  // A containerd that is starting beside us has its directory before its socket.
  if ((await statOf(sys, dirname(PATHS.systemContainerd))) !== undefined) {
    try {
      return await connectWhenUp(process, PATHS.systemContainerd, 64);
    } catch (error) {
      if (!isErrno(error, ...NOT_UP)) throw error;
    }
  }
  const directory = dirname(PATHS.containerd);
  await mkdirAll(sys, directory, 0o711);
  const config = `${directory}/containerd.toml`;
  await writeFile(sys, config, 'version = 2\n', 0o600);
  await sys.fork((child) =>
    child.sys.execve('/usr/bin/containerd', ['containerd', '--config', config], process.env),
  );
  return connectWhenUp(process, PATHS.containerd, PATIENCE);
}

/** How long it is until a containerd that has gone is looked for again, in ms. */
const RECONNECT = 500;

function unlessDown(error: unknown): void {
  if (!isErrno(error, ...NOT_UP)) throw error;
}

const NOT_UP = ['ENOENT', 'ECONNREFUSED'] as const;

/** Tries again and again, each time after a longer wait, the longest of them `patience` at most. */
async function connectWhenUp(process: Process, socket: string, patience: number): Promise<TaskClient> {
  for (let wait = 1; ; wait *= 2) {
    try {
      return await TaskClient.connect(process, socket);
    } catch (error) {
      if (!isErrno(error, ...NOT_UP) || wait > patience) throw error;
      await sleep(process.sys, wait);
    }
  }
}
