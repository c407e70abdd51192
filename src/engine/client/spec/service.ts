/** The flags of `docker service …`. */

import { atLeast, exactly, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] SERVICE [SERVICE...]',
  short: 'Display detailed information on one or more services',
  arity: atLeast(1),
  flags: [
    ['format', 'f', 'string', FORMAT_OBJECT],
    ['pretty', '', 'bool', 'Print the information in a human friendly format'],
  ],
};

export const logs: CommandSpec = {
  name: 'logs',
  args: '[OPTIONS] SERVICE|TASK',
  short: 'Fetch the logs of a service or task',
  arity: exactly(1),
  flags: [
    ['details', '', 'bool', 'Show extra details provided to logs'],
    ['follow', 'f', 'bool', 'Follow log output'],
    ['no-resolve', '', 'bool', 'Do not map IDs to Names in output'],
    ['no-task-ids', '', 'bool', 'Do not include task IDs in output'],
    ['no-trunc', '', 'bool', 'Do not truncate output'],
    ['raw', '', 'bool', 'Do not neatly format logs'],
    [
      'since',
      '',
      'string',
      'Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ],
    ['tail', 'n', 'string', 'Number of lines to show from the end of the logs', 'all'],
    ['timestamps', 't', 'bool', 'Show timestamps'],
  ],
};

export const ls: CommandSpec = {
  name: 'ls',
  args: '[OPTIONS]',
  short: 'List services',
  names: ['list'],
  aliases: ['docker service ls', 'docker service list'],
  arity: none,
  flags: [
    ['filter', 'f', 'filter', 'Filter output based on conditions provided'],
    ['format', '', 'string', FORMAT_TABLE],
    ['quiet', 'q', 'bool', 'Only display IDs'],
  ],
};

export const ps: CommandSpec = {
  name: 'ps',
  args: '[OPTIONS] SERVICE [SERVICE...]',
  short: 'List the tasks of one or more services',
  arity: atLeast(1),
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
  args: 'SERVICE [SERVICE...]',
  short: 'Remove one or more services',
  names: ['remove'],
  aliases: ['docker service rm', 'docker service remove'],
  arity: atLeast(1),
  flags: [],
};

export const rollback: CommandSpec = {
  name: 'rollback',
  args: '[OPTIONS] SERVICE',
  short: "Revert changes to a service's configuration",
  arity: exactly(1),
  flags: [
    ['detach', 'd', 'bool', 'Exit immediately instead of waiting for the service to converge'],
    ['quiet', 'q', 'bool', 'Suppress progress output'],
  ],
};

export const scale: CommandSpec = {
  name: 'scale',
  args: 'SERVICE=REPLICAS [SERVICE=REPLICAS...]',
  short: 'Scale one or multiple replicated services',
  arity: atLeast(1),
  flags: [['detach', 'd', 'bool', 'Exit immediately instead of waiting for the service to converge']],
};
