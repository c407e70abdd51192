import {
  familiarString,
  InvalidReference,
  parseNormalizedNamed,
  tagNameOnly,
  withTag,
} from '../../oci/reference.ts';
import { EngineError, invalidParameter, notFound, notModelled } from '../error.ts';
import { parseFilters } from '../filters.ts';
import { type Image, platformMismatch } from '../images/image-store.ts';
import { imageHistory, inspectImage } from '../images/inspect.ts';
import { listImages } from '../images/list.ts';
import { pruneImages } from '../images/prune.ts';
import { removeImage } from '../images/remove.ts';
import { type Call, flag, json, type Route } from '../router.ts';
import { platformFromJson } from './platform.ts';
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
      if ((call.query.get('fromImage') ?? '') === '') throw notModelled('docker import');
      return pull(call);
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
  const image = engine.images.get(params['name']!);
  const repository = query.get('repo') ?? '';
  let reference: ReturnType<typeof parseNormalizedNamed>;
  try {
    const named = parseNormalizedNamed(repository);
    const tagText = query.get('tag') ?? '';
    reference = tagText === '' ? tagNameOnly(named) : withTag(named, tagText);
  } catch (error) {
    if (error instanceof InvalidReference) throw invalidParameter(error.message);
    throw error;
  }
  if (reference.digest !== undefined)
    throw new EngineError(400, 'refusing to create a tag with a digest reference');
  engine.images.tag(reference, image.id);
  image.lastTagged = engine.now();
  engine.events.log('image', 'tag', image.id, { name: familiarString(reference) });
  return { status: 201 };
}
