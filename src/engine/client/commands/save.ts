/** `docker save`. Models docker/cli `cli/command/image/save.go`. */
import type { Action } from '../command.ts';
import { openOutput } from '../files/output.ts';
import { copyTo } from './copy-to.ts';
import { platformQuery } from './platform.ts';

export const save: Action = async (cli, { flags, args }) => {
  const platform = platformQuery(flags.string('platform'), 'invalid platform: ');
  const output = await openOutput(cli, flags.string('output'), 'failed to save image');
  const answer = () => cli.engine.request('GET', '/images/get', { query: { names: args, platform } });
  return copyTo(output, answer);
};
