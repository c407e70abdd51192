import type { Process } from '../kernel/program.ts';
import type { Syscalls, Uname } from '../kernel/syscalls.ts';
import { toHex } from '../oci/digest.ts';
import { mkdirAll, readText } from '../runtime/files.ts';
import type { Reaper } from '../runtime/reaper.ts';
import type { CapabilitySet } from '../vfs/capabilities.ts';
import { BuildCache } from './build/cache.ts';
import { BuildHistory } from './build/history.ts';
import { BuildRecords } from './build/record/builds.ts';
import type { Configuration } from './configuration.ts';
import type { Container } from './containers/container.ts';
import { ContainerStore } from './containers/container-store.ts';
import type { Exec } from './containers/exec.ts';
import { JsonLog } from './containers/json-log.ts';
import { type RemoveOptions, removeContainer } from './containers/remove.ts';
import { StatsCollector } from './containers/stats-collector.ts';
import { Events } from './events.ts';
import { PATHS } from './identity.ts';
import { ImageFiles } from './images/image-files.ts';
import { ImageStore } from './images/image-store.ts';
import { LayerSources } from './images/layer-sources.ts';
import { LayerStore } from './images/layer-store.ts';
import { ManifestStore } from './images/manifest-store.ts';
import type { ContainerModel } from './model.ts';
import { Networks } from './networks/networks.ts';
import { Registries } from './registry/endpoint.ts';
import { readContainers } from './restore.ts';
import { readSysInfo, type SysInfo } from './sysinfo.ts';
import type { TaskClient } from './task-client.ts';
import { prepareTemporary } from './temporary.ts';
import { Volumes } from './volumes/volumes.ts';

/** What the daemon knows of the machine it runs on. */
export interface HostFacts {
  uname: Uname;
  cpus: number;
  memory: number;
  osName: string;
  osVersion: string;
  id: string;
  sysinfo: SysInfo;
  /** What the daemon may do itself, which is what it can give to a container. */
  capabilities: CapabilitySet;
}

/** The daemon's whole state, and the one way its parts reach each other. */
export class Engine {
  readonly process: Process;
  readonly sys: Syscalls;
  readonly configuration: Configuration;
  readonly host: HostFacts;
  readonly tasks: TaskClient;
  readonly reaper: Reaper;
  readonly root: string;
  readonly events: Events;
  readonly images: ImageStore;
  readonly layers: LayerStore;
  readonly layerSources: LayerSources;
  readonly manifests = new ManifestStore();
  readonly buildCache = new BuildCache(this);
  readonly builds = new BuildRecords(() => this.now());
  readonly buildHistory = new BuildHistory(() => this.now());
  readonly registries: Registries;
  readonly containers = new ContainerStore();
  readonly networks: Networks;
  readonly volumes: Volumes;
  readonly stats = new StatsCollector(this);
  readonly execs = new Map<string, Exec>();
  /** Models of the containers removed last, for the windows on the world. */
  readonly removed: ContainerModel[] = [];
  /** Whether the daemon is on its way out: what ends now is not started again. */
  shuttingDown = false;
  readonly #logs = new Map<string, JsonLog>();

  constructor(init: {
    process: Process;
    configuration: Configuration;
    host: HostFacts;
    tasks: TaskClient;
    reaper: Reaper;
  }) {
    this.process = init.process;
    this.sys = init.process.sys;
    this.configuration = init.configuration;
    this.host = init.host;
    this.tasks = init.tasks;
    this.reaper = init.reaper;
    this.root = init.configuration['data-root'] ?? PATHS.root;
    this.events = new Events(() => this.sys.clock_gettime());
    const store = `${this.root}/image/overlay2`;
    this.images = new ImageStore(new ImageFiles(this.sys, store));
    this.layers = new LayerStore(this.sys, this.root);
    this.layerSources = new LayerSources(this.sys, `${store}/distribution`);
    this.registries = new Registries(this);
    this.networks = new Networks(this);
    this.volumes = new Volumes(this);
  }

  async prepare(): Promise<void> {
    await mkdirAll(this.sys, this.root, 0o710);
    await prepareTemporary(this);
    await mkdirAll(this.sys, `${this.root}/containers`, 0o710);
    await this.layers.prepare();
    await this.images.restore((config) => this.layers.topOf(config));
    await this.layerSources.prepare();
    await this.volumes.prepare();
    await readContainers(this);
    await this.networks.prepare();
  }

  now(): number {
    return this.sys.clock_gettime();
  }

  /** 64 hexadecimal digits. */
  newId(): string {
    for (;;) {
      const id = toHex(this.sys.getrandom(32));
      // An id whose beginning is all digits would be taken for a number (moby stringid).
      if (!/^\d{12}/.test(id)) return id;
    }
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.sys.getrandom(4);
    return ((a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) % limit) >>> 0;
  }

  remove(container: Container, options: RemoveOptions): Promise<void> {
    return removeContainer(this, container, options);
  }

  logOf(container: Container): JsonLog {
    let log = this.#logs.get(container.id);
    if (log === undefined) {
      log = new JsonLog(this.sys, container.logPath);
      this.#logs.set(container.id, log);
    }
    return log;
  }

  forgetLog(container: Container): void {
    this.#logs.delete(container.id);
  }
}

/** Reads what `docker info` tells of the host. */
export async function readHostFacts(sys: Syscalls, id: string): Promise<HostFacts> {
  const release = await readText(sys, '/etc/os-release').catch(() => '');
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?`, 'm').exec(release)?.[1] ?? '';
  const cpuinfo = await readText(sys, '/proc/cpuinfo').catch(() => '');
  return {
    uname: await sys.uname(),
    cpus: cpuinfo.match(/^processor\b/gm)?.length ?? 1,
    memory: (await sys.sysinfo()).totalram,
    osName: field('PRETTY_NAME') || 'Linux',
    osVersion: field('VERSION_ID'),
    id,
    sysinfo: await readSysInfo(sys),
    capabilities: (await sys.capget()).effective,
  };
}
