/** Commands that do one thing to each container named. Models docker/cli `cli/command/container/{stop,kill,…}.go`. */
import type { UpdateContainerRequest, UpdateContainerResponse, WaitResponse } from '../../api/containers.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { restartPolicy } from '../create-request.ts';
import { EngineError } from '../engine-client.ts';
import { containerPath, forEachName } from './each.ts';

const post = async (cli: Cli, name: string, what: string, query: Record<string, string | undefined> = {}) =>
  cli.engine.send('POST', `${containerPath(name)}/${what}`, { query });

/** Begins all at once (a stop may take ten seconds), tells of them in order. */
function together(cli: Cli, names: readonly string[], act: (name: string) => Promise<unknown>) {
  const begun = names.map((name) => {
    const done = act(name);
    done.catch(() => {});
    return done;
  });
  let next = 0;
  return forEachName(cli, names, () => begun[next++]!);
}

export const stop: Action = (cli, { flags, args }) =>
  together(cli, args, (name) =>
    post(cli, name, 'stop', {
      signal: flags.string('signal') || undefined,
      t:
        flags.changed('timeout') || flags.changed('time')
          ? String(flags.int(flags.changed('time') ? 'time' : 'timeout'))
          : undefined,
    }),
  );

export const restart: Action = (cli, { flags, args }) =>
  forEachName(cli, args, (name) =>
    post(cli, name, 'restart', {
      signal: flags.string('signal') || undefined,
      t:
        flags.changed('timeout') || flags.changed('time')
          ? String(flags.int(flags.changed('time') ? 'time' : 'timeout'))
          : undefined,
    }),
  );

export const kill: Action = (cli, { flags, args }) =>
  together(cli, args, (name) => post(cli, name, 'kill', { signal: flags.string('signal') || undefined }));

export const pause: Action = (cli, { args }) => together(cli, args, (name) => post(cli, name, 'pause'));

export const unpause: Action = (cli, { args }) => together(cli, args, (name) => post(cli, name, 'unpause'));

export const rm: Action = (cli, { flags, args }) => {
  const force = flags.bool('force');
  const begun = args.map((given) => {
    const name = given.replace(/^\/+|\/+$/g, '');
    const done =
      name === ''
        ? Promise.reject(new CliError('container name cannot be empty'))
        : cli.engine.send('DELETE', containerPath(name), {
            query: {
              v: flags.bool('volumes') ? '1' : undefined,
              link: flags.bool('link') ? '1' : undefined,
              force: force ? '1' : undefined,
            },
          });
    done.catch(() => {});
    return done;
  });
  return (async () => {
    const errors: string[] = [];
    for (const [i, name] of args.entries()) {
      try {
        await begun[i];
        await cli.out(`${name}\n`);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        // With --force what is not there is as good as removed.
        if (force && error instanceof EngineError && error.code === 404) await cli.err(`${error.message}\n`);
        else errors.push(error.message);
      }
    }
    if (errors.length > 0) throw new CliError(errors.join('\n'));
    return undefined;
  })();
};

export const rename: Action = async (cli, { args }) => {
  const [from, to] = args.map((name) => name.trim()) as [string, string];
  if (from === '' || to === '') throw new CliError('Error: Neither old nor new names may be empty');
  try {
    await post(cli, from, 'rename', { name: to });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    await cli.err(`${error.message}\n`);
    throw new CliError(`Error: failed to rename container named ${from}`);
  }
  return undefined;
};

export const wait: Action = async (cli, { args }) => {
  const errors: string[] = [];
  for (const name of args) {
    try {
      const { StatusCode } = await cli.engine.json<WaitResponse>('POST', `${containerPath(name)}/wait`);
      await cli.out(`${StatusCode}\n`);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(error.message);
    }
  }
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return undefined;
};

export const update: Action = async (cli, { flags, args }) => {
  const names = [
    'blkio-weight',
    'cpu-period',
    'cpu-quota',
    'cpu-rt-period',
    'cpu-rt-runtime',
    'cpu-shares',
    'cpus',
    'cpuset-cpus',
    'cpuset-mems',
    'memory',
    'memory-reservation',
    'memory-swap',
    'kernel-memory',
    'pids-limit',
    'restart',
  ];
  if (!names.some((name) => flags.changed(name)))
    throw new CliError('you must provide one or more flags when using this command');
  let policy = { Name: '', MaximumRetryCount: 0 };
  if (flags.string('restart') !== '') {
    try {
      policy = restartPolicy(flags.string('restart'));
    } catch (error) {
      throw new CliError((error as Error).message);
    }
  }
  const body: UpdateContainerRequest = {
    CpuShares: flags.int('cpu-shares'),
    Memory: flags.int('memory'),
    NanoCpus: flags.int('cpus'),
    CgroupParent: '',
    BlkioWeight: flags.int('blkio-weight'),
    BlkioWeightDevice: null,
    BlkioDeviceReadBps: null,
    BlkioDeviceWriteBps: null,
    BlkioDeviceReadIOps: null,
    BlkioDeviceWriteIOps: null,
    CpuPeriod: flags.int('cpu-period'),
    CpuQuota: flags.int('cpu-quota'),
    CpuRealtimePeriod: flags.int('cpu-rt-period'),
    CpuRealtimeRuntime: flags.int('cpu-rt-runtime'),
    CpusetCpus: flags.string('cpuset-cpus'),
    CpusetMems: flags.string('cpuset-mems'),
    Devices: null,
    DeviceCgroupRules: null,
    DeviceRequests: null,
    MemoryReservation: flags.int('memory-reservation'),
    MemorySwap: flags.int('memory-swap'),
    MemorySwappiness: null,
    OomKillDisable: null,
    PidsLimit: flags.changed('pids-limit') ? flags.int('pids-limit') : null,
    Ulimits: null,
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
    RestartPolicy: policy,
  };
  const warnings: string[] = [];
  const errors: string[] = [];
  for (const name of args) {
    try {
      const response = await cli.engine.json<UpdateContainerResponse>(
        'POST',
        `${containerPath(name)}/update`,
        { body },
      );
      await cli.out(`${name}\n`);
      warnings.push(...(response.Warnings ?? []));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(error.message);
    }
  }
  if (warnings.length > 0) await cli.out(`${warnings.join('\n')}\n`);
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return undefined;
};
