/** The flags of `docker volume …`. */

import { atLeast, atMost, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

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
