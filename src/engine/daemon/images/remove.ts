import type { Filters } from '../../api/filters.ts';
import type { ImageDeleteItem } from '../../api/images.ts';
import { shortId } from '../../oci/digest.ts';
import {
  familiarName,
  familiarString,
  isNameOnly,
  parseNormalizedNamed,
  type Reference,
  tagNameOnly,
  trimNamed,
} from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { conflict } from '../error.ts';
import { checkFilters } from '../filters.ts';
import { untilFilter } from '../until.ts';
import type { Image } from './image-store.ts';
import { createdAt, danglingFilter, hasLabel } from './list.ts';

/** DELETE /images/{name}. Models moby daemon/images/image_delete.go: what is untagged and deleted, in its order. */
export async function removeImage(
  engine: Engine,
  name: string,
  force: boolean,
  prune: boolean,
): Promise<ImageDeleteItem[]> {
  const { images } = engine;
  const image = images.get(name);
  const references = images.referencesTo(image.id);
  const out: ImageDeleteItem[] = [];
  const asked = namedReference(name, image);
  const using = engine.containers.all().filter((container) => container.image === image.id);
  if (asked === undefined) {
    // By id: all names go, unless there are several repositories.
    const repositories = new Set(references.map((reference) => familiarName(reference)));
    if (repositories.size > 1 && !force)
      throw conflict(
        `conflict: unable to delete ${shortId(image.id)} (must be forced) - image is referenced in multiple repositories`,
      );
    refuseIfUsed(using, image, force, 'delete');
    for (const reference of references) untag(engine, reference, out);
    await deleteImage(engine, image, prune, out);
    return out;
  }
  const tags = references.filter(({ digest }) => digest === undefined);
  const lastName = tags.length <= 1 || (asked.digest !== undefined && tags.length === 0);
  if (lastName && asked.digest === undefined && using.length > 0 && !force) {
    const user = using.find(({ state }) => state.running) ?? using[0]!;
    throw conflict(
      `conflict: unable to remove repository reference "${name}" (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${shortId(image.id)}`,
    );
  }
  untag(engine, asked, out);
  // A digest goes with the last tag of its repository.
  const rest = images.referencesTo(image.id);
  const repository = familiarName(asked);
  if (!rest.some((reference) => reference.digest === undefined && familiarName(reference) === repository))
    for (const reference of rest.filter((held) => familiarName(held) === repository))
      untag(engine, reference, out);
  if (images.referencesTo(image.id).length > 0) return out;
  if (using.length > 0) {
    // Only a name was asked to go; the image stays with its containers.
    if (force && using.some(({ state }) => state.running)) return out;
    return out;
  }
  await deleteImage(engine, image, prune, out);
  return out;
}

function refuseIfUsed(
  using: Engine['containers'] extends { all(): infer T } ? T : never,
  image: Image,
  force: boolean,
  verb: string,
): void {
  const running = using.find(({ state }) => state.running);
  if (running)
    throw conflict(
      `conflict: unable to ${verb} ${shortId(image.id)} (cannot be forced) - image is being used by running container ${running.id.slice(0, 12)}`,
    );
  const stopped = using[0];
  if (stopped && !force)
    throw conflict(
      `conflict: unable to ${verb} ${shortId(image.id)} (must be forced) - image is being used by stopped container ${stopped.id.slice(0, 12)}`,
    );
}

/** The reference a name means; undefined when it is an id or the beginning of one. */
function namedReference(name: string, image: Image): Reference | undefined {
  if (image.id === name || image.id === `sha256:${name}`) return undefined;
  const hex = name.replace(/^sha256:/, '');
  let reference: Reference;
  try {
    reference = parseNormalizedNamed(name);
  } catch {
    return undefined;
  }
  const asked = isNameOnly(reference)
    ? tagNameOnly(reference)
    : reference.digest === undefined
      ? reference
      : { ...trimNamed(reference), digest: reference.digest };
  // `busybox` may also be the beginning of an id, but a name goes first.
  return /^[a-f0-9]+$/.test(hex) && image.id.startsWith(`sha256:${hex}`) && !hasName(image, asked)
    ? undefined
    : asked;
}

const hasName = (_image: Image, _reference: Reference): boolean => false;

function untag(engine: Engine, reference: Reference, out: ImageDeleteItem[]): void {
  if (!engine.images.untag(reference)) return;
  const name = familiarString(reference);
  out.push({ Untagged: name });
  engine.events.log('image', 'untag', name, { name });
}

async function deleteImage(
  engine: Engine,
  image: Image,
  _prune: boolean,
  out: ImageDeleteItem[],
): Promise<void> {
  engine.images.remove(image.id);
  engine.events.log('image', 'delete', image.id, { name: image.id });
  out.push({ Deleted: image.id });
  if (image.top) for (const chainId of await engine.layers.release(image.top)) out.push({ Deleted: chainId });
}

const PRUNE_FILTERS = ['dangling', 'label', 'label!', 'until'];

/** POST /images/prune. Models moby daemon/images/image_prune.go. */
export async function pruneImages(
  engine: Engine,
  filters: Filters,
): Promise<{ deleted: ImageDeleteItem[]; reclaimed: number }> {
  checkFilters(filters, PRUNE_FILTERS);
  const all = danglingFilter(filters) === false;
  const until = untilFilter(filters, engine.now());
  const deleted: ImageDeleteItem[] = [];
  const before = layersSize(engine);
  const used = new Set(engine.containers.all().map(({ image }) => image));
  for (const image of engine.images
    .all()
    .sort((a, b) => ((a.config.created ?? '') < (b.config.created ?? '') ? 1 : -1))) {
    if (used.has(image.id)) continue;
    if (until !== undefined && createdAt(image) > until) continue;
    const labels = image.config.config?.Labels ?? null;
    if (!filters.values('label').every((label) => hasLabel(labels, label))) continue;
    if (filters.values('label!').some((label) => hasLabel(labels, label))) continue;
    const references = engine.images.referencesTo(image.id);
    if (!all && references.length > 0) continue;
    for (const reference of references) untag(engine, reference, deleted);
    await deleteImage(engine, image, true, deleted);
  }
  engine.events.log('image', 'prune', '', { reclaimed: String(before - layersSize(engine)) });
  return { deleted, reclaimed: before - layersSize(engine) };
}

const layersSize = (engine: Engine): number =>
  engine.layers.layers().reduce((sum, { size }) => sum + size, 0);
