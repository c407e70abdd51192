import type { BuildCacheRecord } from '../../api/disk-usage.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import { digestOf, hexOf } from '../../oci/digest.ts';
import { removeAll, statOf } from '../../runtime/files.ts';
import type { Engine } from '../engine.ts';
import { newBuildId } from './build-id.ts';
import type { Result } from './result.ts';

type Kind = 'regular' | 'image' | 'source.local' | 'exec.cachemount';

/** What a step once made, and is good for the next time. */
export interface CacheRecord {
  readonly id: string;
  readonly key: string;
  readonly kind: Kind;
  readonly description: string;
  readonly result: Result;
  /** Bytes of its own layer. */
  readonly size: number;
  readonly createdAt: number;
  lastUsedAt: number;
  usageCount: number;
}

/** The files of a client's directory by their paths, each with what it changes by. */
export type SentFiles = Map<string, string>;

/** The build cache: results by what they were made of. Models BuildKit cache and solver/cachemanager. */
export class BuildCache {
  readonly #engine: Engine;
  readonly #records = new Map<string, CacheRecord>();
  readonly #sent = new Map<string, SentFiles>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** What was made for a key; counts as used. */
  use(key: string): CacheRecord | undefined {
    const record = this.#records.get(key);
    if (record === undefined) return undefined;
    record.lastUsedAt = this.#engine.now();
    record.usageCount++;
    return record;
  }

  /** Keeps a result, whose reference to its topmost layer the cache has from now on. What the key stood for before goes. */
  async add(
    key: string,
    kind: Kind,
    description: string,
    result: Result,
    size = result.top?.size ?? 0,
  ): Promise<CacheRecord> {
    const before = this.#records.get(key);
    const now = this.#engine.now();
    const record = {
      id: newBuildId(this.#engine.sys),
      key,
      kind,
      description,
      result,
      size,
      createdAt: now,
      lastUsedAt: now,
      usageCount: 1,
    };
    this.#records.delete(key);
    this.#records.set(key, record);
    if (before?.result.top) await this.#engine.layers.release(before.result.top);
    return record;
  }

  /** What the last build from a directory sent of it. */
  sent(sharedKey: string): SentFiles {
    return this.#sent.get(sharedKey) ?? new Map();
  }

  keepSent(sharedKey: string, files: SentFiles): void {
    this.#sent.set(sharedKey, files);
  }

  /** Where the files of `--mount=type=cache` stay. */
  mountDirectory(id: string): string {
    return `${this.#engine.root}/buildkit/cache-mounts/${hexOf(digestOf(id)).slice(0, 25)}`;
  }

  records(): CacheRecord[] {
    return [...this.#records.values()];
  }

  /** As the API lists it. */
  list(): BuildCacheRecord[] {
    return this.records().map((record) => ({
      ID: record.id,
      Type: record.kind === 'image' ? 'regular' : record.kind,
      Description: record.description,
      InUse: false,
      Shared: false,
      Size: record.size,
      CreatedAt: rfc3339Nano(record.createdAt),
      LastUsedAt: rfc3339Nano(record.lastUsedAt),
      UsageCount: record.usageCount,
    }));
  }

  /** Forgets what `matches`; the files of images only with `all`. Gives the ids, and how many bytes that is. */
  async prune(
    all: boolean,
    matches: (record: CacheRecord) => boolean,
  ): Promise<{ ids: string[]; freed: number }> {
    const { layers, sys, root } = this.#engine;
    this.#sent.clear();
    const gone = this.records().filter((record) => (all || record.kind !== 'image') && matches(record));
    const freed = gone.reduce((sum, record) => sum + record.size, 0);
    for (const { key, kind, result } of gone) {
      this.#records.delete(key);
      if (result.top) await layers.release(result.top);
      if (kind === 'exec.cachemount') {
        const path = `${root}/buildkit/cache-mounts`;
        if ((await statOf(sys, path)) !== undefined) await removeAll(sys, this.mountDirectory(key));
      }
    }
    return { ids: gone.map(({ id }) => id), freed };
  }
}
