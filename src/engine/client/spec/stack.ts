/** The flags of `docker stack …`. */

import { atLeast, exactly, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_TABLE } from './format-flag.ts';

export const config: CommandSpec = {
  name: 'config',
  args: '[OPTIONS]',
  short: 'Outputs the final config file, after doing merges and interpolations',
  arity: none,
  flags: [
    ['compose-file', 'c', 'strings', 'Path to a Compose file, or "-" to read from stdin'],
    ['skip-interpolation', '', 'bool', 'Skip interpolation and output only merged config'],
  ],
};

export const deploy: CommandSpec = {
  name: 'deploy',
  args: '[OPTIONS] STACK',
  short: 'Deploy a new stack or update an existing stack',
  names: ['up'],
  aliases: ['docker stack deploy', 'docker stack up'],
  arity: exactly(1),
  flags: [
    ['compose-file', 'c', 'strings', 'Path to a Compose file, or "-" to read from stdin'],
    ['detach', 'd', 'bool', 'Exit immediately instead of waiting for the stack services to converge', 'true'],
    ['prune', '', 'bool', 'Prune services that are no longer referenced'],
    ['quiet', 'q', 'bool', 'Suppress progress output'],
    [
      'resolve-image',
      '',
      'string',
      'Query the registry to resolve image digest and supported platforms ("always", "changed", "never")',
      'always',
    ],
    ['with-registry-auth', '', 'bool', 'Send registry authentication details to Swarm agents'],
  ],
};

export const ls: CommandSpec = {
  name: 'ls',
  args: '[OPTIONS]',
  short: 'List stacks',
  names: ['list'],
  aliases: ['docker stack ls', 'docker stack list'],
  arity: none,
  flags: [['format', '', 'string', FORMAT_TABLE]],
};

export const ps: CommandSpec = {
  name: 'ps',
  args: '[OPTIONS] STACK',
  short: 'List the tasks in the stack',
  arity: exactly(1),
  flags: [
    ['filter', 'f', 'filter', 'Filter output based on conditions provided'],
    ['format', '', 'string', FORMAT_TABLE],
    ['no-resolve', '', 'bool', 'Do not map IDs to Names'],
    ['no-trunc', '', 'bool', 'Do not truncate output'],
    ['quiet', 'q', 'bool', 'Only display task IDs'],
  ],
};

export const rm: CommandSpec = {
  name: 'rm',
  args: '[OPTIONS] STACK [STACK...]',
  short: 'Remove one or more stacks',
  names: ['remove', 'down'],
  aliases: ['docker stack rm', 'docker stack remove', 'docker stack down'],
  arity: atLeast(1),
  flags: [['detach', 'd', 'bool', 'Do not wait for stack removal', 'true']],
};

export const services: CommandSpec = {
  name: 'services',
  args: '[OPTIONS] STACK',
  short: 'List the services in the stack',
  arity: exactly(1),
  flags: [
    ['filter', 'f', 'filter', 'Filter output based on conditions provided'],
    ['format', '', 'string', FORMAT_TABLE],
    ['quiet', 'q', 'bool', 'Only display IDs'],
  ],
};
