import type { PortMap } from '../../api/containers.ts';
import { isErrno } from '../../base/errno.ts';
import { O_CLOEXEC, O_RDWR } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { errorText } from '../../runtime/go-error.ts';
import type { Container } from '../containers/container.ts';
import type { Engine } from '../engine.ts';
import { systemError } from '../error.ts';
import { type PlacedRule, place, portRules, remove } from './firewall.ts';
import type { WantedPort } from './port-allocator.ts';

/** A container's port, open on the host. */
export interface PublishedPort {
  protocol: 'tcp' | 'udp';
  containerPort: number;
  hostIp: string;
  hostPort: number;
  rules: PlacedRule[];
  /** The docker-proxy that answers on the host's own addresses. */
  proxy: number | undefined;
}

const PROXY_LISTENER = 4;

/** What is asked for: one line a port and host address. */
interface Wanted extends WantedPort {
  containerPort: number;
}

/**
 * Opens a container's ports on the host. Undoes all if one cannot be had.
 *
 * @param before where they were open under an earlier daemon: there they are opened again
 */
export async function publishPorts(
  engine: Engine,
  container: Container,
  bridge: string,
  address: string,
  before: readonly PublishedPort[] = [],
): Promise<PublishedPort[]> {
  const opened: PublishedPort[] = [];
  const chosen = new Map<string, number>();
  const left = [...before];
  try {
    for (const wanted of wantedPorts(container)) {
      const key = `${wanted.containerPort}/${wanted.protocol} ${wanted.first}`;
      // One ephemeral port serves IPv4 and IPv6 alike.
      const again = takeBefore(left, wanted);
      const fixed = again ?? (wanted.first === 0 ? chosen.get(key) : undefined);
      const port = await publish(engine, wanted, bridge, address, { fixed, own: opened });
      if (port === undefined) continue;
      chosen.set(key, port.hostPort);
      opened.push(port);
    }
    return opened;
  } catch (error) {
    await unpublish(engine, opened);
    throw error;
  }
}

function takeBefore(before: PublishedPort[], wanted: Wanted): number | undefined {
  const { protocol, containerPort, hostIp } = wanted;
  const at = before.findIndex(
    (port) => port.protocol === protocol && port.containerPort === containerPort && port.hostIp === hostIp,
  );
  return at === -1 ? undefined : before.splice(at, 1)[0]!.hostPort;
}

export async function unpublish(engine: Engine, ports: readonly PublishedPort[]): Promise<void> {
  for (const { rules, proxy } of ports) {
    for (const rule of rules) await remove(engine.sys, rule);
    if (proxy !== undefined) {
      await engine.sys.kill(proxy, 'SIGKILL').catch(() => undefined);
      await engine.reaper.exit(proxy);
    }
  }
}

/** `NetworkSettings.Ports`: what is exposed, and where it is published. */
export function portMap(container: Container): PortMap {
  const out: PortMap = {};
  if (container.sandbox === undefined || ['host', 'none'].includes(container.hostConfig.NetworkMode ?? ''))
    return out;
  for (const port of Object.keys(container.config.ExposedPorts ?? {}).sort(byPort)) out[port] = null;
  for (const { protocol, containerPort, hostIp, hostPort } of container.sandbox.ports) {
    const key = `${containerPort}/${protocol}`;
    out[key] = [...(out[key] ?? []), { HostIp: hostIp, HostPort: String(hostPort) }];
  }
  return out;
}

const byPort = (a: string, b: string): number => (a < b ? -1 : 1);

function wantedPorts({ config, hostConfig: host }: Container): Wanted[] {
  const out: Wanted[] = [];
  const bindings = new Map(Object.entries(host.PortBindings ?? {}));
  if (host.PublishAllPorts)
    for (const port of Object.keys(config.ExposedPorts ?? {}))
      if (!bindings.get(port)?.length) bindings.set(port, [{ HostIp: '', HostPort: '' }]);
  const ports = [...bindings.keys()].sort(
    (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || byPort(a, b),
  );
  for (const port of ports) {
    const [number = '', protocol = 'tcp'] = port.split('/');
    for (const { HostIp = '', HostPort = '' } of bindings.get(port) ?? []) {
      const [first = 0, last = first] = HostPort === '' ? [] : HostPort.split('-').map(Number);
      for (const hostIp of HostIp === '' ? ['0.0.0.0', '::'] : [HostIp])
        out.push({ protocol: protocol as 'tcp' | 'udp', containerPort: Number(number), hostIp, first, last });
    }
  }
  return out;
}

async function publish(
  engine: Engine,
  wanted: Wanted,
  bridge: string,
  address: string,
  { fixed, own }: { fixed: number | undefined; own: readonly PublishedPort[] },
): Promise<PublishedPort | undefined> {
  const { protocol, containerPort, hostIp } = wanted;
  const { sys } = engine;
  const isV6 = hostIp.includes(':');
  const hostPort = fixed ?? engine.networks.ports.choose(wanted, own);
  let listener: number;
  try {
    listener = await bind(sys, protocol, hostIp, hostPort);
  } catch (error) {
    // A host without IPv6 publishes on IPv4 alone.
    if (isV6 && isErrno(error, 'EAFNOSUPPORT', 'EADDRNOTAVAIL') && hostIp === '::') return undefined;
    if (!isErrno(error)) throw error;
    throw systemError(
      `failed to bind host port for ${isV6 ? `[${hostIp}]` : hostIp}:${hostPort}:${address}:${containerPort}/${protocol}: ${errorText(error)}`,
    );
  }
  const rules = isV6 ? [] : portRules({ bridge, protocol, hostIp, hostPort, address, port: containerPort });
  for (const rule of rules) await place(sys, rule);
  const proxy = await startProxy(engine, listener, wanted, hostPort, address);
  await sys.close(listener);
  return { protocol, containerPort, hostIp, hostPort, rules, proxy };
}

async function bind(sys: Syscalls, protocol: 'tcp' | 'udp', address: string, port: number): Promise<number> {
  const family = address.includes(':') ? 'inet6' : 'inet';
  const fd = await sys.socket(family, protocol === 'tcp' ? 'stream' : 'dgram');
  try {
    await sys.setCloexec(fd, true);
    if (family === 'inet6') await sys.setsockopt(fd, 'IPV6_V6ONLY', 1);
    await sys.bind(fd, { family, address, port });
    if (protocol === 'tcp') await sys.listen(fd, 128);
    return fd;
  } catch (error) {
    await sys.close(fd);
    throw error;
  }
}

async function startProxy(
  engine: Engine,
  listener: number,
  wanted: Wanted,
  hostPort: number,
  address: string,
): Promise<number> {
  const argv = [
    '/usr/bin/docker-proxy',
    '-proto',
    wanted.protocol,
    '-host-ip',
    wanted.hostIp,
    '-host-port',
    String(hostPort),
    '-container-ip',
    address,
    '-container-port',
    String(wanted.containerPort),
    '-use-listen-fd',
  ]; // prettier-ignore
  return engine.sys.fork(async ({ sys, env }) => {
    // Nobody would close its port once the daemon is gone.
    await sys.prctl({ option: 'PR_SET_PDEATHSIG', signal: 'SIGTERM' });
    if (listener !== PROXY_LISTENER) await sys.dup2(listener, PROXY_LISTENER);
    await sys.setCloexec(PROXY_LISTENER, false);
    for (const fd of [0, 1, 2]) await sys.dup2(await sys.open('/dev/null', O_RDWR | O_CLOEXEC), fd);
    return sys.execve(argv[0]!, argv, env);
  });
}
