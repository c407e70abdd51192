/** Commands that take several names do each on its own: what fails is told, the rest goes on. */
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';

/**
 * Runs `act` for every name and prints the name when it went well. Errors go to standard error at the end, one a
 * line, with exit status 1.
 */
export async function forEachName(
  cli: Cli,
  names: readonly string[],
  act: (name: string) => Promise<unknown>,
): Promise<undefined> {
  const errors: string[] = [];
  for (const name of names) {
    try {
      await act(name);
      await cli.out(`${name}\n`);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(error.message);
    }
  }
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return undefined;
}

/** A name or id as a part of a request's path. */
export const segment = (name: string): string =>
  encodeURIComponent(name).replaceAll('%3A', ':').replaceAll('%40', '@');

type Kind = 'container' | 'network' | 'volume';

/** A name without the blanks around it. Throws where nothing is left (moby client, `trimID`). */
export function given(kind: Kind, name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw new CliError(`invalid ${kind} name or ID: value is empty`);
  return trimmed;
}

/** The path of an object in requests. */
const pathOf = (kind: Kind) => (name: string) => `/${kind}s/${segment(cleaned(given(kind, name)))}`;
/** Slashes that say nothing go with the path's (moby client, `getAPIPath`). */
const cleaned = (name: string): string => name.split('/').filter(Boolean).join('/') || name;
export const containerPath = pathOf('container');
export const networkPath = pathOf('network');
export const volumePath = pathOf('volume');

/** The same for image names, whose slashes are part of the path. */
export const imagePath = (name: string): string => name.split('/').map(segment).join('/');
