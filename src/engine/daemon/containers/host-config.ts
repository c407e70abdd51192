import type { HostConfig } from '../../api/containers.ts';
import { inOrder } from '../../base/go-json.ts';
import type { SysInfo } from '../sysinfo.ts';

/** Paths that a container sees covered, or may only read (moby oci/defaults.go). */
export const MASKED_PATHS = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
]; // prettier-ignore

export const READONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** All fields with the values of a request that sends none, in the order in which the engine shows them; undefined for those that it shows only when set. */
const EMPTY: HostConfig = {
  Binds: null,
  ContainerIDFile: '',
  LogConfig: { Type: 'json-file', Config: {} },
  NetworkMode: 'bridge',
  PortBindings: null,
  RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
  AutoRemove: false,
  VolumeDriver: '',
  VolumesFrom: null,
  ConsoleSize: [0, 0],
  Annotations: undefined,
  CapAdd: null,
  CapDrop: null,
  CgroupnsMode: '',
  Dns: null,
  DnsOptions: null,
  DnsSearch: null,
  ExtraHosts: null,
  GroupAdd: null,
  IpcMode: 'private',
  Cgroup: '',
  Links: null,
  OomScoreAdj: 0,
  PidMode: '',
  Privileged: false,
  PublishAllPorts: false,
  ReadonlyRootfs: false,
  SecurityOpt: null,
  StorageOpt: undefined,
  Tmpfs: undefined,
  UTSMode: '',
  UsernsMode: '',
  ShmSize: 64 * 1024 * 1024,
  Sysctls: undefined,
  Runtime: 'runc',
  Isolation: '',
  CpuShares: 0,
  Memory: 0,
  NanoCpus: 0,
  CgroupParent: '',
  BlkioWeight: 0,
  BlkioWeightDevice: null,
  BlkioDeviceReadBps: null,
  BlkioDeviceWriteBps: null,
  BlkioDeviceReadIOps: null,
  BlkioDeviceWriteIOps: null,
  CpuPeriod: 0,
  CpuQuota: 0,
  CpuRealtimePeriod: 0,
  CpuRealtimeRuntime: 0,
  CpusetCpus: '',
  CpusetMems: '',
  Devices: null,
  DeviceCgroupRules: null,
  DeviceRequests: null,
  MemoryReservation: 0,
  MemorySwap: 0,
  MemorySwappiness: null,
  OomKillDisable: null,
  PidsLimit: null,
  Ulimits: null,
  CpuCount: 0,
  CpuPercent: 0,
  IOMaximumIOps: 0,
  IOMaximumBandwidth: 0,
  Mounts: undefined,
  MaskedPaths: MASKED_PATHS,
  ReadonlyPaths: READONLY_PATHS,
  Init: undefined,
};

/** A request's host configuration with the daemon's defaults filled in, in the order of the wire. */
export function completeHostConfig(asked: HostConfig, { unified }: SysInfo): HostConfig {
  const host = { ...EMPTY };
  const fields: Record<string, unknown> = host;
  for (const [key, value] of Object.entries(asked)) {
    if (!Object.hasOwn(EMPTY, key) || value === undefined) continue;
    const showsOnlyWhenSet = EMPTY[key as keyof HostConfig] === undefined;
    if (!showsOnlyWhenSet || isSet(value)) fields[key] = value;
  }
  if (host.NetworkMode === '' || host.NetworkMode === 'default') host.NetworkMode = 'bridge';
  if (host.CgroupnsMode === '') host.CgroupnsMode = unified ? 'private' : 'host';
  if (host.IpcMode === '') host.IpcMode = 'private';
  if (!host.ShmSize) host.ShmSize = EMPTY.ShmSize!;
  if (!host.Runtime) host.Runtime = 'runc';
  if (!host.RestartPolicy?.Name) host.RestartPolicy = { Name: 'no', MaximumRetryCount: 0 };
  if (!host.LogConfig?.Type) host.LogConfig = { Type: 'json-file', Config: host.LogConfig?.Config ?? {} };
  if (host.LogConfig.Config === null) host.LogConfig = { ...host.LogConfig, Config: {} };
  if (!host.PidsLimit || host.PidsLimit < 0) host.PidsLimit = null;
  host.OomKillDisable ??= false;
  if (host.MaskedPaths === null || host.Privileged) host.MaskedPaths = host.Privileged ? null : MASKED_PATHS;
  if (host.ReadonlyPaths === null || host.Privileged)
    host.ReadonlyPaths = host.Privileged ? null : READONLY_PATHS;
  if ((host.Memory ?? 0) > 0 && host.MemorySwap === 0) host.MemorySwap = host.Memory! * 2;
  // Maps are shown in the order of their keys.
  const { PortBindings, Tmpfs, Sysctls, Annotations, LogConfig } = host;
  if (PortBindings) host.PortBindings = inOrder(PortBindings);
  if (Tmpfs) host.Tmpfs = inOrder(Tmpfs);
  if (Sysctls) host.Sysctls = inOrder(Sysctls);
  if (Annotations) host.Annotations = inOrder(Annotations);
  host.LogConfig = { ...LogConfig, Config: inOrder(LogConfig.Config ?? {}) };
  return host;
}

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && !(typeof value === 'object' && Object.keys(value).length === 0);

/** What is asked for and not modelled. Each entry says how to see that it is asked, and its name for the refusal. */
export const NOT_MODELLED: readonly [asked: (host: HostConfig) => boolean, what: string][] = [
  [(host) => host.OomKillDisable === true, '--oom-kill-disable'],
  [
    (host) => isSet(host.VolumeDriver) && host.VolumeDriver !== '' && host.VolumeDriver !== 'local',
    '--volume-driver',
  ],
  [(host) => host.UsernsMode !== '' && host.UsernsMode !== 'host', 'a user namespace mode'],
  [(host) => isSet(host.BlkioWeightDevice), '--blkio-weight-device'],
  [
    (host) => (host.CpuRealtimePeriod ?? 0) !== 0 || (host.CpuRealtimeRuntime ?? 0) !== 0,
    'real-time scheduling',
  ],
  [(host) => host.UTSMode !== '' && host.UTSMode !== 'host', 'a UTS mode other than "host"'],
]; // prettier-ignore
