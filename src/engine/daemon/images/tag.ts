import type { Digest } from '../../oci/digest.ts';
import { familiarString, type Reference } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { logImageEvent } from './image-event.ts';

/** Gives an image a name. Models moby daemon/images/image_tag.go. */
export function tagImage(engine: Engine, id: Digest, reference: Reference): void {
  engine.images.tag(reference, id);
  engine.images.byId(id)!.lastTagged = engine.now();
  logImageEvent(engine, 'tag', id, familiarString(reference));
}
