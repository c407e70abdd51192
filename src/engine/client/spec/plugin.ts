/** The flags of `docker plugin …`. */

import { atLeast, between, exactly, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

export const create: CommandSpec = {
  name: 'create',
  args: '[OPTIONS] PLUGIN PLUGIN-DATA-DIR',
  short:
    'Create a plugin from a rootfs and configuration. Plugin data directory must contain config.json and rootfs directory.',
  arity: atLeast(2),
  flags: [['compress', '', 'bool', 'Compress the context using gzip']],
};

export const disable: CommandSpec = {
  name: 'disable',
  args: '[OPTIONS] PLUGIN',
  short: 'Disable a plugin',
  arity: exactly(1),
  flags: [['force', 'f', 'bool', 'Force the disable of an active plugin']],
};

export const enable: CommandSpec = {
  name: 'enable',
  args: '[OPTIONS] PLUGIN',
  short: 'Enable a plugin',
  arity: exactly(1),
  flags: [['timeout', '', 'int', 'HTTP client timeout (in seconds)', '30']],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] PLUGIN [PLUGIN...]',
  short: 'Display detailed information on one or more plugins',
  arity: atLeast(1),
  flags: [['format', 'f', 'string', FORMAT_OBJECT]],
};

export const install: CommandSpec = {
  name: 'install',
  args: '[OPTIONS] PLUGIN [KEY=VALUE...]',
  short: 'Install a plugin',
  arity: atLeast(1),
  flags: [
    ['alias', '', 'string', 'Local name for plugin'],
    ['disable', '', 'bool', 'Do not enable the plugin on install'],
    ['disable-content-trust', '', 'bool', 'Skip image verification', 'true'],
    ['grant-all-permissions', '', 'bool', 'Grant all permissions necessary to run the plugin'],
  ],
};

export const ls: CommandSpec = {
  name: 'ls',
  args: '[OPTIONS]',
  short: 'List plugins',
  names: ['list'],
  aliases: ['docker plugin ls', 'docker plugin list'],
  arity: none,
  flags: [
    ['filter', 'f', 'filter', 'Provide filter values (e.g. "enabled=true")'],
    ['format', '', 'string', FORMAT_TABLE],
    ['no-trunc', '', 'bool', "Don't truncate output"],
    ['quiet', 'q', 'bool', 'Only display plugin IDs'],
  ],
};

export const push: CommandSpec = {
  name: 'push',
  args: '[OPTIONS] PLUGIN[:TAG]',
  short: 'Push a plugin to a registry',
  arity: exactly(1),
  flags: [['disable-content-trust', '', 'bool', 'Skip image signing', 'true']],
};

export const rm: CommandSpec = {
  name: 'rm',
  args: '[OPTIONS] PLUGIN [PLUGIN...]',
  short: 'Remove one or more plugins',
  names: ['remove'],
  aliases: ['docker plugin rm', 'docker plugin remove'],
  arity: atLeast(1),
  flags: [['force', 'f', 'bool', 'Force the removal of an active plugin']],
};

export const set: CommandSpec = {
  name: 'set',
  args: 'PLUGIN KEY=VALUE [KEY=VALUE...]',
  short: 'Change settings for a plugin',
  arity: atLeast(2),
  flags: [],
};

export const upgrade: CommandSpec = {
  name: 'upgrade',
  args: '[OPTIONS] PLUGIN [REMOTE]',
  short: 'Upgrade an existing plugin',
  arity: between(1, 2),
  flags: [
    ['disable-content-trust', '', 'bool', 'Skip image verification', 'true'],
    ['grant-all-permissions', '', 'bool', 'Grant all permissions necessary to run the plugin'],
    [
      'skip-remote-check',
      '',
      'bool',
      'Do not check if specified remote plugin matches existing plugin image',
    ],
  ],
};
