import type { Digest } from '../../oci/digest.ts';
import { familiarString, type Reference } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { logImageEvent } from './image-event.ts';

/** Gives an image a name. Models moby daemon/images/image_tag.go. */
export async function tagImage(engine: Engine, id: Digest, reference: Reference): Promise<void> {
  await engine.images.tag(reference, id);
  await engine.images.setLastTagged(id, engine.now());
  logImageEvent(engine, 'tag', id, familiarString(reference));
}
