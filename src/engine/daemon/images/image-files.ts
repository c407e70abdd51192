import { decode } from '../../base/bytes.ts';
import { parseRfc3339, rfc3339Nano } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import { inOrder } from '../../base/go-json.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { type Digest, hexOf, verifies } from '../../oci/digest.ts';
import { familiarName, familiarString, parseNormalizedNamed, type Reference } from '../../oci/reference.ts';
import {
  mkdirAll,
  namesIn,
  readFile,
  readText,
  removeAll,
  replaceFile,
  writeFile,
} from '../../runtime/files.ts';
import { errorText, GoError } from '../../runtime/go-error.ts';
import { unmarshal } from '../../runtime/go-json.ts';
import { StateFile } from '../state-file.ts';

/** An image as it lies on the disk. */
export interface StoredImage {
  id: Digest;
  /** The configuration, whose digest is the id. */
  raw: Uint8Array;
  parent: Digest | undefined;
  /** When it was last tagged, ms. */
  lastTagged: number | undefined;
}

/**
 * The image store's files: a configuration each in `imagedb/content`, what else is known of it in `imagedb/metadata`, and the names
 * in `repositories.json`. Models moby image/fs.go and reference/store.go.
 */
export class ImageFiles {
  readonly #sys: Syscalls;
  readonly #root: string;
  readonly #names: StateFile;

  /** @param root `/var/lib/docker/image/overlay2` */
  constructor(sys: Syscalls, root: string) {
    this.#sys = sys;
    this.#root = root;
    this.#names = new StateFile(sys, this.#repositories(), 0o600);
  }

  async prepare(): Promise<void> {
    for (const kind of ['content', 'metadata'])
      await mkdirAll(this.#sys, `${this.#root}/imagedb/${kind}/sha256`, 0o700);
  }

  /** In the order of their ids. A configuration that is not what its name says is passed over. */
  async images(): Promise<StoredImage[]> {
    const out: StoredImage[] = [];
    for (const hex of (await namesIn(this.#sys, `${this.#root}/imagedb/content/sha256`)).sort()) {
      const id: Digest = `sha256:${hex}`;
      const raw = await readFile(this.#sys, this.#content(id));
      if (!verifies(id, raw)) continue;
      const lastTagged = await this.#metadata(id, 'lastUpdated');
      const parent = await this.#metadata(id, 'parent');
      out.push({
        id,
        raw,
        parent,
        lastTagged: lastTagged === undefined ? undefined : parseRfc3339(lastTagged),
      });
    }
    return out;
  }

  async addImage(id: Digest, raw: Uint8Array): Promise<void> {
    await replaceFile(this.#sys, this.#content(id), raw, 0o600);
  }

  async removeImage(id: Digest): Promise<void> {
    await removeAll(this.#sys, this.#content(id));
    await removeAll(this.#sys, this.#metadataOf(id));
  }

  setParent(id: Digest, parent: Digest): Promise<void> {
    return this.#setMetadata(id, 'parent', parent);
  }

  setLastTagged(id: Digest, time: number): Promise<void> {
    return this.#setMetadata(id, 'lastUpdated', rfc3339Nano(time));
  }

  /** Each name with the image that it leads to. Throws where the file is none. */
  async references(): Promise<[Reference, Digest][]> {
    const text = await readText(this.#sys, this.#repositories()).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) return '{}';
      throw error;
    });
    try {
      const { Repositories = {} } = unmarshal(text) as {
        Repositories?: Record<string, Record<string, Digest>>;
      };
      return Object.values(Repositories).flatMap((names) =>
        Object.entries(names).map(([name, id]): [Reference, Digest] => [parseNormalizedNamed(name), id]),
      );
    } catch (error) {
      throw new GoError(
        `failed to start daemon: Couldn't create reference store repository: ${errorText(error)}`,
      );
    }
  }

  writeReferences(all: () => Iterable<{ reference: Reference; id: Digest }>): Promise<void> {
    return this.#names.write(() => repositoriesOf(all()));
  }

  async #metadata(id: Digest, key: string): Promise<string | undefined> {
    try {
      return decode(await readFile(this.#sys, `${this.#metadataOf(id)}/${key}`));
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async #setMetadata(id: Digest, key: string, value: string): Promise<void> {
    await mkdirAll(this.#sys, this.#metadataOf(id), 0o700);
    await writeFile(this.#sys, `${this.#metadataOf(id)}/${key}`, value, 0o600);
  }

  #content(id: Digest): string {
    return `${this.#root}/imagedb/content/sha256/${hexOf(id)}`;
  }

  #metadataOf(id: Digest): string {
    return `${this.#root}/imagedb/metadata/sha256/${hexOf(id)}`;
  }

  #repositories(): string {
    return `${this.#root}/repositories.json`;
  }
}

function repositoriesOf(all: Iterable<{ reference: Reference; id: Digest }>): object {
  const repositories: Record<string, Record<string, Digest>> = {};
  for (const { reference, id } of all) {
    const name = familiarName(reference);
    repositories[name] = { ...repositories[name], [familiarString(reference)]: id };
  }
  const sorted = Object.entries(inOrder(repositories)).map(([name, names]) => [name, inOrder(names)]);
  return { Repositories: Object.fromEntries(sorted) };
}
