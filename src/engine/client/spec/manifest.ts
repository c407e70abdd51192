/** The flags of `docker manifest …`. */

import { atLeast, between, exactly } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';

const EXPERIMENTAL = (path: string) => `EXPERIMENTAL:
  ${path} is an experimental feature.
  Experimental features provide early access to product functionality. These
  features may change between releases without warning, or can be removed from a
  future release. Learn more about experimental features in our documentation:
  https://docs.docker.com/go/experimental/`;

/** What the help of `docker manifest` says of itself. */
export const MANIFEST_LONG = `The **docker manifest** command has subcommands for managing image manifests and
manifest lists. A manifest list allows you to use one name to refer to the same image
built for multiple architectures.

To see help for a subcommand, use:

    docker manifest CMD --help

For full details on using docker manifest lists, see the registry v2 specification.

${EXPERIMENTAL('docker manifest')}`;

const experimental = (spec: CommandSpec): CommandSpec => ({
  ...spec,
  long: `${spec.short}\n\n${EXPERIMENTAL(`docker manifest ${spec.name}`)}`,
});

export const annotate = experimental({
  name: 'annotate',
  args: '[OPTIONS] MANIFEST_LIST MANIFEST',
  short: 'Add additional information to a local image manifest',
  arity: exactly(2),
  flags: [
    ['arch', '', 'string', 'Set architecture'],
    ['os', '', 'string', 'Set operating system'],
    ['os-features', '', 'strings', 'Set operating system feature'],
    ['os-version', '', 'string', 'Set operating system version'],
    ['variant', '', 'string', 'Set architecture variant'],
  ],
});

export const create = experimental({
  name: 'create',
  args: 'MANIFEST_LIST MANIFEST [MANIFEST...]',
  short: 'Create a local manifest list for annotating and pushing to a registry',
  arity: atLeast(2),
  flags: [
    ['amend', 'a', 'bool', 'Amend an existing manifest list'],
    ['insecure', '', 'bool', 'Allow communication with an insecure registry'],
  ],
});

export const inspect = experimental({
  name: 'inspect',
  args: '[OPTIONS] [MANIFEST_LIST] MANIFEST',
  short: 'Display an image manifest, or manifest list',
  arity: between(1, 2),
  flags: [
    ['insecure', '', 'bool', 'Allow communication with an insecure registry'],
    ['verbose', 'v', 'bool', 'Output additional info including layers and platform'],
  ],
});

export const push = experimental({
  name: 'push',
  args: '[OPTIONS] MANIFEST_LIST',
  short: 'Push a manifest list to a repository',
  arity: exactly(1),
  flags: [
    ['insecure', '', 'bool', 'Allow push to an insecure registry'],
    ['purge', 'p', 'bool', 'Remove the local manifest list after push'],
  ],
});

export const remove = experimental({
  name: 'rm',
  args: 'MANIFEST_LIST [MANIFEST_LIST...]',
  short: 'Delete one or more manifest lists from local storage',
  arity: atLeast(1),
  flags: [],
});
