/**
 * The flags of run and create as the request that the API takes. Every flag is sent; the daemon decides what it models.
 * Models docker/cli `cli/command/container/opts.go` (`parse`).
 */
import type {
  ContainerConfig,
  CreateContainerRequest,
  DeviceMapping,
  HealthConfig,
  HostConfig,
  PortMap,
  RestartPolicy,
} from '../api/containers.ts';
import { decode } from '../base/bytes.ts';
import { Errno } from '../base/errno.ts';
import { parsePortRange, parsePortSpec, splitProtoPort } from '../base/port-spec.ts';
import type { Cli } from './cli.ts';
import { checkMac, isUserDefined, networkingConfig } from './create-networks.ts';
import { goText } from './files/go-file.ts';
import type { ParsedFlags } from './flags/parsed.ts';
import { parseJson } from './format/json.ts';
import { parseGpuRequest } from './parse/gpus.ts';
import { environmentFlag, parseKeyValueFile, toMap } from './parse/key-value.ts';
import { absolute, parseMount } from './parse/mount.ts';
import { shortPublish } from './parse/publish.ts';
import { parseUlimit } from './parse/ulimit.ts';
import { parseVolume } from './parse/volume.ts';

/** Throws `Error` with the client's text when flags contradict each other or cannot be read. */
export async function createRequest(
  cli: Cli,
  flags: ParsedFlags,
  image: string,
  command: readonly string[],
): Promise<CreateContainerRequest> {
  if (flags.string('mac-address') !== '') checkMac(flags.string('mac-address'));
  const swappiness = flags.int('memory-swappiness');
  if (swappiness !== -1 && (swappiness < 0 || swappiness > 100))
    throw new Error(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  const cwd = await cli.cwd();
  const mounts = flags.list('mount').map((mount) => parseMount(mount, cwd));
  const { binds, volumes } = splitVolumes(flags.list('volume'), cwd);
  const portBindings = bindings(flags.list('publish'));
  const exposed = exposedPorts(flags.list('expose'), portBindings);
  const devices = flags.list('device').map(device);
  const env = await environment(cli, flags, lastOfEach);
  const labels = toMap([...(await fileLines(cli, flags.list('label-file'))), ...flags.list('label')]);
  mode(flags.string('pid'), '--pid: invalid PID mode', ['', 'host'], true);
  mode(flags.string('uts'), '--uts: invalid UTS mode', ['', 'host']);
  mode(flags.string('userns'), '--userns: invalid USER mode', ['', 'host']);
  mode(flags.string('cgroupns'), '--cgroupns: invalid CGROUP mode', ['', 'private', 'host']);
  const restart = restartPolicy(flags.string('restart'));
  const logOptions = toMap(flags.list('log-opt'));
  if (flags.string('log-driver') === 'none' && Object.keys(logOptions).length > 0)
    throw new Error('invalid logging opts for driver none');
  const security = await securityOptions(cli, flags.list('security-opt'));
  const storage = storageOptions(flags.list('storage-opt'));
  const health = healthcheck(flags);
  const stdin = flags.bool('interactive');
  const attach = flags.list('attach');
  const all = attach.length === 0;

  const config: ContainerConfig = {
    Hostname: flags.string('hostname'),
    Domainname: flags.string('domainname'),
    User: flags.string('user'),
    AttachStdin: attach.includes('stdin') || (all && stdin),
    AttachStdout: all || attach.includes('stdout'),
    AttachStderr: all || attach.includes('stderr'),
    ExposedPorts: Object.keys(exposed).length > 0 ? exposed : undefined,
    Tty: flags.bool('tty'),
    OpenStdin: stdin,
    StdinOnce: false,
    Env: env.length > 0 ? env : null,
    Cmd: command.length > 0 ? [...command] : null,
    Healthcheck: health === undefined ? undefined : health,
    Image: image,
    Volumes: volumes,
    MacAddress: flags.string('mac-address') === '' ? undefined : flags.string('mac-address'),
    WorkingDir: flags.string('workdir'),
    Entrypoint:
      flags.string('entrypoint') !== ''
        ? [flags.string('entrypoint')]
        : flags.changed('entrypoint')
          ? ['']
          : null,
    OnBuild: null,
    Labels: labels,
    StopSignal: flags.changed('stop-signal') ? flags.string('stop-signal') : undefined,
    StopTimeout: flags.changed('stop-timeout') ? flags.int('stop-timeout') : undefined,
  };
  if (flags.bool('rm') && restart.Name !== 'no' && restart.Name !== '')
    throw new Error('conflicting options: cannot specify both --restart and --rm');
  const networks = networkingConfig(flags);
  const hostConfig: HostConfig = {
    Binds: binds.length > 0 ? binds : null,
    ContainerIDFile: flags.string('cidfile'),
    LogConfig: { Type: flags.string('log-driver'), Config: logOptions },
    NetworkMode: networks.mode,
    PortBindings: portBindings,
    RestartPolicy: restart,
    AutoRemove: flags.bool('rm'),
    VolumeDriver: flags.string('volume-driver'),
    VolumesFrom: listOrNull(flags, 'volumes-from'),
    ConsoleSize: [0, 0],
    Annotations: flags.list('annotation').length > 0 ? flags.map('annotation') : undefined,
    CapAdd: capabilities(flags.list('cap-add')),
    CapDrop: capabilities(flags.list('cap-drop')),
    CgroupnsMode: flags.string('cgroupns'),
    Dns: flags.list('dns'),
    DnsOptions: [...flags.list('dns-option'), ...flags.list('dns-opt')],
    DnsSearch: flags.list('dns-search'),
    ExtraHosts: listOrNull(flags, 'add-host'),
    GroupAdd: listOrNull(flags, 'group-add'),
    IpcMode: flags.string('ipc'),
    Cgroup: '',
    Links: isUserDefined(networks.mode) ? null : listOrNull(flags, 'link'),
    OomScoreAdj: flags.int('oom-score-adj'),
    PidMode: flags.string('pid'),
    Privileged: flags.bool('privileged'),
    PublishAllPorts: flags.bool('publish-all'),
    ReadonlyRootfs: flags.bool('read-only'),
    SecurityOpt: security.options,
    StorageOpt: storage === undefined ? undefined : storage,
    Tmpfs: flags.list('tmpfs').length > 0 ? tmpfs(flags.list('tmpfs')) : undefined,
    UTSMode: flags.string('uts'),
    UsernsMode: flags.string('userns'),
    ShmSize: flags.int('shm-size'),
    Sysctls: flags.list('sysctl').length > 0 ? flags.map('sysctl') : undefined,
    Runtime: flags.string('runtime') === '' ? undefined : flags.string('runtime'),
    Isolation: flags.string('isolation'),
    CpuShares: flags.int('cpu-shares'),
    Memory: flags.int('memory'),
    NanoCpus: flags.int('cpus'),
    CgroupParent: flags.string('cgroup-parent'),
    BlkioWeight: flags.int('blkio-weight'),
    BlkioWeightDevice: flags
      .list('blkio-weight-device')
      .map((entry) => ({ Path: before(entry), Weight: after(entry) })),
    BlkioDeviceReadBps: throttles(flags, 'device-read-bps'),
    BlkioDeviceWriteBps: throttles(flags, 'device-write-bps'),
    BlkioDeviceReadIOps: throttles(flags, 'device-read-iops'),
    BlkioDeviceWriteIOps: throttles(flags, 'device-write-iops'),
    CpuPeriod: flags.int('cpu-period'),
    CpuQuota: flags.int('cpu-quota'),
    CpuRealtimePeriod: flags.int('cpu-rt-period'),
    CpuRealtimeRuntime: flags.int('cpu-rt-runtime'),
    CpusetCpus: flags.string('cpuset-cpus'),
    CpusetMems: flags.string('cpuset-mems'),
    Devices: devices,
    DeviceCgroupRules: listOrNull(flags, 'device-cgroup-rule'),
    DeviceRequests: flags.list('gpus').length > 0 ? flags.list('gpus').map(parseGpuRequest) : null,
    KernelMemory: flags.int('kernel-memory') === 0 ? undefined : flags.int('kernel-memory'),
    MemoryReservation: flags.int('memory-reservation'),
    MemorySwap: flags.int('memory-swap'),
    MemorySwappiness: swappiness,
    OomKillDisable: flags.bool('oom-kill-disable'),
    PidsLimit: flags.int('pids-limit'),
    Ulimits: ulimits(flags.list('ulimit')),
    CpuCount: flags.int('cpu-count'),
    CpuPercent: flags.int('cpu-percent'),
    IOMaximumIOps: flags.int('io-maxiops'),
    IOMaximumBandwidth: flags.int('io-maxbandwidth'),
    Mounts: mounts.length > 0 ? mounts : undefined,
    MaskedPaths: security.unconfined ? [] : null,
    ReadonlyPaths: security.unconfined ? [] : null,
    Init: flags.changed('init') ? flags.bool('init') : undefined,
  };
  if (config.OpenStdin && config.AttachStdin) config.StdinOnce = true;
  return { ...config, HostConfig: hostConfig, NetworkingConfig: { EndpointsConfig: networks.endpoints } };
}

function splitVolumes(specs: readonly string[], cwd: string) {
  const binds: string[] = [];
  const volumes: Record<string, Record<string, never>> = {};
  for (const spec of new Set(specs)) {
    const volume = parseVolume(spec, cwd);
    if ('bind' in volume) binds.push(volume.bind);
    else volumes[volume.anonymous] = {};
  }
  return { binds, volumes };
}

function bindings(specs: readonly string[]): PortMap {
  const map: PortMap = {};
  for (const spec of specs)
    for (const { port, binding } of parsePortSpec(shortPublish(spec)))
      map[port] = [...(map[port] ?? []), binding];
  return map;
}

function exposedPorts(specs: readonly string[], published: PortMap): Record<string, Record<string, never>> {
  const ports: Record<string, Record<string, never>> = {};
  for (const port of Object.keys(published)) ports[port] = {};
  for (const spec of specs) {
    if (spec.includes(':')) throw new Error(`invalid port format for --expose: ${spec}`);
    const { port, proto } = splitProtoPort(spec);
    let range: [number, number];
    try {
      range = parsePortRange(port);
    } catch (error) {
      throw new Error(`invalid range format for --expose: ${spec}, error: ${(error as Error).message}`);
    }
    for (let i = range[0]; i <= range[1]; i++) ports[`${i}/${proto}`] = {};
  }
  return ports;
}

/** `--device`. Models docker/cli opts.go, validateLinuxPath(). */
function device(spec: string): DeviceMapping {
  const parts = spec.split(':');
  if (parts.length > 3 || parts[0] === '') throw new Error(`bad format for path: ${spec}`);
  const [source = '', second, third] = parts;
  const isMode = (text: string) => /^[rwm]+$/.test(text) && new Set(text).size === text.length;
  let target = source;
  let permissions = 'rwm';
  if (third !== undefined) {
    target = second!;
    permissions = third;
    if (!isMode(third)) throw new Error(`bad mode specified: ${third}`);
  } else if (second !== undefined) {
    if (isMode(second)) permissions = second;
    else target = second;
  }
  // Where it comes from is the daemon's affair.
  if (!target.startsWith('/')) throw new Error(`${target} is not an absolute path`);
  return { PathOnHost: source, PathInContainer: target, CgroupPermissions: permissions };
}

async function environment(
  cli: Cli,
  flags: ParsedFlags,
  chosen = (given: readonly string[]) => given,
): Promise<string[]> {
  const lookup = (name: string) => cli.env(name);
  const fromFiles: string[] = [];
  for (const file of flags.list('env-file'))
    fromFiles.push(...parseKeyValueFile(await lineFile(cli, file), file, lookup));
  return [...fromFiles, ...chosen(flags.list('env')).map((value) => environmentFlag(value, lookup))];
}

/** The environment that `docker exec` sends. */
export const execEnvironment = environment;

async function fileLines(cli: Cli, files: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const file of files) lines.push(...parseKeyValueFile(await lineFile(cli, file), file));
  return lines;
}

/** A file of variables or labels; a directory opens, and cannot be read. */
async function lineFile(cli: Cli, path: string): Promise<Uint8Array> {
  try {
    return await bytesOf(cli, path);
  } catch (error) {
    if (error instanceof Errno && error.code === 'EISDIR')
      throw new Error(`invalid env file (${path}): read ${path}: ${goText(error)}`);
    throw opening(path, error);
  }
}

async function text(cli: Cli, path: string): Promise<string> {
  try {
    return decode(await bytesOf(cli, path));
  } catch (error) {
    throw opening(path, error);
  }
}

async function bytesOf(cli: Cli, path: string): Promise<Uint8Array> {
  if (path === '') throw new Errno('ENOENT');
  return cli.readFile(absolute(await cli.cwd(), path));
}

const opening = (path: string, error: unknown): unknown =>
  error instanceof Errno ? new Error(`open ${path}: ${goText(error)}`) : error;

function mode(value: string, message: string, allowed: readonly string[], container = false): void {
  if (allowed.includes(value)) return;
  if (container && /^container:./.test(value)) return;
  throw new Error(message);
}

/** `on-failure:3` */
export function restartPolicy(value: string): RestartPolicy {
  const colon = value.indexOf(':');
  const name = colon < 0 ? value : value.slice(0, colon);
  if (colon < 0) return { Name: name, MaximumRetryCount: 0 };
  if (name === '') throw new Error('invalid restart policy format: no policy provided before colon');
  const count = value.slice(colon + 1);
  if (count !== '' && !/^[+-]?\d+$/.test(count))
    throw new Error('invalid restart policy format: maximum retry count must be an integer');
  return { Name: name, MaximumRetryCount: Number(count) };
}

async function securityOptions(
  cli: Cli,
  given: readonly string[],
): Promise<{ options: string[] | null; unconfined: boolean }> {
  const options: string[] = [];
  let unconfined = false;
  for (const option of given) {
    const cut = /^([^=:]*)[=:](.*)$/s.exec(option);
    if ((cut === null && option !== 'no-new-privileges') || cut?.[2] === '')
      throw new Error(`Invalid --security-opt: ${JSON.stringify(option)}`);
    if (cut?.[1] === 'systempaths' && cut[2] === 'unconfined') {
      unconfined = true;
      continue;
    }
    if (cut?.[1] === 'seccomp' && cut[2] !== 'unconfined' && cut[2] !== 'builtin') {
      let profile: string;
      try {
        profile = await text(cli, cut[2]!);
      } catch (error) {
        throw new Error(`opening seccomp profile (${cut[2]}) failed: ${(error as Error).message}`);
      }
      try {
        parseJson(profile);
        options.push(`seccomp=${JSON.stringify(JSON.parse(profile))}`);
      } catch (error) {
        throw new Error(
          `compacting json for seccomp profile (${cut[2]}) failed: ${(error as Error).message}`,
        );
      }
      continue;
    }
    options.push(option);
  }
  return { options: options.length > 0 ? options : null, unconfined };
}

function storageOptions(given: readonly string[]): Record<string, string> | undefined {
  if (given.length === 0) return undefined;
  for (const option of given) if (!option.includes('=')) throw new Error('invalid storage option');
  return toMap(given);
}

function healthcheck(flags: ParsedFlags): HealthConfig | undefined {
  const durations = [
    'health-interval',
    'health-timeout',
    'health-start-period',
    'health-start-interval',
  ] as const;
  const set =
    flags.string('health-cmd') !== '' ||
    durations.some((name) => flags.duration(name) !== 0) ||
    flags.int('health-retries') !== 0;
  if (flags.bool('no-healthcheck')) {
    if (set) throw new Error('--no-healthcheck conflicts with --health-* options');
    return { Test: ['NONE'] };
  }
  if (!set) return undefined;
  const names = {
    'health-interval': 'interval',
    'health-timeout': 'timeout',
    'health-start-period': 'start-period',
    'health-start-interval': 'start-interval',
  };
  for (const name of durations)
    if (flags.duration(name) < 0) throw new Error(`--health-${names[name]} cannot be negative`);
  if (flags.int('health-retries') < 0) throw new Error('--health-retries cannot be negative');
  const health: HealthConfig = {};
  if (flags.string('health-cmd') !== '') health.Test = ['CMD-SHELL', flags.string('health-cmd')];
  if (flags.duration('health-interval') !== 0) health.Interval = flags.duration('health-interval');
  if (flags.duration('health-timeout') !== 0) health.Timeout = flags.duration('health-timeout');
  if (flags.duration('health-start-period') !== 0) health.StartPeriod = flags.duration('health-start-period');
  if (flags.duration('health-start-interval') !== 0)
    health.StartInterval = flags.duration('health-start-interval');
  if (flags.int('health-retries') !== 0) health.Retries = flags.int('health-retries');
  return health;
}

function tmpfs(given: readonly string[]): Record<string, string> {
  const map: Record<string, string> = {};
  for (const spec of given) {
    const colon = spec.indexOf(':');
    if (colon < 0) map[spec] = '';
    else map[spec.slice(0, colon)] = spec.slice(colon + 1);
  }
  return map;
}

const ulimits = (given: readonly string[]) =>
  [...new Map(given.map((text) => [parseUlimit(text).Name, parseUlimit(text)])).values()].sort((a, b) =>
    a.Name < b.Name ? -1 : 1,
  );

const throttles = (flags: ParsedFlags, name: string) =>
  flags.list(name).map((entry) => ({ Path: before(entry), Rate: after(entry) }));
const before = (entry: string) => entry.slice(0, entry.lastIndexOf(':'));
const after = (entry: string) => Number(entry.slice(entry.lastIndexOf(':') + 1));

/** Of a variable that is set more than once, the last. */
const lastOfEach = (given: readonly string[]): string[] => {
  const nameOf = (entry: string) => entry.split('=', 1)[0]!;
  return given.filter((entry, at) => !given.slice(at + 1).some((later) => nameOf(later) === nameOf(entry)));
};

/** By their full names, each once, in order. */
const capabilities = (names: readonly string[]): string[] | null => {
  const full = names
    .map((name) => name.trim().toUpperCase())
    .map((name) => (name === 'ALL' || name.startsWith('CAP_') ? name : `CAP_${name}`));
  return names.length > 0 ? [...new Set(full)].sort() : null;
};

const listOrNull = (flags: ParsedFlags, name: string) =>
  flags.list(name).length > 0 ? flags.list(name) : null;
