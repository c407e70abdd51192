/** `docker export`. Models docker/cli `cli/command/container/export.go`. */
import type { Action } from '../command.ts';
import { openOutput } from '../files/output.ts';
import { copyTo } from './copy-to.ts';
import { containerPath } from './each.ts';

export const exportContainer: Action = async (cli, { flags, args }) => {
  const output = await openOutput(cli, flags.string('output'), 'failed to export container');
  return copyTo(output, () => cli.engine.request('GET', `${containerPath(args[0]!)}/export`));
};
