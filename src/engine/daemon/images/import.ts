import type { ByteReader } from '../../base/byte-stream.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import type { Digest } from '../../oci/digest.ts';
import { decompressed } from '../../oci/layer/compression.ts';
import type { Platform } from '../../oci/platform.ts';
import type { Reference } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { invalidParameter } from '../error.ts';
import { ENGINE } from '../identity.ts';
import { changedConfig } from './change-config.ts';
import { createImage } from './create.ts';
import { logImageEvent } from './image-event.ts';
import { tagImage } from './tag.ts';

export interface ImportRequest {
  archive: ByteReader;
  reference: Reference | undefined;
  platform: Platform | undefined;
  message: string;
  /** Dockerfile instructions. */
  changes: readonly string[];
}

/** POST /images/create?fromSrc=: an image of one layer, from an archive of its files. Models moby daemon/images/image_import.go. */
export async function importImage(
  engine: Engine,
  { archive, reference, platform, message, changes }: ImportRequest,
): Promise<Digest> {
  const { os, architecture, variant } = platform ?? { os: ENGINE.os, architecture: ENGINE.arch };
  if (os.toLowerCase() !== 'linux') throw invalidParameter('operating system is not supported');
  const config = changedConfig({}, changes);
  const layer = await engine.layers.register(undefined, await decompressed(archive));
  try {
    const created = rfc3339Nano(engine.now());
    const id = await createImage(engine, layer, {
      architecture,
      comment: message,
      config,
      container_config: {},
      created,
      docker_version: ENGINE.version,
      history: [{ created, comment: message }],
      os,
      rootfs: { type: 'layers', diff_ids: [layer.diffId] },
      variant,
    });
    if (reference !== undefined) await tagImage(engine, id, reference);
    logImageEvent(engine, 'import', id, id);
    return id;
  } finally {
    await engine.layers.release(layer);
  }
}
