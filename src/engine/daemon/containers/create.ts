import type {
  ContainerConfig,
  CreateContainerRequest,
  CreateContainerResponse,
  HostConfig,
} from '../../api/containers.ts';
import { inOrder } from '../../base/go-json.ts';
import type { Digest } from '../../oci/digest.ts';
import { formatPlatform, type Platform, samePlatform } from '../../oci/platform.ts';
import { mkdirAll, removeAll, statOf } from '../../runtime/files.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import { cleanPath } from '../clean-path.ts';
import type { Engine } from '../engine.ts';
import { EngineError, invalidParameter, notFound, systemError } from '../error.ts';
import type { Image } from '../images/image-store.ts';
import { generateName } from '../names.ts';
import { checkAddresses, checkEndpoint } from '../networks/endpoints.ts';
import { emptyEndpoint } from '../networks/network.ts';
import { Container } from './container.ts';
import { saveContainer, saveHostConfig } from './container-files.ts';
import { completeHostConfig } from './host-config.ts';
import { releaseImages } from './image-mounts.ts';
import { checkLinks, completeLinks } from './links.ts';
import { withLogDefaults } from './log-options.ts';
import { mergeConfig } from './merge-config.ts';
import { validateSecurityOptions, validateStorageOptions } from './modes.ts';
import { problemOfMounts, registerMounts } from './mounts.ts';
import { validateContainer, validateLog } from './validate.ts';

export interface CreateOptions {
  name: string;
  platform: Platform | undefined;
}

/** Makes a container, not yet running. Models moby daemon/create.go. */
export async function createContainer(
  engine: Engine,
  request: CreateContainerRequest,
  { name, platform }: CreateOptions,
): Promise<CreateContainerResponse> {
  const { HostConfig: hostAsked = {}, NetworkingConfig: networking, ...asked } = request;
  const hostConfig = completeHostConfig(
    withLogDefaults(hostAsked, engine.configuration),
    engine.host.sysinfo,
  );
  const warnings = validateContainer(asked, hostConfig, {
    info: engine.host.sysinfo,
    cpus: engine.host.cpus,
    mountProblem: await problemOfMounts(engine, hostConfig.Mounts ?? []),
  });
  if (platform !== undefined) checkAddresses(engine, networking?.EndpointsConfig ?? {});
  const image = findImage(engine, asked.Image ?? '', platform);
  if (platform === undefined) checkAddresses(engine, networking?.EndpointsConfig ?? {});
  if (hostConfig.NetworkMode === 'host' && Object.keys(hostConfig.PortBindings ?? {}).length > 0)
    warnings.push('Published ports are discarded when using host network mode');
  joinById(engine, hostConfig);
  hostConfig.SecurityOpt ??= unlabelled(hostConfig);
  const id = engine.newId();
  const config = completeConfig(asked, image, id, engine, hostConfig);
  if (!config.Entrypoint?.length && !config.Cmd?.length) throw invalidParameter('no command specified');
  validateLog(hostConfig);

  const given = name === '' ? generateName(engine, (word) => engine.containers.hasName(word)) : name;
  engine.containers.reserve(given, id);
  const bare = given.replace(/^\//, '');
  const directory = `${engine.root}/containers/${id}`;
  let container: Container | undefined;
  try {
    validateSecurityOptions(hostConfig.SecurityOpt ?? []);
    validateStorageOptions(hostConfig.StorageOpt ?? {});
    checkNetworks(engine, hostConfig, networking?.EndpointsConfig ?? {});
    const layer = await engine.layers.createContainerLayer(id, image?.top);
    container = new Container({
      id,
      name: bare,
      created: engine.now(),
      config,
      hostConfig,
      image: image?.id ?? ('' as Digest),
      layer,
      directory,
      sys: engine.sys,
    });
    await mkdirAll(engine.sys, directory, 0o710);
    await engine.sys.mkdir(`${directory}/checkpoints`, 0o700);
    const endpoints = networking?.EndpointsConfig ?? {};
    setEndpoints(container, endpoints);
    if (hostConfig.NetworkMode === 'bridge')
      hostConfig.Links = completeLinks(engine, bare, askedLinks(hostConfig, endpoints));
    await prepareRoot(engine, container, image);
    await saveHostConfig(engine, container);
    await saveContainer(container);
  } catch (error) {
    engine.containers.release(bare);
    if (container) {
      await releaseImages(engine, container);
      await engine.layers.removeContainerLayer(id, container.layer);
      await removeAll(engine.sys, directory);
      for (const volume of engine.volumes.all())
        if (volume.users.delete(id) && volume.anonymous && volume.users.size === 0)
          await engine.volumes.remove(volume.name, true);
    }
    throw error;
  }
  engine.containers.add(container);
  engine.events.log('container', 'create', id, container.attributes());
  return { Id: id, Warnings: warnings };
}

/** Whose namespaces are joined is kept by id; a network's owner that is not there is looked for when it starts. */
function joinById(engine: Engine, host: HostConfig): void {
  for (const key of ['NetworkMode', 'PidMode', 'IpcMode'] as const) {
    const name = /^container:(.+)$/.exec(host[key] ?? '')?.[1];
    const other = name === undefined ? undefined : engine.containers.find(name);
    if (other !== undefined) host[key] = `container:${other.id}`;
  }
}

/** Who shares what is the host's has no label of his own (moby daemon/create.go generateSecurityOpt). */
const unlabelled = ({ Privileged, IpcMode, PidMode }: HostConfig): string[] | null =>
  Privileged || IpcMode === 'host' || PidMode === 'host' ? ['label=disable'] : null;

function findImage(engine: Engine, name: string, platform: Platform | undefined): Image | undefined {
  if (name === '') return undefined;
  const image = engine.images.get(name);
  const { os, architecture, variant } = image.config;
  const own = { os, architecture, ...(variant ? { variant } : {}) };
  if (platform && !samePlatform(own, { ...own, ...platform }))
    throw notFound(
      `image with reference ${name} was found but its platform (${formatPlatform(own)}) does not match the specified platform (${formatPlatform(platform)})`,
    );
  return image;
}

/** The request over the image's defaults, in the order of the wire. */
function completeConfig(
  asked: ContainerConfig,
  image: Image | undefined,
  id: string,
  engine: Engine,
  host: HostConfig,
): ContainerConfig {
  const merged = mergeConfig(asked, image?.config.config ?? {});
  const ports = { ...merged.ExposedPorts };
  for (const port of Object.keys(host.PortBindings ?? {})) ports[port] ??= {};
  const hostname = host.NetworkMode === 'host' ? engine.host.uname.nodename : id.slice(0, 12);
  const { Entrypoint: entrypoint } = merged;
  return {
    Hostname: asked.Hostname || hostname,
    Domainname: asked.Domainname ?? '',
    User: merged.User ?? '',
    AttachStdin: asked.AttachStdin ?? false,
    AttachStdout: asked.AttachStdout ?? false,
    AttachStderr: asked.AttachStderr ?? false,
    ExposedPorts: Object.keys(ports).length > 0 ? inOrder(ports) : undefined,
    Tty: asked.Tty ?? false,
    OpenStdin: asked.OpenStdin ?? false,
    StdinOnce: asked.StdinOnce ?? false,
    Env: merged.Env ?? null,
    Cmd: merged.Cmd ?? null,
    Healthcheck: merged.Healthcheck,
    Image: asked.Image ?? '',
    Volumes: Object.keys(merged.Volumes ?? {}).length > 0 ? inOrder(merged.Volumes!) : null,
    WorkingDir: merged.WorkingDir ? cleanPath(merged.WorkingDir) : '',
    // [""] takes the image's entrypoint away.
    Entrypoint: entrypoint?.length === 1 && entrypoint[0] === '' ? null : entrypoint,
    NetworkDisabled: asked.NetworkDisabled || undefined,
    MacAddress: asked.MacAddress || undefined,
    OnBuild: asked.OnBuild ?? null,
    Labels: inOrder(merged.Labels ?? {}),
    StopSignal: merged.StopSignal,
    StopTimeout: asked.StopTimeout,
    Shell: asked.Shell ?? undefined,
  };
}

type Endpoints = NonNullable<NonNullable<CreateContainerRequest['NetworkingConfig']>['EndpointsConfig']>;

/** Links on the default bridge; those on a user network are names there. */
const askedLinks = (host: HostConfig, endpoints: Endpoints): string[] => [
  ...new Set([...(host.Links ?? []), ...((endpoints['default'] ?? endpoints['bridge'])?.Links ?? [])]),
];

function checkNetworks(engine: Engine, host: HostConfig, endpoints: Endpoints): void {
  const mode = host.NetworkMode ?? 'bridge';
  if (mode === 'bridge') checkLinks(engine, askedLinks(host, endpoints));
  for (const [name, settings] of Object.entries(endpoints)) {
    const network = engine.networks.find(name === 'default' ? 'bridge' : name);
    if (network === undefined || settings === null) continue;
    try {
      checkEndpoint(network, settings);
    } catch (error) {
      if (error instanceof EngineError)
        throw new EngineError(error.status, `invalid config for network ${network.name}: ${error.message}`);
      throw error;
    }
  }
  // Whose network it is to share is looked for when it starts. Never a 404 but for the image: clients take that for an image to be pulled.
  for (const joined of [host.IpcMode, host.PidMode]) {
    const other = /^container:(.+)$/.exec(joined ?? '')?.[1];
    if (other !== undefined && engine.containers.find(other) === undefined)
      throw invalidParameter(`No such container: ${other}`);
  }
}

function setEndpoints(container: Container, endpoints: Endpoints): void {
  const mode = container.hostConfig.NetworkMode ?? 'bridge';
  if (mode.startsWith('container:')) return;
  const asked = endpoints[mode] ?? (mode === 'bridge' ? endpoints['default'] : undefined) ?? {};
  const given = Object.keys(endpoints).map((name) => (name === 'default' ? 'bridge' : name));
  // The default network is for those who name none.
  const names = new Set(mode === 'bridge' && given.length > 0 ? given : [mode, ...given]);
  for (const name of names) {
    const settings = emptyEndpoint(name === mode ? asked : (endpoints[name] ?? {}));
    // Links of the default network are the host configuration's.
    if (name === 'bridge') settings.Links = null;
    const mac =
      (name === mode ? asked.MacAddress || container.config.MacAddress : endpoints[name]?.MacAddress) ?? '';
    if (mac) settings.MacAddress = mac;
    container.endpoints.set(name, settings);
  }
}

/** What of the root is looked at before the container first runs: volumes, the working directory, the user. */
async function prepareRoot(engine: Engine, container: Container, image: Image | undefined): Promise<void> {
  const { sys, layers } = engine;
  const root = await layers.mount(container.layer);
  try {
    await registerMounts(engine, container, root, image);
    const { WorkingDir } = container.config;
    if (WorkingDir) {
      const path = await resolveInRoot(sys, root, WorkingDir);
      const stat = await statOf(sys, path);
      if (stat === undefined) await mkdirAll(sys, path);
      else if ((stat.mode & S_IFMT) !== S_IFDIR)
        throw systemError(`Cannot mkdir: ${WorkingDir} is not a directory`);
    }
  } finally {
    await layers.unmount(container.layer);
  }
}
