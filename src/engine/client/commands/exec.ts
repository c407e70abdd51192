/** `docker exec`. Models docker/cli `cli/command/container/exec.go`. */
import type { ContainerInspect } from '../../api/containers.ts';
import type { CreateExecRequest, CreateExecResponse, ExecInspect } from '../../api/exec.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { execEnvironment } from '../create-request.ts';
import { followSize, join } from '../hijack.ts';
import { containerPath } from './each.ts';
import { requireTty } from './run.ts';

export const exec: Action = async (cli, { flags, args, config }) => {
  const [container, ...command] = args as [string, ...string[]];
  const detach = flags.bool('detach');
  const tty = flags.bool('tty');
  const detachKeys = flags.string('detach-keys') || config.detachKeys;
  const env = await execEnvironment(cli, flags).catch((error: Error) => {
    throw new CliError(error.message);
  });
  await cli.engine.json<ContainerInspect>('GET', `${containerPath(container)}/json`);
  const stdin = flags.bool('interactive') && !detach;
  if (!detach) requireTty(cli, stdin, tty);
  const size = tty ? await cli.windowSize(1) : undefined;
  const consoleSize: { ConsoleSize?: [number, number] } =
    size === undefined ? {} : { ConsoleSize: [size.rows, size.columns] };
  const body: CreateExecRequest & { Detach: boolean } = {
    User: flags.string('user'),
    Privileged: flags.bool('privileged'),
    Tty: tty,
    ...consoleSize,
    AttachStdin: stdin,
    AttachStderr: !detach,
    AttachStdout: !detach,
    DetachKeys: detachKeys,
    Env: env.length > 0 ? env : null,
    WorkingDir: flags.string('workdir'),
    Cmd: command,
    Detach: detach,
  };
  const { Id: id } = await cli.engine.json<CreateExecResponse>('POST', `${containerPath(container)}/exec`, {
    body,
  });
  if (!id) throw new CliError('exec ID empty');
  if (detach) {
    await cli.engine.send('POST', `/exec/${id}/start`, { body: { Detach: true, Tty: tty, ...consoleSize } });
    return undefined;
  }
  cli.onTermination('succeed');
  const connection = await cli.engine.hijack(`/exec/${id}/start`, {
    body: { Detach: false, Tty: tty, ...consoleSize },
  });
  const streams = join(cli, connection, {
    tty,
    stdin,
    stdout: true,
    stderr: true,
    detachKeys,
  });
  let stop = async () => {};
  if (tty && cli.terminal.stdin)
    stop = await followSize(cli, (rows, columns) =>
      cli.engine.send('POST', `/exec/${id}/resize`, { query: { h: String(rows), w: String(columns) } }),
    );
  try {
    if ((await streams) === 'detached') throw new CliError('read escape sequence');
  } finally {
    await stop();
  }
  const { ExitCode: status } = await cli.engine.json<ExecInspect>('GET', `/exec/${id}/json`);
  return status ?? 0;
};
