/**
 * Lists that are put together on this machine: a directory for each below `~/.docker/manifests`, a file in it for each image.
 * Models docker/cli `cli/manifest/store`.
 */
import { decode, encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { O_RDONLY } from '../../kernel/fcntl.ts';
import { type Reference, referenceString } from '../../oci/reference.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { fileError } from '../files/go-file.ts';
import { fromJson, type ImageManifest, toJson } from './image-manifest.ts';

/** Where neither such a list nor such a manifest in a list is kept here. */
export class NoSuchManifest extends CliError {
  constructor(reference: Reference) {
    super(`No such manifest: ${referenceString(reference)}`);
  }
}

/** The lists below a configuration's directory. */
export class ManifestStore {
  readonly #cli: Cli;
  readonly #root: string;

  /** @param directory `~/.docker` */
  constructor(cli: Cli, directory: string) {
    this.#cli = cli;
    this.#root = `${directory}/manifests`;
  }

  /** One manifest of a list. Throws `NoSuchManifest`. */
  get(list: Reference, manifest: Reference): Promise<ImageManifest> {
    return this.#read(`${this.#directory(list)}/${fileName(manifest)}`, manifest);
  }

  /** All manifests of a list, by the names of their files. Throws `NoSuchManifest`. */
  async list(list: Reference): Promise<ImageManifest[]> {
    const directory = this.#directory(list);
    const names = await this.#namesIn(directory).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) throw new NoSuchManifest(list);
      throw fileError('open', directory, error);
    });
    const found: ImageManifest[] = [];
    for (const name of names) found.push(await this.#read(`${directory}/${name}`, list));
    return found;
  }

  async save(list: Reference, manifest: Reference, image: ImageManifest): Promise<void> {
    const directory = this.#directory(list);
    await this.#makeDirectory(directory);
    const path = `${directory}/${fileName(manifest)}`;
    await this.#cli.writeFile(path, encode(toJson(image)), 0o644).catch((error: unknown) => {
      throw fileError('open', path, error);
    });
  }

  async remove(list: Reference): Promise<void> {
    const directory = this.#directory(list);
    for (const name of await this.#namesIn(directory)) {
      const path = `${directory}/${name}`;
      await this.#cli.remove(path).catch((error: unknown) => {
        throw fileError('unlinkat', path, error);
      });
    }
    await this.#cli.sys.rmdir(directory);
  }

  async #read(path: string, reference: Reference): Promise<ImageManifest> {
    let bytes: Uint8Array;
    try {
      bytes = await this.#cli.readFile(path);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) throw new NoSuchManifest(reference);
      throw fileError(isErrno(error, 'EISDIR') ? 'read' : 'open', path, error);
    }
    try {
      return fromJson(decode(bytes));
    } catch (error) {
      throw new CliError((error as Error).message);
    }
  }

  async #namesIn(directory: string): Promise<string[]> {
    const { sys } = this.#cli;
    const fd = await sys.open(directory, O_RDONLY);
    try {
      const names = (await sys.getdents(fd)).map(({ name }) => name);
      return names.filter((name) => name !== '.' && name !== '..').sort();
    } finally {
      await sys.close(fd);
    }
  }

  async #makeDirectory(path: string): Promise<void> {
    try {
      await this.#cli.sys.mkdir(path, 0o755);
    } catch (error) {
      if (isErrno(error, 'EEXIST')) return;
      if (!isErrno(error, 'ENOENT')) throw fileError('mkdir', path, error);
      await this.#makeDirectory(path.slice(0, path.lastIndexOf('/')) || '/');
      await this.#makeDirectory(path);
    }
  }

  #directory(list: Reference): string {
    return `${this.#root}/${fileName(list)}`;
  }
}

const fileName = (reference: Reference): string =>
  referenceString(reference).replaceAll(':', '-').replaceAll('/', '_');
