/**
 * The commands of swarm mode, which is not modelled: they read their arguments, ask the engine, and an engine in no swarm refuses
 * them all. What would make it one is refused here (`init`, `join`).
 */
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action, Invocation } from '../command.ts';
import { commandHelp, useLine } from '../help.ts';
import { scale as SCALE } from '../spec/service.ts';
import { update as UPDATE } from '../spec/swarm.ts';
import { availabilityProblem, contentProblem, filesProblem } from './swarm-arguments.ts';

type Ask = readonly [method: 'GET' | 'POST' | 'DELETE', path: string, query?: Record<string, string>];

const namespace = (stack: string): Record<string, string> => ({
  filters: JSON.stringify({ label: { [`com.docker.stack.namespace${stack}`]: true } }),
});

/** What a command asks first, by name; `arg` is its first argument. The others ask for `/swarm`. */
const ASKS: Readonly<Record<string, (arg: string) => Ask>> = {
  'swarm leave': () => ['POST', '/swarm/leave'],
  'swarm init': () => ['POST', '/swarm/init'],
  'swarm join': () => ['POST', '/swarm/join'],
  'swarm unlock-key': () => ['GET', '/swarm/unlockkey'],
  'node ls': () => ['GET', '/nodes'],
  'node rm': (arg) => ['DELETE', `/nodes/${arg}`],
  'service ls': () => ['GET', '/services', { status: 'true' }],
  'service create': () => ['POST', '/services/create'],
  'service ps': (arg) => ['GET', '/services', { filters: JSON.stringify({ id: { [arg]: true } }) }],
  'service rm': (arg) => ['DELETE', `/services/${arg}`],
  'stack ls': () => ['GET', '/services', namespace('')],
  'stack rm': (arg) => ['GET', '/services', namespace(`=${arg}`)],
  'stack ps': (arg) => ['GET', '/tasks', namespace(`=${arg}`)],
  'stack services': (arg) => ['GET', '/services', { ...namespace(`=${arg}`), status: 'true' }],
  'secret ls': () => ['GET', '/secrets'],
  'secret create': () => ['POST', '/secrets/create'],
  'secret rm': (arg) => ['DELETE', `/secrets/${arg}`],
  'config ls': () => ['GET', '/configs'],
  'config create': () => ['POST', '/configs/create'],
  'config rm': (arg) => ['DELETE', `/configs/${arg}`],
};

function askFor(group: string, name: string, arg: string): Ask {
  const own = ASKS[name]?.(arg);
  if (own !== undefined) return own;
  if (group === 'service') return ['GET', `/services/${arg}`, { insertDefaults: 'false' }];
  return group === 'swarm' ? ['GET', '/swarm'] : ['GET', `/${group}s/${arg}`];
}

async function ask(cli: Cli, group: string, name: string, arg: string): Promise<void> {
  // A node asks for its own id first.
  if (group === 'node' && arg === 'self') await cli.engine.send('GET', '/info');
  const [method, path, query = {}] = askFor(group, name, arg);
  await cli.engine.send(method, path, { query, ...(method === 'POST' ? { body: {} } : {}) });
}

/** Commands that ask for one argument after another and tell of each. */
const EACH = new Set(['service rm', 'node rm', 'node ps', 'secret rm', 'config rm']);

/** What a command refuses before it asks, by name. */
const CHECKS: Readonly<Record<string, (cli: Cli, call: Invocation) => Promise<void> | void>> = {
  'swarm init': (_, { flags }) => availabilityProblem(flags.string('availability')),
  'swarm join': (_, { flags }) => availabilityProblem(flags.string('availability')),
  'swarm join-token': (_, { args }) => {
    if (args[0] !== 'worker' && args[0] !== 'manager') throw new CliError(`unknown role ${args[0]}`);
  },
  'service create': (_, { flags }) => {
    const mode = flags.string('mode');
    if (!['replicated', 'global', 'replicated-job', 'global-job'].includes(mode))
      throw new CliError(`Unknown mode: ${mode}, only replicated and global supported`);
  },
  'config create': (cli, { args }) =>
    contentProblem(cli, args[1]!, `Error reading content from ${JSON.stringify(args[1])}: `),
  'secret create': (cli, { args, flags }) => {
    if (flags.string('driver') !== '') return;
    if (args[1] === undefined) throw new CliError('secret file is required');
    return contentProblem(cli, args[1], '');
  },
  'stack deploy': async (cli, { flags }) => {
    await filesProblem(cli, flags.list('compose-file'));
    if (!flags.changed('detach')) await cli.err(DETACHES);
    throw new CliError(NOT_A_MANAGER);
  },
  'stack config': async (cli, { flags, path }) => {
    await filesProblem(cli, flags.list('compose-file'));
    throw notModelled(path);
  },
  'swarm unlock': async (cli) => {
    await cli.engine.send('GET', '/info');
    throw new CliError('Error: This node is not part of a swarm');
  },
};

const NOT_A_MANAGER =
  'this node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again';

const DETACHES = `Since --detach=false was not specified, tasks will be created in the background.
In a future release, --detach=false will become the default.
`;

const notModelled = (path: string) => new CliError(`docker: '${path}' is not modelled in Drydock yet`);

/** What a command of swarm mode does. */
export function swarmAction(group: string, command: string): Action {
  const name = `${group} ${command}`;
  if (name === 'service scale') return scale;
  return async (cli, call) => {
    const { args, flags, path } = call;
    if (name === 'swarm update' && !UPDATE.flags.some(([flag]) => flags.changed(flag))) {
      await cli.out(commandHelp(path, UPDATE, (await cli.windowSize(0))?.columns ?? 80));
      return undefined;
    }
    await CHECKS[name]?.(cli, call);
    const refusals: string[] = [];
    const isListed = command === 'inspect' && !flags.bool('pretty');
    const first = args.length > 0 ? args : [name === 'node ps' ? 'self' : ''];
    for (const arg of isListed || EACH.has(name) ? first : first.slice(0, 1)) {
      try {
        await ask(cli, group, name, arg);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        refusals.push(error.message);
      }
    }
    if (isListed) await cli.out(['', 'json'].includes(flags.string('format')) ? '[]\n' : '\n');
    const prefix = name === 'swarm unlock-key' ? 'could not fetch unlock key: ' : '';
    throw new CliError(prefix + refusals.join('\n'));
  };
}

const scale: Action = async (cli, { args, path }) => {
  for (const argument of args)
    if (!argument.includes('='))
      throw new CliError(
        `invalid scale specifier '${argument}'.\nSee '${path} --help'.\n\nUsage:  ${useLine(path, SCALE.args)}\n\n${SCALE.short}`,
      );
  const problems: string[] = [];
  for (const argument of args) {
    const name = argument.slice(0, argument.indexOf('='));
    const replicas = argument.slice(name.length + 1);
    if (!/^\d+$/.test(replicas)) {
      problems.push(
        `${name}: invalid replicas value ${replicas}: strconv.ParseUint: parsing ${JSON.stringify(replicas)}: invalid syntax`,
      );
      continue;
    }
    try {
      await ask(cli, 'service', 'service scale', name);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      problems.push(`${name}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new CliError(problems.join('\n'));
  return undefined;
};
