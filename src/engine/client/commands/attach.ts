/** `docker attach`. Models docker/cli `cli/command/container/attach.go`. */
import type { ContainerInspect } from '../../api/containers.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { followSize, forwardSignals, join } from '../hijack.ts';
import { containerPath } from './each.ts';
import { requireTty } from './run.ts';

export const attach: Action = async (cli, { flags, args, config: settings }) => {
  const path = containerPath(args[0]!);
  const {
    Id: id,
    State: state,
    Config: config,
  } = await cli.engine.json<ContainerInspect>('GET', `${path}/json`);
  if (!state.Running) throw new CliError('You cannot attach to a stopped container, start it first');
  if (state.Paused) throw new CliError('You cannot attach to a paused container, unpause it first');
  if (state.Restarting)
    throw new CliError('You cannot attach to a restarting container, wait until it is running');
  const tty = config.Tty ?? false;
  const stdin = !flags.bool('no-stdin') && (config.OpenStdin ?? false);
  requireTty(cli, !flags.bool('no-stdin'), tty);
  const wait = await cli.engine.request('POST', `/containers/${id}/wait`);
  cli.onTermination('stay');
  const stop: (() => Promise<void>)[] = [];
  if (flags.bool('sig-proxy') && !tty)
    stop.push(
      await forwardSignals(cli, (signal) =>
        cli.engine.send('POST', `/containers/${id}/kill`, { query: { signal } }),
      ),
    );
  try {
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
    if (tty && cli.terminal.stdout) {
      const resize = (rows: number, columns: number) =>
        cli.engine.send('POST', `/containers/${id}/resize`, {
          query: { h: String(rows), w: String(columns) },
        });
      // A change of size makes the program in there draw itself anew.
      const size = await cli.windowSize(1);
      if (size !== undefined) await resize(size.rows + 1, size.columns + 1);
      stop.push(await followSize(cli, resize));
    }
    if ((await streams) === 'detached') throw new CliError('read escape sequence');
    const { StatusCode } = JSON.parse(await textOf(wait.body)) as { StatusCode: number };
    return StatusCode;
  } finally {
    for (const end of stop) await end();
  }
};

async function textOf(body: { read(): Promise<Uint8Array | null> }): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const chunk = await body.read();
    if (chunk === null) return text;
    text += decoder.decode(chunk, { stream: true });
  }
}
