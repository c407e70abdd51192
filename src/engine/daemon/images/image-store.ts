import type { Digest } from '../../oci/digest.ts';
import type { ImageConfig } from '../../oci/image-config.ts';
import { formatPlatform, type Platform, samePlatform } from '../../oci/platform.ts';
import {
  familiarString,
  InvalidReference,
  isNameOnly,
  parseAnyReference,
  parseNormalizedNamed,
  type Reference,
  referenceString,
  tagNameOnly,
  trimNamed,
} from '../../oci/reference.ts';
import { invalidParameter, notFound, systemError } from '../error.ts';
import { chain, type Layer } from './layer-store.ts';

/** An image as the daemon holds it. Its id is the digest of its configuration. */
export interface Image {
  readonly id: Digest;
  readonly config: ImageConfig;
  /** The configuration's bytes, whose digest is the id. */
  readonly raw: Uint8Array;
  readonly top: Layer | undefined;
  /** The image it was made from here, by commit or build. */
  readonly parent?: Digest;
  /** When it was last tagged, ms. */
  lastTagged: number | undefined;
}

/** Images and the names that lead to them (moby image/store.go, reference/store.go). */
export class ImageStore {
  readonly #images = new Map<Digest, Image>();
  /** Full references (`docker.io/library/nginx:latest`, `…@sha256:…`) to image ids. */
  readonly #references = new Map<string, { reference: Reference; id: Digest }>();

  add(image: Image): void {
    this.#images.set(image.id, image);
  }

  /** Adds an image unless it is there already; it needs its top layer from then on. */
  create(image: Image): void {
    if (this.#images.has(image.id)) return;
    if (image.top) image.top.references++;
    this.add(image);
  }

  setParent(id: Digest, parent: Digest): void {
    const image = this.#images.get(id);
    if (image) this.#images.set(id, { ...image, parent });
  }

  remove(id: Digest): void {
    this.#images.delete(id);
  }

  byId(id: Digest): Image | undefined {
    return this.#images.get(id);
  }

  all(): Image[] {
    return [...this.#images.values()];
  }

  /** Points a tag or a digest reference at an image; gives the id it pointed at before. */
  tag(reference: Reference, id: Digest): Digest | undefined {
    const key = referenceString(reference);
    const before = this.#references.get(key)?.id;
    this.#references.set(key, { reference, id });
    return before;
  }

  untag(reference: Reference): boolean {
    return this.#references.delete(referenceString(reference));
  }

  lookup(reference: Reference): Digest | undefined {
    return this.#references.get(referenceString(tagNameOnly(reference)))?.id;
  }

  /** All references to an image, in the order of their text. */
  referencesTo(id: Digest): Reference[] {
    return [...this.#references.entries()]
      .filter(([, held]) => held.id === id)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { reference }]) => reference);
  }

  tagsOf(id: Digest): string[] {
    return this.referencesTo(id)
      .filter(({ digest }) => digest === undefined)
      .map(familiarString);
  }

  digestsOf(id: Digest): string[] {
    return this.referencesTo(id)
      .filter(({ digest }) => digest !== undefined)
      .map((reference) => familiarString({ ...trimNamed(reference), digest: reference.digest }));
  }

  /** The image that a name, a digest, an id or the beginning of an id means. Throws as the daemon answers. */
  get(text: string): Image {
    const found = this.find(text);
    if (found) return found;
    throw notFound(`No such image: ${this.#asAsked(text)}`);
  }

  find(text: string): Image | undefined {
    let parsed: ReturnType<typeof parseAnyReference>;
    try {
      parsed = parseAnyReference(text);
    } catch (error) {
      if (error instanceof InvalidReference) throw invalidParameter(error.message);
      throw error;
    }
    if (!('path' in parsed)) return this.#images.get(parsed.digest);
    const id = this.lookup(parsed);
    if (id !== undefined) return this.#images.get(id);
    if (parsed.digest !== undefined) return this.#images.get(parsed.digest);
    return this.#byPrefix(text);
  }

  #byPrefix(text: string): Image | undefined {
    const found = this.#allByPrefix(text);
    return found.length === 1 ? found[0] : undefined;
  }

  #allByPrefix(text: string): Image[] {
    const prefix = text.replace(/^sha256:/, '');
    if (!/^[a-f0-9]+$/.test(prefix)) return [];
    return this.all().filter(({ id }) => id.startsWith(`sha256:${prefix}`));
  }

  /** The image whose id begins so. Throws as the image store answers (moby image/store.go, Search). */
  search(text: string): Image {
    const found = this.#allByPrefix(text);
    if (found.length > 1) throw systemError('ambiguous digest string');
    if (found[0]) return found[0];
    throw notFound(`No such image: ${text}`);
  }

  /** All references to a repository, in the order of their text, with the images that they lead to. */
  inRepository(name: Reference): { reference: Reference; id: Digest }[] {
    return [...this.#references.entries()]
      .filter(([, { reference }]) => reference.domain === name.domain && reference.path === name.path)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, held]) => held);
  }

  /** How the message names what was not found: with the default tag. */
  #asAsked(text: string): string {
    try {
      const reference = parseNormalizedNamed(text);
      return isNameOnly(reference) ? familiarString(tagNameOnly(reference)) : text;
    } catch {
      return text;
    }
  }
}

/** Why an image is not for the platform that was asked for, undefined if it is. An image here is for one only. */
export function platformMismatch(
  { config: { os, architecture, variant } }: Image,
  name: string,
  wanted: Platform | undefined,
): string | undefined {
  const own = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  if (wanted === undefined || samePlatform(own, { ...own, ...wanted })) return undefined;
  return `image with reference ${name} was found but its platform (${formatPlatform(own)}) does not match the specified platform (${formatPlatform(wanted)})`;
}

/** What the layers of an image weigh together. */
export const imageSize = (image: Image): number => chain(image.top).reduce((sum, { size }) => sum + size, 0);
