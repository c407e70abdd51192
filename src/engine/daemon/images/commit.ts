import type { ContainerConfig } from '../../api/containers.ts';
import { pack } from '../../archive/pack.ts';
import { readerOf } from '../../base/byte-stream.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Container } from '../containers/container.ts';
import type { Engine } from '../engine.ts';
import { notFound } from '../error.ts';
import { createChildImage } from './child-image.ts';
import { logImageEvent } from './image-event.ts';
import type { Image } from './image-store.ts';

export interface CommitOptions {
  author: string;
  comment: string;
  /** What containers of the new image are given. */
  config: ContainerConfig;
  /** What made it, where that is not what the container was given. */
  madeBy?: ContainerConfig;
}

/** Makes an image of a container's image and what the container changed. Models moby daemon/images/image_commit.go. */
export async function commitImage(
  engine: Engine,
  container: Container,
  { madeBy = container.config, ...options }: CommitOptions,
): Promise<Digest> {
  const parent = parentOf(engine, container);
  const { layers } = engine;
  const changes = pack(engine.sys, layers.diffDirectory(container.layer), { overlay: true });
  const layer = await layers.register(parent?.top, readerOf(changes));
  const id = await createChildImage(engine, parent, layer, { ...options, madeBy, container: container.id });
  logImageEvent(engine, 'create', id, id);
  return id;
}

function parentOf({ images, root }: Engine, { image: id }: Container): Image | undefined {
  if ((id as string) === '') return undefined;
  const found = images.byId(id);
  if (found !== undefined) return found;
  const path = `${root}/image/overlay2/imagedb/content/${id.replace(':', '/')}`;
  throw notFound(`failed to get digest ${id}: open ${path}: no such file or directory`);
}
