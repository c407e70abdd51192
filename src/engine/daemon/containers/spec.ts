import type { HostConfig, MountPoint } from '../../api/containers.ts';
import { parseBool } from '../../base/go-bool.ts';
import { DEFAULT_CAPABILITIES, parseCapability, specCapability } from '../../runtime/capabilities.ts';
import type {
  CapabilitySpec,
  MountSpec,
  ProcessSpec,
  RuntimeSpec,
  SpecNamespace,
} from '../../runtime/spec.ts';
import { CAPABILITIES, type Capability } from '../../vfs/capabilities.ts';
import type { Engine } from '../engine.ts';
import { systemError } from '../error.ts';
import { DEFAULT_PATH } from '../identity.ts';
import { seccompOf } from '../seccomp/profile.ts';
import type { Container } from './container.ts';
import { devicesOf } from './devices.ts';
import { mountedPart } from './image-mounts.ts';
import { linkEnvironment } from './links.ts';
import { resourcesOf } from './resources.ts';
import { mergeTmpfsOptions } from './tmpfs-options.ts';
import { type ProcessUser, resolveUser } from './users.ts';

/** The OCI bundle's config.json for a container. Models moby daemon/oci_linux.go. */
export async function runtimeSpec(
  engine: Engine,
  container: Container,
  rootfs: string,
): Promise<RuntimeSpec> {
  const { config, hostConfig: host } = container;
  const user = await resolveUser(engine.sys, rootfs, config.User ?? '', host.GroupAdd ?? []);
  const process: ProcessSpec = {
    terminal: config.Tty ?? false,
    consoleSize: { height: host.ConsoleSize?.[0] ?? 0, width: host.ConsoleSize?.[1] ?? 0 },
    user,
    args: [...(host.Init ? [INIT, '--'] : []), container.path, ...container.args],
    env: [...environmentOf(container), ...linkEnvironment(engine, container)],
    cwd: config.WorkingDir || '/',
    capabilities: capabilitiesOf(engine, host, user),
    rlimits: (host.Ulimits ?? []).map(({ Name, Soft, Hard }) => ({
      type: `RLIMIT_${Name.toUpperCase()}`,
      soft: Soft,
      hard: Hard,
    })),
    oomScoreAdj: host.OomScoreAdj ?? 0,
    noNewPrivileges: gainsNoPrivileges(host),
  };
  const devices = await devicesOf(engine.sys, host);
  return {
    ociVersion: '1.2.1',
    process,
    root: { path: rootfs, readonly: host.ReadonlyRootfs ?? false },
    hostname: host.UTSMode === 'host' ? '' : (config.Hostname ?? ''),
    mounts: [
      ...defaultMounts(host),
      ...networkFiles(container),
      ...(host.Init ? [INIT_MOUNT] : []),
      ...userMounts(container),
    ],
    linux: {
      namespaces: namespacesOf(engine, host),
      cgroupsPath: cgroupPath(host, container.id),
      resources: { devices: devices.rules, ...(await resourcesOf(engine.sys, host)) },
      maskedPaths: host.MaskedPaths ?? [],
      readonlyPaths: host.ReadonlyPaths ?? [],
      devices: devices.nodes,
      sysctl: sysctlsOf(host, config.Domainname),
      seccomp: seccompOf(engine, host, capabilitiesOf(engine, host, user).bounding ?? []),
    },
  };
}

/** `--security-opt no-new-privileges` */
export const gainsNoPrivileges = ({ SecurityOpt }: HostConfig): boolean =>
  (SecurityOpt ?? []).some(
    (option) =>
      option === 'no-new-privileges' ||
      parseBool(/^no-new-privileges[=:](.*)$/.exec(option)?.[1] ?? '') === true,
  );

/** In a network of his own any user may bind any port, and ping (moby daemon/oci_linux.go, WithCommonOptions()). */
function sysctlsOf(
  { NetworkMode = '', UTSMode, Sysctls }: HostConfig,
  domain: string | undefined,
): Record<string, string> {
  const own = { ...(domain && UTSMode !== 'host' ? { 'kernel.domainname': domain } : {}), ...Sysctls };
  if (NetworkMode === 'host' || NetworkMode.startsWith('container:')) return own;
  return {
    'net.ipv4.ip_unprivileged_port_start': '0',
    'net.ipv4.ping_group_range': '0 2147483647',
    ...own,
  };
}

/** With the cgroupfs driver (moby daemon/oci_linux.go, WithCgroups()). */
export const cgroupPath = ({ CgroupParent }: HostConfig, id: string): string =>
  `${(CgroupParent || '/docker').replace(/^\/*/, '/').replace(/\/*$/, '')}/${id}`;

/** `--init`: the daemon's own small init, seen at a place of its own. */
const INIT = '/sbin/docker-init';
const INIT_MOUNT: MountSpec = {
  destination: INIT,
  type: 'bind',
  source: '/usr/bin/docker-init',
  options: ['bind', 'ro'],
};

/** What a process of the container finds in its environment; HOME is runc's to add. */
export function environmentOf({ config }: Container, tty = config.Tty ?? false): string[] {
  const base = [`PATH=${DEFAULT_PATH}`, `HOSTNAME=${config.Hostname ?? ''}`, ...(tty ? ['TERM=xterm'] : [])];
  return replaceOrAppend(base, config.Env ?? []);
}

/** Later values take the place of earlier ones; a name without a value takes it away. */
export function replaceOrAppend(base: readonly string[], overrides: readonly string[]): string[] {
  const out = new Map(base.map((entry) => [entry.split('=', 1)[0]!, entry]));
  for (const entry of overrides) {
    const name = entry.split('=', 1)[0]!;
    if (entry.includes('=')) out.set(name, entry);
    else out.delete(name);
  }
  return [...out.values()];
}

export function capabilitiesOf(
  engine: Engine,
  host: HostConfig,
  { uid }: Pick<ProcessUser, 'uid'>,
): CapabilitySpec {
  const all = CAPABILITIES.filter((capability) => engine.host.capabilities.has(capability));
  const names = effectiveCapabilities(host, all).map(specCapability);
  // For other users execve would take them away in any case.
  return uid === 0 ? { bounding: names, effective: names, permitted: names } : { bounding: names };
}

/** Models moby oci/caps/utils.go, TweakCapabilities(). */
function effectiveCapabilities(host: HostConfig, all: readonly Capability[]): readonly Capability[] {
  if (host.Privileged) return all;
  const parse = (list: readonly string[] | null | undefined) =>
    (list ?? []).map(parseCapability).filter((c) => c !== undefined);
  const has = (list: readonly string[] | null | undefined) =>
    (list ?? []).some((name) => name.toUpperCase() === 'ALL');
  const added = new Set(parse(host.CapAdd));
  const dropped = new Set(parse(host.CapDrop));
  const base = has(host.CapAdd) ? all : has(host.CapDrop) ? [] : DEFAULT_CAPABILITIES;
  return [
    ...base.filter((capability) => !dropped.has(capability)),
    ...[...added].filter((capability) => !base.includes(capability)),
  ];
}

function defaultMounts(host: HostConfig): MountSpec[] {
  const sysfs = host.Privileged ? 'rw' : 'ro';
  const shm = `size=${host.ShmSize ?? 67108864}`;
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', sysfs] },
    {
      destination: '/sys/fs/cgroup',
      type: 'cgroup',
      source: 'cgroup',
      options: [sysfs, 'nosuid', 'noexec', 'nodev'],
    },
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
    ...(host.IpcMode === 'none'
      ? []
      : [
          {
            destination: '/dev/shm',
            type: 'tmpfs',
            source: 'shm',
            options: ['nosuid', 'noexec', 'nodev', 'mode=1777', shm],
          },
        ]),
  ];
}

/** The three files that the daemon writes for a container. */
export function networkFiles({ directory }: Container): MountSpec[] {
  return ['resolv.conf', 'hostname', 'hosts'].map((file) => ({
    destination: `/etc/${file}`,
    type: 'bind',
    source: `${directory}/${file}`,
    options: ['rbind', 'rprivate'],
  }));
}

/** Volumes, and what of the host is bound. */
export const bindMounts = (container: Container): MountSpec[] =>
  container.mounts
    .filter(({ Type }) => Type !== 'tmpfs')
    .map((point) => ({ ...point, Source: mountedPart(container, point) }))
    .map(({ Source, Destination, RW, Propagation }: MountPoint) => ({
      destination: Destination,
      type: 'bind',
      source: Source,
      options: ['rbind', RW ? 'rw' : 'ro', Propagation || 'rprivate'],
    }));

/** What lies in another mount comes after it. */
export const byDepth = (mounts: MountSpec[]): MountSpec[] => {
  const depth = ({ destination }: MountSpec) => destination.split('/').length;
  return mounts.sort((a, b) => depth(a) - depth(b));
};

function userMounts(container: Container): MountSpec[] {
  const { hostConfig: host } = container;
  const tmpfs = Object.entries(host.Tmpfs ?? {}).map(([destination, options]) =>
    tmpfsMount(
      destination,
      options.split(',').filter((o) => o !== ''),
    ),
  );
  const asked = (host.Mounts ?? [])
    .filter(({ Type }) => Type === 'tmpfs')
    .map(({ Target = '', TmpfsOptions = {}, ReadOnly = false }) =>
      tmpfsMount(Target, [
        ...(TmpfsOptions.SizeBytes ? [`size=${TmpfsOptions.SizeBytes}`] : []),
        ...(TmpfsOptions.Mode ? [`mode=${TmpfsOptions.Mode.toString(8)}`] : []),
        ...(ReadOnly ? ['ro'] : []),
      ]),
    );
  return byDepth([...bindMounts(container), ...tmpfs, ...asked]);
}

const tmpfsMount = (destination: string, options: string[]): MountSpec => ({
  destination,
  type: 'tmpfs',
  source: 'tmpfs',
  options: mergeTmpfsOptions(['noexec', 'nosuid', 'nodev', ...options]),
});

/** The namespaces of its own, and those of others that it joins. */
function namespacesOf(engine: Engine, host: HostConfig): RuntimeSpec['linux']['namespaces'] {
  const out: RuntimeSpec['linux']['namespaces'] = [{ type: 'mount' }];
  const add = (type: SpecNamespace, kernel: string, mode: string | undefined) => {
    if (mode === 'host') return;
    const other = /^container:(.*)$/.exec(mode ?? '')?.[1];
    if (other === '' && type === 'ipc')
      throw systemError('failed to join IPC namespace: invalid name or ID supplied: ""');
    if (!other) {
      out.push({ type });
      return;
    }
    const pid = pidToJoin(engine, other, type);
    if (type === 'ipc' && !isShareable(engine, other))
      throw systemError(
        `failed to join IPC namespace: container ${engine.containers.get(other).id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
      );
    out.push({ type, path: `/proc/${pid}/ns/${kernel}` });
  };
  add('network', 'net', host.NetworkMode);
  if (host.UTSMode !== 'host') out.push({ type: 'uts' });
  add('pid', 'pid', host.PidMode);
  add('ipc', 'ipc', host.IpcMode);
  if (host.CgroupnsMode !== 'host') out.push({ type: 'cgroup' });
  return out;
}

/** Whether another may join its IPC namespace (moby daemon/container_operations_unix.go getIPCContainer). */
const isShareable = (engine: Engine, name: string): boolean =>
  engine.containers.get(name).hostConfig.IpcMode === 'shareable';

/** The process whose namespace a container is to share. */
function pidToJoin(engine: Engine, name: string, type: string): number {
  const other = engine.containers.get(name);
  if (other.state.running) return other.state.pid;
  throw systemError(
    type === 'network'
      ? `cannot join network namespace of a non running container: container ${other.name} is ${other.status}`
      : `failed to join ${type.toUpperCase()} namespace: container ${other.id} is not running`,
  );
}
