/** Waits for a container that is about to be started. Models docker/cli `container/utils.go` (`waitExitOrRemoved`). */
import type { WaitResponse } from '../../api/containers.ts';
import { decode } from '../../base/bytes.ts';
import { readAll } from '../../net/http/body.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';

export interface Waiting {
  /** The exit status, when the container has ended (and with --rm is removed). */
  status(): Promise<number>;
  /** Nobody will ask. */
  abandon(): void;
}

/** Resolves when the daemon has answered that it waits: only then may the container be started. */
export async function beginWait(cli: Cli, id: string, removed: boolean): Promise<Waiting> {
  const response = await cli.engine.request('POST', `/containers/${id}/wait`, {
    query: { condition: removed ? 'removed' : 'next-exit' },
  });
  return {
    async status() {
      const text = decode(await readAll(response.body));
      if (text.trim() === '') throw new CliError('unexpected EOF', 125);
      const result = JSON.parse(text) as WaitResponse;
      if (result.Error?.Message !== undefined && result.Error.Message !== '') {
        await cli.err(`Error waiting for container: ${result.Error.Message}\n`);
        return 125;
      }
      return result.StatusCode;
    },
    abandon() {
      // The connection is left as it is and goes with the process.
    },
  };
}
