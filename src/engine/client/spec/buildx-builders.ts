/** The flags of `docker buildx …` for builders and what they keep. */
import { atLeast, atMost, exactlyNone, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { BUILDER, BUILDX_FAILURE, DEBUG, HIDDEN_BUILDER, PROGRESS } from './buildx-common.ts';

export const create: CommandSpec = {
  name: 'create',
  args: '[OPTIONS] [CONTEXT|ENDPOINT]',
  short: 'Create a new builder instance',
  arity: atMost(1),
  path: 'docker buildx create',
  failurePrefix: BUILDX_FAILURE,
  flags: [
    ['append', '', 'bool', 'Append a node to builder instead of changing it'],
    ['bootstrap', '', 'bool', 'Boot builder after creation'],
    HIDDEN_BUILDER,
    ['buildkitd-config', '', 'string', 'BuildKit daemon config file'],
    ['buildkitd-flags', '', 'string', 'BuildKit daemon flags'],
    ['config', '', 'string', 'BuildKit daemon config file', undefined, 'hidden'],
    DEBUG,
    ['driver', '', 'string', 'Driver to use (available: "docker-container", "kubernetes", "remote")'],
    ['driver-opt', '', 'stringArray', 'Options for the driver'],
    ['leave', '', 'bool', 'Remove a node from builder instead of changing it'],
    ['name', '', 'string', 'Builder instance name'],
    ['node', '', 'string', 'Create/modify node with given name'],
    ['platform', '', 'stringArray', 'Fixed platforms for current node'],
    ['use', '', 'bool', 'Set the current builder instance'],
  ],
};

export const dialStdio: CommandSpec = {
  name: 'dial-stdio',
  args: '',
  short: 'Proxy current stdio streams to builder instance',
  arity: none,
  path: 'docker buildx dial-stdio',
  failurePrefix: BUILDX_FAILURE,
  flags: [
    BUILDER,
    DEBUG,
    ['platform', '', 'string', 'Target platform: this is used for node selection'],
    [
      'progress',
      '',
      'string',
      'Set type of progress output ("auto", "plain", "rawjson", "tty"). Use plain to show container output',
      'none',
    ],
  ],
};

export const du: CommandSpec = {
  name: 'du',
  args: '',
  short: 'Disk usage',
  arity: none,
  path: 'docker buildx du',
  failurePrefix: BUILDX_FAILURE,
  flags: [
    BUILDER,
    DEBUG,
    ['filter', '', 'filter', 'Provide filter values'],
    ['format', '', 'string', 'Format the output'],
    ['verbose', '', 'bool', 'Shorthand for "--format=pretty"'],
  ],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[NAME]',
  short: 'Inspect current builder instance',
  arity: atMost(1),
  path: 'docker buildx inspect',
  failurePrefix: BUILDX_FAILURE,
  flags: [['bootstrap', '', 'bool', 'Ensure builder has booted before inspecting'], BUILDER, DEBUG],
};

export const list: CommandSpec = {
  name: 'ls',
  args: '',
  short: 'List builder instances',
  arity: exactlyNone,
  path: 'docker buildx ls',
  failurePrefix: BUILDX_FAILURE,
  flags: [
    HIDDEN_BUILDER,
    DEBUG,
    ['format', '', 'string', 'Format the output', 'table'],
    ['no-trunc', '', 'bool', "Don't truncate output"],
  ],
};

export const remove: CommandSpec = {
  name: 'rm',
  args: '[OPTIONS] [NAME...]',
  short: 'Remove one or more builder instances',
  arity: atLeast(0),
  path: 'docker buildx rm',
  failurePrefix: BUILDX_FAILURE,
  flags: [
    ['all-inactive', '', 'bool', 'Remove all inactive builders'],
    BUILDER,
    DEBUG,
    ['force', 'f', 'bool', 'Do not prompt for confirmation'],
    ['keep-daemon', '', 'bool', 'Keep the BuildKit daemon running'],
    ['keep-state', '', 'bool', 'Keep BuildKit state'],
  ],
};

export const stop: CommandSpec = {
  name: 'stop',
  args: '[NAME]',
  short: 'Stop builder instance',
  arity: atMost(1),
  path: 'docker buildx stop',
  failurePrefix: BUILDX_FAILURE,
  flags: [BUILDER, DEBUG],
};

export const use: CommandSpec = {
  name: 'use',
  args: '[OPTIONS] NAME',
  short: 'Set the current builder instance',
  arity: atMost(1),
  path: 'docker buildx use',
  failurePrefix: BUILDX_FAILURE,
  flags: [
    BUILDER,
    DEBUG,
    ['default', '', 'bool', 'Set builder as default for current context'],
    ['global', '', 'bool', 'Builder persists context changes'],
  ],
};

export const version: CommandSpec = {
  name: 'version',
  args: '',
  short: 'Show buildx version information',
  arity: exactlyNone,
  path: 'docker buildx version',
  failurePrefix: BUILDX_FAILURE,
  flags: [HIDDEN_BUILDER, DEBUG],
};

export const bake: CommandSpec = {
  name: 'bake',
  args: '[OPTIONS] [TARGET...]',
  short: 'Build from a file',
  names: ['f'],
  aliases: ['docker buildx bake', 'docker buildx f'],
  arity: atLeast(0),
  path: 'docker buildx bake',
  failurePrefix: BUILDX_FAILURE,
  flags: [
    ['allow', '', 'stringArray', 'Allow build to access specified resources'],
    BUILDER,
    ['call', '', 'string', 'Set method for evaluating build ("check", "outline", "targets")', 'build'],
    ['check', '', 'bool', 'Shorthand for "--call=check"'],
    DEBUG,
    ['file', 'f', 'stringArray', 'Build definition file'],
    ['list', '', 'string', 'List targets or variables'],
    ['load', '', 'bool', 'Shorthand for "--set=*.output=type=docker". Conditional.'],
    ['metadata-file', '', 'string', 'Write build result metadata to a file'],
    ['no-cache', '', 'bool', 'Do not use cache when building the image'],
    ['print', '', 'bool', 'Print the options without building'],
    PROGRESS,
    ['provenance', '', 'string', 'Shorthand for "--set=*.attest=type=provenance"'],
    ['pull', '', 'bool', 'Always attempt to pull all referenced images'],
    ['push', '', 'bool', 'Shorthand for "--set=*.output=type=registry". Conditional.'],
    ['sbom', '', 'string', 'Shorthand for "--set=*.attest=type=sbom"'],
    ['set', '', 'stringArray', 'Override target value (e.g., "targetpattern.key=value")'],
  ],
};
