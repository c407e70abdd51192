import type {
  ContainerConfig,
  ContainerState,
  HostConfig,
  MountPoint,
  PortMap,
} from '../../api/containers.ts';
import type { EndpointSettings } from '../../api/networks.ts';
import { parseRfc3339, rfc3339Nano } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import { marshal } from '../../base/go-json.ts';
import { namesIn, readText, replaceFile } from '../../runtime/files.ts';
import { errorText } from '../../runtime/go-error.ts';
import { unmarshal } from '../../runtime/go-json.ts';
import type { Engine } from '../engine.ts';
import { fromGoTime } from '../go-time.ts';
import type { ContainerLayer } from '../images/layer-store.ts';
import { logLine } from '../log.ts';
import { type PublishedPort, portMap } from '../networks/publish.ts';
import { Container } from './container.ts';
import { completeHostConfig } from './host-config.ts';
import { adoptImages } from './image-mounts.ts';
import { describeState } from './inspect.ts';

/** `config.v2.json`, narrowed to what is modelled (moby container/container.go, Container). */
interface StoredContainer {
  State: Omit<ContainerState, 'Status' | 'Health'> & {
    RemovalInProgress: boolean;
    Health: ContainerState['Health'] | null;
  };
  ID: string;
  Created: string;
  Path: string;
  Args: string[];
  Config: ContainerConfig;
  Image: string;
  NetworkSettings: {
    SandboxID: string;
    SandboxKey: string;
    Networks: Record<string, EndpointSettings>;
    Ports: PortMap;
  };
  LogPath: string;
  Name: string;
  Driver: string;
  OS: string;
  RestartCount: number;
  HasBeenStartedBefore: boolean;
  HasBeenManuallyStopped: boolean;
  /** By destination. */
  MountPoints: Record<string, StoredMountPoint>;
  HostnamePath: string;
  HostsPath: string;
  ResolvConfPath: string;
}

/** A mount as the file names its parts: `Relabel` is the mode. */
type StoredMountPoint = Omit<MountPoint, 'Mode'> & { Relabel: string };

const hostConfigPath = (directory: string): string => `${directory}/hostconfig.json`;

/** Writes down how a container is now, so that a later daemon finds it. Models moby `CheckpointTo`. */
export async function saveContainer(container: Container): Promise<void> {
  try {
    await container.file.write(() => storedForm(container));
  } catch (error) {
    // The directory goes with the container.
    if (!isErrno(error, 'ENOENT') || !container.state.removing) throw error;
  }
}

/** Writes down what a container was asked to be on this host, which only `update` changes. */
export async function saveHostConfig({ sys }: Engine, { directory, hostConfig }: Container): Promise<void> {
  await replaceFile(sys, hostConfigPath(directory), marshal(hostConfig), 0o600);
}

/**
 * The containers that an earlier daemon left, in order of creation. Those whose files cannot be read or whose layers are gone are
 * passed over.
 */
export async function loadContainers(
  engine: Engine,
  layers: ReadonlyMap<string, ContainerLayer>,
): Promise<Container[]> {
  const out: Container[] = [];
  for (const id of (await namesIn(engine.sys, `${engine.root}/containers`)).sort()) {
    const layer = layers.get(id);
    if (layer === undefined) continue;
    try {
      const container = await loadContainer(engine, id, layer);
      adoptImages(engine, container, layers);
      out.push(container);
    } catch (error) {
      await logLine(engine, 'error', 'failed to load container', { container: id, error: errorText(error) });
    }
  }
  return out.sort((a, b) => a.created - b.created);
}

/** What it was asked to be on this host; where nothing tells, nothing was asked. */
async function loadHostConfig({ sys, host }: Engine, path: string): Promise<HostConfig> {
  try {
    return unmarshal(await readText(sys, path)) as HostConfig;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return completeHostConfig({}, host.sysinfo);
    throw error;
  }
}

async function loadContainer(engine: Engine, id: string, layer: ContainerLayer): Promise<Container> {
  const directory = `${engine.root}/containers/${id}`;
  const stored = unmarshal(await readText(engine.sys, `${directory}/config.v2.json`)) as StoredContainer;
  const hostConfig = await loadHostConfig(engine, hostConfigPath(directory));
  const container = new Container({
    id,
    name: stored.Name.replace(/^\//, ''),
    created: parseRfc3339(stored.Created) ?? 0,
    config: stored.Config,
    hostConfig,
    image: stored.Image,
    layer,
    directory,
    sys: engine.sys,
  });
  const { State: state, NetworkSettings: network } = stored;
  Object.assign(container.state, {
    running: state.Running,
    paused: state.Paused,
    restarting: state.Restarting,
    oomKilled: state.OOMKilled,
    // A removal that was cut short leaves what no run can use any more.
    dead: state.Dead || state.RemovalInProgress,
    pid: state.Pid,
    exitCode: state.ExitCode,
    error: state.Error,
    startedAt: fromGoTime(state.StartedAt),
    finishedAt: fromGoTime(state.FinishedAt),
  });
  if (state.Health)
    container.state.health = {
      status: state.Health.Status,
      failingStreak: state.Health.FailingStreak,
      log: state.Health.Log,
    };
  container.path = stored.Path;
  container.args = stored.Args;
  container.restartCount = stored.RestartCount;
  container.everStarted = stored.HasBeenStartedBefore;
  container.stoppedByUser = stored.HasBeenManuallyStopped;
  container.logs = stored.LogPath !== '';
  container.mounts = Object.values(stored.MountPoints).map(({ Relabel, ...mount }) => ({
    ...mount,
    Mode: Relabel,
  }));
  for (const [name, settings] of Object.entries(network.Networks)) container.endpoints.set(name, settings);
  if (network.SandboxID !== '')
    container.sandbox = {
      id: network.SandboxID,
      key: network.SandboxKey,
      ports: publishedIn(network.Ports),
    };
  return container;
}

/** The ports that were open; who held them open is gone. */
function publishedIn(ports: PortMap): PublishedPort[] {
  return Object.entries(ports).flatMap(([port, bindings]) => {
    const [number = '', protocol = 'tcp'] = port.split('/');
    return (bindings ?? []).map(({ HostIp, HostPort }) => ({
      protocol: protocol as PublishedPort['protocol'],
      containerPort: Number(number),
      hostIp: HostIp,
      hostPort: Number(HostPort),
      rules: [],
      proxy: undefined,
    }));
  });
}

function storedForm(container: Container): StoredContainer {
  const { state, sandbox, directory, everStarted } = container;
  const { Status: _, Health = null, ...kept } = describeState(container);
  const file = (name: string): string => (everStarted ? `${directory}/${name}` : '');
  return {
    State: { ...kept, RemovalInProgress: state.removing, Health },
    ID: container.id,
    Created: rfc3339Nano(container.created),
    Path: container.path,
    Args: container.args,
    Config: container.config,
    Image: container.image,
    NetworkSettings: {
      SandboxID: sandbox?.id ?? '',
      SandboxKey: sandbox?.key ?? '',
      Networks: Object.fromEntries(container.endpoints),
      Ports: portMap(container),
    },
    LogPath: container.logs && container.hostConfig.LogConfig?.Type === 'json-file' ? container.logPath : '',
    Name: `/${container.name}`,
    Driver: 'overlay2',
    OS: 'linux',
    RestartCount: container.restartCount,
    HasBeenStartedBefore: everStarted,
    HasBeenManuallyStopped: container.stoppedByUser,
    MountPoints: Object.fromEntries(
      container.mounts.map(({ Mode, ...mount }) => [mount.Destination, { ...mount, Relabel: Mode }]),
    ),
    HostnamePath: file('hostname'),
    HostsPath: file('hosts'),
    ResolvConfPath: file('resolv.conf'),
  };
}
