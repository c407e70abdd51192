/** Images that containers have mounted: `--mount type=image`. Models moby daemon/volumes.go and daemon/mounts.go. */
import type { Mount, MountPoint } from '../../api/containers.ts';
import { statOf } from '../../runtime/files.ts';
import { cleanPath } from '../clean-path.ts';
import type { Engine } from '../engine.ts';
import { systemError } from '../error.ts';
import type { ContainerLayer } from '../images/layer-store.ts';
import type { Container } from './container.ts';

/** Mounts an image's files for a container: a layer of their own, that nobody writes to, from now until the container goes. */
export async function mountImage(engine: Engine, container: Container, mount: Mount): Promise<MountPoint> {
  const { Source: source = '', Target = '' } = mount;
  const image = engine.images.get(source);
  const name = `${container.id}-${source}`;
  if (container.imageLayers.has(name)) throw systemError('mount already exists with name');
  const layer = await engine.layers.createContainerLayer(name, image.top);
  container.imageLayers.set(name, layer);
  return {
    Type: 'image',
    Name: source,
    Source: await engine.layers.mount(layer),
    Destination: cleanPath(Target),
    Mode: '',
    RW: false,
    Propagation: 'rprivate',
  };
}

/** Takes a container's images off again. */
export async function releaseImages(engine: Engine, container: Container): Promise<void> {
  for (const [name, layer] of container.imageLayers) {
    await engine.layers.unmount(layer);
    await engine.layers.removeContainerLayer(name, layer);
  }
  container.imageLayers.clear();
}

/** The layers of a container's images that an earlier daemon has left mounted. */
export function adoptImages(
  engine: Engine,
  container: Container,
  layers: ReadonlyMap<string, ContainerLayer>,
): void {
  for (const [name, layer] of layers) {
    if (!name.startsWith(`${container.id}-`)) continue;
    container.imageLayers.set(name, layer);
    engine.layers.adoptMount(layer);
  }
}

/** What of a mounted image or volume the container sees: all, or the part that was asked for. */
export function mountedPart({ hostConfig }: Container, { Source, Destination }: MountPoint): string {
  const asked = hostConfig.Mounts?.find(({ Target = '' }) => cleanPath(Target) === Destination);
  const part = asked?.ImageOptions?.Subpath || asked?.VolumeOptions?.Subpath;
  return part ? cleanPath(`${Source}/${part}`) : Source;
}

/** Refuses parts that an image or a volume does not have. */
export async function checkParts(engine: Engine, container: Container): Promise<void> {
  for (const point of container.mounts) {
    const path = mountedPart(container, point);
    if (path === point.Source) continue;
    if ((await statOf(engine.sys, path)) === undefined)
      throw systemError(`cannot access path ${path}: lstat ${path}: no such file or directory`);
  }
}
