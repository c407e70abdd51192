/** `docker attach`. Models docker/cli `cli/command/container/attach.go`. */
import type { ContainerInspect, WaitResponse } from '../../api/containers.ts';
import { decode } from '../../base/bytes.ts';
import { readAll } from '../../net/http/body.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { attachTo } from './attached.ts';
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
  const options = {
    tty,
    stdin,
    stdout: true,
    stderr: true,
    detachKeys: flags.string('detach-keys') || settings.detachKeys,
    signals: flags.bool('sig-proxy'),
  };
  return attachTo(cli, id, options, async ({ streams, resize, followSize }) => {
    if (tty && cli.terminal.stdout) {
      // A change of size makes the program in there draw itself anew.
      const size = await cli.windowSize(1);
      if (size !== undefined) await resize(size.rows + 1, size.columns + 1);
      await followSize();
    }
    if ((await streams) === 'detached') throw new CliError('read escape sequence');
    const { StatusCode } = JSON.parse(decode(await readAll(wait.body))) as WaitResponse;
    return StatusCode;
  });
};
