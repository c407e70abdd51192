import type { Digest } from '../../oci/digest.ts';
import type { Engine } from '../engine.ts';

/** Tells of an image, with its labels. Models moby daemon/images/image_events.go. */
export function logImageEvent(engine: Engine, action: string, id: Digest, name: string): void {
  engine.events.log('image', action, id, { ...engine.images.byId(id)?.config.config?.Labels, name });
}
