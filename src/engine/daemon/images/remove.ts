import type { ImageDeleteItem } from '../../api/images.ts';
import { type Digest, shortId } from '../../oci/digest.ts';
import {
  familiarString,
  parseNormalizedNamed,
  type Reference,
  referenceName,
  tagNameOnly,
  trimNamed,
  withDigest,
} from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { conflict } from '../error.ts';
import type { Image } from './image-store.ts';

/**
 * DELETE /images/{name}. Models moby daemon/images/image_delete.go.
 *
 * By a name, that name goes, and the image with its last one, quietly: it stays where something needs it. By an id, or
 * the beginning of one, the image goes with its name, unless there are several.
 * @param prune whether the images that it was made from go with it, where they have no name and nobody needs them
 */
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
  const byId = isIdPrefix(image.id, name);
  if (byId) {
    if (isSingleReference(references)) {
      const obstacle = obstacleTo(engine, image, { force, namesAllowed: true });
      if (obstacle) throw refusal(image, obstacle);
      for (const reference of references) await untag(engine, image, reference, out);
    }
  } else {
    const user = engine.containers.all().find((container) => container.image === image.id);
    if (user && !force && isSingleReference(references))
      throw conflict(
        `conflict: unable to remove repository reference ${JSON.stringify(name)} (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${shortId(image.id)}`,
      );
    await removeName(engine, image, tagNameOnly(parseNormalizedNamed(name)), out);
    if (images.referencesTo(image.id).length > 0) return out;
  }
  await deleteImage(engine, image, { force, prune, quiet: !byId }, out);
  return out;
}

/** Removes a name; the digests of its repository go with the repository's last tag. */
async function removeName(
  engine: Engine,
  image: Image,
  name: Reference,
  out: ImageDeleteItem[],
): Promise<void> {
  await untag(engine, image, name, out);
  if (name.digest !== undefined) return;
  const rest = engine.images
    .referencesTo(image.id)
    .filter((reference) => referenceName(reference) === referenceName(name));
  if (rest.some(({ digest }) => digest === undefined)) return;
  for (const reference of rest) {
    await engine.images.untag(reference);
    out.push({ Untagged: familiarString(reference) });
  }
}

/** Whether all names are of one repository, with one tag at most (moby isSingleReference). */
function isSingleReference(references: readonly Reference[]): boolean {
  const tags = references.filter(({ digest }) => digest === undefined);
  return references.length > 0 && tags.length <= 1 && new Set(references.map(referenceName)).size === 1;
}

const isIdPrefix = (id: Digest, text: string): boolean =>
  id.startsWith(text) || id.slice(id.indexOf(':') + 1).startsWith(text);

async function untag(
  engine: Engine,
  { id, config }: Image,
  reference: Reference,
  out: ImageDeleteItem[],
): Promise<void> {
  // Of a tag and a digest together the digest counts (moby reference/store.go, favorDigest).
  await engine.images.untag(
    reference.digest === undefined ? reference : withDigest(trimNamed(reference), reference.digest),
  );
  engine.events.log('image', 'untag', id, { ...config.config?.Labels, name: id });
  out.push({ Untagged: familiarString(reference) });
}

/** What stands in the way of deleting an image. */
interface Obstacle {
  text: string;
  /** Force does not help. */
  hard: boolean;
  /** A container has it. */
  used: boolean;
}

/** The first thing that stands in the way of deleting an image (moby checkImageDeleteConflict). */
function obstacleTo(
  engine: Engine,
  { id }: Image,
  { force, namesAllowed }: { force: boolean; namesAllowed: boolean },
): Obstacle | undefined {
  if (hasChildren(engine, id)) return { text: 'image has dependent child images', hard: true, used: false };
  const users = engine.containers.all().filter(({ image }) => image === id);
  const running = users.find(({ state }) => state.running);
  if (running)
    return {
      text: `image is being used by running container ${running.id.slice(0, 12)}`,
      hard: true,
      used: true,
    };
  if (force) return undefined;
  if (!namesAllowed && engine.images.referencesTo(id).length > 0)
    return { text: 'image is referenced in multiple repositories', hard: false, used: false };
  const [stopped] = users;
  return (
    stopped && {
      text: `image is being used by stopped container ${stopped.id.slice(0, 12)}`,
      hard: false,
      used: true,
    }
  );
}

const hasChildren = (engine: Engine, id: Digest): boolean =>
  engine.images.all().some(({ parent }) => parent === id);

const refusal = ({ id }: Image, { text, hard }: Obstacle) =>
  conflict(
    `conflict: unable to delete ${shortId(id)} (${hard ? 'cannot be forced' : 'must be forced'}) - ${text}`,
  );

/** Deletes an image with its names and the layers that nothing else needs (moby imageDeleteHelper). */
async function deleteImage(
  engine: Engine,
  image: Image,
  { force, prune, quiet }: { force: boolean; prune: boolean; quiet: boolean },
  out: ImageDeleteItem[],
): Promise<void> {
  const { images } = engine;
  const obstacle = obstacleTo(engine, image, { force, namesAllowed: false });
  if (obstacle) {
    const dangling = images.referencesTo(image.id).length === 0 && !hasChildren(engine, image.id);
    if (quiet && (!dangling || obstacle.used)) return;
    throw refusal(image, obstacle);
  }
  for (const reference of images.referencesTo(image.id)) await untag(engine, image, reference, out);
  await images.remove(image.id);
  const layers = image.top ? await engine.layers.release(image.top) : [];
  engine.events.log('image', 'delete', image.id, { name: image.id });
  for (const digest of [image.id, ...layers]) out.push({ Deleted: digest });
  const parent = prune && image.parent !== undefined ? images.byId(image.parent) : undefined;
  if (parent) await deleteImage(engine, parent, { force: false, prune: true, quiet: true }, out);
}
