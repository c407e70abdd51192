/** `docker system prune`. Models docker/cli `cli/command/system/prune.go`. */
import type { PruneContainersResponse } from '../../api/containers.ts';
import type { Filters } from '../../api/filters.ts';
import type { PruneImagesResponse } from '../../api/images.ts';
import type { PruneNetworksResponse } from '../../api/networks.ts';
import type { PruneVolumesResponse } from '../../api/volumes.ts';
import { humanSize } from '../../base/go-units.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { confirm } from './confirm.ts';
import { pruneFilters } from './filters.ts';
import { deletedImages } from './prune.ts';

interface PruneCacheResponse {
  CachesDeleted: string[] | null;
  SpaceReclaimed: number;
}

export const systemPrune: Action = async (cli, { flags, config }) => {
  const all = flags.bool('all');
  const withVolumes = flags.bool('volumes');
  const given = flags.list('filter');
  const filters = () => pruneFilters(given, config.pruneFilters);
  if (withVolumes && filters().has('until'))
    throw new CliError('ERROR: The "until" filter is not supported with "--volumes"');
  if (!flags.bool('force') && !(await confirm(cli, warning(all, withVolumes, given)))) return undefined;
  let reclaimed = 0;
  const report = async (title: string, lines: readonly string[], space = 0) => {
    reclaimed += space;
    if (lines.length > 0) await cli.out(`${title}:\n${lines.map((line) => `${line}\n`).join('')}\n`);
  };
  const containers = await prune<PruneContainersResponse>(cli, '/containers/prune', filters());
  await report('Deleted Containers', containers.ContainersDeleted ?? [], containers.SpaceReclaimed);
  const networks = await prune<PruneNetworksResponse>(cli, '/networks/prune', filters());
  await report('Deleted Networks', networks.NetworksDeleted ?? []);
  if (withVolumes) {
    const volumes = await prune<PruneVolumesResponse>(cli, '/volumes/prune', filters());
    await report('Deleted Volumes', volumes.VolumesDeleted, volumes.SpaceReclaimed);
  }
  const which = filters();
  which.add('dangling', String(!all));
  const images = await prune<PruneImagesResponse>(cli, '/images/prune', which);
  await report('Deleted Images', deletedImages(images), images.SpaceReclaimed);
  const cache = await cli.engine.json<PruneCacheResponse>('POST', '/build/prune', {
    query: { all: all ? '1' : undefined, filters: given.length > 0 ? filters().toJson() : undefined },
  });
  await report('Deleted build cache objects', cache.CachesDeleted ?? [], cache.SpaceReclaimed);
  await cli.out(`Total reclaimed space: ${humanSize(reclaimed)}\n`);
  return undefined;
};

const prune = <T>(cli: Cli, path: string, filters: Filters): Promise<T> =>
  cli.engine.json<T>('POST', path, { query: { filters: filters.empty ? undefined : filters.toJson() } });

function warning(all: boolean, volumes: boolean, filters: readonly string[]): string {
  const what = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(volumes ? ['all anonymous volumes not used by at least one container'] : []),
    all ? 'all images without at least one container associated to them' : 'all dangling images',
    all ? 'all build cache' : 'unused build cache',
  ];
  const list = (items: readonly string[]) => items.map((item) => `  - ${item}\n`).join('');
  const filtered =
    filters.length > 0 ? `\n  Items to be pruned will be filtered with:\n${list(filters.toSorted())}` : '';
  return `WARNING! This will remove:\n${list(what)}${filtered}\nAre you sure you want to continue?`;
}
