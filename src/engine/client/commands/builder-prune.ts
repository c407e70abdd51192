/** `docker buildx prune`, which is `docker builder prune`. Models buildx commands/prune.go. */
import type { PruneInfo, UsageInfo } from '../../api/buildkit.ts';
import { alignToTabs } from '../../base/go-tabwriter.ts';
import { humanSize } from '../../base/go-units.ts';
import { builderFor, control } from '../buildx/builder.ts';
import { lastUsed, selectionOf, verboseRecord } from '../buildx/usage.ts';
import type { Action } from '../command.ts';
import { confirm } from './confirm.ts';
import { filtersOf } from './filters.ts';

export const pruneBuilder: Action = async (cli, invocation) => {
  const { flags } = invocation;
  const all = flags.bool('all');
  const selection = selectionOf(flags.list('filter'));
  if (!flags.bool('force') && !(await confirm(cli, questionFor(all)))) return undefined;
  const builder = await builderFor(cli, invocation);
  const info: PruneInfo = {
    ...selection,
    all,
    maxUsedSpace: flags.int('max-used-space'),
    minFreeSpace: flags.int('min-free-space'),
    // Another name of the same.
    reservedSpace: flags.int(flags.changed('reserved-space') ? 'reserved-space' : 'keep-storage'),
  };
  const gone = await control<UsageInfo[]>(builder, 'Prune', info);
  if (flags.bool('verbose'))
    for (const record of gone) {
      const lines = verboseRecord(cli, record).map(([name, value]) => `${name}:\t${value}`);
      await cli.out(`${alignToTabs(`${lines.join('\n')}\n`)}\n`);
    }
  // Each row is laid out by itself, the first one below the heads of the columns.
  else
    for (const [i, record] of gone.entries()) {
      const cells = [
        `${record.ID}${record.Mutable ? '*' : ''}`.padEnd(40),
        String(!record.InUse).padEnd(5),
        `${humanSize(record.Size)}${record.Shared ? '*' : ''}`.padEnd(10),
        lastUsed(cli, record),
      ].join('\t');
      await cli.out(alignToTabs(`${i === 0 ? 'ID\tRECLAIMABLE\tSIZE\tLAST ACCESSED\n' : ''}${cells}\n`));
    }
  await cli.out(`Total:\t${humanSize(gone.reduce((sum, { Size }) => sum + Size, 0))}\n`);
  return undefined;
};

/** The same without buildx: only what was freed is told. Models docker/cli cli/command/builder/prune.go. */
export const pruneClassic: Action = async (cli, { flags }) => {
  const all = flags.bool('all');
  if (!flags.bool('force') && !(await confirm(cli, questionFor(all)))) return undefined;
  const given = filtersOf(flags.list('filter'));
  const { CachesDeleted, SpaceReclaimed } = await cli.engine.json<Pruned>('POST', '/build/prune', {
    query: {
      all: all ? '1' : undefined,
      filters: given.empty ? undefined : given.toJson(),
      'reserved-space': flags.changed('keep-storage') ? flags.string('keep-storage') : undefined,
    },
  });
  const gone = CachesDeleted ?? [];
  const list = gone.length === 0 ? '' : `Deleted build cache objects:\n${gone.join('\n')}\n\n`;
  await cli.out(`${list}Total reclaimed space: ${humanSize(SpaceReclaimed)}\n`);
  return undefined;
};

const questionFor = (all: boolean): string =>
  `WARNING! This will remove all ${all ? '' : 'dangling '}build cache. Are you sure you want to continue?`;

interface Pruned {
  CachesDeleted: string[] | null;
  SpaceReclaimed: number;
}
