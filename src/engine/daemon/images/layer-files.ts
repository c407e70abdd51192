import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { type Digest, hexOf } from '../../oci/digest.ts';
import { gunzip } from '../../oci/layer/gzip.ts';
import { quickGzip } from '../../oci/layer/quick-gzip.ts';
import { TarSplit } from '../../oci/layer/tar-split.ts';
import { mkdirAll, namesIn, readFile, readText, removeAll, writeFile } from '../../runtime/files.ts';
import type { ContainerLayer, Layer } from './layer-store.ts';

/** A layer as it lies on the disk: all that is known of it but who needs it. */
export interface StoredLayer extends Pick<Layer, 'chainId' | 'diffId' | 'cacheId' | 'size' | 'split'> {
  parent: Digest | undefined;
}

/** A container's layer as it lies on the disk. */
export interface StoredMount extends Pick<ContainerLayer, 'mountId'> {
  parent: Digest | undefined;
}

/**
 * The layer store's files: a directory for each layer in `layerdb/sha256`, which is the whole layer or none of it, and one for each
 * container in `layerdb/mounts`. Models moby layer/filestore.go.
 */
export class LayerFiles {
  readonly #sys: Syscalls;
  readonly #root: string;

  /** @param root `/var/lib/docker/image/overlay2/layerdb` */
  constructor(sys: Syscalls, root: string) {
    this.#sys = sys;
    this.#root = root;
  }

  async prepare(): Promise<void> {
    await mkdirAll(this.#sys, this.#root, 0o700);
    // What was being written when an earlier daemon ended.
    await removeAll(this.#sys, `${this.#root}/tmp`);
    for (const name of ['sha256', 'mounts', 'tmp']) await mkdirAll(this.#sys, `${this.#root}/${name}`, 0o755);
  }

  async add({ chainId, diffId, cacheId, size, split, parent }: Layer): Promise<void> {
    const sys = this.#sys;
    const building = `${this.#root}/tmp/write-set-${cacheId.slice(0, 10)}`;
    await sys.mkdir(building, 0o700);
    await writeFile(sys, `${building}/size`, String(size));
    await writeFile(sys, `${building}/tar-split.json.gz`, quickGzip(split.serialize()));
    await writeFile(sys, `${building}/diff`, diffId);
    await writeFile(sys, `${building}/cache-id`, cacheId);
    if (parent) await writeFile(sys, `${building}/parent`, parent.chainId);
    await sys.rename(building, this.#layer(chainId));
  }

  remove(chainId: Digest): Promise<void> {
    return removeAll(this.#sys, this.#layer(chainId));
  }

  async layers(): Promise<StoredLayer[]> {
    const out: StoredLayer[] = [];
    for (const hex of (await namesIn(this.#sys, `${this.#root}/sha256`)).sort()) {
      const chainId: Digest = `sha256:${hex}`;
      const here = this.#layer(chainId);
      out.push({
        chainId,
        diffId: await readText(this.#sys, `${here}/diff`),
        cacheId: await readText(this.#sys, `${here}/cache-id`),
        size: Number(await readText(this.#sys, `${here}/size`)),
        split: TarSplit.parse(gunzip(await readFile(this.#sys, `${here}/tar-split.json.gz`))),
        parent: await this.#parent(here),
      });
    }
    return out;
  }

  async addMount(container: string, { mountId, parent }: ContainerLayer): Promise<void> {
    const here = `${this.#root}/mounts/${container}`;
    await mkdirAll(this.#sys, here, 0o755);
    await writeFile(this.#sys, `${here}/mount-id`, mountId);
    await writeFile(this.#sys, `${here}/init-id`, `${mountId}-init`);
    if (parent) await writeFile(this.#sys, `${here}/parent`, parent.chainId);
  }

  removeMount(container: string): Promise<void> {
    return removeAll(this.#sys, `${this.#root}/mounts/${container}`);
  }

  /** By container id. */
  async mounts(): Promise<Map<string, StoredMount>> {
    const out = new Map<string, StoredMount>();
    for (const container of (await namesIn(this.#sys, `${this.#root}/mounts`)).sort()) {
      const here = `${this.#root}/mounts/${container}`;
      out.set(container, {
        mountId: await readText(this.#sys, `${here}/mount-id`),
        parent: await this.#parent(here),
      });
    }
    return out;
  }

  async #parent(directory: string): Promise<Digest | undefined> {
    try {
      return await readText(this.#sys, `${directory}/parent`);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  #layer(chainId: Digest): string {
    return `${this.#root}/sha256/${hexOf(chainId)}`;
  }
}
