/** The flags of the commands that speak with registries only. */

import { atMost, between, exactly } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';

export const login: CommandSpec = {
  name: 'login',
  args: '[OPTIONS] [SERVER]',
  short: 'Authenticate to a registry',
  long: 'Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.',
  arity: atMost(1),
  flags: [
    ['password', 'p', 'string', 'Password or Personal Access Token (PAT)'],
    ['password-stdin', '', 'bool', 'Take the Password or Personal Access Token (PAT) from stdin'],
    ['username', 'u', 'string', 'Username'],
  ],
};

export const logout: CommandSpec = {
  name: 'logout',
  args: '[SERVER]',
  short: 'Log out from a registry',
  long: 'Log out from a registry.\nIf no server is specified, the default is defined by the daemon.',
  arity: atMost(1),
  flags: [],
};

/** What the help of `docker manifest` says of itself. */
const EXPERIMENTAL = (path: string) => `EXPERIMENTAL:
  ${path} is an experimental feature.
  Experimental features provide early access to product functionality. These
  features may change between releases without warning, or can be removed from a
  future release. Learn more about experimental features in our documentation:
  https://docs.docker.com/go/experimental/`;

export const MANIFEST_LONG = `The **docker manifest** command has subcommands for managing image manifests and
manifest lists. A manifest list allows you to use one name to refer to the same image
built for multiple architectures.

To see help for a subcommand, use:

    docker manifest CMD --help

For full details on using docker manifest lists, see the registry v2 specification.

${EXPERIMENTAL('docker manifest')}`;

export const inspectManifest: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] [MANIFEST_LIST] MANIFEST',
  short: 'Display an image manifest, or manifest list',
  long: `Display an image manifest, or manifest list\n\n${EXPERIMENTAL('docker manifest inspect')}`,
  arity: between(1, 2),
  flags: [
    ['insecure', '', 'bool', 'Allow communication with an insecure registry'],
    ['verbose', 'v', 'bool', 'Output additional info including layers and platform'],
  ],
};

export const search: CommandSpec = {
  name: 'search',
  args: '[OPTIONS] TERM',
  short: 'Search Docker Hub for images',
  arity: exactly(1),
  flags: [
    ['filter', 'f', 'filter', 'Filter output based on conditions provided'],
    ['format', '', 'string', 'Pretty-print search using a Go template'],
    ['limit', '', 'int', 'Max number of search results'],
    ['no-trunc', '', 'bool', "Don't truncate output"],
  ],
};
