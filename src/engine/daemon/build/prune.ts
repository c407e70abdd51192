import type { PruneInfo, UsageInfo } from '../../api/buildkit.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { Engine } from '../engine.ts';
import type { CacheRecord } from './cache.ts';
import { type CacheFilter, parseCacheFilters } from './cache-filter.ts';

/** Records of the build cache that filters name. Throws `GoError`. */
export function diskUsage(engine: Engine, filter: readonly string[]): UsageInfo[] {
  const matches = filterFor('diskusage', filter);
  return engine.buildCache
    .usage()
    .filter(matches)
    .sort((a, b) => a.Size - b.Size || (a.ID < b.ID ? -1 : 1));
}

/**
 * Takes records from the build cache, those that others lie on after those others, until what is left is little enough; gives what went.
 * Models BuildKit cache/manager.go, pruneOnce. Throws `GoError`.
 */
export async function prune(engine: Engine, info: PruneInfo): Promise<UsageInfo[]> {
  const { buildCache } = engine;
  const matches = filterFor('prune', info.filter ?? []);
  let total = 0;
  for (const { Size, Shared } of buildCache.usage()) if (!Shared) total += Size;
  const keep = await bytesToKeep(engine, total, info);
  const before = engine.now() - info.keepDuration / 1e6;
  const gone: UsageInfo[] = [];
  for (;;) {
    if (keep !== 0 && total < keep) return gone;
    const found = [...buildCache.leaves()].filter(
      ([record, usage]) =>
        (info.all || !(usage.Shared || usage.RecordType === 'internal' || usage.RecordType === 'frontend')) &&
        (info.keepDuration === 0 || record.lastUsedAt <= before) &&
        matches(usage),
    );
    if (found.length === 0) return gone;
    // Where some may stay, the one that is least worth keeping goes, and all is looked at again.
    const now = keep === 0 ? found : leastWorth(found).slice(0, 1);
    for (const [record, usage] of now) {
      await buildCache.remove(record);
      total -= usage.Size;
      // What has gone is in no image.
      gone.push({ ...usage, Shared: false });
    }
  }
}

function filterFor(what: string, texts: readonly string[]): CacheFilter {
  try {
    return parseCacheFilters(texts);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new GoError(`failed to parse ${what} filters [${texts.join(' ')}]: ${why}`);
  }
}

/** How much may stay; 0 where nothing need. */
async function bytesToKeep({ sys, root }: Engine, total: number, info: PruneInfo): Promise<number> {
  const { maxUsedSpace, minFreeSpace, reservedSpace } = info;
  if (maxUsedSpace === 0 && minFreeSpace === 0 && reservedSpace === 0) return 0;
  let keep = maxUsedSpace;
  if (minFreeSpace !== 0) {
    const { bsize, bavail } = await sys.statfs(root);
    const excess = minFreeSpace - bavail * bsize;
    if (excess > 0) keep = keep === 0 ? total - excess : Math.min(keep, total - excess);
  }
  return Math.max(keep, reservedSpace);
}

/** Those first that were used longest ago, and seldom. */
function leastWorth(found: [CacheRecord, UsageInfo][]): [CacheRecord, UsageInfo][] {
  const rank = (value: (record: CacheRecord) => number) => {
    const values = [...new Set(found.map(([record]) => value(record)))].sort((a, b) => a - b);
    return (record: CacheRecord) => (values.indexOf(value(record)) + 2) / (values.length + 1);
  };
  const age = rank(({ lastUsedAt }) => lastUsedAt);
  const usage = rank(({ usageCount }) => usageCount);
  return found.toSorted(([a], [b]) => age(a) + usage(a) - age(b) - usage(b));
}
