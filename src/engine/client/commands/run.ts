/** `docker run`. Models docker/cli `cli/command/container/run.go`. */
import type { CreateContainerRequest } from '../../api/containers.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action, Invocation } from '../command.ts';
import type { ParsedFlags } from '../flags/parsed.ts';
import { followSize, forwardSignals, type JoinEnd, join } from '../hijack.ts';
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

async function runAttached(
  cli: Cli,
  { flags, config }: Invocation,
  request: CreateContainerRequest,
  id: string,
): Promise<number | undefined> {
  const tty = request.Tty ?? false;
  cli.onTermination('stay');
  const stop: (() => Promise<void>)[] = [];
  if (flags.bool('sig-proxy') && !tty)
    stop.push(
      await forwardSignals(cli, (signal) =>
        cli.engine.send('POST', `/containers/${id}/kill`, { query: { signal } }),
      ),
    );
  try {
    const options = {
      tty,
      stdin: request.AttachStdin ?? false,
      stdout: request.AttachStdout ?? false,
      stderr: request.AttachStderr ?? false,
      detachKeys: flags.string('detach-keys') || config.detachKeys,
    };
    const connection = await cli.engine.hijack(`/containers/${id}/attach`, {
      query: {
        stream: '1',
        stdin: options.stdin ? '1' : undefined,
        stdout: options.stdout ? '1' : undefined,
        stderr: options.stderr ? '1' : undefined,
        detachKeys: options.detachKeys || undefined,
      },
      headers: { 'Content-Type': 'text/plain' },
    });
    const streams = join(cli, connection, options);
    const ended = streams.catch(() => 'finished' as JoinEnd);
    const wait = await beginWait(cli, id, flags.bool('rm'));
    try {
      await creation(() => cli.engine.send('POST', `/containers/${id}/start`));
    } catch (error) {
      await connection.close();
      await ended;
      if (flags.bool('rm')) await wait.status();
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
