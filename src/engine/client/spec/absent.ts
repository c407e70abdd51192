/**
 * Groups of commands that the real client has and that are not modelled: their names and what they are for, so that help is
 * whole and nobody is told that they do not exist.
 */
import type { Group, Leaf } from '../command.ts';
import { atLeast } from '../flags/arity.ts';

function absent(name: string, short: string): Leaf {
  return { spec: { name, args: '', short, arity: atLeast(0), flags: [], opaque: true } };
}

const group = (
  name: string,
  short: string,
  commands: readonly (readonly [string, string])[],
  args?: string,
): Group => ({
  name,
  short,
  ...(args === undefined ? {} : { args }),
  leaves: commands.map(([command, what]) => absent(command, what)),
});

/** The commands of the plugin buildx that are not there. */
export const BUILDX: readonly Leaf[] = [
  absent('bake', 'Build from a file'),
  absent('create', 'Create a new builder instance'),
  absent('dial-stdio', 'Proxy current stdio streams to builder instance'),
  absent('du', 'Disk usage'),
  absent('history', 'Commands to work on build records'),
  absent('imagetools', 'Commands to work on images in registry'),
  absent('inspect', 'Inspect current builder instance'),
  absent('ls', 'List builder instances'),
  absent('rm', 'Remove one or more builder instances'),
  absent('stop', 'Stop builder instance'),
  absent('use', 'Set the current builder instance'),
  absent('version', 'Show buildx version information'),
];

export const PLUGIN: Group = group('plugin', 'Manage plugins', [
  [
    'create',
    'Create a plugin from a rootfs and configuration. Plugin data directory must contain config.json and rootfs directory.',
  ],
  ['disable', 'Disable a plugin'],
  ['enable', 'Enable a plugin'],
  ['inspect', 'Display detailed information on one or more plugins'],
  ['install', 'Install a plugin'],
  ['ls', 'List plugins'],
  ['push', 'Push a plugin to a registry'],
  ['rm', 'Remove one or more plugins'],
  ['set', 'Change settings for a plugin'],
  ['upgrade', 'Upgrade an existing plugin'],
]);

export const TRUST: Group = group('trust', 'Manage trust on Docker images', [
  ['key', 'Manage keys for signing Docker images'],
  ['signer', 'Manage entities who can sign Docker images'],
  ['inspect', 'Return low-level information about keys and signatures'],
  ['revoke', 'Remove trust for an image'],
  ['sign', 'Sign an image'],
]);

const SWARM_INIT: Group = group('swarm', 'Manage Swarm', [
  ['init', 'Initialize a swarm'],
  ['join', 'Join a swarm as a node and/or manager'],
]);

/** Those for nodes of a swarm are not shown where there is none. */
const SWARM_HIDDEN: readonly Leaf[] = [
  absent('ca', 'Display and rotate the root CA'),
  absent('join-token', 'Manage join tokens'),
  absent('leave', 'Leave the swarm'),
  absent('unlock', 'Unlock swarm'),
  absent('unlock-key', 'Manage the unlock key'),
  absent('update', 'Update the swarm'),
].map((leaf) => ({ ...leaf, spec: { ...leaf.spec, hidden: true } }));

export const SWARM: Group = { ...SWARM_INIT, leaves: [...SWARM_INIT.leaves, ...SWARM_HIDDEN] };

export const NODE: Group = group('node', 'Manage Swarm nodes', [
  ['demote', 'Demote one or more nodes from manager in the swarm'],
  ['inspect', 'Display detailed information on one or more nodes'],
  ['ls', 'List nodes in the swarm'],
  ['promote', 'Promote one or more nodes to manager in the swarm'],
  ['ps', 'List tasks running on one or more nodes, defaults to current node'],
  ['rm', 'Remove one or more nodes from the swarm'],
  ['update', 'Update a node'],
]);

export const SERVICE: Group = group('service', 'Manage Swarm services', [
  ['create', 'Create a new service'],
  ['inspect', 'Display detailed information on one or more services'],
  ['logs', 'Fetch the logs of a service or task'],
  ['ls', 'List services'],
  ['ps', 'List the tasks of one or more services'],
  ['rm', 'Remove one or more services'],
  ['rollback', "Revert changes to a service's configuration"],
  ['scale', 'Scale one or multiple replicated services'],
  ['update', 'Update a service'],
]);

export const STACK: Group = group(
  'stack',
  'Manage Swarm stacks',
  [
    ['config', 'Outputs the final config file, after doing merges and interpolations'],
    ['deploy', 'Deploy a new stack or update an existing stack'],
    ['ls', 'List stacks'],
    ['ps', 'List the tasks in the stack'],
    ['rm', 'Remove one or more stacks'],
    ['services', 'List the services in the stack'],
  ],
  '[OPTIONS]',
);

export const SECRET: Group = group('secret', 'Manage Swarm secrets', [
  ['create', 'Create a secret from a file or STDIN as content'],
  ['inspect', 'Display detailed information on one or more secrets'],
  ['ls', 'List secrets'],
  ['rm', 'Remove one or more secrets'],
]);

export const CONFIG: Group = group('config', 'Manage Swarm configs', [
  ['create', 'Create a config from a file or STDIN'],
  ['inspect', 'Display detailed information on one or more configs'],
  ['ls', 'List configs'],
  ['rm', 'Remove one or more configs'],
]);
