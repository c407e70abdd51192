import { unpack } from '../../archive/unpack.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { isErrno } from '../../base/errno.ts';
import { MS_BIND, O_CREAT, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { type Digest, digester, digestOf, toHex } from '../../oci/digest.ts';
import { chainIds, type ImageConfig } from '../../oci/image-config.ts';
import { LayerWeight } from '../../oci/layer/entry.ts';
import { TarSplit } from '../../oci/layer/tar-split.ts';
import { TarStream } from '../../oci/layer/tar-stream.ts';
import { mkdirAll, readText, removeAll, writeFile } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { layerArchive } from './layer-archive.ts';
import { LayerFiles, type StoredLayer } from './layer-files.ts';

/** An unpacked read-only layer: one directory of the overlay2 driver. */
export interface Layer {
  readonly chainId: Digest;
  readonly diffId: Digest;
  readonly parent: Layer | undefined;
  /** The driver's name for it, `overlay2/<cacheId>`. */
  readonly cacheId: string;
  /** The short name in `overlay2/l`, which keeps mount options within a page. */
  readonly link: string;
  readonly size: number;
  /** What of its archive is not in its directory. */
  readonly split: TarSplit;
  /** Images and layers above that need it. */
  references: number;
}

/** A container's own layer, with the one below it that holds the mount points docker needs (`-init`). */
export interface ContainerLayer extends WritableLayer {
  readonly initLink: string;
}

/** A layer that is written to. */
export interface WritableLayer {
  readonly mountId: string;
  readonly link: string;
  readonly initLink: string | undefined;
  readonly parent: Layer | undefined;
}

/** The overlay2 graph driver and the layers it holds (moby layer/, daemon/graphdriver/overlay2). */
export class LayerStore {
  readonly #sys: Syscalls;
  readonly #root: string;
  readonly #layers = new Map<Digest, Layer>();
  readonly #files: LayerFiles;
  /** How many need a container's root mounted. */
  readonly #mounted = new Map<string, number>();

  constructor(sys: Syscalls, root: string) {
    this.#sys = sys;
    this.#root = `${root}/overlay2`;
    this.#files = new LayerFiles(sys, `${root}/image/overlay2/layerdb`);
  }

  /** Makes the directories, and takes up the layers that an earlier daemon left; nobody needs them yet. */
  async prepare(): Promise<void> {
    await mkdirAll(this.#sys, this.#root, 0o710);
    await mkdirAll(this.#sys, `${this.#root}/l`, 0o710);
    await requireOverlay(this.#sys, this.#root);
    await this.#files.prepare();
    const stored = new Map((await this.#files.layers()).map((layer) => [layer.chainId, layer]));
    for (const chainId of stored.keys()) await this.#restore(chainId, stored);
  }

  async #restore(chainId: Digest, stored: ReadonlyMap<Digest, StoredLayer>): Promise<Layer | undefined> {
    const known = this.#layers.get(chainId);
    const found = stored.get(chainId);
    if (known !== undefined || found === undefined) return known;
    const parent = found.parent === undefined ? undefined : await this.#restore(found.parent, stored);
    if (found.parent !== undefined && parent === undefined) return undefined;
    if (parent) parent.references++;
    const layer = { ...found, parent, link: await this.#linkOf(found.cacheId), references: 0 };
    this.#layers.set(chainId, layer);
    return layer;
  }

  /** The layers of containers that an earlier daemon left, by container id. What has lost its layers is passed over. */
  async restoreContainerLayers(): Promise<Map<string, ContainerLayer>> {
    const out = new Map<string, ContainerLayer>();
    for (const [container, { mountId, parent: below }] of await this.#files.mounts()) {
      const parent = below === undefined ? undefined : this.#layers.get(below);
      if (below !== undefined && parent === undefined) continue;
      if (parent) parent.references++;
      const [link, initLink] = [await this.#linkOf(mountId), await this.#linkOf(`${mountId}-init`)];
      out.set(container, { mountId, link, initLink, parent });
    }
    return out;
  }

  #linkOf(id: string): Promise<string> {
    return readText(this.#sys, `${this.#root}/${id}/link`);
  }

  get(chainId: Digest): Layer | undefined {
    return this.#layers.get(chainId);
  }

  /** The topmost layer of an image, undefined if it has none; `missing` where it or one below is not here. */
  topOf({ rootfs: { diff_ids } }: ImageConfig): Layer | undefined | 'missing' {
    const top = chainIds(diff_ids).at(-1);
    return top === undefined ? undefined : (this.#layers.get(top) ?? 'missing');
  }

  /** The layer of a chain, if it is there, with one reference more for the caller. */
  hold(chainId: Digest): Layer | undefined {
    const layer = this.#layers.get(chainId);
    if (layer) layer.references++;
    return layer;
  }

  /** Unpacks a layer's archive on top of another layer. The caller holds one reference. */
  async register(parent: Layer | undefined, archive: ByteReader): Promise<Layer> {
    if (chain(parent).length >= MAX_DEPTH) throw new GoError('max depth exceeded');
    const cacheId = this.#newId();
    const link = await this.#newDirectory(cacheId, parent);
    const hash = digester();
    const split = new TarSplit();
    const weight = new LayerWeight();
    try {
      const stream = new TarStream(hashed(archive, hash), {
        raw: (bytes) => split.raw(bytes),
        content: (of) => split.content(of),
        member: (entry) => weight.add(entry),
      });
      await unpack(this.#sys, `${this.#root}/${cacheId}/diff`, stream, {
        fresh: true,
        overlay: true,
      });
      await stream.rest();
    } catch (error) {
      await this.#remove(cacheId, link);
      throw error;
    }
    const diffId = hash.digest();
    const chainId = parent === undefined ? diffId : digestOf(`${parent.chainId} ${diffId}`);
    const known = this.#layers.get(chainId);
    if (known) {
      await this.#remove(cacheId, link);
      known.references++;
      return known;
    }
    if (parent) parent.references++;
    const layer = { chainId, diffId, parent, cacheId, link, size: weight.total, split, references: 1 };
    this.#layers.set(chainId, layer);
    await this.#files.add(layer);
    return layer;
  }

  /** The very archive that a layer was unpacked from. Throws where its files are no longer what they were. */
  archive(layer: Layer): AsyncGenerator<Uint8Array> {
    return layerArchive(this.#sys, this.diffDirectory(layer), layer);
  }

  /** Gives up a reference; gives the chain ids of the layers that went, topmost first. */
  async release(layer: Layer): Promise<Digest[]> {
    if (--layer.references > 0) return [];
    this.#layers.delete(layer.chainId);
    await this.#files.remove(layer.chainId);
    await this.#remove(layer.cacheId, layer.link);
    return [layer.chainId, ...(layer.parent ? await this.release(layer.parent) : [])];
  }

  /** Makes a container's layer, on what docker needs to find in every root. */
  async createContainerLayer(container: string, parent: Layer | undefined): Promise<ContainerLayer> {
    const mountId = this.#newId();
    if (parent) parent.references++;
    const initLink = await this.#newDirectory(`${mountId}-init`, parent);
    await setupInitLayer(this.#sys, `${this.#root}/${mountId}-init/diff`);
    const link = await this.#newDirectory(mountId, parent, initLink);
    const layer = { mountId, link, initLink, parent };
    await this.#files.addMount(container, layer);
    return layer;
  }

  async removeContainerLayer(container: string, layer: ContainerLayer): Promise<void> {
    await this.#files.removeMount(container);
    this.#mounted.delete(layer.mountId);
    await this.#remove(layer.mountId, layer.link);
    await this.#remove(`${layer.mountId}-init`, layer.initLink);
    if (layer.parent) await this.release(layer.parent);
  }

  /** Makes a layer for a step of a build, on nothing but the layers below. */
  async createBuildLayer(parent: Layer | undefined): Promise<WritableLayer> {
    const mountId = this.#newId();
    if (parent) parent.references++;
    const link = await this.#newDirectory(mountId, parent);
    return { mountId, link, initLink: undefined, parent };
  }

  async removeBuildLayer(layer: WritableLayer): Promise<void> {
    this.#mounted.delete(layer.mountId);
    await this.#remove(layer.mountId, layer.link);
    if (layer.parent) await this.release(layer.parent);
  }

  /** Mounts a container's root, unless somebody has already; gives where. Each call asks for an `unmount`. */
  async mount(layer: WritableLayer): Promise<string> {
    const merged = `${this.#root}/${layer.mountId}/merged`;
    const users = this.#mounted.get(layer.mountId) ?? 0;
    this.#mounted.set(layer.mountId, users + 1);
    if (users > 0) return merged;
    await mkdirAll(this.#sys, merged, 0o755);
    const init = layer.initLink === undefined ? [] : [layer.initLink];
    const lower = [...init, ...chain(layer.parent).map(({ link }) => link)];
    if (lower.length === 0) {
      // There is nothing to lay it over (overlay2's Get).
      await this.#sys.mount(`${this.#root}/${layer.mountId}/diff`, merged, '', MS_BIND);
      return merged;
    }
    const data = [
      `lowerdir=${lower.map((link) => `${this.#root}/l/${link}`).join(':')}`,
      `upperdir=${this.#root}/${layer.mountId}/diff`,
      `workdir=${this.#root}/${layer.mountId}/work`,
    ];
    await this.#sys.mount('overlay', merged, 'overlay', 0, data.join(','));
    return merged;
  }

  /** A root that an earlier daemon mounted, and has not unmounted. */
  adoptMount(layer: ContainerLayer): void {
    this.#mounted.set(layer.mountId, 1);
  }

  async unmount(layer: WritableLayer): Promise<void> {
    const users = this.#mounted.get(layer.mountId) ?? 0;
    this.#mounted.set(layer.mountId, Math.max(0, users - 1));
    if (users !== 1) return;
    const merged = `${this.#root}/${layer.mountId}/merged`;
    try {
      await this.#sys.umount(merged);
      await this.#sys.rmdir(merged);
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }

  diffDirectory(layer: WritableLayer | Layer): string {
    return `${this.#root}/${'mountId' in layer ? layer.mountId : layer.cacheId}/diff`;
  }

  /** The lower directories of a container, from the init layer down. */
  lowerDirectories(layer: ContainerLayer): string[] {
    return [
      `${this.#root}/${layer.mountId}-init/diff`,
      ...chain(layer.parent).map((lower) => this.diffDirectory(lower)),
    ];
  }

  /** `GraphDriver.Data` of a container. */
  describeContainer(layer: ContainerLayer, id: string): Record<string, string> {
    const here = `${this.#root}/${layer.mountId}`;
    return {
      ID: id,
      LowerDir: this.lowerDirectories(layer).join(':'),
      MergedDir: `${here}/merged`,
      UpperDir: `${here}/diff`,
      WorkDir: `${here}/work`,
    };
  }

  /** `GraphDriver.Data` of an image. */
  describeImage(top: Layer | undefined): Record<string, string> | null {
    if (top === undefined) return null;
    const here = `${this.#root}/${top.cacheId}`;
    const lower = chain(top.parent).map((layer) => this.diffDirectory(layer));
    return {
      ...(lower.length === 0 ? {} : { LowerDir: lower.join(':') }),
      MergedDir: `${here}/merged`,
      UpperDir: `${here}/diff`,
      WorkDir: `${here}/work`,
    };
  }

  layers(): Layer[] {
    return [...this.#layers.values()];
  }

  async #newDirectory(id: string, parent: Layer | undefined, above?: string): Promise<string> {
    const here = `${this.#root}/${id}`;
    const link = this.#newLink();
    await this.#sys.mkdir(here, 0o710);
    await this.#sys.mkdir(`${here}/diff`, 0o755);
    await this.#sys.symlink(`../${id}/diff`, `${this.#root}/l/${link}`);
    await writeFile(this.#sys, `${here}/link`, link);
    const lower = [...(above === undefined ? [] : [above]), ...chain(parent).map((layer) => layer.link)];
    if (lower.length > 0) {
      await this.#sys.mkdir(`${here}/work`, 0o700);
      await writeFile(this.#sys, `${here}/lower`, lower.map((name) => `l/${name}`).join(':'));
      // The one directly below is never written to again.
      const below = above === undefined ? parent!.cacheId : `${id}-init`;
      await writeFile(this.#sys, `${this.#root}/${below}/committed`, '', 0o600);
    } else if (id.endsWith('-init')) await this.#sys.mkdir(`${here}/work`, 0o700);
    return link;
  }

  async #remove(id: string, link: string): Promise<void> {
    await this.#sys.unlink(`${this.#root}/l/${link}`);
    await removeAll(this.#sys, `${this.#root}/${id}`);
  }

  #newId(): string {
    return toHex(this.#sys.getrandom(32));
  }

  /** 26 characters of base 32, as the driver makes them. */
  #newLink(): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    return [...this.#sys.getrandom(26)].map((byte) => alphabet[byte & 31]).join('');
  }
}

/** How many layers can lie on each other (moby layer/layer_store.go). */
const MAX_DEPTH = 125;

/** A stream whose bytes are hashed as they go by. */
function hashed(source: ByteReader, hash: ReturnType<typeof digester>): ByteReader {
  return {
    async read(max) {
      const bytes = await source.read(max);
      if (bytes !== null) hash.update(bytes);
      return bytes;
    },
  };
}

/** A layer and all below it, topmost first. */
export function chain(layer: Layer | undefined): Layer[] {
  const out: Layer[] = [];
  for (let at = layer; at; at = at.parent) out.push(at);
  return out;
}

/** Models moby daemon/initlayer/setup_unix.go. */
const INIT_LAYER: readonly [path: string, kind: 'directory' | 'file' | string][] = [
  ['/dev/pts', 'directory'],
  ['/dev/shm', 'directory'],
  ['/proc', 'directory'],
  ['/sys', 'directory'],
  ['/.dockerenv', 'file'],
  ['/etc/resolv.conf', 'file'],
  ['/etc/hosts', 'file'],
  ['/etc/hostname', 'file'],
  ['/dev/console', 'file'],
  ['/etc/mtab', '/proc/mounts'],
];

async function setupInitLayer(sys: Syscalls, directory: string): Promise<void> {
  await sys.mkdir(`${directory}/dev`, 0o755);
  await sys.mkdir(`${directory}/etc`, 0o755);
  for (const [path, kind] of INIT_LAYER) {
    if (kind === 'directory') await sys.mkdir(`${directory}${path}`, 0o755);
    else if (kind === 'file')
      await sys.close(await sys.open(`${directory}${path}`, O_CREAT | O_WRONLY, 0o755));
    else await sys.symlink(kind, `${directory}${path}`);
  }
}

/** Mounts an overlay and takes it away again, to learn whether the kernel can (moby overlayutils.SupportsOverlay). */
async function requireOverlay(sys: Syscalls, root: string): Promise<void> {
  const place = `${root}/check-overlayfs-support${toHex(sys.getrandom(4))}`;
  const [lower1, lower2, upper, work, merged] = ['lower1', 'lower2', 'upper', 'work', 'merged'].map(
    (name) => `${place}/${name}`,
  ) as [string, string, string, string, string];
  for (const directory of [lower1, lower2, upper, work, merged]) await mkdirAll(sys, directory, 0o755);
  try {
    const layers = `lowerdir=${lower2}:${lower1},upperdir=${upper},workdir=${work}`;
    await sys.mount('overlay', merged, 'overlay', 0, layers);
    await sys.umount(merged);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new GoError('failed to start daemon: error initializing graphdriver: driver not supported');
  } finally {
    await removeAll(sys, place);
  }
}
