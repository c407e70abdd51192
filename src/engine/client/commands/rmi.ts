/** `docker rmi`. Models docker/cli `cli/command/image/remove.go`. */
import type { ImageDeleteItem } from '../../api/images.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { EngineError } from '../engine-client.ts';
import { imagePath } from './each.ts';
import { platformQuery } from './platform.ts';

export const rmi: Action = async (cli, { flags, args }) => {
  const errors: string[] = [];
  let fatal = false;
  for (const name of args) {
    try {
      const done = await cli.engine.json<ImageDeleteItem[] | null>('DELETE', `/images/${imagePath(name)}`, {
        query: {
          force: flags.bool('force') ? '1' : undefined,
          noprune: flags.bool('no-prune') ? '1' : undefined,
          platforms: flags.list('platform').map((text) => platformQuery(text)!),
        },
      });
      for (const { Deleted: deleted, Untagged: untagged } of done ?? [])
        await cli.out(deleted ? `Deleted: ${deleted}\n` : `Untagged: ${untagged}\n`);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (!(error instanceof EngineError && error.code === 404)) fatal = true;
      errors.push(error.message);
    }
  }
  if (errors.length === 0) return undefined;
  if (!flags.bool('force') || fatal) throw new CliError(errors.join('\n'));
  await cli.err(`${errors.join('\n')}\n`);
  return undefined;
};
