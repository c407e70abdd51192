/** The flags of the commands that speak with registries only. */

import { atMost, exactly } from '../flags/arity.ts';
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
