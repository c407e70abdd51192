import type { ContainerConfig } from '../../api/containers.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Engine } from '../engine.ts';
import { ENGINE } from '../identity.ts';
import { createImage } from './create.ts';
import type { Image } from './image-store.ts';
import type { Layer } from './layer-store.ts';

export interface ChildOptions {
  author: string;
  comment: string;
  /** What containers of the new image are given. */
  config: ContainerConfig;
  /** What made it: its command stands in the history. */
  madeBy: ContainerConfig;
  /** The id of the container that it was made of. */
  container?: string;
}

/** A layer without a file: it is none. The digest of an archive that only ends. */
const EMPTY_DIFF = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

/** Makes an image of another one, or of none, with one layer more, whose reference it takes. Models moby image.NewChildImage. */
export async function createChildImage(
  engine: Engine,
  parent: Image | undefined,
  layer: Layer,
  { author, comment, config, madeBy, container }: ChildOptions,
): Promise<Digest> {
  try {
    const isEmpty = layer.diffId === EMPTY_DIFF;
    const created = rfc3339Nano(engine.now());
    const below = parent?.config;
    const id = await createImage(engine, isEmpty ? parent?.top : layer, {
      architecture: below?.architecture || ENGINE.arch,
      author,
      config,
      container,
      container_config: madeBy,
      created,
      docker_version: ENGINE.version,
      history: [
        ...(below?.history ?? []),
        { created, created_by: (madeBy.Cmd ?? []).join(' '), author, comment, empty_layer: isEmpty },
      ],
      os: 'linux',
      'os.features': below?.['os.features'],
      'os.version': below?.['os.version'],
      rootfs: {
        type: 'layers',
        diff_ids: [...(below?.rootfs.diff_ids ?? []), ...(isEmpty ? [] : [layer.diffId])],
      },
      variant: below?.variant,
    });
    if (parent !== undefined) await engine.images.setParent(id, parent.id);
    return id;
  } finally {
    await engine.layers.release(layer);
  }
}
