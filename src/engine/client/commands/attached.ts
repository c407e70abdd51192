/** What `run`, `start` and `attach` have in common. Models docker/cli `cli/command/container/{run,start,attach}.go`. */
import type { ByteStream } from '../../base/byte-stream.ts';
import type { Cli } from '../cli.ts';
import { followSize, forwardSignals, type Join, type JoinEnd, join } from '../hijack.ts';
import { beginWait } from './wait-exit.ts';

export interface AttachOptions extends Join {
  /** Signals that reach the command are passed on; not by one with a terminal, whose keys are. */
  signals: boolean;
}

export interface Attached {
  connection: ByteStream;
  /** Settles when the output ends, or when one detaches. */
  streams: Promise<JoinEnd>;
  resize(rows: number, columns: number): Promise<void>;
  /** Keeps the container's terminal as large as ours, where both are terminals. */
  followSize(): Promise<void>;
}

/** Attaches to a container for as long as `use` takes. */
export async function attachTo<T>(
  cli: Cli,
  id: string,
  options: AttachOptions,
  use: (attached: Attached) => Promise<T>,
): Promise<T> {
  const { tty, stdin, stdout, stderr, detachKeys } = options;
  const stop: (() => Promise<void>)[] = [];
  if (options.signals && !tty)
    stop.push(
      await forwardSignals(cli, (signal) =>
        cli.engine.send('POST', `/containers/${id}/kill`, { query: { signal } }),
      ),
    );
  try {
    const connection = await cli.engine.hijack(`/containers/${id}/attach`, {
      query: {
        stream: '1',
        stdin: stdin ? '1' : undefined,
        stdout: stdout ? '1' : undefined,
        stderr: stderr ? '1' : undefined,
        detachKeys: detachKeys || undefined,
      },
      headers: { 'Content-Type': 'text/plain' },
    });
    const resize = (rows: number, columns: number) =>
      cli.engine.send('POST', `/containers/${id}/resize`, {
        query: { h: String(rows), w: String(columns) },
      });
    return await use({
      connection,
      streams: join(cli, connection, options),
      resize,
      async followSize() {
        if (tty && cli.terminal.stdout) stop.push(await followSize(cli, resize));
      },
    });
  } finally {
    for (const end of stop) await end();
  }
}

/**
 * Starts a container that one is attached to, and stays until it ends. Gives its exit status; undefined where one detached.
 *
 * @param removes it is removed when it ends
 */
export function startAttached(
  cli: Cli,
  id: string,
  options: AttachOptions,
  { removes, start }: { removes: boolean; start: () => Promise<void> },
): Promise<number | undefined> {
  return attachTo(cli, id, options, async ({ connection, streams, followSize }) => {
    const ended = streams.catch(() => 'finished' as JoinEnd);
    const wait = await beginWait(cli, id, removes);
    try {
      await start();
    } catch (error) {
      await connection.close();
      await ended;
      if (removes) await wait.status();
      throw error;
    }
    await followSize();
    if ((await streams) === 'detached') return undefined;
    return wait.status();
  });
}
