import type { ContainerPort, ContainerSummary } from '../../api/containers.ts';
import type { Filters } from '../../api/filters.ts';
import type { Engine } from '../engine.ts';
import { EngineError, invalidParameter, notFound } from '../error.ts';
import { splitOnce } from '../events.ts';
import { checkFilters, matchesName } from '../filters.ts';
import { portMap } from '../networks/publish.ts';
import type { Container } from './container.ts';
import { containerSizes } from './size.ts';
import { statusText } from './status-text.ts';

export interface ListOptions {
  all: boolean;
  limit: number;
  size: boolean;
  filters: Filters;
}

const FILTERS = [
  'ancestor',
  'before',
  'exited',
  'expose',
  'health',
  'id',
  'is-task',
  'isolation',
  'label',
  'name',
  'network',
  'publish',
  'since',
  'status',
  'volume',
]; // prettier-ignore

const STATUSES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

/** GET /containers/json, the newest first. Models moby daemon/list.go. */
export async function listContainers(engine: Engine, options: ListOptions): Promise<ContainerSummary[]> {
  checkFilters(options.filters, FILTERS);
  const matches = matcher(engine, options.filters);
  const every =
    options.all ||
    options.limit > 0 ||
    ['status', 'exited', 'before', 'since'].some((key) => options.filters.has(key));
  const wanted = engine.containers
    .all()
    .reverse()
    .sort((a, b) => b.created - a.created)
    .filter((container) => (every || container.state.running) && matches(container));
  const limited = options.limit > 0 ? wanted.slice(0, options.limit) : wanted;
  return Promise.all(limited.map((container) => summarize(engine, container, options.size)));
}

async function summarize(engine: Engine, container: Container, size: boolean): Promise<ContainerSummary> {
  const { config, hostConfig, endpoints } = container;
  const sizes = size ? await containerSizes(engine, container) : undefined;
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: imageName(engine, container),
    ImageID: container.image,
    Command: commandText(container),
    Created: Math.floor(container.created / 1000),
    Ports: portList(container),
    ...(sizes ? { ...(sizes.rw > 0 ? { SizeRw: sizes.rw } : {}), SizeRootFs: sizes.root } : {}),
    Labels: config.Labels ?? {},
    State: container.status,
    Status: statusText(container, engine.now()),
    HostConfig: { NetworkMode: hostConfig.NetworkMode ?? 'bridge' },
    NetworkSettings: { Networks: Object.fromEntries([...endpoints].sort(([a], [b]) => (a < b ? -1 : 1))) },
    Mounts: container.mounts,
  };
}

/** The name the container was made with, or the id where that name now means something else. */
function imageName(engine: Engine, { config, image }: Container): string {
  const name = config.Image ?? '';
  try {
    return engine.images.find(name)?.id === image ? name : image;
  } catch {
    return image;
  }
}

/** Arguments with spaces are quoted, as Go's strconv does it. */
function commandText({ path, args }: Container): string {
  if (args.length === 0) return path;
  return `${path} ${args.map((arg) => (/[\s'"]/.test(arg) || arg === '' ? `'${arg}'` : arg)).join(' ')}`;
}

export function portList(container: Container): ContainerPort[] {
  const out: ContainerPort[] = [];
  for (const [key, bindings] of Object.entries(portMap(container))) {
    const [port = '', type = 'tcp'] = key.split('/');
    if (bindings === null) out.push({ PrivatePort: Number(port), Type: type });
    else
      for (const { HostIp, HostPort } of bindings)
        out.push({ IP: HostIp, PrivatePort: Number(port), PublicPort: Number(HostPort), Type: type });
  }
  return out;
}

function matcher(engine: Engine, filters: Filters): (container: Container) => boolean {
  checkValues(filters);
  const edge = (key: string) => {
    const [name] = filters.values(key);
    if (name === '') throw notFound('No such container: ');
    return name === undefined ? undefined : engine.containers.get(name);
  };
  const before = edge('before');
  const since = edge('since');
  const order = new Map(engine.containers.all().map((container, index) => [container, index]));
  const ancestors = filters.has('ancestor') ? ancestorIds(engine, filters.values('ancestor')) : undefined;
  const any = (key: string, test: (value: string) => boolean) =>
    !filters.has(key) || filters.values(key).some(test);
  return (container) =>
    any('id', (id) => container.id.startsWith(id) || matchesName(container.id, id)) &&
    any('name', (name) => matchesName(container.name, name) || matchesName(`/${container.name}`, name)) &&
    any('status', (status) => container.status === status) &&
    any(
      'exited',
      (code) =>
        container.everStarted && !container.state.running && container.state.exitCode === Number(code),
    ) &&
    any('health', (health) => (container.state.health?.status ?? 'none') === health) &&
    any('network', (name) => {
      const network = engine.networks.find(name);
      return [...container.endpoints].some(
        ([own, { NetworkID }]) => own === name || (network !== undefined && NetworkID === network.id),
      );
    }) &&
    any('volume', (name) =>
      container.mounts.some(({ Name, Destination }) => Name === name || Destination === name),
    ) &&
    any('publish', (port) =>
      portList(container).some(
        ({ PublicPort, Type }) => PublicPort !== undefined && portMatches(port, PublicPort, Type),
      ),
    ) &&
    any('expose', (port) =>
      portList(container).some(({ PrivatePort, Type }) => portMatches(port, PrivatePort, Type)),
    ) &&
    any('is-task', (value) => value === 'false' || value === '0') &&
    filters.values('label').every((label) => {
      const [key, wanted] = splitOnce(label, '=');
      const value = container.config.Labels?.[key];
      return value !== undefined && (wanted === undefined || value === wanted);
    }) &&
    (ancestors === undefined || ancestors.has(container.image)) &&
    (before === undefined || order.get(container)! < order.get(before)!) &&
    (since === undefined || order.get(container)! > order.get(since)!);
}

/** Values that no container can have are refused. Models moby daemon/list.go, foldFilter(), and container.ValidateStatus(). */
function checkValues(filters: Filters): void {
  const refuse = (key: string, value: string, why: string) => {
    throw invalidParameter(`invalid filter '${key}=${value}'${why}`);
  };
  const oneOf = (key: string, what: string, known: readonly string[]) => {
    for (const value of filters.values(key))
      if (!known.includes(value))
        refuse(key, value, `: invalid value for ${what} (${value}): must be one of ${known.join(', ')}`);
  };
  for (const code of filters.values('exited'))
    if (!/^[+-]?\d+$/.test(code))
      refuse('exited', code, `: strconv.Atoi: parsing ${JSON.stringify(code)}: invalid syntax`);
  oneOf('status', 'state', STATUSES);
  oneOf('health', 'health', ['none', 'starting', 'healthy', 'unhealthy']);
  for (const value of filters.values('is-task'))
    if (!['true', 'false', '1', '0'].includes(value)) refuse('is-task', `[${value}]`, '');
  for (const key of ['publish', 'expose'])
    for (const value of filters.values(key)) {
      if (value.includes(':')) throw invalidParameter(`filter for '${key}' should not contain ':': ${value}`);
      const why = rangeFault(value.split('/', 1)[0]!);
      if (why !== undefined) throw invalidParameter(`error while looking up for ${key} ${value}: ${why}`);
    }
}

/** What is wrong with `80` or `80-90`; undefined if nothing is. Models go-connections nat.ParsePortRange. */
function rangeFault(range: string): string | undefined {
  if (range === '') return 'Empty string specified for ports.';
  const [start = '', end = start] = range.split('-');
  const bad = [start, end].find((port) => !isPort(port));
  if (bad !== undefined)
    return `strconv.ParseUint: parsing ${JSON.stringify(bad)}: ${/^\d+$/.test(bad) ? 'value out of range' : 'invalid syntax'}`;
  return Number(end) < Number(start) ? `Invalid range specified for the Port: ${range}` : undefined;
}

const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) < 65_536;

/** Images and all whose layers they are built on. */
function ancestorIds(engine: Engine, names: readonly string[]): Set<string> {
  const ids = new Set<string>();
  for (const name of names) {
    let image: ReturnType<typeof engine.images.find>;
    try {
      image = engine.images.find(name);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
    if (image === undefined) continue;
    const layers = image.config.rootfs.diff_ids;
    ids.add(image.id);
    for (const other of engine.images.all())
      if (layers.every((layer, i) => other.config.rootfs.diff_ids[i] === layer) && other.parent === image.id)
        ids.add(other.id);
  }
  return ids;
}

const portMatches = (wanted: string, port: number, type: string): boolean => {
  const [number = '', protocol = 'tcp'] = wanted.split('/');
  const [first = 0, last = first] = number.split('-').map(Number);
  return protocol === type && port >= first && port <= last;
};
