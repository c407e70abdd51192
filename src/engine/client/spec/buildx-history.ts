/** The flags of `docker buildx history …`. */
import { acceptingUpTo, atLeast, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { BUILDER, BUILDX_FAILURE, DEBUG } from './buildx-common.ts';

const common = { failurePrefix: BUILDX_FAILURE } as const;

export const exporting: CommandSpec = {
  ...common,
  name: 'export',
  args: '[OPTIONS] [REF...]',
  short: 'Export build records into Docker Desktop bundle',
  arity: atLeast(0),
  path: 'docker buildx history export',
  flags: [
    ['all', '', 'bool', 'Export all build records for the builder'],
    BUILDER,
    DEBUG,
    ['finalize', '', 'bool', 'Ensure build records are finalized before exporting'],
    ['output', 'o', 'string', 'Output file path'],
  ],
};

export const importing: CommandSpec = {
  ...common,
  name: 'import',
  args: '[OPTIONS] -',
  short: 'Import build records into Docker Desktop',
  arity: acceptingUpTo(1),
  path: 'docker buildx history import',
  flags: [BUILDER, DEBUG, ['file', 'f', 'stringArray', 'Import from a file path']],
};

export const inspect: CommandSpec = {
  ...common,
  name: 'inspect',
  args: '[OPTIONS] [REF]',
  short: 'Inspect a build record',
  arity: acceptingUpTo(1),
  path: 'docker buildx history inspect',
  flags: [BUILDER, DEBUG, ['format', '', 'string', 'Format the output', 'pretty']],
};

export const attachment: CommandSpec = {
  ...common,
  name: 'attachment',
  args: '[OPTIONS] [REF [DIGEST]]',
  short: 'Inspect a build record attachment',
  arity: acceptingUpTo(2),
  path: 'docker buildx history inspect attachment',
  flags: [
    BUILDER,
    DEBUG,
    ['platform', '', 'string', 'Platform of attachment'],
    ['type', '', 'string', 'Type of attachment'],
  ],
};

export const logs: CommandSpec = {
  ...common,
  name: 'logs',
  args: '[OPTIONS] [REF]',
  short: 'Print the logs of a build record',
  arity: acceptingUpTo(1),
  path: 'docker buildx history logs',
  flags: [
    BUILDER,
    DEBUG,
    ['progress', '', 'string', 'Set type of progress output (plain, rawjson, tty)', 'plain'],
  ],
};

export const list: CommandSpec = {
  ...common,
  name: 'ls',
  args: '[OPTIONS]',
  short: 'List build records',
  arity: none,
  path: 'docker buildx history ls',
  flags: [
    BUILDER,
    DEBUG,
    ['filter', '', 'stringArray', 'Provide filter values (e.g., "status=error")'],
    ['format', '', 'string', 'Format the output', 'table'],
    ['local', '', 'bool', 'List records for current repository only'],
    ['no-trunc', '', 'bool', "Don't truncate output"],
  ],
};

export const open: CommandSpec = {
  ...common,
  name: 'open',
  args: '[OPTIONS] [REF]',
  short: 'Open a build record in Docker Desktop',
  arity: acceptingUpTo(1),
  path: 'docker buildx history open',
  flags: [BUILDER, DEBUG],
};

export const remove: CommandSpec = {
  ...common,
  name: 'rm',
  args: '[OPTIONS] [REF...]',
  short: 'Remove build records',
  arity: atLeast(0),
  path: 'docker buildx history rm',
  flags: [['all', '', 'bool', 'Remove all build records'], BUILDER, DEBUG],
};
