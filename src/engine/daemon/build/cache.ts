import type { UsageInfo, UsageRecordType } from '../../api/buildkit.ts';
import type { BuildCacheRecord } from '../../api/disk-usage.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import { digestOf, hexOf } from '../../oci/digest.ts';
import { removeAll, statOf } from '../../runtime/files.ts';
import { newBuildId } from '../../userland/lib/build-id.ts';
import type { Engine } from '../engine.ts';
import type { Layer } from '../images/layer-store.ts';
import type { Result } from './result.ts';

/** Files that the build cache keeps: what a step made, an image's layer, what a client sent, what was fetched, what a cache mount holds. */
export interface CacheRecord {
  /** Another one once nothing writes to it any more. */
  id: string;
  readonly type: UsageRecordType;
  readonly description: string;
  /** What it lies on. */
  readonly parent: CacheRecord | undefined;
  /** Written to, or as it was when the last writer left it: a layer is made of it when somebody needs one. */
  isMutable: boolean;
  /** The cache holds a reference to it. */
  readonly layer: Layer | undefined;
  /** Where it is, if it is no layer. */
  readonly directory: string | undefined;
  /** Bytes of its own. */
  size: number;
  readonly createdAt: number;
  lastUsedAt: number;
  usageCount: number;
}

/** What a step has made, and the record that keeps it. */
export interface CachedResult {
  readonly result: Result;
  readonly record: CacheRecord | undefined;
}

/** A file of a client's directory, by what it changes by. */
export interface SentFile {
  readonly mode: number;
  readonly size: number;
  readonly mtime: number;
}

export const sameFile = (a: SentFile | undefined, b: SentFile): boolean =>
  a !== undefined && a.mode === b.mode && a.size === b.size && a.mtime === b.mtime;

/** The files of a client's directory by their paths. */
export type SentFiles = Map<string, SentFile>;

/** What a new record is of. */
type NewRecord = Pick<CacheRecord, 'type' | 'description'> &
  Partial<Pick<CacheRecord, 'parent' | 'isMutable' | 'layer' | 'directory' | 'size'>>;

/** The build cache: results by what they were made of, and records of what they take. Models BuildKit cache and solver/cachemanager. */
export class BuildCache {
  readonly #engine: Engine;
  readonly #results = new Map<string, CachedResult>();
  /** Records of sources and mounts, by what they are known by. */
  readonly #named = new Map<string, CacheRecord>();
  readonly #records = new Set<CacheRecord>();
  readonly #sent = new Map<string, SentFiles>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** What was made for a key. To look is not to use. */
  find(key: string): CachedResult | undefined {
    return this.#results.get(key);
  }

  /** A build has needed the files of a record. */
  use(record: CacheRecord | undefined, times = 1): void {
    if (record === undefined) return;
    record.lastUsedAt = this.#engine.now();
    record.usageCount += times;
  }

  /** Keeps what a step has made on top of a record; the cache has the result's reference to its topmost layer from now on. */
  add(key: string, result: Result, of: Omit<NewRecord, 'layer' | 'type'>): CacheRecord {
    const record = this.#new({ isMutable: true, ...of, type: 'regular', layer: result.top });
    this.#records.add(record);
    this.#results.set(key, { result, record });
    return record;
  }

  /** Whether files of an image have been needed before. */
  knowsImage(top: Layer | undefined): boolean {
    return this.#named.has(imageName(top));
  }

  /** The record of an image's topmost layer, and of those below it, which count as used. */
  image(top: Layer | undefined, description: string): CacheRecord | undefined {
    if (top === undefined) return undefined;
    const parent = this.image(top.parent, description);
    const known = this.#named.get(imageName(top));
    if (known !== undefined) {
      this.use(known);
      return known;
    }
    const layer = this.#engine.layers.hold(top.chainId);
    return this.#name(imageName(top), { type: 'regular', description, parent, layer });
  }

  /** What a client has sent of a directory, or what stays in a cache mount: kept under a name, and written to again. */
  source(name: string, of: Required<Pick<NewRecord, 'type' | 'description' | 'size'>>, times = 1): void {
    const known = this.#named.get(name);
    if (known === undefined) this.use(this.#name(name, { ...of, isMutable: true }), times - 1);
    else this.use(known, times);
  }

  /** Nothing is written to it any more: somebody builds on it, or an image has it. */
  finish(record: CacheRecord | undefined): void {
    if (record === undefined || !record.isMutable || record.layer === undefined) return;
    record.isMutable = false;
    record.id = newBuildId(this.#engine.sys);
  }

  /** Whether anything is kept under a name. To look is not to use. */
  has(name: string): boolean {
    return this.#named.has(name);
  }

  /** Whether a directory is kept under a name. To look is not to use. */
  hasDirectory(name: string): boolean {
    return this.#named.get(name)?.directory !== undefined;
  }

  /** The directory that is kept under a name, which so is used once more. */
  directory(name: string): string | undefined {
    const record = this.#named.get(name);
    if (record !== undefined) this.use(record);
    return record?.directory;
  }

  /** Keeps a directory under a name. It goes with its record. */
  addDirectory(
    name: string,
    of: Pick<CacheRecord, 'type' | 'description' | 'directory' | 'size' | 'isMutable'>,
  ): void {
    this.#name(name, of);
  }

  /** What the last build from a directory sent of it. */
  sent(name: string): SentFiles {
    return this.#sent.get(name) ?? new Map();
  }

  keepSent(name: string, files: SentFiles): void {
    this.#sent.set(name, files);
  }

  /** Where the files of `--mount=type=cache` stay. */
  mountDirectory(id: string): string {
    return `${this.#engine.root}/buildkit/cache-mounts/${hexOf(digestOf(id)).slice(0, 25)}`;
  }

  /** A cache mount begins anew. */
  async forgetMount(id: string): Promise<void> {
    const record = this.#named.get(mountName(id));
    if (record !== undefined) await this.remove(record);
  }

  /** What all records take. */
  usage(): UsageInfo[] {
    const shared = this.#inImages();
    return [...this.#records].map((record) => usageOf(record, shared.has(record.layer?.chainId ?? '')));
  }

  /** As the Engine API lists it. */
  list(): BuildCacheRecord[] {
    return this.usage().map(({ ID, Parents, RecordType, Description, InUse, Shared, Size, ...times }) => ({
      ID,
      // The name has a blank in front of it (moby api/types/build/cache.go).
      ...(Parents === null ? {} : { ' Parents': Parents }),
      Type: RecordType,
      Description,
      InUse,
      Shared,
      Size,
      CreatedAt: times.CreatedAt,
      LastUsedAt: times.LastUsedAt,
      UsageCount: times.UsageCount,
    }));
  }

  /** The records on which nothing lies, each as it is told of. */
  leaves(): Map<CacheRecord, UsageInfo> {
    const shared = this.#inImages();
    const below = new Set([...this.#records].map(({ parent }) => parent));
    const leaves = [...this.#records].filter((record) => !below.has(record));
    return new Map(
      leaves.map((record) => [record, usageOf(record, shared.has(record.layer?.chainId ?? ''))]),
    );
  }

  /** Forgets a record, and gives up its files. */
  async remove(record: CacheRecord): Promise<void> {
    const { layers, sys, root } = this.#engine;
    this.#records.delete(record);
    for (const [key, { record: kept }] of this.#results) if (kept === record) this.#results.delete(key);
    for (const [name, kept] of this.#named) {
      if (kept !== record) continue;
      this.#named.delete(name);
      this.#sent.delete(name);
      if (record.type !== 'exec.cachemount') continue;
      const all = `${root}/buildkit/cache-mounts`;
      if ((await statOf(sys, all)) !== undefined)
        await removeAll(sys, this.mountDirectory(name.slice(mountName('').length)));
    }
    if (record.directory !== undefined) await removeAll(sys, record.directory.replace(/\/diff$/, ''));
    if (record.layer) await layers.release(record.layer);
  }

  #name(name: string, of: NewRecord): CacheRecord {
    const record = this.#new(of);
    this.#records.add(record);
    this.#named.set(name, record);
    return record;
  }

  #new({ type, description, parent, isMutable = false, layer, directory, size = 0 }: NewRecord): CacheRecord {
    const now = this.#engine.now();
    return {
      id: newBuildId(this.#engine.sys),
      type,
      description,
      parent,
      isMutable,
      layer,
      directory,
      size,
      createdAt: now,
      lastUsedAt: now,
      usageCount: 1,
    };
  }

  /** The layers that images have. */
  #inImages(): Set<string> {
    const chains = new Set<string>();
    for (const { top } of this.#engine.images.all())
      for (let layer = top; layer !== undefined; layer = layer.parent) chains.add(layer.chainId);
    return chains;
  }
}

const imageName = (top: Layer | undefined): string => `image ${top?.chainId}`;

/** What the record of a cache mount is known by. */
export const mountName = (id: string): string => `mount ${id}`;

const usageOf = (record: CacheRecord, isShared: boolean): UsageInfo => ({
  ID: record.id,
  Mutable: record.isMutable,
  InUse: false,
  Size: record.size,
  Parents: record.parent === undefined ? null : [record.parent.id],
  CreatedAt: rfc3339Nano(record.createdAt),
  LastUsedAt: rfc3339Nano(record.lastUsedAt),
  UsageCount: record.usageCount,
  Description: record.description,
  RecordType: record.type,
  Shared: isShared,
});
