/** What buildx needs before it builds: a directory to keep its things in, and an engine. */
import { isErrno } from '../../base/errno.ts';
import { W_OK } from '../../kernel/fcntl.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';

/** @param directory where the client keeps its files, `~/.docker` */
export async function openBuilder(cli: Cli, directory: string): Promise<void> {
  if (!(await cli.exists(directory)))
    try {
      await cli.sys.access(directory.slice(0, directory.lastIndexOf('/')) || '/', W_OK);
    } catch (error) {
      if (isErrno(error, 'EACCES')) throw new CliError(`ERROR: mkdir ${directory}: permission denied`);
    }
  try {
    await cli.engine.requireEngine();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`ERROR: ${error.message}`);
  }
}
