/** What commands of swarm mode refuse of their arguments before they ask the engine. */
import { isErrno } from '../../base/errno.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';

export function availabilityProblem(availability: string): void {
  if (!['active', 'pause', 'drain'].includes(availability.toLowerCase()))
    throw new CliError(
      `invalid availability ${JSON.stringify(availability)}, only active, pause and drain are supported`,
    );
}

/** Refuses a file for a secret or a configuration that cannot be read. */
export async function contentProblem(cli: Cli, path: string, prefix: string): Promise<void> {
  if (path === '-') return;
  await readable(cli, path, `${prefix}error reading from ${path}: `);
}

/** Refuses Compose files for a stack that are not there. */
export async function filesProblem(cli: Cli, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) throw new CliError('Specify a Compose file (with --compose-file)');
  for (const path of paths) if (path !== '-') await readable(cli, path, '');
}

async function readable(cli: Cli, path: string, prefix: string): Promise<void> {
  try {
    await cli.readFile(path);
  } catch (error) {
    if (!isErrno(error)) throw error;
    const { message } = error;
    throw new CliError(`${prefix}open ${path}: ${message[0]!.toLowerCase()}${message.slice(1)}`);
  }
}
