/** Commands of what this engine has not got: swarm mode, plugins, signatures. They are read as the real ones, and refused as those. */
import { CliError } from './cli-error.ts';
import type { Action, Group, Leaf } from './command.ts';
import { inspectPlugin } from './commands/inspect.ts';
import * as plugin from './commands/plugin.ts';
import { swarmAction } from './commands/swarm.ts';
import { inspectTrust } from './commands/trust.ts';
import { CREATE_CHECKS, LABEL_CHECKS } from './create-checks.ts';
import { atLeast } from './flags/arity.ts';
import type { CommandSpec } from './flags/spec.ts';
import * as configSpec from './spec/config.ts';
import * as nodeSpec from './spec/node.ts';
import * as pluginSpec from './spec/plugin.ts';
import * as secretSpec from './spec/secret.ts';
import * as serviceSpec from './spec/service.ts';
import { create as serviceCreate } from './spec/service-create.ts';
import { update as serviceUpdate } from './spec/service-update.ts';
import * as stackSpec from './spec/stack.ts';
import * as swarmSpec from './spec/swarm.ts';
import * as trustSpec from './spec/trust.ts';

const bySpecName = ({ name: a }: CommandSpec, { name: b }: CommandSpec) => (a < b ? -1 : 1);

/** Those that would do something without a swarm, and do not here. */
const ABSENT = ['swarm init', 'swarm join', 'stack config'];

/** A group of swarm mode, whose commands ask an engine that is in no swarm. */
const asking = (name: string, short: string, specs: readonly CommandSpec[], args?: string): Group => ({
  name,
  short,
  ...(args === undefined ? {} : { args }),
  leaves: [...specs].sort(bySpecName).map((spec) => ({
    spec,
    action: swarmAction(name, spec.name),
    refuses: ABSENT.includes(`${name} ${spec.name}`) ? 'absent' : 'swarmless',
  })),
});

/** Those for nodes of a swarm are not shown where there is none. */
const SHOWN = ['init', 'join'];

export const SWARM = asking(
  'swarm',
  'Manage Swarm',
  Object.values(swarmSpec).map((spec) => (SHOWN.includes(spec.name) ? spec : { ...spec, hidden: true })),
);

export const NODE = asking('node', 'Manage Swarm nodes', Object.values(nodeSpec));

const { env, 'add-host': host } = CREATE_CHECKS as Required<typeof CREATE_CHECKS>;

export const SERVICE = asking('service', 'Manage Swarm services', [
  ...Object.values(serviceSpec),
  { ...serviceCreate, checks: { ...LABEL_CHECKS, env: env!, host: host! } },
  { ...serviceUpdate, checks: { 'env-add': env!, 'host-add': host! } },
]);

export const STACK = asking('stack', 'Manage Swarm stacks', Object.values(stackSpec), '[OPTIONS]');
export const SECRET = asking('secret', 'Manage Swarm secrets', Object.values(secretSpec));
export const CONFIG = asking('config', 'Manage Swarm configs', Object.values(configSpec));

/** What only an experimental engine has, and this one says it is not. */
const experimental = (name: string, args: string, short: string): Leaf => ({
  spec: { name, args, short, arity: atLeast(0), flags: [], opaque: true },
  action: async (cli, { path }) => {
    await cli.engine.requireEngine();
    throw new CliError(`${path} is only supported on a Docker daemon with experimental features enabled`);
  },
});

export const CHECKPOINT: Group = {
  name: 'checkpoint',
  short: 'Manage checkpoints',
  experimental: true,
  leaves: [
    experimental('create', '[OPTIONS] CONTAINER CHECKPOINT', 'Create a checkpoint from a running container'),
    experimental('ls', '[OPTIONS] CONTAINER', 'List checkpoints for a container'),
    experimental('rm', '[OPTIONS] CONTAINER CHECKPOINT', 'Remove a checkpoint'),
  ],
};

const leaf = (spec: CommandSpec, action?: Action): Leaf => ({ spec, ...(action ? { action } : {}) });

export const PLUGIN: Group = {
  name: 'plugin',
  short: 'Manage plugins',
  leaves: [
    { ...leaf(pluginSpec.create, plugin.create), refuses: 'absent' },
    leaf(pluginSpec.disable, plugin.disable),
    leaf(pluginSpec.enable, plugin.enable),
    leaf(pluginSpec.inspect, inspectPlugin),
    { ...leaf(pluginSpec.install, plugin.install), refuses: 'absent' },
    leaf(pluginSpec.ls, plugin.list),
    leaf(pluginSpec.push, plugin.push),
    leaf(pluginSpec.rm, plugin.remove),
    leaf(pluginSpec.set, plugin.set),
    { ...leaf(pluginSpec.upgrade, plugin.upgrade), refuses: 'absent' },
  ],
};

/** A group within a group: its short description is shown among those of groups. */
const inner = (name: string, parent: string, short: string, specs: readonly CommandSpec[]): Leaf => ({
  spec: { name, args: '', short, arity: { min: 0, max: 0, hint: 'none' }, flags: [] },
  group: { name: `${parent} ${name}`, short, leaves: specs.map((spec) => leaf(spec)) },
});

export const TRUST: Group = {
  name: 'trust',
  short: 'Manage trust on Docker images',
  leaves: [
    inner('key', 'trust', 'Manage keys for signing Docker images', [
      trustSpec.keyGenerate,
      trustSpec.keyLoad,
    ]),
    inner('signer', 'trust', 'Manage entities who can sign Docker images', [
      trustSpec.signerAdd,
      trustSpec.signerRemove,
    ]),
    leaf(trustSpec.inspect, inspectTrust),
    leaf(trustSpec.revoke),
    leaf(trustSpec.sign),
  ],
};
