/** `docker load`. Models docker/cli `cli/command/image/load.go`. */
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { bodyOf, openFile } from '../files/go-file.ts';
import { showProgress } from '../progress.ts';
import { platformQuery } from './platform.ts';

export const load: Action = async (cli, { flags }) => {
  const input = flags.string('input');
  if (input === '' && cli.terminal.stdin) throw new CliError('requested load from stdin, but stdin is empty');
  const source = input === '' ? cli.stdin : await openFile(cli, input);
  const quiet = flags.bool('quiet') || !cli.terminal.stdout;
  const { body } = await cli.engine.request('POST', '/images/load', {
    query: {
      quiet: quiet ? '1' : '0',
      platform: platformQuery(flags.string('platform'), 'invalid platform: '),
    },
    headers: { 'Content-Type': 'application/x-tar' },
    rawBody: bodyOf(source, input || '/dev/stdin'),
  });
  const columns = cli.terminal.stdout ? ((await cli.windowSize(1))?.columns ?? 80) : undefined;
  await showProgress(body, { write: (text) => cli.out(text), columns });
  return undefined;
};
