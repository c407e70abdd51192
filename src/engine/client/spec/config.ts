/** The flags of `docker config …`. */

import { atLeast, exactly, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

export const create: CommandSpec = {
  name: 'create',
  args: '[OPTIONS] CONFIG file|-',
  short: 'Create a config from a file or STDIN',
  arity: exactly(2),
  flags: [
    ['label', 'l', 'list', 'Config labels'],
    ['template-driver', '', 'string', 'Template driver'],
  ],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] CONFIG [CONFIG...]',
  short: 'Display detailed information on one or more configs',
  arity: atLeast(1),
  flags: [
    ['format', 'f', 'string', FORMAT_OBJECT],
    ['pretty', '', 'bool', 'Print the information in a human friendly format'],
  ],
};

export const ls: CommandSpec = {
  name: 'ls',
  args: '[OPTIONS]',
  short: 'List configs',
  names: ['list'],
  aliases: ['docker config ls', 'docker config list'],
  arity: none,
  flags: [
    ['filter', 'f', 'filter', 'Filter output based on conditions provided'],
    ['format', '', 'string', FORMAT_TABLE],
    ['quiet', 'q', 'bool', 'Only display IDs'],
  ],
};

export const rm: CommandSpec = {
  name: 'rm',
  args: 'CONFIG [CONFIG...]',
  short: 'Remove one or more configs',
  names: ['remove'],
  aliases: ['docker config rm', 'docker config remove'],
  arity: atLeast(1),
  flags: [],
};
