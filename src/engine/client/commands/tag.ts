/** `docker tag`. Models docker/cli `cli/command/image/tag.go`. */
import { parseNormalizedNamed, referenceName, tagNameOnly } from '../../oci/reference.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { imagePath } from './each.ts';

export const tag: Action = async (cli, { args }) => {
  const [source, target] = args as [string, string];
  const refuse = (text: string, error: unknown) =>
    new CliError(
      `Error parsing reference: ${JSON.stringify(text)} is not a valid repository/tag: ${(error as Error).message}`,
    );
  try {
    parseNormalizedNamed(source);
  } catch (error) {
    // An id is welcome as a source.
    if (!/^[a-f0-9]{64}$/.test(source)) throw refuse(source, error);
  }
  let reference: ReturnType<typeof parseNormalizedNamed>;
  try {
    reference = parseNormalizedNamed(target);
  } catch (error) {
    throw refuse(target, error);
  }
  if (reference.digest !== undefined) throw new CliError('refusing to create a tag with a digest reference');
  reference = tagNameOnly(reference);
  await cli.engine.send('POST', `/images/${imagePath(source)}/tag`, {
    query: { repo: referenceName(reference), tag: reference.tag },
  });
  return undefined;
};
