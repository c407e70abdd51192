/** The flags of `docker system …`, `docker version` and `docker inspect`. */

import { atLeast, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

export const df: CommandSpec = {
  name: 'df',
  args: '[OPTIONS]',
  short: 'Show docker disk usage',
  arity: none,
  flags: [
    ['format', '', 'string', FORMAT_TABLE],
    ['verbose', 'v', 'bool', 'Show detailed information on space usage'],
  ],
};

export const events: CommandSpec = {
  name: 'events',
  args: '[OPTIONS]',
  short: 'Get real time events from the server',
  aliases: ['docker system events', 'docker events'],
  arity: none,
  flags: [
    ['filter', 'f', 'filter', 'Filter output based on conditions provided'],
    ['format', '', 'string', FORMAT_OBJECT],
    ['since', '', 'string', 'Show all events created since timestamp'],
    ['until', '', 'string', 'Stream events until this timestamp'],
  ],
};

export const info: CommandSpec = {
  name: 'info',
  args: '[OPTIONS]',
  short: 'Display system-wide information',
  aliases: ['docker system info', 'docker info'],
  arity: none,
  flags: [['format', 'f', 'string', FORMAT_OBJECT]],
};

export const prune: CommandSpec = {
  name: 'prune',
  args: '[OPTIONS]',
  short: 'Remove unused data',
  arity: none,
  flags: [
    ['all', 'a', 'bool', 'Remove all unused images not just dangling ones'],
    ['filter', '', 'filter', 'Provide filter values (e.g. "label=<key>=<value>")'],
    ['force', 'f', 'bool', 'Do not prompt for confirmation'],
    ['volumes', '', 'bool', 'Prune anonymous volumes'],
  ],
};

export const version: CommandSpec = {
  name: 'version',
  args: '[OPTIONS]',
  short: 'Show the Docker version information',
  arity: none,
  flags: [['format', 'f', 'string', FORMAT_OBJECT]],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] NAME|ID [NAME|ID...]',
  short: 'Return low-level information on Docker objects',
  arity: atLeast(1),
  flags: [
    ['format', 'f', 'string', FORMAT_OBJECT],
    ['size', 's', 'bool', 'Display total file sizes if the type is container'],
    ['type', '', 'string', 'Only inspect objects of the given type'],
  ],
};
