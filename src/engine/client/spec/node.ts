/** The flags of `docker node …`. */

import { atLeast, exactly, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

export const demote: CommandSpec = {
  name: 'demote',
  args: 'NODE [NODE...]',
  short: 'Demote one or more nodes from manager in the swarm',
  arity: atLeast(1),
  flags: [],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] self|NODE [NODE...]',
  short: 'Display detailed information on one or more nodes',
  arity: atLeast(1),
  flags: [
    ['format', 'f', 'string', FORMAT_OBJECT],
    ['pretty', '', 'bool', 'Print the information in a human friendly format'],
  ],
};

export const ls: CommandSpec = {
  name: 'ls',
  args: '[OPTIONS]',
  short: 'List nodes in the swarm',
  names: ['list'],
  aliases: ['docker node ls', 'docker node list'],
  arity: none,
  flags: [
    ['filter', 'f', 'filter', 'Filter output based on conditions provided'],
    ['format', '', 'string', FORMAT_TABLE],
    ['quiet', 'q', 'bool', 'Only display IDs'],
  ],
};

export const promote: CommandSpec = {
  name: 'promote',
  args: 'NODE [NODE...]',
  short: 'Promote one or more nodes to manager in the swarm',
  arity: atLeast(1),
  flags: [],
};

export const ps: CommandSpec = {
  name: 'ps',
  args: '[OPTIONS] [NODE...]',
  short: 'List tasks running on one or more nodes, defaults to current node',
  arity: atLeast(0),
  flags: [
    ['filter', 'f', 'filter', 'Filter output based on conditions provided'],
    ['format', '', 'string', 'Pretty-print tasks using a Go template'],
    ['no-resolve', '', 'bool', 'Do not map IDs to Names'],
    ['no-trunc', '', 'bool', 'Do not truncate output'],
    ['quiet', 'q', 'bool', 'Only display task IDs'],
  ],
};

export const rm: CommandSpec = {
  name: 'rm',
  args: '[OPTIONS] NODE [NODE...]',
  short: 'Remove one or more nodes from the swarm',
  names: ['remove'],
  aliases: ['docker node rm', 'docker node remove'],
  arity: atLeast(1),
  flags: [['force', 'f', 'bool', 'Force remove a node from the swarm']],
};

export const update: CommandSpec = {
  name: 'update',
  args: '[OPTIONS] NODE',
  short: 'Update a node',
  arity: exactly(1),
  flags: [
    ['availability', '', 'string', 'Availability of the node ("active", "pause", "drain")'],
    ['label-add', '', 'list', 'Add or update a node label ("key=value")'],
    ['label-rm', '', 'list', 'Remove a node label if exists'],
    ['role', '', 'string', 'Role of the node ("worker", "manager")'],
  ],
};
