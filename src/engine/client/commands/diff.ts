/** `docker diff`: C changed, A added, D deleted. */
import type { FilesystemChange } from '../../api/containers.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { segment } from './each.ts';

export const diff: Action = async (cli, { args }) => {
  if (args[0] === '') throw new CliError('container name cannot be empty');
  const changes = await cli.engine.json<FilesystemChange[] | null>(
    'GET',
    `/containers/${segment(args[0]!)}/changes`,
  );
  await cli.out((changes ?? []).map(({ Kind, Path }) => `${'CAD'[Kind]} ${Path}\n`).join(''));
  return undefined;
};
