/** `docker builder prune`, which is `docker buildx prune`. Models buildx commands/prune.go. */
import type { DiskUsageResponse } from '../../api/disk-usage.ts';
import { parseRfc3339 } from '../../base/calendar.ts';
import { humanSize } from '../../base/go-units.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { DEPARTURES } from '../fidelity/departures.ts';
import { ago } from '../format/time.ts';
import { confirm } from './confirm.ts';
import { filtersOf } from './filters.ts';

export const pruneBuilder: Action = async (cli, { flags }) => {
  const all = flags.bool('all');
  for (const name of ['keep-storage', ...(DEPARTURES['docker buildx prune']?.absent ?? [])])
    if (flags.changed(name))
      throw new CliError(`ERROR: docker buildx prune: --${name} is not modelled in Drydock yet`);
  const question = `WARNING! This will remove all ${all ? '' : 'dangling '}build cache. Are you sure you want to continue?`;
  if (!flags.bool('force') && !(await confirm(cli, question))) return undefined;
  const { BuildCache: before } = await cli.engine.json<DiskUsageResponse>('GET', '/system/df', {
    query: { type: 'build-cache' },
  });
  const given = filtersOf(flags.list('filter'));
  const { CachesDeleted, SpaceReclaimed } = await cli.engine.json<Pruned>('POST', '/build/prune', {
    query: { all: all ? '1' : undefined, filters: given.empty ? undefined : given.toJson() },
  });
  const gone = before.filter(({ ID }) => CachesDeleted?.includes(ID));
  if (gone.length > 0) await cli.out('ID\t\t\t\t\t\tRECLAIMABLE\tSIZE\t\tLAST ACCESSED\n');
  for (const { ID, Size, LastUsedAt } of gone) {
    const used = LastUsedAt === null ? '' : ago(cli.now(), (parseRfc3339(LastUsedAt) ?? 0) / 1000);
    await cli.out(`${`${ID}*`.padEnd(40)}\ttrue \t${humanSize(Size).padEnd(10)}\t${used}\n`);
  }
  await cli.out(`Total:\t${humanSize(SpaceReclaimed)}\n`);
  return undefined;
};

/** The same without buildx: only what was freed is told. Models docker/cli cli/command/builder/prune.go. */
export const pruneClassic: Action = async (cli, { flags }) => {
  const all = flags.bool('all');
  if (flags.changed('keep-storage'))
    throw new CliError('docker builder prune: --keep-storage is not modelled in Drydock yet');
  const question = `WARNING! This will remove all ${all ? '' : 'dangling '}build cache. Are you sure you want to continue?`;
  if (!flags.bool('force') && !(await confirm(cli, question))) return undefined;
  const given = filtersOf(flags.list('filter'));
  const { CachesDeleted, SpaceReclaimed } = await cli.engine.json<Pruned>('POST', '/build/prune', {
    query: { all: all ? '1' : undefined, filters: given.empty ? undefined : given.toJson() },
  });
  const gone = CachesDeleted ?? [];
  const list = gone.length === 0 ? '' : `Deleted build cache objects:\n${gone.join('\n')}\n\n`;
  await cli.out(`${list}Total reclaimed space: ${humanSize(SpaceReclaimed)}\n`);
  return undefined;
};

interface Pruned {
  CachesDeleted: string[] | null;
  SpaceReclaimed: number;
}
