/** `docker start`. Models docker/cli `cli/command/container/start.go`. */
import type { ContainerInspect } from '../../api/containers.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action, Invocation } from '../command.ts';
import { startAttached } from './attached.ts';
import { containerPath } from './each.ts';

export const start: Action = async (cli, invocation) => {
  const { flags, args } = invocation;
  for (const name of ['checkpoint', 'checkpoint-dir'])
    if (flags.changed(name))
      throw new CliError(
        `"--${name}" is only supported on a Docker daemon with experimental features enabled`,
      );
  if (flags.bool('attach') || flags.bool('interactive')) {
    if (args.length > 1) throw new CliError('you cannot start and attach multiple containers at once');
    return attachAndStart(cli, invocation);
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

async function attachAndStart(
  cli: Cli,
  { flags, args, config: settings }: Invocation,
): Promise<number | undefined> {
  const container = await cli.engine.json<ContainerInspect>('GET', `${containerPath(args[0]!)}/json`);
  const { Id: id, Config: config, HostConfig: host } = container;
  cli.onTermination('succeed');
  const options = {
    tty: config.Tty ?? false,
    stdin: flags.bool('interactive') && (config.OpenStdin ?? false),
    stdout: true,
    stderr: true,
    detachKeys: flags.string('detach-keys') || settings.detachKeys,
    signals: true,
  };
  return startAttached(cli, id, options, {
    removes: host.AutoRemove ?? false,
    start: () => cli.engine.send('POST', `/containers/${id}/start`),
  });
}
