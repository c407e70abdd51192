/** `docker top`. Models docker/cli `cli/command/container/top.go`. */
import type { TopResponse } from '../../api/containers.ts';
import { alignColumns } from '../../base/go-tabwriter.ts';
import type { Action } from '../command.ts';
import { containerPath } from './each.ts';

export const top: Action = async (cli, { args }) => {
  const [name, ...options] = args as [string, ...string[]];
  const { Titles, Processes } = await cli.engine.json<TopResponse>('GET', `${containerPath(name)}/top`, {
    query: { ps_args: options.length > 0 ? options.join(' ') : undefined },
  });
  await cli.out(
    alignColumns([Titles, ...(Processes ?? [])].map((line) => `${line.join('\t')}\n`).join(''), 20, 3),
  );
  return undefined;
};
