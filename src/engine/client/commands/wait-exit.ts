/** Waits for a container that is about to be started. Models docker/cli `container/utils.go` (`waitExitOrRemoved`). */
import type { WaitResponse } from '../../api/containers.ts';
import { decode } from '../../base/bytes.ts';
import { readAll } from '../../net/http/body.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { rfc3339 } from '../format/time.ts';

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
      let text: string;
      try {
        text = decode(await readAll(response.body));
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        return failed(cli, `error waiting for container: ${error.message}`);
      }
      if (text.trim() === '') return failed(cli, 'error waiting for container: unexpected EOF');
      const result = JSON.parse(text) as WaitResponse;
      const why = result.Error?.Message ?? '';
      return why === '' ? result.StatusCode : failed(cli, `Error waiting for container: ${why}`);
    },
    abandon() {
      // The connection is left as it is and goes with the process.
    },
  };
}

/** As the client's log has it, where that is no terminal. */
async function failed(cli: Cli, message: string): Promise<number> {
  await cli.err(`time="${rfc3339(cli.now() / 1000)}" level=error msg=${JSON.stringify(message)}\n`);
  return 125;
}
