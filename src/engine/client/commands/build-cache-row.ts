/** The build cache as `docker system df -v` lists it. Models docker/cli `cli/command/formatter/buildcache.go`. */
import type { BuildCacheRecord } from '../../api/disk-usage.ts';
import { parseRfc3339 } from '../../base/calendar.ts';
import { humanSize } from '../../base/go-units.ts';
import type { Cli } from '../cli.ts';
import type { Headers, Row } from '../format/list.ts';
import { ago } from '../format/time.ts';

export const CACHE_HEADERS: Headers = {
  ID: 'CACHE ID',
  CacheType: 'CACHE TYPE',
  Size: 'SIZE',
  CreatedSince: 'CREATED',
  LastUsedSince: 'LAST USED',
  UsageCount: 'USAGE',
  Shared: 'SHARED',
};

const seconds = (time: string | null): number => (parseRfc3339(time ?? '') ?? 0) / 1000;

/** Those used longest ago first. */
export const cacheRows = (cli: Cli, records: readonly BuildCacheRecord[], plain: boolean): Row[] =>
  records
    .toSorted(
      (one, other) => seconds(one.LastUsedAt) - seconds(other.LastUsedAt) || (one.ID < other.ID ? -1 : 1),
    )
    .map(({ ID, Type, Size, CreatedAt, LastUsedAt, UsageCount, InUse, Shared }) => ({
      ID: `${plain ? ID.slice(0, 12) : ID}${InUse ? '*' : ''}`,
      CacheType: Type,
      Size: humanSize(Size),
      CreatedSince: ago(cli.now(), seconds(CreatedAt)),
      LastUsedSince: LastUsedAt === null ? '' : ago(cli.now(), seconds(LastUsedAt)),
      UsageCount: String(UsageCount),
      InUse: String(InUse),
      Shared: String(Shared),
    }));
