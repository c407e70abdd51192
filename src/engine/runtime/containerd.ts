import { decode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { O_CLOEXEC, O_RDWR } from '../kernel/fcntl.ts';
import type { Process } from '../kernel/program.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { dirname, mkdirAll, namesIn, removeAll, writeFile } from './files.ts';
import { errorText, fail, GoError } from './go-error.ts';
import { acceptJson, connectJson, type Json, type JsonPeer, listenUnix } from './json-socket.ts';
import { Reaper } from './reaper.ts';
import { parseFlags, shimAddress } from './shim.ts';
import type { StdioPaths } from './stdio.ts';

export const SYSTEM_STATE = '/run/containerd';

/** What dockerd asks for a container's task (containerd's TaskService, narrowed). */
export interface CreateTask extends StdioPaths {
  id: string;
  terminal: boolean;
}

/** How a task is, as containerd's `State` answers. */
export interface TaskState {
  pid: number;
  status: 'created' | 'running' | 'paused' | 'stopped';
  /** Of one that is stopped. */
  exitStatus?: number;
  exitedAt?: string;
}

/** What containerd tells its clients when a process of a container ends. */
export interface TaskExit {
  id: string;
  execId: string;
  pid: number;
  status: number;
  exitedAt: string;
  oomKilled: boolean;
}

/**
 * containerd: starts a shim for each container and passes calls to it. Only tasks are modelled; images, snapshots and
 * its own namespaces of containers are dockerd's affair here, as they are with the overlay2 graph driver.
 */
export async function containerd(process: Process): Promise<number> {
  const { sys } = process;
  const config = parseFlags(process.argv).get('config');
  // `--config …/containerd.toml` lies beside the socket of the containerd that dockerd starts for itself.
  const state = config === undefined ? SYSTEM_STATE : dirname(config);
  const socket = `${state}/containerd.sock`;
  await mkdirAll(sys, state, 0o711);
  await mkdirAll(sys, '/run/containerd/s', 0o711);
  await removeAll(sys, socket);
  // Handled, not ignored: what a service manager ignores would else be inherited by every container.
  for (const signal of ['SIGPIPE', 'SIGHUP'] as const)
    await sys.sigaction(signal, () => {}, { restart: true });
  const service = new TaskService(process, socket, state, await Reaper.start(sys));
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) void sys.sigaction(signal, () => resolve());
  });
  await service.restore();
  const listener = await listenUnix(sys, socket);
  void acceptJson(sys, listener, (open) => service.connect(open));
  await stopped;
  await removeAll(sys, socket);
  return 0;
}

class TaskService {
  readonly #process: Process;
  readonly #sys: Syscalls;
  readonly #address: string;
  readonly #state: string;
  readonly #reaper: Reaper;
  readonly #shims = new Map<string, JsonPeer>();
  readonly #clients = new Set<JsonPeer>();

  constructor(process: Process, address: string, state: string, reaper: Reaper) {
    this.#process = process;
    this.#sys = process.sys;
    this.#address = address;
    this.#state = state;
    this.#reaper = reaper;
  }

  connect(
    open: (handlers: {
      call: (method: string, params: Json, bytes: Uint8Array) => Promise<object | undefined>;
    }) => JsonPeer,
  ): void {
    const peer = open({ call: (method, params, bytes) => this.#call(method, params, bytes) });
    this.#clients.add(peer);
    void peer.closed.then(() => this.#clients.delete(peer));
  }

  async #call(method: string, params: Json, bytes: Uint8Array): Promise<object | undefined> {
    if (method === 'create') return this.#create(params as CreateTask, bytes);
    if (method === 'list') return this.#list();
    const shim = this.#shims.get(params.id);
    if (shim === undefined) return fail(`task ${params.id} not found: not found`);
    if (method !== 'delete' || params.execId) return shim.call(method, params);
    const exit = await shim.call('delete', {});
    await this.#release(params.id, shim);
    return exit;
  }

  async #list(): Promise<object> {
    const tasks = [...this.#shims].sort(([a], [b]) => (a < b ? -1 : 1));
    const all = tasks.map(async ([id, shim]) => ({ id, ...(await shim.call('state', {})) }));
    return { tasks: await Promise.all(all) };
  }

  /** `spec`: the bundle's config.json, handed down unread. */
  async #create(task: CreateTask, spec: Uint8Array): Promise<object> {
    const bundle = this.#bundle(task.id);
    await mkdirAll(this.#sys, bundle, 0o711);
    await writeFile(this.#sys, `${bundle}/config.json`, spec, 0o600);
    const shim = await this.#startShim(task.id, bundle);
    this.#shims.set(task.id, shim);
    const { terminal, stdin, stdout, stderr } = task;
    try {
      return await shim.call('create', { bundle, terminal, stdin, stdout, stderr });
    } catch (error) {
      await this.#release(task.id, shim);
      throw new GoError(`failed to create shim task: ${errorText(error)}`);
    }
  }

  async #startShim(id: string, bundle: string): Promise<JsonPeer> {
    const sys = this.#sys;
    const [read, write] = await sys.pipe(true);
    const argv = [
      '/usr/bin/containerd-shim-runc-v2',
      '-namespace',
      'moby',
      '-id',
      id,
      '-address',
      this.#address,
      'start',
    ];
    const pid = await sys.fork(async (child) => {
      await child.sys.dup2(await child.sys.open('/dev/null', O_RDWR | O_CLOEXEC), 0);
      await child.sys.dup2(write, 1);
      await child.sys.chdir(bundle);
      return child.sys.execve(argv[0]!, argv, this.#process.env);
    });
    await sys.close(write);
    let address = '';
    for (let chunk = await sys.read(read, 4096); chunk.length > 0; chunk = await sys.read(read, 4096))
      address += decode(chunk);
    await sys.close(read);
    await this.#reaper.exit(pid);
    if (!address.startsWith('unix://')) fail('failed to start shim: start failed: exit status 1');
    return this.#connect(address.slice('unix://'.length));
  }

  #connect(address: string): Promise<JsonPeer> {
    return connectJson(this.#sys, address, {
      notice: async (event, params) => {
        for (const client of this.#clients) await client.notify(event, params);
      },
    });
  }

  /** Finds the shims that an earlier containerd started. The bundle of one that is gone goes as well. */
  async restore(): Promise<void> {
    const bundles = dirname(this.#bundle('any'));
    await mkdirAll(this.#sys, bundles, 0o711);
    for (const id of (await namesIn(this.#sys, bundles)).sort())
      try {
        this.#shims.set(id, await this.#connect(shimAddress(id)));
      } catch (error) {
        if (!isErrno(error)) throw error;
        await removeAll(this.#sys, this.#bundle(id));
      }
  }

  async #release(id: string, shim: JsonPeer): Promise<void> {
    this.#shims.delete(id);
    await shim.call('shutdown', {}).catch(() => undefined);
    await shim.close().catch(() => undefined);
    await removeAll(this.#sys, this.#bundle(id));
  }

  #bundle(id: string): string {
    return `${this.#state}/io.containerd.runtime.v2.task/moby/${id}`;
  }
}
