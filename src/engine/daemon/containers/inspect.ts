import type { ContainerInspect, ContainerState } from '../../api/containers.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import type { Engine } from '../engine.ts';
import { goTime } from '../go-time.ts';
import { portMap } from '../networks/publish.ts';
import type { Container } from './container.ts';
import { containerSizes } from './size.ts';

/** GET /containers/{id}/json, in the engine's order of fields. */
export async function inspectContainer(
  engine: Engine,
  container: Container,
  size: boolean,
): Promise<ContainerInspect> {
  const { id, directory, state, config, hostConfig, endpoints, sandbox, layer } = container;
  const { rw, root } = size ? await containerSizes(engine, container) : { rw: 0, root: 0 };
  const bridge = endpoints.get('bridge');
  const running = container.everStarted || state.error !== '';
  const file = (name: string) => (running ? `${directory}/${name}` : '');
  const execs = [...container.execs.values()].filter((exec) => exec.running).map((exec) => exec.id);
  return {
    Id: id,
    Created: rfc3339Nano(container.created),
    Path: container.path,
    Args: container.args,
    State: describeState(container),
    Image: container.image,
    ResolvConfPath: file('resolv.conf'),
    HostnamePath: file('hostname'),
    HostsPath: file('hosts'),
    LogPath: container.logs && hostConfig.LogConfig?.Type === 'json-file' ? container.logPath : '',
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: execs.length > 0 ? execs : null,
    HostConfig: hostConfig,
    GraphDriver: { Data: engine.layers.describeContainer(layer, id), Name: 'overlay2' },
    ...(size ? { SizeRw: rw, SizeRootFs: root } : {}),
    Mounts: container.mounts,
    Config: config,
    NetworkSettings: {
      Bridge: '',
      SandboxID: sandbox?.id ?? '',
      SandboxKey: sandbox?.key ?? '',
      Ports: portMap(container),
      HairpinMode: false,
      LinkLocalIPv6Address: '',
      LinkLocalIPv6PrefixLen: 0,
      SecondaryIPAddresses: null,
      SecondaryIPv6Addresses: null,
      EndpointID: bridge?.EndpointID ?? '',
      Gateway: bridge?.Gateway ?? '',
      GlobalIPv6Address: '',
      GlobalIPv6PrefixLen: 0,
      IPAddress: bridge?.IPAddress ?? '',
      IPPrefixLen: bridge?.IPPrefixLen ?? 0,
      IPv6Gateway: '',
      MacAddress: bridge?.MacAddress ?? '',
      Networks: Object.fromEntries([...endpoints].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

/** How it is, as `inspect` tells of it and `config.v2.json` keeps it. */
export function describeState(container: Container): ContainerState {
  const { state } = container;
  const { health } = state;
  return {
    Status: container.status,
    Running: state.running,
    Paused: state.paused,
    Restarting: state.restarting,
    OOMKilled: state.oomKilled,
    Dead: state.dead,
    Pid: state.pid,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: goTime(state.startedAt),
    FinishedAt: goTime(state.finishedAt),
    ...(health
      ? { Health: { Status: health.status, FailingStreak: health.failingStreak, Log: health.log } }
      : {}),
  };
}
