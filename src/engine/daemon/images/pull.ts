import type { ProgressMessage } from '../../api/progress.ts';
import { type Digest, hexOf, verifies } from '../../oci/digest.ts';
import { chainIds, parseImageConfig } from '../../oci/image-config.ts';
import { inMemory } from '../../oci/layer/compression.ts';
import { unpackBlob } from '../../oci/layer/layer.ts';
import { isIndex, type Manifest, parseManifest } from '../../oci/manifest.ts';
import { choosePlatform, formatPlatform, type Platform } from '../../oci/platform.ts';
import { familiarName, familiarString, type Reference, trimNamed } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { EngineError, notFound } from '../error.ts';
import { type Image, platformMismatch } from './image-store.ts';
import type { Layer } from './layer-store.ts';
import { downloading } from './progress.ts';
import { type Credentials, RegistryError, Repository } from './registry-client.ts';

export interface PullOptions {
  reference: Reference;
  platform: Platform | undefined;
  credentials: Credentials;
  report: (message: ProgressMessage) => void;
}

/** How many layers are fetched at once (daemon.json `max-concurrent-downloads`). */
const AT_ONCE = 3;

/** Fetches an image from its registry. Models moby distribution/pull_v2.go: words and order of the messages are its. */
export async function pullImage(engine: Engine, options: PullOptions): Promise<void> {
  const { reference, report } = options;
  const { repository, digest, manifest } = await findImage(engine, options);
  try {
    report({
      status: `Pulling from ${reference.path}`,
      id: reference.tag ?? reference.digest ?? '',
    });
    const changed = await pullManifest(engine, repository, manifest, digest, options);
    report({ status: `Digest: ${digest}` });
    const name = familiarString(reference);
    report({
      status: changed
        ? `Status: Downloaded newer image for ${name}`
        : `Status: Image is up to date for ${name}`,
    });
    const image = engine.images.byId(manifest.config.digest);
    const mismatch = image && platformMismatch(image, name, options.platform);
    if (mismatch !== undefined) report({ status: `WARNING: ${mismatch}` });
    engine.events.log('image', 'pull', name, {
      ...labelsOf(engine, reference),
      name: familiarName(reference),
    });
  } catch (error) {
    throw translate(error, reference);
  } finally {
    await repository.close();
  }
}

interface Found {
  repository: Repository;
  digest: Digest;
  manifest: Manifest;
}

/** Asks the mirrors of Docker Hub in turn (daemon.json `registry-mirrors`), then the registry itself. */
async function findImage(engine: Engine, options: PullOptions): Promise<Found> {
  const { reference, credentials } = options;
  const asked = reference.digest ?? reference.tag ?? 'latest';
  const mirrors = reference.domain === 'docker.io' ? (engine.configuration['registry-mirrors'] ?? []) : [];
  for (const mirror of mirrors) {
    const [scheme, host = ''] = mirror.split('://');
    const repository = new Repository(
      engine.sys,
      host.replace(/\/+$/, ''),
      reference.path,
      {},
      scheme === 'http',
    );
    try {
      await repository.ping();
      return { repository, ...(await fetchManifest(repository, asked, options)) };
    } catch {
      // Whatever a mirror lacks, the next may have.
      await repository.close();
    }
  }
  const repository = await openRepository(engine, reference, credentials);
  try {
    return { repository, ...(await fetchManifest(repository, asked, options)) };
  } catch (error) {
    await repository.close();
    throw translate(error, reference);
  }
}

async function openRepository(
  engine: Engine,
  reference: Reference,
  credentials: Credentials,
): Promise<Repository> {
  const { domain, path } = reference;
  const open = async (insecure: boolean) => {
    const repository = new Repository(engine.sys, domain, path, credentials, insecure);
    await repository.ping();
    return repository;
  };
  if (!engine.isInsecureRegistry(domain)) {
    try {
      return await open(false);
    } catch (error) {
      throw translate(error, reference);
    }
  }
  // A registry that may do without TLS is asked with it first; nobody here speaks it, so the second try counts.
  try {
    return await open(true);
  } catch (error) {
    throw translate(error, reference);
  }
}

async function fetchManifest(
  repository: Repository,
  asked: string,
  { platform, reference }: PullOptions,
): Promise<{ digest: Digest; manifest: Manifest }> {
  const { bytes, type, digest } = await repository.manifest(asked);
  const document = parseManifest(bytes, type);
  if (!isIndex(document)) return { digest, manifest: document };
  const wanted = platform ?? { os: 'linux', architecture: 'amd64' };
  const chosen = choosePlatform(document.manifests, wanted);
  if (chosen === undefined)
    throw notFound(`no matching manifest for ${formatPlatform(wanted)} in the manifest list entries`);
  const inner = await repository.manifest(chosen.digest);
  const manifest = parseManifest(inner.bytes, inner.type);
  if (isIndex(manifest)) throw new Error(`unsupported manifest format in ${familiarString(reference)}`);
  return { digest, manifest };
}

/** Gives whether anything is new: the image, or what the name leads to. */
async function pullManifest(
  engine: Engine,
  repository: Repository,
  manifest: Manifest,
  digest: Digest,
  { reference, report }: PullOptions,
): Promise<boolean> {
  const { images } = engine;
  const id = manifest.config.digest;
  if (images.byId(id) === undefined) {
    const raw = await repository.blob(id);
    const config = parseImageConfig(raw);
    const top = await pullLayers(engine, repository, manifest, config.rootfs.diff_ids, report);
    const image: Image = { id, config, raw, top, lastTagged: undefined };
    images.add(image);
  }
  const withDigest = { ...trimNamed(reference), digest };
  let changed = images.tag(withDigest, id) !== id;
  if (reference.tag !== undefined) changed = images.tag(reference, id) !== id;
  return changed;
}

async function pullLayers(
  engine: Engine,
  repository: Repository,
  manifest: Manifest,
  diffIds: readonly Digest[],
  report: PullOptions['report'],
): Promise<Layer | undefined> {
  const { layers } = engine;
  const chains = chainIds(diffIds);
  const ids = manifest.layers.map(({ digest }) => hexOf(digest).slice(0, 12));
  let present = 0;
  while (present < chains.length && layers.get(chains[present]!) !== undefined) present++;
  for (let i = 0; i < present; i++) report({ status: 'Already exists', progressDetail: {}, id: ids[i]! });
  for (let i = present; i < ids.length; i++)
    report({ status: 'Pulling fs layer', progressDetail: {}, id: ids[i]! });
  for (let i = present + AT_ONCE; i < ids.length; i++)
    report({ status: 'Waiting', progressDetail: {}, id: ids[i]! });

  const downloads = new Map<number, Promise<Uint8Array>>();
  const download = (i: number): Promise<Uint8Array> => {
    const { digest, size } = manifest.layers[i]!;
    return (async () => {
      const previous = downloads.get(i - AT_ONCE);
      if (previous) await previous;
      const tell = downloading(report, ids[i]!, size);
      const blob = await repository.blob(digest, tell);
      report({ status: 'Verifying Checksum', progressDetail: {}, id: ids[i]! });
      if (!verifies(digest, blob))
        throw new Error(`filesystem layer verification failed for digest ${digest}`);
      report({ status: 'Download complete', progressDetail: {}, id: ids[i]! });
      return blob;
    })();
  };
  for (let i = present; i < ids.length; i++) {
    const running = download(i);
    running.catch(() => undefined);
    downloads.set(i, running);
  }

  let top = present === 0 ? undefined : layers.get(chains[present - 1]!);
  if (top) top.references++;
  for (let i = present; i < ids.length; i++) {
    const blob = await downloads.get(i)!;
    const { mediaType, size } = manifest.layers[i]!;
    report(downloading.line('Extracting', ids[i]!, size, size));
    const below: Layer | undefined = top;
    top = await layers.register(below, inMemory(unpackBlob(blob, mediaType)));
    // The layer above now holds the one below.
    if (below) below.references--;
    if (top.diffId !== diffIds[i]) {
      await layers.release(top);
      throw new Error(`layer ${ids[i]} does not have the expected diff id ${diffIds[i]}`);
    }
    report({ status: 'Pull complete', progressDetail: {}, id: ids[i]! });
  }
  return top;
}

function labelsOf(engine: Engine, reference: Reference): Record<string, string> {
  const id = engine.images.lookup(reference);
  return (id === undefined ? undefined : engine.images.byId(id)?.config.config?.Labels) ?? {};
}

/** Models moby distribution/errors.go, translatePullError. */
function translate(error: unknown, reference: Reference): unknown {
  if (error instanceof EngineError) return error;
  if (!(error instanceof RegistryError))
    return new EngineError(500, error instanceof Error ? error.message : String(error));
  const name = familiarString(reference);
  const code = error.codes[0] ?? '';
  if (code === 'DENIED' || code === 'UNAUTHORIZED') {
    // Only what hides behind "denied" may also not exist.
    const where = familiarName(reference);
    return notFound(
      `pull access denied for ${where}, repository does not exist or may require 'docker login': ${error.message}`,
    );
  }
  if (code === 'MANIFEST_UNKNOWN') return notFound(`manifest for ${name} not found: ${error.message}`);
  if (code === 'NAME_UNKNOWN')
    return notFound(`repository ${familiarName(reference)} not found: ${error.message}`);
  if (code === 'TOOMANYREQUESTS') return new EngineError(429, error.message);
  return new EngineError(500, error.message);
}
