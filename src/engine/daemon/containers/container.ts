import type {
  ContainerConfig,
  ContainerStatus,
  HealthLog,
  HostConfig,
  MountPoint,
} from '../../api/containers.ts';
import type { EndpointSettings } from '../../api/networks.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { Digest } from '../../oci/digest.ts';
import { Deferred, Lock } from '../deferred.ts';
import type { ContainerLayer } from '../images/layer-store.ts';
import type { PublishedPort } from '../networks/publish.ts';
import type { Resolver } from '../networks/resolver.ts';
import { StateFile } from '../state-file.ts';
import type { Exec } from './exec.ts';
import type { HealthMonitor } from './health.ts';
import { Streams } from './streams.ts';

/** How a container is now. Times in ms. */
export interface RunState {
  running: boolean;
  paused: boolean;
  restarting: boolean;
  removing: boolean;
  dead: boolean;
  oomKilled: boolean;
  pid: number;
  exitCode: number;
  error: string;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  health?: { status: string; failingStreak: number; log: HealthLog[] };
}

/** What a container is joined to while it runs. */
export interface Sandbox {
  id: string;
  key: string;
  ports: PublishedPort[];
  /** The id of the network that they are published through: the one that leads out. */
  publishes?: string;
  /** The embedded DNS server, on user networks. */
  resolver?: Resolver;
}

/** A container as the daemon holds it (moby container/container.go). */
export class Container {
  readonly id: string;
  /** Without the slash that the API puts in front. */
  name: string;
  readonly created: number;
  readonly config: ContainerConfig;
  hostConfig: HostConfig;
  readonly image: Digest;
  readonly layer: ContainerLayer;
  readonly directory: string;
  /** What a later daemon is to know of it (container-files.ts). */
  readonly file: StateFile;
  path: string;
  args: string[];
  mounts: MountPoint[] = [];
  /** Of the images that are mounted, by the name of the mount. */
  readonly imageLayers = new Map<string, ContainerLayer>();
  /** By network name. */
  readonly endpoints = new Map<string, EndpointSettings>();
  sandbox: Sandbox | undefined;
  restartCount = 0;
  /** A user has signalled it since it was started: the policy `unless-stopped` leaves it alone. */
  stoppedByUser = false;
  /** It has got the signal that ends it: no policy starts it again after this run. */
  restartCancelled = false;
  everStarted = false;
  /** A log has been begun for it, which comes late in a start. */
  logs = false;
  /** What a restart policy waits before the next run, ms. */
  restartDelay = 0;
  /** Takes the log off the output of the run under way. */
  stopLogging?: () => void;
  /** Of the run under way. */
  healthMonitor?: HealthMonitor;
  /** Set while `docker stop` waits: announces the stop. */
  stopping?: () => void;
  readonly execs = new Map<string, Exec>();
  readonly lock = new Lock();
  readonly streams = new Streams();
  readonly state: RunState = {
    running: false,
    paused: false,
    restarting: false,
    removing: false,
    dead: false,
    oomKilled: false,
    pid: 0,
    exitCode: 0,
    error: '',
    startedAt: undefined,
    finishedAt: undefined,
  };
  #stopped = new Deferred<number>();
  readonly #removed = new Deferred<number>();

  constructor(init: {
    id: string;
    name: string;
    created: number;
    config: ContainerConfig;
    hostConfig: HostConfig;
    image: Digest;
    layer: ContainerLayer;
    directory: string;
    sys: Syscalls;
  }) {
    this.id = init.id;
    this.name = init.name;
    this.created = init.created;
    this.config = init.config;
    this.hostConfig = init.hostConfig;
    this.image = init.image;
    this.layer = init.layer;
    this.directory = init.directory;
    this.file = new StateFile(init.sys, `${init.directory}/config.v2.json`, 0o600);
    const command = [...(init.config.Entrypoint ?? []), ...(init.config.Cmd ?? [])];
    this.path = command[0] ?? '';
    this.args = command.slice(1);
  }

  /** The driver `local` has a form of its own; here its lines are kept as json-file keeps them. */
  get logPath(): string {
    if (this.hostConfig.LogConfig?.Type === 'local') return `${this.directory}/local-logs/container.log`;
    return `${this.directory}/${this.id}-json.log`;
  }

  get status(): ContainerStatus {
    const { state } = this;
    if (state.running) return state.paused ? 'paused' : state.restarting ? 'restarting' : 'running';
    if (state.removing) return 'removing';
    if (state.dead) return 'dead';
    return state.startedAt === undefined ? 'created' : 'exited';
  }

  setRunning(pid: number, now: number): void {
    Object.assign(this.state, {
      running: true,
      paused: false,
      restarting: false,
      oomKilled: false,
      error: '',
      exitCode: 0,
      pid,
      startedAt: now,
    });
    this.everStarted = true;
  }

  setStopped(exitCode: number, now: number, oomKilled: boolean): void {
    Object.assign(this.state, {
      running: false,
      paused: false,
      restarting: false,
      pid: 0,
      exitCode,
      oomKilled,
      finishedAt: now,
    });
    this.#announceExit(exitCode);
  }

  /** Between two runs under a restart policy: still "running" to those who ask, and nobody's wait ends. */
  setRestarting(exitCode: number, now: number, oomKilled: boolean): void {
    Object.assign(this.state, {
      running: true,
      paused: false,
      restarting: true,
      pid: 0,
      exitCode,
      oomKilled,
      finishedAt: now,
    });
    this.#announceExit(exitCode);
  }

  setRemoved(): void {
    this.#removed.resolve(this.state.exitCode);
    this.#announceExit(this.state.exitCode);
  }

  #announceExit(exitCode: number): void {
    const announced = this.#stopped;
    this.#stopped = new Deferred<number>();
    announced.resolve(exitCode);
  }

  /** The exit code at the next end of a run. */
  nextExit(): Promise<number> {
    return this.#stopped.promise;
  }

  removed(): Promise<number> {
    return this.#removed.promise;
  }

  /** Attributes of its events: labels, image and name. */
  attributes(more: Record<string, string> = {}): Record<string, string> {
    return { ...this.config.Labels, image: this.config.Image ?? '', name: this.name, ...more };
  }
}
