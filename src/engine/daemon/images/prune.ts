import type { Filters } from '../../api/filters.ts';
import type { ImageDeleteItem } from '../../api/images.ts';
import { referenceString } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { EngineError } from '../error.ts';
import { booleanFilter, checkFilters } from '../filters.ts';
import { untilFilter } from '../until.ts';
import { createdAt, matchesLabels } from './list.ts';
import { removeImage } from './remove.ts';

const FILTERS = ['dangling', 'label', 'label!', 'until'];

/**
 * POST /images/prune: the images without a tag, or, where `dangling` is false, all that no container needs. Models moby
 * daemon/images/image_prune.go: each is removed by its names, one after the other, so that of an image that is in use
 * all tags but the last go.
 */
export async function pruneImages(
  engine: Engine,
  filters: Filters,
): Promise<{ deleted: ImageDeleteItem[]; reclaimed: number }> {
  checkFilters(filters, FILTERS);
  const all = booleanFilter(filters, 'dangling') === false;
  const until = untilFilter(filters, engine.now());
  const sizes = new Map(engine.layers.layers().map(({ chainId, size }) => [chainId, size]));
  const images = engine.images.all();
  const chosen = images.filter((image) => {
    const labels = image.config.config?.Labels ?? null;
    if (until !== undefined && createdAt(image) > until) return false;
    if (!matchesLabels(filters, labels)) return false;
    // What has no name but is what another was made from goes with that other.
    const named = all && engine.images.referencesTo(image.id).length > 0;
    return named || !images.some(({ parent }) => parent === image.id);
  });
  const deleted: ImageDeleteItem[] = [];
  for (const image of chosen) {
    const references = engine.images.referencesTo(image.id);
    if (!all && references.some(({ digest }) => digest === undefined)) continue;
    const names = references.length > 0 ? references.map(referenceString) : [image.id.replace(/^.*:/, '')];
    for (const name of names) deleted.push(...(await removed(engine, name)));
  }
  const reclaimed = deleted.reduce((sum, item) => sum + (sizes.get(item.Deleted ?? '') ?? 0), 0);
  engine.events.log('image', 'prune', '', { reclaimed: String(reclaimed) });
  return { deleted, reclaimed };
}

/** What goes when an image is removed; nothing where something stands in the way, or it has gone with another. */
async function removed(engine: Engine, name: string): Promise<ImageDeleteItem[]> {
  try {
    return await removeImage(engine, name, false, true);
  } catch (error) {
    if (error instanceof EngineError) return [];
    throw error;
  }
}
