/** The flags of `docker buildx imagetools …`. */
import { atLeast, exactly } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { BUILDER, BUILDX_FAILURE, DEBUG } from './buildx-common.ts';

export const create: CommandSpec = {
  name: 'create',
  args: '[OPTIONS] [SOURCE...]',
  short: 'Create a new image based on source images',
  arity: atLeast(0),
  path: 'docker buildx imagetools create',
  failurePrefix: BUILDX_FAILURE,
  flags: [
    ['annotation', '', 'stringArray', 'Add annotation to the image'],
    ['append', '', 'bool', 'Append to existing manifest'],
    BUILDER,
    DEBUG,
    ['dry-run', '', 'bool', 'Show final image instead of pushing'],
    ['file', 'f', 'stringArray', 'Read source descriptor from file'],
    ['platform', 'p', 'stringArray', 'Filter specified platforms of target image'],
    [
      'prefer-index',
      '',
      'bool',
      'When only a single source is specified, prefer outputting an image index or manifest list instead of performing a carbon copy',
      'true',
    ],
    [
      'progress',
      '',
      'string',
      'Set type of progress output ("auto", "none", "plain", "rawjson", "tty"). Use plain to show container output',
      'auto',
    ],
    ['tag', 't', 'stringArray', 'Set reference for new image'],
  ],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] NAME',
  short: 'Show details of an image in the registry',
  arity: exactly(1),
  path: 'docker buildx imagetools inspect',
  failurePrefix: BUILDX_FAILURE,
  flags: [
    BUILDER,
    DEBUG,
    ['format', '', 'string', 'Format the output using the given Go template'],
    ['raw', '', 'bool', 'Show original, unformatted JSON manifest'],
  ],
};
