/** `docker run`. Models docker/cli `cli/command/container/run.go`. */
import type { CreateContainerRequest } from '../../api/containers.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action, Invocation } from '../command.ts';
import type { ParsedFlags } from '../flags/parsed.ts';
import { startAttached } from './attached.ts';
import { createContainer, prepare, withHelp } from './create.ts';
import { beginWait } from './wait-exit.ts';

export const run: Action = async (cli, invocation) => {
  const { flags, config } = invocation;
  const request = await prepare(cli, invocation, 'run');
  const detach = flags.bool('detach');
  if (!detach) requireTty(cli, request.AttachStdin ?? false, request.Tty ?? false);
  else {
    if (flags.list('attach').length > 0)
      throw new CliError('conflicting options: cannot specify both --attach and --detach');
    Object.assign(request, {
      AttachStdin: false,
      AttachStdout: false,
      AttachStderr: false,
      StdinOnce: false,
    });
  }
  const size = await cli.windowSize(1);
  if (size !== undefined) request.HostConfig!.ConsoleSize = [size.rows, size.columns];
  const id = await creation(() => createContainer(cli, flags, request, config));
  return attached(request)
    ? await runAttached(cli, invocation, request, id)
    : await runDetached(cli, flags, id);
};

const attached = (request: CreateContainerRequest) =>
  request.AttachStdin || request.AttachStdout || request.AttachStderr;

async function runDetached(cli: Cli, flags: ParsedFlags, id: string): Promise<undefined> {
  const wait = await beginWait(cli, id, flags.bool('rm'));
  try {
    await creation(() => cli.engine.send('POST', `/containers/${id}/start`));
  } finally {
    // The id is told even when the start fails: the container is there.
    await cli.out(`${id}\n`);
    wait.abandon();
  }
  return undefined;
}

function runAttached(
  cli: Cli,
  { flags, config }: Invocation,
  request: CreateContainerRequest,
  id: string,
): Promise<number | undefined> {
  cli.onTermination('stay');
  const options = {
    tty: request.Tty ?? false,
    stdin: request.AttachStdin ?? false,
    stdout: request.AttachStdout ?? false,
    stderr: request.AttachStderr ?? false,
    detachKeys: flags.string('detach-keys') || config.detachKeys,
    signals: flags.bool('sig-proxy'),
  };
  return startAttached(cli, id, options, {
    removes: flags.bool('rm'),
    start: () => creation(() => cli.engine.send('POST', `/containers/${id}/start`)),
  });
}

/** Refuses to attach a terminal where there is none. */
export function requireTty(cli: Cli, stdin: boolean, tty: boolean): void {
  if (stdin && tty && !cli.terminal.stdin) throw new CliError('the input device is not a TTY');
}

/** Gives an error of creation or start the exit status that its text calls for. */
async function creation<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw withHelp(error.message, 'run', statusFor(error.message));
  }
}

function statusFor(message: string): number {
  if (
    /executable file not found|no such file or directory|system cannot find the file specified/.test(message)
  )
    return 127;
  if (/permission denied|is a directory/.test(message)) return 126;
  return 125;
}
