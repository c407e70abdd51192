/** `docker logs`. Models docker/cli `cli/command/container/logs.go`. */
import type { ContainerInspect } from '../../api/containers.ts';
import { FrameDecoder, STDERR, STDOUT, SYSTEM_ERROR } from '../../api/stdcopy.ts';
import { decode } from '../../base/bytes.ts';
import { timestamp } from '../../base/go-timestamp.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { containerPath } from './each.ts';

export const logs: Action = async (cli, { flags, args }) => {
  const container = await cli.engine.json<ContainerInspect>('GET', `${containerPath(args[0]!)}/json`);
  const time = (name: 'since' | 'until') => {
    if (flags.string(name) === '') return undefined;
    try {
      return timestamp(flags.string(name), cli.now());
    } catch (error) {
      throw new CliError(`invalid value for "${name}": ${(error as Error).message}`);
    }
  };
  const { body } = await cli.engine.request('GET', `/containers/${container.Id}/logs`, {
    query: {
      stdout: '1',
      stderr: '1',
      since: time('since'),
      until: time('until'),
      timestamps: flags.bool('timestamps') ? '1' : undefined,
      details: flags.bool('details') ? '1' : undefined,
      follow: flags.bool('follow') ? '1' : undefined,
      tail: flags.string('tail') || undefined,
    },
  });
  const decoder = new FrameDecoder();
  for (;;) {
    const chunk = await body.read();
    if (chunk === null) return undefined;
    if (container.Config.Tty) {
      await cli.outBytes(chunk);
      continue;
    }
    for (const { stream, payload } of decoder.push(chunk)) {
      if (stream === SYSTEM_ERROR) throw new CliError(`error from daemon in stream: ${decode(payload)}`);
      if (stream === STDOUT) await cli.outBytes(payload);
      if (stream === STDERR) await cli.errBytes(payload);
    }
  }
};
