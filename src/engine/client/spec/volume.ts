/** The flags of `docker volume …`. */

import { atLeast, atMost, exactly, none } from '../flags/arity.ts';
import type { CommandSpec, FlagRow } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

/** Of volumes that a swarm has; help leaves them out elsewhere. */
export const CLUSTER_FLAGS: readonly FlagRow[] = [
  ['group', '', 'string', 'Cluster Volume group (cluster volumes)', undefined, 'hidden'],
  ['scope', '', 'string', 'Cluster Volume access scope ("single", "multi")', 'single', 'hidden'],
  ['sharing', '', 'string', 'Cluster Volume access sharing', 'none', 'hidden'],
  ['availability', '', 'string', 'Cluster Volume availability', 'active', 'hidden'],
  ['type', '', 'string', 'Cluster Volume access type ("mount", "block")', 'block', 'hidden'],
  ['secret', '', 'map', 'Cluster Volume secrets', 'map[]', 'hidden'],
  ['limit-bytes', '', 'bytes', 'Maximum size of the Cluster Volume in bytes', '0', 'hidden'],
  ['required-bytes', '', 'bytes', 'Maximum size of the Cluster Volume in bytes', '0', 'hidden'],
  [
    'topology-required',
    '',
    'list',
    'A topology that the Cluster Volume must be accessible from',
    '',
    'hidden',
  ],
  [
    'topology-preferred',
    '',
    'list',
    'A topology that the Cluster Volume would be preferred in',
    '',
    'hidden',
  ],
];

export const create: CommandSpec = {
  name: 'create',
  args: '[OPTIONS] [VOLUME]',
  short: 'Create a volume',
  arity: atMost(1),
  flags: [
    ['name', '', 'string', 'Specify volume name', undefined, 'hidden'],
    ['driver', 'd', 'string', 'Specify volume driver name', 'local'],
    ['label', '', 'list', 'Set metadata for a volume'],
    ['opt', 'o', 'map', 'Set driver specific options', 'map[]'],
    ...CLUSTER_FLAGS,
  ],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] VOLUME [VOLUME...]',
  short: 'Display detailed information on one or more volumes',
  arity: atLeast(1),
  flags: [['format', 'f', 'string', FORMAT_OBJECT]],
};

export const list: CommandSpec = {
  name: 'ls',
  args: '[OPTIONS]',
  short: 'List volumes',
  names: ['list'],
  aliases: ['docker volume ls', 'docker volume list'],
  arity: none,
  flags: [
    ['filter', 'f', 'filter', 'Provide filter values (e.g. "dangling=true")'],
    ['format', '', 'string', FORMAT_TABLE],
    ['quiet', 'q', 'bool', 'Only display volume names'],
    [
      'cluster',
      '',
      'bool',
      'Display only cluster volumes, and use cluster volume list formatting',
      undefined,
      'hidden',
    ],
  ],
};

export const prune: CommandSpec = {
  name: 'prune',
  args: '[OPTIONS]',
  short: 'Remove unused local volumes',
  arity: none,
  flags: [
    ['all', 'a', 'bool', 'Remove all unused volumes, not just anonymous ones'],
    ['filter', '', 'filter', 'Provide filter values (e.g. "label=<label>")'],
    ['force', 'f', 'bool', 'Do not prompt for confirmation'],
  ],
};

export const remove: CommandSpec = {
  name: 'rm',
  args: '[OPTIONS] VOLUME [VOLUME...]',
  short: 'Remove one or more volumes',
  long: 'Remove one or more volumes. You cannot remove a volume that is in use by a container.',
  names: ['remove'],
  aliases: ['docker volume rm', 'docker volume remove'],
  arity: atLeast(1),
  flags: [['force', 'f', 'bool', 'Force the removal of one or more volumes']],
};

export const update: CommandSpec = {
  name: 'update',
  args: '[OPTIONS] [VOLUME]',
  short: 'Update a volume (cluster volumes only)',
  arity: exactly(1),
  hidden: true,
  flags: [['availability', '', 'string', 'Cluster Volume availability', 'active', 'hidden']],
};
