import type { ContainerConfig } from '../../api/containers.ts';
import { pack } from '../../archive/pack.ts';
import { readerOf } from '../../base/byte-stream.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import type { Digest } from '../../oci/digest.ts';
import type { History } from '../../oci/image-config.ts';
import type { Container } from '../containers/container.ts';
import type { Engine } from '../engine.ts';
import { notFound } from '../error.ts';
import { ENGINE } from '../identity.ts';
import { createImage } from './create.ts';
import { logImageEvent } from './image-event.ts';
import type { Image } from './image-store.ts';

export interface CommitOptions {
  author: string;
  comment: string;
  /** What containers of the new image are given. */
  config: ContainerConfig;
}

/** A layer without a file: it is none. The digest of an archive that only ends. */
const EMPTY_DIFF = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

/** Makes an image of a container's image and what the container changed. Models moby daemon/images/image_commit.go. */
export async function commitImage(
  engine: Engine,
  container: Container,
  { author, comment, config }: CommitOptions,
): Promise<Digest> {
  const parent = parentOf(engine, container);
  const { layers } = engine;
  const changes = pack(engine.sys, layers.diffDirectory(container.layer), { overlay: true });
  const layer = await layers.register(parent?.top, readerOf(changes));
  try {
    const isEmpty = layer.diffId === EMPTY_DIFF;
    const created = rfc3339Nano(engine.now());
    const step: History = {
      created,
      created_by: (container.config.Cmd ?? []).join(' '),
      author,
      comment,
      empty_layer: isEmpty,
    };
    const below = parent?.config;
    const id = await createImage(engine, isEmpty ? parent?.top : layer, {
      architecture: below?.architecture || ENGINE.arch,
      author,
      config,
      container: container.id,
      container_config: container.config,
      created,
      docker_version: ENGINE.version,
      history: [...(below?.history ?? []), step],
      os: 'linux',
      'os.features': below?.['os.features'],
      'os.version': below?.['os.version'],
      rootfs: {
        type: 'layers',
        diff_ids: [...(below?.rootfs.diff_ids ?? []), ...(isEmpty ? [] : [layer.diffId])],
      },
      variant: below?.variant,
    });
    logImageEvent(engine, 'create', id, id);
    if (parent !== undefined) await engine.images.setParent(id, parent.id);
    return id;
  } finally {
    await layers.release(layer);
  }
}

function parentOf({ images, root }: Engine, { image: id }: Container): Image | undefined {
  if ((id as string) === '') return undefined;
  const found = images.byId(id);
  if (found !== undefined) return found;
  const path = `${root}/image/overlay2/imagedb/content/${id.replace(':', '/')}`;
  throw notFound(`failed to get digest ${id}: open ${path}: no such file or directory`);
}
