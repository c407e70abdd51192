import type { DiskUsageResponse } from '../../api/disk-usage.ts';
import { Filters } from '../../api/filters.ts';
import type { InfoResponse, VersionResponse } from '../../api/system.ts';
import type { Volume } from '../../api/volumes.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import { inOrder } from '../../base/go-json.ts';
import { sleep } from '../../runtime/sleep.ts';
import { CONTAINERD, RUNC } from '../../runtime/versions.ts';
import { listContainers } from '../containers/list.ts';
import { DEFAULT_LOG_DRIVER } from '../containers/log-options.ts';
import { parseLogTime } from '../containers/logs.ts';
import type { Engine } from '../engine.ts';
import { invalidParameter } from '../error.ts';
import { parseFilters } from '../filters.ts';
import { CGROUP_DRIVER, DOCKER_INIT, ENGINE, INDEX_SERVER, PATHS } from '../identity.ts';
import { listImages } from '../images/list.ts';
import { jsonLine } from '../lines.ts';
import { json, type Route } from '../router.ts';

const PING_HEADERS: readonly [string, string][] = [
  ['Builder-Version', '1'],
  ['Cache-Control', 'no-cache, no-store, must-revalidate'],
  ['Content-Type', 'text/plain; charset=utf-8'],
  ['Pragma', 'no-cache'],
  ['Swarm', 'inactive'],
];

export const systemRoutes: readonly Route[] = [
  ['HEAD', '/_ping', async () => ({ status: 200, headers: PING_HEADERS })],
  ['GET', '/_ping', async () => ({ status: 200, headers: PING_HEADERS, body: 'OK' })],
  ['GET', '/version', async ({ engine }) => json(version(engine))],
  ['GET', '/info', async ({ engine }) => json(info(engine))],
  [
    'GET',
    '/events',
    async ({ engine, query }) => {
      const filters = parseFilters(query.get('filters') ?? undefined);
      const since = parseLogTime(query.get('since') ?? '');
      const until = parseLogTime(query.get('until') ?? '');
      if (since !== undefined && until !== undefined && since > until)
        throw invalidParameter(
          `\`since\` time (${query.get('since')}) cannot be after \`until\` time (${query.get('until')})`,
        );
      const feed = engine.events.subscribe(filters, since, until);
      if (until !== undefined && until > engine.now())
        void sleep(engine.sys, until - engine.now()).then(() => engine.events.unsubscribe(feed));
      return {
        status: 200,
        headers: [['Content-Type', 'application/json']],
        body: lines(feed),
      };
    },
  ],
  [
    'GET',
    '/system/df',
    async ({ engine }) => {
      const layers = engine.layers.layers();
      const containers = await listContainers(engine, {
        all: true,
        limit: 0,
        size: true,
        filters: new Filters(),
      });
      const volumes: Volume[] = [];
      // Those that have options of their own, which may lead anywhere, are not counted (moby volume/service LocalVolumesSize).
      for (const volume of engine.volumes.all().filter(({ options }) => options === null))
        volumes.push({
          ...engine.volumes.describe(volume),
          UsageData: { RefCount: volume.users.size, Size: await engine.volumes.size(volume) },
        });
      const images = listImages(engine, { all: false, filters: new Filters(), sharedSize: true });
      const usage: DiskUsageResponse = {
        LayersSize: layers.reduce((sum, { size }) => sum + size, 0),
        Images: images,
        Containers: containers,
        Volumes: volumes,
        BuildCache: engine.buildCache.list(),
      };
      return json(usage);
    },
  ],
];

async function* lines(feed: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const value of feed) yield jsonLine(value);
}

function version(engine: Engine): VersionResponse {
  const kernel = engine.host.uname.release;
  return {
    Platform: { Name: '' },
    Components: [
      {
        Name: 'Engine',
        Version: ENGINE.version,
        Details: {
          ApiVersion: ENGINE.apiVersion,
          Arch: ENGINE.arch,
          BuildTime: ENGINE.buildTime,
          Experimental: 'false',
          GitCommit: ENGINE.gitCommit,
          GoVersion: ENGINE.goVersion,
          KernelVersion: kernel,
          MinAPIVersion: ENGINE.minApiVersion,
          Os: ENGINE.os,
        },
      },
      { Name: 'containerd', Version: CONTAINERD.version, Details: { GitCommit: CONTAINERD.gitCommit } },
      { Name: 'runc', Version: RUNC.version, Details: { GitCommit: RUNC.gitCommit } },
      { Name: 'docker-init', Version: DOCKER_INIT.version, Details: { GitCommit: DOCKER_INIT.gitCommit } },
    ],
    Version: ENGINE.version,
    ApiVersion: ENGINE.apiVersion,
    MinAPIVersion: ENGINE.minApiVersion,
    GitCommit: ENGINE.gitCommit,
    GoVersion: ENGINE.goVersion,
    Os: ENGINE.os,
    Arch: ENGINE.arch,
    KernelVersion: kernel,
    BuildTime: ENGINE.buildTime,
  };
}

function info(engine: Engine): InfoResponse & Record<string, unknown> {
  const { host, configuration } = engine;
  const { sysinfo } = host;
  const containers = engine.containers.all();
  const paused = containers.filter(({ state }) => state.paused).length;
  const running = containers.filter(({ state }) => state.running && !state.paused).length;
  return {
    ID: host.id,
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: containers.length - running - paused,
    Images: engine.images.all().length,
    Driver: 'overlay2',
    DriverStatus: [
      ['Backing Filesystem', 'extfs'],
      ['Supports d_type', 'true'],
      ['Using metacopy', 'false'],
      ['Native Overlay Diff', 'true'],
      ['userxattr', 'false'],
    ],
    Plugins: {
      Volume: ['local'],
      Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
      Authorization: null,
      Log: ['awslogs', 'fluentd', 'gelf', 'journald', 'json-file', 'local', 'splunk', 'syslog'],
    },
    MemoryLimit: sysinfo.memoryLimit,
    SwapLimit: sysinfo.swapLimit,
    ...(sysinfo.kernelMemoryTcp && { KernelMemoryTCP: true }),
    CpuCfsPeriod: sysinfo.cpuCfs,
    CpuCfsQuota: sysinfo.cpuCfs,
    CPUShares: sysinfo.cpuShares,
    CPUSet: sysinfo.cpuset,
    PidsLimit: sysinfo.pidsLimit,
    IPv4Forwarding: true,
    Debug: configuration.debug ?? false,
    NFd: 0,
    OomKillDisable: sysinfo.oomKillDisable,
    NGoroutines: 0,
    SystemTime: rfc3339Nano(engine.now()),
    LoggingDriver: configuration['log-driver'] || DEFAULT_LOG_DRIVER,
    CgroupDriver: CGROUP_DRIVER,
    CgroupVersion: sysinfo.unified ? '2' : '1',
    NEventsListener: engine.events.listeners,
    KernelVersion: host.uname.release,
    OperatingSystem: host.osName,
    OSVersion: host.osVersion,
    OSType: ENGINE.os,
    Architecture: host.uname.machine,
    IndexServerAddress: INDEX_SERVER,
    RegistryConfig: registryConfig(engine),
    NCPU: host.cpus,
    MemTotal: host.memory,
    GenericResources: null,
    DockerRootDir: engine.root,
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: host.uname.nodename,
    Labels: configuration.labels ?? [],
    ExperimentalBuild: false,
    ServerVersion: ENGINE.version,
    Runtimes: { 'io.containerd.runc.v2': { path: 'runc' }, runc: { path: 'runc' } },
    DefaultRuntime: 'runc',
    Swarm: {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    },
    LiveRestoreEnabled: engine.configuration['live-restore'] ?? false,
    Isolation: '',
    InitBinary: 'docker-init',
    ContainerdCommit: { ID: CONTAINERD.gitCommit },
    RuncCommit: { ID: RUNC.gitCommit },
    InitCommit: { ID: DOCKER_INIT.gitCommit },
    // AppArmor is not modelled.
    SecurityOptions: ['name=seccomp,profile=builtin', ...(sysinfo.unified ? ['name=cgroupns'] : [])],
    FirewallBackend: { Driver: 'iptables' },
    CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
    Containerd: { Address: PATHS.containerd, Namespaces: { Containers: 'moby', Plugins: 'plugins.moby' } },
    Warnings: null,
  };
}

function registryConfig({ registries }: Engine) {
  const { mirrors, insecure } = registries;
  const index = (name: string, official: boolean) => ({
    Mirrors: official ? mirrors : [],
    Name: name,
    Official: official,
    Secure: official,
  });
  const indexes = Object.fromEntries(insecure.hosts.map((host) => [host, index(host, false)]));
  return {
    IndexConfigs: inOrder({ ...indexes, 'docker.io': index('docker.io', true) }),
    InsecureRegistryCIDRs: insecure.networks,
    Mirrors: mirrors.length === 0 ? null : mirrors,
  };
}
