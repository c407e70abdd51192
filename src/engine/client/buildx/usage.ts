/** The build cache as buildx shows it. Models buildx commands/diskusage.go and prune.go. */
import type { UsageInfo } from '../../api/buildkit.ts';
import { parseRfc3339 } from '../../base/calendar.ts';
import { parseDuration } from '../../base/go-duration.ts';
import { humanSize } from '../../base/go-units.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { filtersOf } from '../commands/filters.ts';
import { ago } from '../format/time.ts';

/** `2 minutes ago`, or nothing. */
export const lastUsed = (cli: Cli, { LastUsedAt }: UsageInfo): string =>
  LastUsedAt === null ? '' : ago(cli.now(), (parseRfc3339(LastUsedAt) ?? 0) / 1000);

/** As Go writes a time. */
export const goTime = (text: string): string => `${text.slice(0, 10)} ${text.slice(11, -1)} +0000 UTC`;

/** What `--filter` says, for BuildKit. */
export interface CacheSelection {
  filter: string[];
  /** ns; 0 for any. */
  keepDuration: number;
}

/** Reads the `--filter` flags. Throws `CliError`. */
export function selectionOf(given: readonly string[]): CacheSelection {
  const filters = filtersOf(given);
  const isThere = (key: string) => filters.values(key).length > 0;
  if (isThere('until') && isThere('unused-for'))
    throw new CliError('ERROR: conflicting filters "until" and "unused-for"');
  const key = isThere('unused-for') ? 'unused-for' : 'until';
  const times = [...new Set(filters.values(key))];
  if (times.length > 1) throw new CliError('ERROR: filters expect only one value');
  let keepDuration = 0;
  if (times[0] !== undefined)
    try {
      keepDuration = Number(parseDuration(times[0]));
    } catch (error) {
      throw new CliError(
        `ERROR: ${JSON.stringify(key)} filter expects a duration (e.g., '24h'): ${(error as Error).message}`,
      );
    }
  const conditions = filters
    .keys()
    .filter((name) => name !== key)
    .map((name) => {
      const values = [...new Set(filters.values(name))];
      if (values.length > 1) throw new CliError('ERROR: filters expect only one value');
      return `${name}${name === 'id' ? '~=' : /[!~]$/.test(name) ? '=' : '=='}${values[0]}`;
    });
  return { filter: [conditions.join(',')], keepDuration };
}

/** A record in full, a line for each of its facts. */
export function verboseRecord(cli: Cli, record: UsageInfo): [name: string, value: string][] {
  const used = lastUsed(cli, record);
  return [
    ['ID', record.ID],
    ...(record.Parents === null ? [] : [['Parent', record.Parents.join(',')] as [string, string]]),
    ['Created at', goTime(record.CreatedAt)],
    ['Mutable', String(record.Mutable)],
    ['Reclaimable', String(!record.InUse)],
    ['Shared', String(record.Shared)],
    ['Size', humanSize(record.Size)],
    ...(record.Description === '' ? [] : [['Description', record.Description] as [string, string]]),
    ['Usage count', String(record.UsageCount)],
    ...(used === '' ? [] : [['Last used', used] as [string, string]]),
  ];
}
