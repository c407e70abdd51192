import type { Filters } from '../../api/filters.ts';
import type { ImageSummary } from '../../api/images.ts';
import { parseRfc3339 } from '../../base/calendar.ts';
import { familiarMatch, familiarString, trimNamed } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { splitOnce } from '../events.ts';
import { booleanFilter, checkFilters } from '../filters.ts';
import { untilFilter } from '../until.ts';
import { type Image, imageSize } from './image-store.ts';
import { chain } from './layer-store.ts';

const FILTERS = ['before', 'dangling', 'label', 'reference', 'since', 'until'];

export const createdAt = (image: Image): number => parseRfc3339(image.config.created ?? '') ?? 0;

/** GET /images/json, the newest first. Models moby daemon/images/images.go. */
export function listImages(
  engine: Engine,
  options: { all: boolean; filters: Filters; sharedSize?: boolean },
): ImageSummary[] {
  const { filters } = options;
  checkFilters(filters, FILTERS);
  const edges = (key: string) => filters.values(key).map((name) => createdAt(engine.images.get(name)));
  const [before] = edges('before').sort((a, b) => a - b);
  const [since] = edges('since').sort((a, b) => b - a);
  const until = untilFilter(filters, engine.now());
  const dangling = booleanFilter(filters, 'dangling');
  const patterns = filters.values('reference');
  const out: [number, ImageSummary][] = [];
  for (const image of engine.images.all()) {
    const created = createdAt(image);
    if (before !== undefined && created >= before) continue;
    if (until !== undefined && created >= until) continue;
    if (since !== undefined && created <= since) continue;
    const labels = image.config.config?.Labels ?? null;
    if (!filters.values('label').every((label) => hasLabel(labels, label))) continue;
    const references = engine.images.referencesTo(image.id);
    const chosen =
      patterns.length === 0
        ? references
        : references.filter((r) => patterns.some((pattern) => familiarMatch(pattern, r)));
    if (patterns.length > 0 && chosen.length === 0) continue;
    const tags = engine.images.tagsOf(image.id).filter((_, i) => {
      const tagged = references.filter(({ digest }) => digest === undefined)[i];
      return tagged !== undefined && chosen.includes(tagged);
    });
    const digests = chosen
      .filter(({ digest }) => digest !== undefined)
      .map((reference) => familiarString({ ...trimNamed(reference), digest: reference.digest }));
    if (tags.length === 0 && digests.length === 0) {
      // What has no name but is what another was made from is an intermediate image.
      if (!options.all && engine.images.all().some(({ parent }) => parent === image.id)) continue;
      if (dangling === false) continue;
    } else if (dangling === true && tags.length > 0) continue;
    out.push([created, summarize(engine, image, tags, digests, options.sharedSize ?? false)]);
  }
  return out.sort(([a], [b]) => b - a).map(([, summary]) => summary);
}

function summarize(
  engine: Engine,
  image: Image,
  tags: string[],
  digests: string[],
  shared: boolean,
): ImageSummary {
  return {
    Containers: engine.containers.all().filter((container) => container.image === image.id).length,
    Created: Math.floor(createdAt(image) / 1000),
    Id: image.id,
    Labels: image.config.config?.Labels ?? null,
    ParentId: image.parent ?? '',
    RepoDigests: digests,
    RepoTags: tags,
    SharedSize: shared ? sharedSize(engine, image) : -1,
    Size: imageSize(image),
  };
}

/** What of an image's layers other images have, too. */
function sharedSize(engine: Engine, image: Image): number {
  const others = new Set(
    engine.images
      .all()
      .filter((other) => other !== image)
      .flatMap((other) => chain(other.top)),
  );
  return chain(image.top).reduce((sum, layer) => sum + (others.has(layer) ? layer.size : 0), 0);
}

/** The filters `label` and `label!` of the prune calls: all of the first, none of the second. */
export const matchesLabels = (filters: Filters, labels: Record<string, string> | null): boolean =>
  filters.values('label').every((label) => hasLabel(labels, label)) &&
  !filters.values('label!').some((label) => hasLabel(labels, label));

export function hasLabel(labels: Record<string, string> | null, wanted: string): boolean {
  const [key, value] = splitOnce(wanted, '=');
  const own = labels?.[key];
  return own !== undefined && (value === undefined || own === value);
}
