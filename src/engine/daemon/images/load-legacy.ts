import { decode } from '../../base/bytes.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import type { History, ImageConfig } from '../../oci/image-config.ts';
import { InvalidReference, parseNormalizedNamed, withTag } from '../../oci/reference.ts';
import { namesIn, readFile, readText, statOf } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { decodeFirst, unmarshal } from '../../runtime/go-json.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import type { Engine } from '../engine.ts';
import { readImageDocument, rewriteV1 } from './image-document.ts';
import type { Image } from './image-store.ts';
import { inDirectory, type LoadOptions, loadLayer, opened, tagLoaded } from './unpacked-archive.ts';

type Told = Pick<LoadOptions, 'quiet' | 'report'>;

/**
 * Loads an archive of the format before Docker 1.10, which is what an archive without manifest.json is taken for: a directory for each
 * image, and names in `repositories`. Models moby image/tarexport/load.go, legacyLoad.
 */
export async function loadLegacy(engine: Engine, directory: string, told: Told): Promise<void> {
  const loaded = new Map<string, Digest>();
  for (const name of (await namesIn(engine.sys, directory)).sort()) {
    const stat = await statOf(engine.sys, `${directory}/${name}`, false);
    if (stat && (stat.mode & S_IFMT) === S_IFDIR) await loadOld(engine, directory, name, loaded, told);
  }
  const path = await inDirectory(engine, directory, 'repositories');
  const text = await opened(path, () => readText(engine.sys, path));
  const repositories = decodeFirst(text) as Record<string, Record<string, string>>;
  for (const [name, tags] of Object.entries(repositories))
    for (const [tag, oldId] of Object.entries(tags)) {
      const id = loaded.get(oldId);
      if (id === undefined) throw new GoError(`invalid target ID: ${oldId}`);
      try {
        await tagLoaded(engine, withTag(parseNormalizedNamed(name), tag), id, told.report);
      } catch (error) {
        if (error instanceof InvalidReference) throw new GoError(error.message);
        throw error;
      }
    }
}

async function loadOld(
  engine: Engine,
  directory: string,
  oldId: string,
  loaded: Map<string, Digest>,
  told: Told,
): Promise<Digest> {
  const known = loaded.get(oldId);
  if (known !== undefined) return known;
  const path = await inDirectory(engine, directory, `${oldId}/json`);
  const raw = await opened(path, () => readFile(engine.sys, path));
  const { os = 'linux', parent: oldParent } = unmarshal(decode(raw)) as { os?: string; parent?: string };
  if (os !== 'linux') throw new GoError(`cannot load ${os} image on linux`);
  const parent: Image | undefined = oldParent
    ? engine.images.byId(await loadOld(engine, directory, oldParent, loaded, told))
    : undefined;
  const layerPath = await inDirectory(engine, directory, `${oldId}/layer.tar`);
  const layer = await loadLayer(engine, layerPath, parent?.top, oldId, told);
  try {
    const config = configOf(raw, parent?.config, layer.diffId);
    const id = digestOf(config);
    const image = { id, config: readImageDocument(config), raw: config, top: layer, lastTagged: undefined };
    await engine.images.create(image);
    if (parent !== undefined) await engine.images.setParent(id, parent.id);
    loaded.set(oldId, id);
    return id;
  } finally {
    await engine.layers.release(layer);
  }
}

/** The configuration of today for an image of the first format (moby image/v1, MakeConfigFromV1Config). */
function configOf(raw: Uint8Array, below: ImageConfig | undefined, diffId: Digest): Uint8Array {
  const old = unmarshal(decode(raw)) as {
    author?: string;
    created?: string;
    comment?: string;
    container_config?: { Cmd?: string[] | null };
  };
  const step: History = {
    ...(old.created ? { created: old.created } : {}),
    ...(old.container_config?.Cmd?.length ? { created_by: old.container_config.Cmd.join(' ') } : {}),
    ...(old.author ? { author: old.author } : {}),
    ...(old.comment ? { comment: old.comment } : {}),
  };
  return rewriteV1(raw, {
    rootfs: { type: 'layers', diff_ids: [...(below?.rootfs.diff_ids ?? []), diffId] },
    history: [...(below?.history ?? []), step],
  });
}
