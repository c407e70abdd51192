import type { ProgressMessage } from '../../api/progress.ts';
import { decode } from '../../base/bytes.ts';
import { isDigest } from '../../oci/digest.ts';
import { InvalidPlatform, type Platform, parsePlatform } from '../../oci/platform.ts';
import {
  familiarString,
  InvalidReference,
  isNameOnly,
  parseNormalizedNamed,
  tagNameOnly,
  trimNamed,
  withTag,
} from '../../oci/reference.ts';
import { EngineError, invalidParameter, notFound, notModelled } from '../error.ts';
import { parseFilters } from '../filters.ts';
import { type Image, platformMismatch } from '../images/image-store.ts';
import { imageHistory, inspectImage } from '../images/inspect.ts';
import { listImages } from '../images/list.ts';
import { pruneImages } from '../images/prune.ts';
import { pullImage } from '../images/pull.ts';
import type { Credentials } from '../images/registry-client.ts';
import { removeImage } from '../images/remove.ts';
import { Feed, jsonLine } from '../lines.ts';
import { type Call, flag, json, type Route } from '../router.ts';
import { platformFromJson } from './platform.ts';

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
  ['POST', '/images/create', pull],
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
    '/images/search',
    async () => {
      throw notModelled('searching a registry');
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
  [
    'POST',
    '/images/:name{.+}/push',
    async () => {
      throw notModelled('docker push');
    },
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

/** POST /images/create?fromImage=: a pull, told line by line. Before the first line an error is an answer of its own. */
async function pull({ engine, request, query }: Call) {
  const from = query.get('fromImage') ?? '';
  if (from === '') throw notModelled('docker import');
  const tagText = query.get('tag') ?? '';
  const reference = referenceOf(from, tagText);
  const platformText = query.get('platform') ?? '';
  const platform = platformText === '' ? undefined : platformOf(platformText);
  const credentials = readCredentials(request.headers.get('X-Registry-Auth'));
  if (isNameOnly(reference)) throw notModelled('pulling all tags');
  const feed = new Feed<ProgressMessage>();
  let begun!: (error?: unknown) => void;
  const first = new Promise<unknown>((resolve) => {
    begun = resolve;
  });
  const pulling = pullImage(engine, {
    reference,
    platform,
    credentials,
    report: (message) => {
      begun();
      feed.push(message);
    },
  });
  void pulling.then(
    () => feed.end(),
    (error: Error) => {
      begun(error);
      feed.push({ errorDetail: { message: error.message }, error: error.message });
      feed.end();
    },
  );
  const failed = await first;
  if (failed) throw failed;
  return {
    status: 200,
    headers: [['Content-Type', 'application/json']] as [string, string][],
    body: lines(feed),
  };
}

function platformOf(text: string): Platform {
  try {
    return parsePlatform(text);
  } catch (error) {
    if (error instanceof InvalidPlatform) throw invalidParameter(error.message);
    throw error;
  }
}

async function* lines(feed: Feed<ProgressMessage>): AsyncGenerator<Uint8Array> {
  for await (const message of feed) yield jsonLine(message, '\r\n');
}

function referenceOf(from: string, tagText: string) {
  try {
    const named = parseNormalizedNamed(from);
    if (tagText === '') return named;
    if (isDigest(tagText)) return { ...trimNamed(named), digest: tagText };
    return withTag(named, tagText);
  } catch (error) {
    if (error instanceof InvalidReference) throw invalidParameter(error.message);
    throw error;
  }
}

/** The header is base64url JSON; `e30=` is `{}`. */
function readCredentials(header: string | undefined): Credentials {
  if (!header) return {};
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const c of header.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')) {
    held = (held << 6) | Math.max(0, alphabet.indexOf(c));
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 0xff);
      held &= (1 << bits) - 1;
    }
  }
  try {
    return JSON.parse(decode(Uint8Array.from(bytes))) as Credentials;
  } catch {
    return {};
  }
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
