/**
 * The commands of swarm mode, which is not modelled: they ask the engine, and an engine in no swarm refuses them all. What would make it
 * one is refused here (`init`, `join`).
 */
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';

/** What a family of commands asks for first. */
const RESOURCE: Readonly<Record<string, string>> = {
  swarm: '/swarm',
  node: '/nodes',
  service: '/services',
  stack: '/services',
  secret: '/secrets',
  config: '/configs',
};

/** What stands in front of the refusal. */
const PREFIX: Readonly<Record<string, (args: readonly string[]) => string>> = {
  'swarm unlock-key': () => 'could not fetch unlock key: ',
  'service scale': ([first = '']) => `${first.split('=')[0]}: `,
};

/** Commands that need no engine to know what to say, or that are not modelled at all. */
const OTHERWISE = new Set([
  'swarm init',
  'swarm join',
  'swarm unlock',
  'swarm update',
  'stack config',
  'stack deploy',
]);

/** What a command of swarm mode does, undefined where it is not modelled. */
export function swarmAction(group: string, command: string): Action | undefined {
  const name = `${group} ${command}`;
  if (OTHERWISE.has(name)) return undefined;
  return async (cli, { args }) => {
    try {
      if (name === 'swarm leave') await cli.engine.request('POST', '/swarm/leave');
      else await cli.engine.request('GET', RESOURCE[group]!);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (command === 'inspect') await cli.out('[]\n');
      throw new CliError(`${PREFIX[name]?.(args) ?? ''}${error.message}`);
    }
    return undefined;
  };
}
