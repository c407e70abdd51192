/** `docker container prune` and `docker image prune`. */
import type { PruneContainersResponse } from '../../api/containers.ts';
import type { PruneImagesResponse } from '../../api/images.ts';
import { humanSize } from '../../base/go-units.ts';
import type { Action } from '../command.ts';
import { confirm } from './confirm.ts';
import { pruneFilters } from './filters.ts';

export const pruneContainers: Action = async (cli, { flags, config }) => {
  if (
    !flags.bool('force') &&
    !(await confirm(
      cli,
      'WARNING! This will remove all stopped containers.\nAre you sure you want to continue?',
    ))
  )
    return undefined;
  const filters = pruneFilters(flags.list('filter'), config.pruneFilters);
  const { ContainersDeleted: deleted, SpaceReclaimed: space } =
    await cli.engine.json<PruneContainersResponse>('POST', '/containers/prune', {
      query: { filters: filters.empty ? undefined : filters.toJson() },
    });
  if ((deleted ?? []).length > 0)
    await cli.out(`Deleted Containers:\n${deleted!.map((id) => `${id}\n`).join('')}\n`);
  await cli.out(`Total reclaimed space: ${humanSize(space)}\n`);
  return undefined;
};

export const pruneImages: Action = async (cli, { flags, config }) => {
  const all = flags.bool('all');
  const what = all ? 'all images without at least one container associated to them' : 'all dangling images';
  if (
    !flags.bool('force') &&
    !(await confirm(cli, `WARNING! This will remove ${what}.\nAre you sure you want to continue?`))
  )
    return undefined;
  const filters = pruneFilters(flags.list('filter'), config.pruneFilters);
  filters.add('dangling', String(!all));
  const response = await cli.engine.json<PruneImagesResponse>('POST', '/images/prune', {
    query: { filters: filters.toJson() },
  });
  const lines = deletedImages(response);
  if (lines.length > 0) await cli.out(`Deleted Images:\n${lines.map((line) => `${line}\n`).join('')}\n`);
  await cli.out(`Total reclaimed space: ${humanSize(response.SpaceReclaimed)}\n`);
  return undefined;
};

/** What went: names first taken away, then what they stood for. */
export const deletedImages = ({ ImagesDeleted }: PruneImagesResponse): string[] =>
  (ImagesDeleted ?? []).map((item) =>
    item.Untagged ? `untagged: ${item.Untagged}` : `deleted: ${item.Deleted}`,
  );
