/** `docker commit`. Models docker/cli `cli/command/container/commit.go`. */
import type { CommitResponse } from '../../api/containers.ts';
import { referenceName, tagNameOnly } from '../../oci/reference.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { given } from './each.ts';
import { parseImageName } from './pull.ts';

export const commit: Action = async (cli, { flags, args }) => {
  const [container, name = ''] = args as [string, string?];
  const { Id } = await cli.engine.json<CommitResponse>('POST', '/commit', {
    query: {
      container: given('container', container),
      ...target(name),
      comment: flags.string('message'),
      author: flags.string('author'),
      changes: flags.list('change'),
      ...(flags.bool('pause') ? {} : { pause: '0' }),
    },
  });
  await cli.out(`${Id}\n`);
  return undefined;
};

function target(name: string): { repo: string; tag: string } {
  if (name === '') return { repo: '', tag: '' };
  const reference = parseImageName(name);
  if (reference.digest !== undefined) throw new CliError('refusing to create a tag with a digest reference');
  const { tag = '' } = tagNameOnly(reference);
  return { repo: referenceName(reference), tag };
}
