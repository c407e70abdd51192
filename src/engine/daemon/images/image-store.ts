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
import { readImageDocument } from './image-document.ts';
import type { ImageFiles } from './image-files.ts';
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
  readonly #files: ImageFiles;

  constructor(files: ImageFiles) {
    this.#files = files;
  }

  /** Takes up what an earlier daemon left; images whose layers are not all there are left alone. */
  async restore(layerOf: (config: ImageConfig) => Layer | undefined | 'missing'): Promise<void> {
    await this.#files.prepare();
    for (const { id, raw, parent, lastTagged } of await this.#files.images()) {
      const config = readImageDocument(raw);
      const top = layerOf(config);
      if (top === 'missing') continue;
      if (top) top.references++;
      this.#images.set(id, { id, config, raw, top, lastTagged, ...(parent === undefined ? {} : { parent }) });
    }
    for (const [reference, id] of await this.#files.references())
      if (this.#images.has(id)) this.#references.set(referenceString(reference), { reference, id });
  }

  async add(image: Image): Promise<void> {
    this.#images.set(image.id, image);
    await this.#files.addImage(image.id, image.raw);
  }

  /** Adds an image unless it is there already; it needs its top layer from then on. */
  async create(image: Image): Promise<void> {
    if (this.#images.has(image.id)) return;
    if (image.top) image.top.references++;
    await this.add(image);
  }

  async setParent(id: Digest, parent: Digest): Promise<void> {
    const image = this.#images.get(id);
    if (image === undefined) return;
    this.#images.set(id, { ...image, parent });
    await this.#files.setParent(id, parent);
  }

  async setLastTagged(id: Digest, time: number): Promise<void> {
    this.#images.get(id)!.lastTagged = time;
    await this.#files.setLastTagged(id, time);
  }

  async remove(id: Digest): Promise<void> {
    this.#images.delete(id);
    await this.#files.removeImage(id);
  }

  byId(id: Digest): Image | undefined {
    return this.#images.get(id);
  }

  all(): Image[] {
    return [...this.#images.values()];
  }

  /** Points a tag or a digest reference at an image; gives the id it pointed at before. */
  async tag(reference: Reference, id: Digest): Promise<Digest | undefined> {
    const key = referenceString(reference);
    const before = this.#references.get(key)?.id;
    this.#references.set(key, { reference, id });
    if (before !== id) await this.#files.writeReferences(() => this.#references.values());
    return before;
  }

  async untag(reference: Reference): Promise<void> {
    if (this.#references.delete(referenceString(reference)))
      await this.#files.writeReferences(() => this.#references.values());
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
