/** `docker diff`: C changed, A added, D deleted. */
import type { FilesystemChange } from '../../api/containers.ts';
import type { Action } from '../command.ts';
import { containerPath } from './each.ts';

export const diff: Action = async (cli, { args }) => {
  const changes = await cli.engine.json<FilesystemChange[] | null>(
    'GET',
    `${containerPath(args[0]!)}/changes`,
  );
  await cli.out((changes ?? []).map(({ Kind, Path }) => `${'CAD'[Kind]} ${Path}\n`).join(''));
  return undefined;
};
