/** The flags of `docker secret …`. */

import { atLeast, between, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

export const create: CommandSpec = {
  name: 'create',
  args: '[OPTIONS] SECRET [file|-]',
  short: 'Create a secret from a file or STDIN as content',
  arity: between(1, 2),
  flags: [
    ['driver', 'd', 'string', 'Secret driver'],
    ['label', 'l', 'list', 'Secret labels'],
    ['template-driver', '', 'string', 'Template driver'],
  ],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] SECRET [SECRET...]',
  short: 'Display detailed information on one or more secrets',
  arity: atLeast(1),
  flags: [
    ['format', 'f', 'string', FORMAT_OBJECT],
    ['pretty', '', 'bool', 'Print the information in a human friendly format'],
  ],
};

export const ls: CommandSpec = {
  name: 'ls',
  args: '[OPTIONS]',
  short: 'List secrets',
  names: ['list'],
  aliases: ['docker secret ls', 'docker secret list'],
  arity: none,
  flags: [
    ['filter', 'f', 'filter', 'Filter output based on conditions provided'],
    ['format', '', 'string', FORMAT_TABLE],
    ['quiet', 'q', 'bool', 'Only display IDs'],
  ],
};

export const rm: CommandSpec = {
  name: 'rm',
  args: 'SECRET [SECRET...]',
  short: 'Remove one or more secrets',
  names: ['remove'],
  aliases: ['docker secret rm', 'docker secret remove'],
  arity: atLeast(1),
  flags: [],
};
