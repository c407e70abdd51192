import type { Digest } from '../../oci/digest.ts';
import { digestOf } from '../../oci/digest.ts';
import type { Engine } from '../engine.ts';
import { type ImageDocument, readImageDocument, writeImageDocument } from './image-document.ts';
import type { Layer } from './layer-store.ts';

/** Makes an image of its layers and its document; gives its id. */
export async function createImage(
  { images }: Engine,
  top: Layer | undefined,
  document: ImageDocument,
): Promise<Digest> {
  const raw = writeImageDocument(document);
  const id = digestOf(raw);
  await images.create({ id, config: readImageDocument(raw), raw, top, lastTagged: undefined });
  return id;
}
