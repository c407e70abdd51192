import { isErrno } from '../base/errno.ts';
import type { Process } from '../kernel/program.ts';
import type { Signal } from '../kernel/signals.ts';
import type { CgroupMetrics } from '../runtime/cgroup/metrics.ts';
import type { CreateTask, TaskExit } from '../runtime/containerd.ts';
import { dirname, mkdirAll, statOf, writeFile } from '../runtime/files.ts';
import { connectJson, type JsonPeer } from '../runtime/json-socket.ts';
import { sleep } from '../runtime/sleep.ts';
import type { ProcessSpec, ResourcesSpec } from '../runtime/spec.ts';
import type { StdioPaths } from '../runtime/stdio.ts';
import { PATHS } from './identity.ts';

/** The daemon's line to containerd (moby libcontainerd). */
export class TaskClient {
  readonly #peer: JsonPeer;
  onExit: (exit: TaskExit) => void = () => {};

  private constructor(peer: JsonPeer) {
    this.#peer = peer;
  }

  static async connect({ sys }: Process, socket: string): Promise<TaskClient> {
    let client: TaskClient | undefined;
    const peer = await connectJson(sys, socket, {
      notice: (event, params) => {
        if (event === 'exit') client?.onExit(params as TaskExit);
      },
    });
    client = new TaskClient(peer);
    return client;
  }

  async create(task: CreateTask): Promise<number> {
    return Number((await this.#peer.call('create', task)).pid);
  }

  async start(id: string, execId = ''): Promise<number> {
    return Number((await this.#peer.call('start', { id, execId })).pid);
  }

  async exec(
    id: string,
    exec: { execId: string; process: ProcessSpec; terminal: boolean } & StdioPaths,
  ): Promise<void> {
    await this.#peer.call('exec', { id, ...exec });
  }

  async kill(id: string, signal: Signal): Promise<void> {
    await this.#peer.call('kill', { id, signal });
  }

  async resize(id: string, execId: string, width: number, height: number): Promise<void> {
    await this.#peer.call('resize', { id, execId, width, height });
  }

  async closeStdin(id: string, execId = ''): Promise<void> {
    await this.#peer.call('closeIO', { id, execId });
  }

  async pause(id: string): Promise<void> {
    await this.#peer.call('pause', { id });
  }

  async resume(id: string): Promise<void> {
    await this.#peer.call('resume', { id });
  }

  async update(id: string, resources: ResourcesSpec): Promise<void> {
    await this.#peer.call('update', { id, resources });
  }

  /** The processes of a container, by their numbers on the host. */
  async pids(id: string): Promise<number[]> {
    return (await this.#peer.call('pids', { id })).pids as number[];
  }

  async metrics(id: string): Promise<CgroupMetrics> {
    return (await this.#peer.call('stats', { id })).metrics as CgroupMetrics;
  }

  async delete(id: string, execId = ''): Promise<void> {
    await this.#peer.call('delete', { id, execId });
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
