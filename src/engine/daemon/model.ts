import type { ContainerStatus, MountPoint, PortMap, RestartPolicy } from '../api/containers.ts';
import type { NetworkInspect } from '../api/networks.ts';
import type { EventMessage } from '../api/system.ts';
import type { Volume } from '../api/volumes.ts';
import type { Process } from '../kernel/program.ts';
import { createdBy, type ImageConfig } from '../oci/image-config.ts';
import { familiarString } from '../oci/reference.ts';
import type { Container } from './containers/container.ts';
import type { Engine } from './engine.ts';
import { type Image, imageSize } from './images/image-store.ts';
import { chain } from './images/layer-store.ts';
import { describeNetwork } from './networks/network.ts';
import { portMap } from './networks/publish.ts';

/** What checks and X-ray see of the daemon. */
export interface DockerdModel {
  containers: ContainerModel[];
  /** The last containers that were removed, as they were last; oldest first. */
  removed: ContainerModel[];
  images: ImageModel[];
  networks: NetworkInspect[];
  volumes: Volume[];
  /** What happened, as far back as the daemon keeps it; oldest first. */
  events: readonly EventMessage[];
}

export interface ContainerModel {
  id: string;
  name: string;
  image: string;
  imageId: string;
  status: ContainerStatus;
  exitCode: number;
  /** It was killed because its cgroup had no memory left. */
  oomKilled: boolean;
  pid: number;
  command: string[];
  env: string[];
  labels: Record<string, string>;
  ports: PortMap;
  mounts: MountPoint[];
  networks: Record<string, string>;
  tty: boolean;
  openStdin: boolean;
  autoRemove: boolean;
  /** `no`, `always`, `unless-stopped`, `on-failure`; with how many attempts, where that is bounded (`on-failure:3`). */
  restartPolicy: string;
  /** How often its policy has had it run again since somebody started it. */
  restartCount: number;
  /** The signal that is to end it, as it was given (`QUIT`, `SIGQUIT`, `3`); empty where none was. */
  stopSignal: string;
  /** Bytes of memory that it may use; 0 where there is no limit. */
  memory: number;
  /** The processors that it is bound to, as they were given; empty where it is bound to none. */
  cpusetCpus: string;
  /** What its health check runs (`CMD-SHELL`, then the line), and what came of it; undefined where it has none. */
  health?: { test: readonly string[]; status: string };
  upperDirectory: string;
  lowerDirectories: string[];
}

export interface ImageModel {
  id: string;
  references: string[];
  size: number;
  layers: LayerModel[];
  /** The document whose digest is the id. */
  config: ImageConfig;
}

/** One layer of an image, the lowest first. */
export interface LayerModel {
  chainId: string;
  diffId: string;
  size: number;
  /** Where it lies unpacked. */
  directory: string;
  /** The line of the image's history that made it, where the history tells. */
  createdBy?: string;
}

export function publishModel(process: Process, engine: Engine): void {
  process.publish('dockerd', () => modelOf(engine));
}

export function modelOf(engine: Engine): DockerdModel {
  return {
    containers: engine.containers.all().map((container) => containerModel(engine, container)),
    removed: [...engine.removed],
    images: engine.images.all().map((image) => imageModel(engine, image)),
    networks: engine.networks.all().map(describeNetwork),
    volumes: engine.volumes.all().map((volume) => engine.volumes.describe(volume)),
    events: engine.events.past,
  };
}

function imageModel(engine: Engine, image: Image): ImageModel {
  const made = createdBy(image.config);
  return {
    id: image.id,
    references: engine.images.referencesTo(image.id).map(familiarString),
    size: imageSize(image),
    layers: chain(image.top)
      .reverse()
      .map((layer, index) => ({
        chainId: layer.chainId,
        diffId: layer.diffId,
        size: layer.size,
        directory: engine.layers.diffDirectory(layer),
        ...(made[index] === undefined ? {} : { createdBy: made[index] }),
      })),
    config: image.config,
  };
}

/** A container as it is now. */
export function containerModel(engine: Engine, container: Container): ContainerModel {
  return {
    id: container.id,
    name: container.name,
    image: container.config.Image ?? '',
    imageId: container.image,
    status: container.status,
    exitCode: container.state.exitCode,
    oomKilled: container.state.oomKilled,
    pid: container.state.pid,
    command: [container.path, ...container.args],
    env: container.config.Env ?? [],
    labels: container.config.Labels ?? {},
    ports: portMap(container),
    mounts: container.mounts,
    networks: Object.fromEntries(
      [...container.endpoints].map(([name, { IPAddress = '' }]) => [name, IPAddress]),
    ),
    tty: container.config.Tty ?? false,
    openStdin: container.config.OpenStdin ?? false,
    autoRemove: container.hostConfig.AutoRemove ?? false,
    restartPolicy: policyText(container.hostConfig.RestartPolicy),
    restartCount: container.restartCount,
    stopSignal: container.config.StopSignal ?? '',
    memory: container.hostConfig.Memory ?? 0,
    cpusetCpus: container.hostConfig.CpusetCpus ?? '',
    ...(container.state.health && {
      health: { test: container.config.Healthcheck?.Test ?? [], status: container.state.health.status },
    }),
    upperDirectory: engine.layers.diffDirectory(container.layer),
    lowerDirectories: engine.layers.lowerDirectories(container.layer),
  };
}

/** As `--restart` takes it. */
function policyText(policy: RestartPolicy | undefined): string {
  const { Name = '', MaximumRetryCount = 0 } = policy ?? {};
  return `${Name || 'no'}${MaximumRetryCount > 0 ? `:${MaximumRetryCount}` : ''}`;
}
