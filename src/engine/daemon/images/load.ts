import { unpack } from '../../archive/unpack.ts';
import { isErrno } from '../../base/errno.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { chainIds } from '../../oci/image-config.ts';
import { decompressed } from '../../oci/layer/compression.ts';
import { TarStream } from '../../oci/layer/tar-stream.ts';
import { samePlatform } from '../../oci/platform.ts';
import { familiarString, parseNormalizedNamed } from '../../oci/reference.ts';
import { readFile, readText } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { decodeFirst, kindOf } from '../../runtime/go-json.ts';
import type { Engine } from '../engine.ts';
import { withTemporary } from '../temporary.ts';
import { readImageDocument } from './image-document.ts';
import { logImageEvent } from './image-event.ts';
import type { Layer } from './layer-store.ts';
import { loadLegacy } from './load-legacy.ts';
import { inDirectory, type LoadOptions, loadLayer, opened, tagLoaded } from './unpacked-archive.ts';

/** POST /images/load: what `docker save` wrote becomes images. Models moby image/tarexport/load.go: its order and its words. */
export function loadImages(engine: Engine, options: LoadOptions): Promise<void> {
  return withTemporary(engine, 'docker-import-', async (directory) => {
    const archive = new TarStream(await decompressed(options.archive));
    await unpack(engine.sys, directory, archive, { fresh: true });
    const manifest = await readIfThere(engine, directory, 'manifest.json');
    if (manifest === undefined) return loadLegacy(engine, directory, options);
    await loadAll(engine, directory, readManifest(manifest), options);
  });
}

interface ManifestItem {
  Config: string;
  RepoTags: string[];
  Layers: string[];
  Parent?: Digest;
}

async function loadAll(
  engine: Engine,
  directory: string,
  items: readonly ManifestItem[],
  options: LoadOptions,
): Promise<void> {
  const { report } = options;
  const loaded: Digest[] = [];
  const parents: [id: Digest, parent: Digest | undefined][] = [];
  let names = 0;
  for (const item of items) {
    const id = await loadImage(engine, directory, item, options);
    if (id === undefined) continue;
    loaded.push(id);
    names = 0;
    for (const text of item.RepoTags) {
      const reference = parseNormalizedNamed(text);
      if (reference.tag === undefined) throw new GoError(`invalid tag ${JSON.stringify(text)}`);
      await tagLoaded(engine, reference, id, report);
      report({ stream: `Loaded image: ${familiarString(reference)}\n` });
      names++;
    }
    parents.push([id, item.Parent]);
    logImageEvent(engine, 'load', id, id);
  }
  for (const [id, parent] of parents)
    if (parent !== undefined && loaded.includes(parent)) await engine.images.setParent(id, parent);
  // Whether the last of them had a name is what counts.
  if (names === 0) report({ stream: loaded.map((id) => `Loaded image ID: ${id}\n`).join('') });
}

/** Loads one image; undefined when it is for another platform than the one asked for. */
async function loadImage(
  engine: Engine,
  directory: string,
  { Config: configPath, Layers: paths }: ManifestItem,
  options: LoadOptions,
): Promise<Digest | undefined> {
  const { platform } = options;
  const raw = await readLoaded(engine, directory, configPath);
  const config = readImageDocument(raw);
  const { os, architecture, variant } = config;
  if (os !== '' && os !== 'linux') throw new GoError(`cannot load ${os} image on linux`);
  const own = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  if (platform !== undefined && !samePlatform(own, platform)) return undefined;
  const { diff_ids: diffIds } = config.rootfs;
  if (paths.length !== diffIds.length)
    throw new GoError(
      `invalid manifest, layers length mismatch: expected ${paths.length}, got ${diffIds.length}`,
    );
  const stack: Layer[] = [];
  try {
    const ids = chainIds(diffIds);
    for (const [i, diffId] of diffIds.entries()) {
      const path = await inDirectory(engine, directory, paths[i]!);
      const layer =
        engine.layers.hold(ids[i]!) ?? (await loadLayer(engine, path, stack.at(-1), diffId, options));
      stack.push(layer);
      if (layer.diffId !== diffId)
        throw new GoError(
          `invalid diffID for layer ${i}: expected ${JSON.stringify(diffId)}, got ${JSON.stringify(layer.diffId)}`,
        );
    }
    const id = digestOf(raw);
    await engine.images.create({ id, config, raw, top: stack.at(-1), lastTagged: undefined });
    return id;
  } finally {
    for (const layer of stack.reverse()) await engine.layers.release(layer);
  }
}

function readManifest(text: string): ManifestItem[] {
  const found = decodeFirst(text);
  if (found === null) throw new GoError('invalid manifest, manifest cannot be null (but can be [])');
  if (!Array.isArray(found)) throw mistyped(found, 'Go value of type []tarexport.manifestItem');
  return found.map((item: unknown, i) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw mistyped(item, `.${i} of type tarexport.manifestItem`);
    const { Config = '', RepoTags, Layers, Parent } = item as Record<string, unknown>;
    if (typeof Config !== 'string') throw mistyped(Config, `Go struct field .${i}.Config of type string`);
    return {
      Config,
      RepoTags: strings(RepoTags, `.${i}.RepoTags`),
      Layers: strings(Layers, `.${i}.Layers`),
      ...(typeof Parent === 'string' && Parent !== '' ? { Parent } : {}),
    };
  });
}

function strings(value: unknown, field: string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw mistyped(value, `Go struct field ${field} of type []string`);
  for (const [i, item] of value.entries())
    if (typeof item !== 'string') throw mistyped(item, `${field}.${i} of type string`);
  return value as string[];
}

const mistyped = (value: unknown, into: string): GoError =>
  new GoError(`json: cannot unmarshal ${kindOf(value)} into ${into}`);

async function readLoaded(engine: Engine, directory: string, path: string): Promise<Uint8Array> {
  const at = await inDirectory(engine, directory, path);
  return opened(at, () => readFile(engine.sys, at));
}

async function readIfThere(engine: Engine, directory: string, path: string): Promise<string | undefined> {
  const at = await inDirectory(engine, directory, path);
  try {
    return await readText(engine.sys, at);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}
