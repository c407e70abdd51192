/** `docker import`. Models docker/cli `cli/command/image/import.go`. */
import type { ByteReader } from '../../base/byte-stream.ts';
import type { Cli } from '../cli.ts';
import type { Action } from '../command.ts';
import { bodyOf, openFile } from '../files/go-file.ts';
import { showProgress } from '../progress.ts';
import { platformAsked } from './platform.ts';
import { parseImageName } from './pull.ts';

export const importImage: Action = async (cli, { flags, args }) => {
  const [source, reference = ''] = args as [string, string?];
  const archive = await archiveOf(cli, source);
  if (reference !== '') parseImageName(reference);
  const { body } = await cli.engine.request('POST', '/images/create', {
    query: {
      fromSrc: archive === undefined ? source : '-',
      repo: reference || undefined,
      message: flags.string('message') || undefined,
      platform: platformAsked(cli, flags).toLowerCase() || undefined,
      changes: flags.list('change'),
    },
    headers: { 'Content-Type': 'text/plain' },
    ...(archive === undefined ? {} : { rawBody: bodyOf(archive, source === '-' ? '/dev/stdin' : source) }),
  });
  const columns = cli.terminal.stdout ? ((await cli.windowSize(1))?.columns ?? 80) : undefined;
  await showProgress(body, { write: (text) => cli.out(text), columns });
  return undefined;
};

/** What is sent along; undefined for what the daemon fetches by itself. */
async function archiveOf(cli: Cli, source: string): Promise<ByteReader | undefined> {
  if (source === '-') return cli.stdin;
  if (/^https?:\/\//.test(source)) return undefined;
  return openFile(cli, source);
}
