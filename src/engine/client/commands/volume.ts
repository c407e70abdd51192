/** `docker volume …`. Models docker/cli `cli/command/volume`. */
import type { ListVolumesResponse, PruneVolumesResponse, Volume } from '../../api/volumes.ts';
import { humanSize } from '../../base/go-units.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { joinLabels } from '../format/identifiers.ts';
import { formatList, type Headers, type Row } from '../format/list.ts';
import { toMap } from '../parse/key-value.ts';
import { CLUSTER_FLAGS } from '../spec/volume.ts';
import { confirm } from './confirm.ts';
import { forEachName, volumePath } from './each.ts';
import { filtersOf, pruneFilters } from './filters.ts';

export const HEADERS: Headers = {
  Name: 'VOLUME NAME',
  Driver: 'DRIVER',
  Scope: 'SCOPE',
  Mountpoint: 'MOUNTPOINT',
  Labels: 'LABELS',
  Links: 'LINKS',
  Size: 'SIZE',
  Availability: 'AVAILABILITY',
  Group: 'GROUP',
  Status: 'STATUS',
};

const CLUSTER_TABLE = 'table {{.Name}}\t{{.Group}}\t{{.Driver}}\t{{.Availability}}\t{{.Status}}';

export const list: Action = async (cli, { flags, config }) => {
  const filters = filtersOf(flags.list('filter'));
  const { Volumes } = await cli.engine.json<ListVolumesResponse>('GET', '/volumes', {
    query: { filters: filters.empty ? undefined : filters.toJson() },
  });
  let format = flags.string('format') || (flags.bool('quiet') ? '' : (config.formats['volumesFormat'] ?? ''));
  const cluster = flags.bool('cluster');
  if (cluster && flags.string('format') === '') format = CLUSTER_TABLE;
  if (format === 'raw')
    format = flags.bool('quiet') ? 'name: {{.Name}}' : 'name: {{.Name}}\ndriver: {{.Driver}}\n';
  else if (flags.bool('quiet') && (format === '' || format === 'table')) format = '{{.Name}}';
  const rows = [...(cluster ? [] : (Volumes ?? []))]
    .sort((a, b) => (a.Name < b.Name ? -1 : 1))
    .map(volumeRow);
  await cli.out(
    formatList(
      { type: '*formatter.volumeContext', headers: HEADERS, format, table: '{{.Driver}}\t{{.Name}}' },
      rows,
    ),
  );
  return undefined;
};

/** A row of a list of volumes. */
export function volumeRow(volume: Volume): Row {
  return {
    Name: volume.Name,
    Driver: volume.Driver,
    Scope: volume.Scope,
    Mountpoint: volume.Mountpoint,
    Labels: joinLabels(volume.Labels),
    Label: (name: string) => volume.Labels?.[name] ?? '',
    Links: volume.UsageData === undefined ? 'N/A' : String(volume.UsageData.RefCount),
    Size: volume.UsageData === undefined ? 'N/A' : humanSize(volume.UsageData.Size),
    Availability: 'N/A',
    Group: 'N/A',
    Status: 'N/A',
  };
}

export const create: Action = async (cli, { flags, args }) => {
  if (flags.string('name') !== '' && args.length > 0)
    throw new CliError(
      'conflicting options: cannot specify a volume-name through both --name and as a positional arg',
    );
  const labels = flags.list('label');
  const volume = await cli.engine.json<Volume>('POST', '/volumes/create', {
    body: {
      Driver: flags.string('driver'),
      DriverOpts: flags.map('opt'),
      ...(CLUSTER_FLAGS.some(([name]) => flags.changed(name)) ? { ClusterVolumeSpec: {} } : {}),
      ...(labels.length > 0 ? { Labels: toMap(labels) } : {}),
      Name: args[0] ?? flags.string('name'),
    },
  });
  await cli.out(`${volume.Name}\n`);
  return undefined;
};

export const remove: Action = (cli, { flags, args }) =>
  forEachName(cli, args, (name) =>
    cli.engine.send('DELETE', volumePath(name), {
      query: { force: flags.bool('force') ? '1' : undefined },
    }),
  );

export const prune: Action = async (cli, { flags, config }) => {
  const filters = pruneFilters(flags.list('filter'), config.pruneFilters);
  const all = flags.bool('all');
  if (all && filters.has('all'))
    throw new CliError('conflicting options: cannot specify both --all and --filter all=1');
  if (all) filters.add('all', 'true');
  const what = all ? 'all local volumes' : 'anonymous local volumes';
  if (
    !flags.bool('force') &&
    !(await confirm(
      cli,
      `WARNING! This will remove ${what} not used by at least one container.\nAre you sure you want to continue?`,
    ))
  )
    return undefined;
  const { VolumesDeleted: deleted, SpaceReclaimed: space } = await cli.engine.json<PruneVolumesResponse>(
    'POST',
    '/volumes/prune',
    {
      query: { filters: filters.empty ? undefined : filters.toJson() },
    },
  );
  if (deleted.length > 0) await cli.out(`Deleted Volumes:\n${deleted.map((name) => `${name}\n`).join('')}\n`);
  await cli.out(`Total reclaimed space: ${humanSize(space)}\n`);
  return undefined;
};

/** For completion. */
export async function volumeNames(cli: Cli): Promise<string[]> {
  return ((await cli.engine.json<ListVolumesResponse>('GET', '/volumes')).Volumes ?? []).map(
    (volume) => volume.Name,
  );
}

/** Only what a swarm has can be updated, and there is none. */
export const update: Action = async (cli, { args }) => {
  await cli.engine.json('GET', volumePath(args[0]!));
  throw new CliError('can only update cluster volumes');
};
