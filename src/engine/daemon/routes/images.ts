import { familiarName } from '../../oci/reference.ts';
import { invalidParameter, notFound } from '../error.ts';
import { parseFilters } from '../filters.ts';
import { type Image, platformMismatch } from '../images/image-store.ts';
import { imageHistory, inspectImage } from '../images/inspect.ts';
import { listImages } from '../images/list.ts';
import { pruneImages } from '../images/prune.ts';
import { removeImage } from '../images/remove.ts';
import { tagImage } from '../images/tag.ts';
import { type Call, flag, json, type Route } from '../router.ts';
import { importRoute } from './image-import.ts';
import { platformFromJson } from './platform.ts';
import { repoTagReference } from './reference.ts';
import { pull } from './registry.ts';

export const imageRoutes: readonly Route[] = [
  [
    'GET',
    '/images/json',
    async ({ engine, query }) =>
      json(
        listImages(engine, {
          all: flag(query, 'all'),
          filters: parseFilters(query.get('filters') ?? undefined),
          sharedSize: flag(query, 'shared-size'),
        }),
      ),
  ],
  [
    'POST',
    '/images/create',
    async (call) => {
      return (call.query.get('fromImage') ?? '') === '' ? importRoute(call) : pull(call);
    },
  ],
  [
    'POST',
    '/images/prune',
    async ({ engine, query }) => {
      const filters = parseFilters(query.get('filters') ?? undefined);
      const { deleted, reclaimed } = await pruneImages(engine, filters);
      return json({ ImagesDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed });
    },
  ],
  [
    'GET',
    '/images/:name{.+}/json',
    async ({ engine, params, query }) =>
      json(
        inspectImage(
          engine,
          onPlatform(engine.images.get(params['name']!), params['name']!, query.get('platform')),
        ),
      ),
  ],
  [
    'GET',
    '/images/:name{.+}/history',
    async ({ engine, params, query }) =>
      json(
        imageHistory(
          engine,
          onPlatform(engine.images.get(params['name']!), params['name']!, query.get('platform')),
        ),
      ),
  ],
  ['POST', '/images/:name{.+}/tag', tag],
  [
    'DELETE',
    '/images/:name{.+}',
    async ({ engine, params, query }) => {
      const name = params['name']!;
      for (const platform of query.getAll('platforms')) onPlatform(engine.images.get(name), name, platform);
      return json(await removeImage(engine, params['name']!, flag(query, 'force'), !flag(query, 'noprune')));
    },
  ],
]; // prettier-ignore

/** An image, refused when it is for another platform than the one asked for as JSON. */
function onPlatform(image: Image, name: string, asked: string | null): Image {
  if (asked === null || asked === '') return image;
  const mismatch = platformMismatch(image, name, platformFromJson(asked));
  if (mismatch !== undefined) throw notFound(mismatch);
  return image;
}

async function tag({ engine, params, query }: Call) {
  const reference = repoTagReference(query);
  // The real engine takes the want of a name for success.
  if (reference === undefined) return { status: 200 };
  if (familiarName(reference) === 'sha256')
    throw invalidParameter('refusing to create an ambiguous tag using digest algorithm as name');
  await tagImage(engine, engine.images.get(params['name']!).id, reference);
  return { status: 201 };
}
