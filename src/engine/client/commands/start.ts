/** `docker start`. Models docker/cli `cli/command/container/start.go`. */
import type { ContainerInspect } from '../../api/containers.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action, Invocation } from '../command.ts';
import { followSize, forwardSignals, type JoinEnd, join } from '../hijack.ts';
import { containerPath } from './each.ts';
import { beginWait } from './wait-exit.ts';

export const start: Action = async (cli, invocation) => {
  const { flags, args } = invocation;
  if (flags.bool('attach') || flags.bool('interactive')) {
    if (args.length > 1) throw new CliError('you cannot start and attach multiple containers at once');
    return startAttached(cli, invocation);
  }
  const failed: string[] = [];
  for (const name of args) {
    try {
      await cli.engine.send('POST', `${containerPath(name)}/start`);
      await cli.out(`${name}\n`);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      await cli.err(`${error.message}\n`);
      failed.push(name);
    }
  }
  if (failed.length > 0) throw new CliError(`Error: failed to start containers: ${failed.join(', ')}`);
  return undefined;
};

async function startAttached(
  cli: Cli,
  { flags, args, config: settings }: Invocation,
): Promise<number | undefined> {
  const container = await cli.engine.json<ContainerInspect>('GET', `${containerPath(args[0]!)}/json`);
  const { Id: id, Config: config } = container;
  const tty = config.Tty ?? false;
  cli.onTermination('succeed');
  const stop: (() => Promise<void>)[] = [];
  if (!tty)
    stop.push(
      await forwardSignals(cli, (signal) =>
        cli.engine.send('POST', `/containers/${id}/kill`, { query: { signal } }),
      ),
    );
  try {
    const stdin = flags.bool('interactive') && (config.OpenStdin ?? false);
    const detachKeys = flags.string('detach-keys') || settings.detachKeys;
    const connection = await cli.engine.hijack(`/containers/${id}/attach`, {
      query: {
        stream: '1',
        stdin: stdin ? '1' : undefined,
        stdout: '1',
        stderr: '1',
        detachKeys: detachKeys || undefined,
      },
      headers: { 'Content-Type': 'text/plain' },
    });
    const streams = join(cli, connection, { tty, stdin, stdout: true, stderr: true, detachKeys });
    const ended = streams.catch(() => 'finished' as JoinEnd);
    const wait = await beginWait(cli, id, container.HostConfig.AutoRemove ?? false);
    try {
      await cli.engine.send('POST', `/containers/${id}/start`);
    } catch (error) {
      await connection.close();
      await ended;
      throw error;
    }
    if (tty && cli.terminal.stdout)
      stop.push(
        await followSize(cli, (rows, columns) =>
          cli.engine.send('POST', `/containers/${id}/resize`, {
            query: { h: String(rows), w: String(columns) },
          }),
        ),
      );
    if ((await streams) === 'detached') return undefined;
    return await wait.status();
  } finally {
    for (const end of stop) await end();
  }
}
