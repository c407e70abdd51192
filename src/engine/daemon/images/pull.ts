import type { ProgressMessage } from '../../api/progress.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import type { RemoteManifest, Repository } from '../../distribution/repository.ts';
import { type Digest, hexOf, verifies } from '../../oci/digest.ts';
import { chainIds, type ImageConfig, parseImageConfig } from '../../oci/image-config.ts';
import { inMemory } from '../../oci/layer/compression.ts';
import { unpackBlob } from '../../oci/layer/layer.ts';
import { isIndex, type Manifest, parseManifest } from '../../oci/manifest.ts';
import { isSchema1Type } from '../../oci/media-type.ts';
import { choosePlatform, formatPlatform, type Platform } from '../../oci/platform.ts';
import {
  familiarName,
  familiarString,
  isNameOnly,
  type Reference,
  referenceName,
  referenceString,
  trimNamed,
} from '../../oci/reference.ts';
import { GoError } from '../../runtime/go-error.ts';
import { sleep } from '../../runtime/sleep.ts';
import type { Engine } from '../engine.ts';
import { forbidden } from '../error.ts';
import { atEndpoints, translatePullError } from './endpoints.ts';
import { type Image, platformMismatch } from './image-store.ts';
import type { Layer } from './layer-store.ts';
import { transferring } from './progress.ts';
import { Final, finalOf, retrying, Slots } from './transfers.ts';

export interface PullOptions {
  /** With a tag or a digest, or all tags are pulled. */
  reference: Reference;
  platform: Platform | undefined;
  credentials: Credentials;
  report: (message: ProgressMessage) => void;
}

/** How many layers are fetched at once (daemon.json `max-concurrent-downloads`). */
const AT_ONCE = 3;

/** Fetches images from their registry. Models moby distribution/pull_v2.go: words and order of the messages are its. */
export async function pullImage(engine: Engine, options: PullOptions): Promise<void> {
  const { reference, report, credentials } = options;
  if (familiarName(reference) === 'scratch') throw forbidden("'scratch' is a reserved name");
  const name = familiarString(reference);
  try {
    await atEndpoints(
      engine,
      reference,
      { mirrors: true, credentials, actions: 'pull' },
      async (repository) => {
        let changed = false;
        const wanted = isNameOnly(reference)
          ? (await repository.tags()).map((tag) => ({ ...reference, tag }))
          : [reference];
        for (const one of wanted)
          if (await pullOne(engine, repository, { ...options, reference: one })) changed = true;
        report({
          status: changed
            ? `Status: Downloaded newer image for ${name}`
            : `Status: Image is up to date for ${name}`,
        });
      },
    );
  } catch (error) {
    throw translatePullError(error, reference);
  }
  engine.events.log('image', 'pull', name, {
    ...labelsOf(engine, reference),
    name: familiarName(reference),
  });
  const id = isNameOnly(reference) ? undefined : engine.images.lookup(reference);
  const image = id === undefined ? undefined : engine.images.byId(id);
  const mismatch = image && platformMismatch(image, name, options.platform);
  if (mismatch !== undefined) report({ status: `WARNING: ${mismatch}` });
}

/** An image of a registry that is known, and not yet fetched. */
export interface RemoteImage {
  readonly reference: Reference;
  readonly credentials: Credentials;
  /** Of the index, where there is one. */
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

/** Finds an image in its registry. Throws what `pullImage` throws. */
export async function resolveRemote(
  engine: Engine,
  options: Omit<PullOptions, 'report'>,
): Promise<RemoteImage> {
  const { reference, credentials } = options;
  try {
    return await atEndpoints(
      engine,
      reference,
      { mirrors: true, credentials, actions: 'pull' },
      async (repository) => {
        const digest = reference.digest ?? (await repository.resolve(reference.tag!)).digest;
        const found = await manifestOf(engine, repository, reference, digest);
        const manifest = await choose(engine, repository, found, options);
        refuseArtifact(manifest.config.mediaType);
        const config = readConfig(await fetchConfig(engine, repository, manifest.config.digest));
        return { reference, credentials, digest, manifest, config };
      },
    );
  } catch (error) {
    throw translatePullError(error, reference);
  }
}

/** Fetches the layers of an image, which gets no name here. Gives its topmost one, with a reference for the caller. */
export function fetchRemoteLayers(
  engine: Engine,
  { reference, credentials, manifest, config }: RemoteImage,
  report: PullOptions['report'],
): Promise<Layer | undefined> {
  const options = { mirrors: true, credentials, actions: 'pull' };
  return atEndpoints(engine, reference, options, (repository) =>
    pullLayers(engine, repository, manifest, config.rootfs.diff_ids, {
      reference,
      credentials,
      platform: undefined,
      report,
    }),
  );
}

/** Gives whether anything is new: the image, or what the name leads to. */
async function pullOne(engine: Engine, repository: Repository, options: PullOptions): Promise<boolean> {
  const { reference, report } = options;
  const digest = reference.digest ?? (await repository.resolve(reference.tag!)).digest;
  const found = await manifestOf(engine, repository, reference, digest);
  report({
    status: `Pulling from ${reference.path}`,
    id: reference.digest === undefined ? reference.tag! : referenceString(reference),
  });
  const manifest = await choose(engine, repository, found, options);
  const id = await pullConfigured(engine, repository, manifest, options);
  report({ status: `Digest: ${digest}` });
  return register(engine, reference, digest, id);
}

/** Files an image under its digest and, if it was asked for by one, its tag. */
async function register(engine: Engine, reference: Reference, digest: Digest, id: Digest): Promise<boolean> {
  const { images } = engine;
  const before = images.lookup(reference);
  await images.tag({ ...trimNamed(reference), digest }, id);
  if (reference.tag !== undefined && reference.digest === undefined) await images.tag(reference, id);
  return before !== id;
}

async function manifestOf(
  engine: Engine,
  repository: Repository,
  reference: Reference,
  digest: Digest,
): Promise<RemoteManifest> {
  const name = referenceName(reference);
  const found = await engine.manifests.get(repository, name, digest, reference.digest !== undefined);
  if (!verifies(digest, found.bytes)) throw new GoError(`manifest verification failed for digest ${digest}`);
  return found;
}

/** The manifest itself, or the one of an index that is for the platform. */
async function choose(
  engine: Engine,
  repository: Repository,
  { bytes, type }: RemoteManifest,
  { platform, reference }: Omit<PullOptions, 'report'>,
): Promise<Manifest> {
  if (isSchema1Type(type))
    throw new GoError(
      `Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been removed. Suggest the author of ${referenceString(reference)} to upgrade the image to the OCI Format or Docker Image manifest v2, schema 2. More information at https://docs.docker.com/go/deprecated-image-specs/`,
    );
  const document = parseManifest(bytes, type);
  if (!isIndex(document)) return document;
  const wanted = platform ?? { os: 'linux', architecture: 'amd64' };
  const chosen = choosePlatform(document.manifests, wanted);
  if (chosen === undefined)
    throw new GoError(`no matching manifest for ${formatPlatform(wanted)} in the manifest list entries`);
  const inner = await manifestOf(engine, repository, reference, chosen.digest);
  const manifest = parseManifest(inner.bytes, inner.type);
  if (isIndex(manifest)) throw new GoError('unsupported manifest format');
  return manifest;
}

/** The image of a manifest: what of it is not here is fetched. */
async function pullConfigured(
  engine: Engine,
  repository: Repository,
  manifest: Manifest,
  options: PullOptions,
): Promise<Digest> {
  const { images } = engine;
  const { digest: id, mediaType } = manifest.config;
  if (images.byId(id) !== undefined) return id;
  refuseArtifact(mediaType);
  const raw = await fetchConfig(engine, repository, id);
  const config = readConfig(raw);
  const top = await pullLayers(engine, repository, manifest, config.rootfs.diff_ids, options);
  const image: Image = { id, config, raw, top, lastTagged: undefined };
  await images.add(image);
  return id;
}

function readConfig(raw: Uint8Array): ImageConfig {
  try {
    return parseImageConfig(raw);
  } catch (error) {
    throw new Final(error);
  }
}

/** Not all that lies in registries is images. Models moby distribution, validateMediaType. */
function refuseArtifact(type: string): void {
  const known = [
    'application/vnd.docker.container.image.v1+json',
    'application/vnd.oci.image.config.v1+json',
    'application/octet-stream',
    'application/json',
    'text/html',
    '',
  ];
  if (known.includes(type)) return;
  const kind = type === 'application/vnd.docker.plugin.v1+json' ? 'plugin' : 'unknown';
  throw new GoError(`Encountered remote ${JSON.stringify(type)}(${kind}) when fetching`);
}

const CONFIG_ATTEMPTS = 5;

async function fetchConfig(engine: Engine, repository: Repository, id: Digest): Promise<Uint8Array> {
  for (let attempt = 1, wait = 250; ; attempt++, wait *= 2) {
    try {
      const raw = await repository.blob(id);
      if (verifies(id, raw)) return raw;
      throw new Final(new GoError(`image config verification failed for digest ${id}`));
    } catch (error) {
      if (finalOf(error) !== undefined || attempt === CONFIG_ATTEMPTS)
        throw new GoError(`download failed after attempts=${attempt}: ${(error as Error).message}`);
      await sleep(engine.sys, wait);
    }
  }
}

async function pullLayers(
  engine: Engine,
  repository: Repository,
  manifest: Manifest,
  diffIds: readonly Digest[],
  { reference, report }: PullOptions,
): Promise<Layer | undefined> {
  const { layers, layerSources } = engine;
  const chains = chainIds(diffIds);
  const ids = manifest.layers.map(({ digest }) => hexOf(digest).slice(0, 12));
  const seen = (i: number) =>
    layerSources.add(diffIds[i]!, {
      digest: manifest.layers[i]!.digest,
      repository: referenceName(reference),
      seenBy: '',
    });
  // What is here is known by the digest under which it once came.
  const isPresent = (i: number) =>
    layerSources.diffIdOf(manifest.layers[i]!.digest) === diffIds[i] && layers.get(chains[i]!) !== undefined;
  let present = 0;
  while (present < ids.length && isPresent(present)) {
    report({ status: 'Already exists', progressDetail: {}, id: ids[present]! });
    await seen(present++);
  }
  for (let i = present; i < ids.length; i++)
    report({ status: 'Pulling fs layer', progressDetail: {}, id: ids[i]! });

  const slots = new Slots(AT_ONCE);
  const download = (i: number) =>
    slots.run(
      () => report({ status: 'Waiting', progressDetail: {}, id: ids[i]! }),
      () => downloadLayer(engine, repository, manifest.layers[i]!, ids[i]!, report),
    );
  const downloads = ids.map((_, i) => {
    if (i < present) return undefined;
    const running = download(i);
    running.catch(() => undefined);
    return running;
  });

  let top = present === 0 ? undefined : layers.get(chains[present - 1]!);
  if (top) top.references++;
  for (let i = present; i < ids.length; i++) {
    const blob = await downloads[i]!;
    const { mediaType, size } = manifest.layers[i]!;
    report(transferring.line('Extracting', ids[i]!, size, size));
    const below: Layer | undefined = top;
    top = await layers.register(below, inMemory(unpackBlob(blob, mediaType)));
    // The layer above now holds the one below.
    if (below) below.references--;
    if (top.diffId !== diffIds[i]) {
      await layers.release(top);
      throw new GoError("layers from manifest don't match image configuration");
    }
    await seen(i);
    report({ status: 'Pull complete', progressDetail: {}, id: ids[i]! });
  }
  return top;
}

async function downloadLayer(
  engine: Engine,
  repository: Repository,
  { digest, size }: { digest: Digest; size: number },
  id: string,
  report: PullOptions['report'],
): Promise<Uint8Array> {
  const tell = transferring(report, 'Downloading', id, size);
  const soFar: Uint8Array[] = [];
  return retrying(engine.sys, id, report, async () => {
    const resumed = soFar.length > 0;
    const blob = await repository.blob(digest, tell, soFar);
    report({ status: 'Verifying Checksum', progressDetail: {}, id });
    if (!verifies(digest, blob)) {
      const wrong = new GoError(`filesystem layer verification failed for digest ${digest}`);
      soFar.length = 0;
      // What was put together of two parts may be whole if it comes at once.
      throw resumed ? wrong : new Final(wrong);
    }
    report({ status: 'Download complete', progressDetail: {}, id });
    return blob;
  });
}

function labelsOf(engine: Engine, reference: Reference): Record<string, string> {
  const id = engine.images.lookup(reference);
  return (id === undefined ? undefined : engine.images.byId(id)?.config.config?.Labels) ?? {};
}
