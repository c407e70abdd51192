import { encode } from '../base/bytes.ts';
import { rfc3339Nano } from '../base/calendar.ts';
import { isErrno } from '../base/errno.ts';
import { O_APPEND, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../kernel/fcntl.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, verifies } from '../oci/digest.ts';
import { parseObject } from '../oci/manifest.ts';
import { OCI } from '../oci/media-type.ts';
import { readFile, writeAll } from '../userland/lib/stdio.ts';
import { bytesToText } from '../userland/lib/text.ts';
import { S_IFDIR } from '../vfs/inode.ts';
import { isRepository, Layout } from './layout.ts';
import { referrerOf } from './referrer.ts';
import type { RegistryStore, StoredManifest } from './store.ts';

/**
 * A store in files, laid out as distribution's file system driver lays them out (layout.ts).
 */
export class FileStore implements RegistryStore {
  readonly #sys: Syscalls;
  readonly #at: Layout;

  /** @param root the directory of the driver: its content is in `docker/registry/v2` there */
  constructor(sys: Syscalls, root: string) {
    this.#sys = sys;
    this.#at = new Layout(root);
  }

  async repositories(): Promise<string[]> {
    const found: string[] = [];
    const visit = async (path: string): Promise<void> => {
      const names = await this.#directories(this.#at.repository(path));
      if (isRepository(names)) found.push(path.slice(0, -1));
      for (const name of names) if (!name.startsWith('_')) await visit(`${path}${name}/`);
    };
    await visit('');
    return found.sort();
  }

  async tags(repository: string): Promise<string[] | undefined> {
    const directory = this.#at.tags(repository);
    return (await this.#has(directory)) ? this.#directories(directory) : undefined;
  }

  resolveTag(repository: string, tag: string): Promise<Digest | undefined> {
    return this.#link(this.#at.current(repository, tag));
  }

  async setTag(repository: string, tag: string, digest: Digest): Promise<void> {
    await this.#putLink(this.#at.ever(repository, tag, digest), digest);
    await this.#putLink(this.#at.current(repository, tag), digest);
  }

  async deleteTag(repository: string, tag: string): Promise<boolean> {
    const directory = this.#at.tag(repository, tag);
    if (!(await this.#has(directory))) return false;
    await this.#remove(directory);
    return true;
  }

  async statManifest(repository: string, digest: Digest) {
    const manifest = await this.manifest(repository, digest);
    return manifest && { mediaType: manifest.mediaType, size: manifest.bytes.length };
  }

  async manifest(repository: string, digest: Digest): Promise<StoredManifest | undefined> {
    if ((await this.#link(this.#at.revision(repository, digest))) === undefined) return undefined;
    const bytes = await this.#content(digest);
    return bytes && { mediaType: typeOf(bytes), bytes };
  }

  async putManifest(repository: string, digest: Digest, { bytes }: StoredManifest): Promise<void> {
    await this.#keep(digest, bytes);
    await this.#putLink(this.#at.revision(repository, digest), digest);
  }

  async deleteManifest(repository: string, digest: Digest): Promise<boolean> {
    const revision = this.#at.revision(repository, digest);
    if ((await this.#link(revision)) === undefined) return false;
    for (const tag of (await this.tags(repository)) ?? [])
      if ((await this.resolveTag(repository, tag)) === digest) await this.deleteTag(repository, tag);
    await this.#remove(revision);
    return true;
  }

  async referrers(repository: string, subject: Digest): Promise<Descriptor[]> {
    const found: Descriptor[] = [];
    for (const digest of await this.revisions(repository)) {
      const manifest = await this.manifest(repository, digest);
      const referrer = manifest && referrerOf(digest, manifest);
      if (referrer?.subject === subject) found.push(referrer.descriptor);
    }
    return found;
  }

  /** Digests of all manifests of a repository. */
  async revisions(repository: string): Promise<Digest[]> {
    const revisions = this.#at.revisions(repository);
    const found: Digest[] = [];
    for (const algorithm of await this.#directories(revisions))
      for (const hex of await this.#directories(`${revisions}/${algorithm}`)) {
        const digest = `${algorithm}:${hex}`;
        if ((await this.#link(this.#at.revision(repository, digest))) !== undefined) found.push(digest);
      }
    return found;
  }

  /** Digests of all content, whether a repository has it or not. */
  async contents(): Promise<Digest[]> {
    const found: Digest[] = [];
    for (const algorithm of await this.#directories(this.#at.blobs))
      for (const two of await this.#directories(`${this.#at.blobs}/${algorithm}`))
        for (const hex of await this.#directories(`${this.#at.blobs}/${algorithm}/${two}`))
          found.push(`${algorithm}:${hex}`);
    return found;
  }

  async deleteContent(digest: Digest): Promise<void> {
    await this.#remove(this.#at.content(digest));
  }

  async statBlob(repository: string, digest: Digest): Promise<number | undefined> {
    if ((await this.#link(this.#at.layer(repository, digest))) === undefined) return undefined;
    return (await this.#stat(this.#at.data(digest)))?.size;
  }

  async blob(repository: string, digest: Digest): Promise<Uint8Array | undefined> {
    return (await this.statBlob(repository, digest)) === undefined ? undefined : this.#content(digest);
  }

  async putBlob(repository: string, digest: Digest, bytes: Uint8Array): Promise<void> {
    await this.#keep(digest, bytes);
    await this.#putLink(this.#at.layer(repository, digest), digest);
  }

  async mountBlob(repository: string, digest: Digest, from: string): Promise<boolean> {
    if ((await this.statBlob(from, digest)) === undefined) return false;
    await this.#putLink(this.#at.layer(repository, digest), digest);
    return true;
  }

  async deleteBlob(repository: string, digest: Digest): Promise<boolean> {
    const layer = this.#at.layer(repository, digest);
    if ((await this.#link(layer)) === undefined) return false;
    await this.#remove(layer);
    return true;
  }

  async beginUpload(repository: string, id: string): Promise<void> {
    const directory = this.#at.upload(repository, id);
    await this.#makeDirectory(directory);
    await this.#write(`${directory}/startedat`, encode(rfc3339Nano(this.#sys.clock_gettime())));
    await this.#write(`${directory}/data`, new Uint8Array(0));
  }

  async statUpload(repository: string, id: string): Promise<number | undefined> {
    return (await this.#stat(`${this.#at.upload(repository, id)}/data`))?.size;
  }

  async appendUpload(repository: string, id: string, bytes: Uint8Array): Promise<void> {
    const fd = await this.#sys.open(`${this.#at.upload(repository, id)}/data`, O_WRONLY | O_APPEND);
    try {
      await writeAll(this.#sys, fd, bytes);
    } finally {
      await this.#sys.close(fd);
    }
  }

  async commitUpload(repository: string, id: string, digest: Digest): Promise<boolean> {
    const directory = this.#at.upload(repository, id);
    const good = verifies(digest, await readFile(this.#sys, `${directory}/data`));
    if (good && !(await this.#has(this.#at.data(digest)))) {
      await this.#makeDirectory(this.#at.content(digest));
      await this.#sys.rename(`${directory}/data`, this.#at.data(digest));
    }
    if (good) await this.#putLink(this.#at.layer(repository, digest), digest);
    await this.#remove(directory);
    return good;
  }

  async cancelUpload(repository: string, id: string): Promise<void> {
    await this.#remove(this.#at.upload(repository, id));
  }

  async #keep(digest: Digest, bytes: Uint8Array): Promise<void> {
    const path = this.#at.data(digest);
    if (await this.#has(path)) return;
    await this.#makeDirectory(this.#at.content(digest));
    await this.#write(path, bytes);
  }

  #content(digest: Digest): Promise<Uint8Array | undefined> {
    return readFile(this.#sys, this.#at.data(digest)).catch(undefinedIfAbsent);
  }

  /** The digest that a link holds. */
  async #link(directory: string): Promise<Digest | undefined> {
    const bytes = await readFile(this.#sys, `${directory}/link`).catch(undefinedIfAbsent);
    return bytes && bytesToText(bytes);
  }

  async #putLink(directory: string, digest: Digest): Promise<void> {
    await this.#makeDirectory(directory);
    await this.#write(`${directory}/link`, encode(digest));
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const fd = await this.#sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    try {
      await writeAll(this.#sys, fd, bytes);
    } finally {
      await this.#sys.close(fd);
    }
  }

  #stat(path: string) {
    return this.#sys.stat(path).catch(undefinedIfAbsent);
  }

  async #has(path: string): Promise<boolean> {
    return (await this.#stat(path)) !== undefined;
  }

  async #directories(path: string): Promise<string[]> {
    const fd = await this.#sys.open(path, O_RDONLY).catch(undefinedIfAbsent);
    if (fd === undefined) return [];
    try {
      const entries = await this.#sys.getdents(fd);
      return entries
        .filter(({ name, type }) => type === S_IFDIR && !/^\.\.?$/.test(name))
        .map(({ name }) => name);
    } finally {
      await this.#sys.close(fd);
    }
  }

  async #makeDirectory(path: string): Promise<void> {
    try {
      await this.#sys.mkdir(path, 0o755);
    } catch (error) {
      if (isErrno(error, 'EEXIST')) return;
      if (!isErrno(error, 'ENOENT')) throw error;
      await this.#makeDirectory(path.slice(0, path.lastIndexOf('/')));
      await this.#makeDirectory(path);
    }
  }

  async #remove(path: string): Promise<void> {
    const fd = await this.#sys.open(path, O_RDONLY).catch(undefinedIfAbsent);
    if (fd === undefined) return;
    const entries = await this.#sys.getdents(fd);
    await this.#sys.close(fd);
    for (const { name, type } of entries) {
      if (/^\.\.?$/.test(name)) continue;
      if (type === S_IFDIR) await this.#remove(`${path}/${name}`);
      else await this.#sys.unlink(`${path}/${name}`);
    }
    await this.#sys.rmdir(path);
  }
}

function undefinedIfAbsent(error: unknown): undefined {
  if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
}

/** What a manifest says that it is, or what its fields show. */
function typeOf(bytes: Uint8Array): string {
  const { mediaType, manifests } = parseObject(bytes);
  if (typeof mediaType === 'string') return mediaType;
  return manifests === undefined ? OCI.manifest : OCI.index;
}
