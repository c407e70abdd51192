/** The flags of `docker context …`. */

import { accepting, atLeast, between, exactly, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

export const create: CommandSpec = {
  name: 'create',
  args: '[OPTIONS] CONTEXT',
  short: 'Create a context',
  long: 'Create a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\nfrom                Copy named context\'s Docker endpoint configuration\nhost                Docker endpoint on which to connect\nca                  Trust certs signed only by this CA\ncert                Path to TLS certificate file\nkey                 Path to TLS key file\nskip-tls-verify     Skip TLS certificate validation\n\nExample:\n\n$ docker context create my-context --description "some description" --docker "host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
  arity: exactly(1),
  flags: [
    ['description', '', 'string', 'Description of the context'],
    ['docker', '', 'stringToString', 'set the docker endpoint', '[]'],
    ['from', '', 'string', 'create context from a named context'],
  ],
};

export const exporting: CommandSpec = {
  name: 'export',
  args: '[OPTIONS] CONTEXT [FILE|-]',
  short: 'Export a context to a tar archive FILE or a tar stream on STDOUT.',
  arity: between(1, 2),
  flags: [],
};

export const importing: CommandSpec = {
  name: 'import',
  args: 'CONTEXT FILE|-',
  short: 'Import a context from a tar or zip file',
  arity: exactly(2),
  flags: [],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] [CONTEXT] [CONTEXT...]',
  short: 'Display detailed information on one or more contexts',
  arity: atLeast(0),
  flags: [['format', 'f', 'string', FORMAT_OBJECT]],
};

export const list: CommandSpec = {
  name: 'ls',
  args: '[OPTIONS]',
  short: 'List contexts',
  names: ['list'],
  aliases: ['docker context ls', 'docker context list'],
  arity: none,
  flags: [
    ['format', '', 'string', FORMAT_TABLE],
    ['quiet', 'q', 'bool', 'Only show context names'],
  ],
};

export const remove: CommandSpec = {
  name: 'rm',
  args: 'CONTEXT [CONTEXT...]',
  short: 'Remove one or more contexts',
  names: ['remove'],
  aliases: ['docker context rm', 'docker context remove'],
  arity: atLeast(1),
  flags: [['force', 'f', 'bool', 'Force the removal of a context in use']],
};

export const show: CommandSpec = {
  name: 'show',
  args: '',
  short: 'Print the name of the current context',
  arity: none,
  flags: [],
};

export const update: CommandSpec = {
  name: 'update',
  args: '[OPTIONS] CONTEXT',
  short: 'Update a context',
  long: 'Update a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\nfrom                Copy named context\'s Docker endpoint configuration\nhost                Docker endpoint on which to connect\nca                  Trust certs signed only by this CA\ncert                Path to TLS certificate file\nkey                 Path to TLS key file\nskip-tls-verify     Skip TLS certificate validation\n\nExample:\n\n$ docker context update my-context --description "some description" --docker "host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
  arity: exactly(1),
  flags: [
    ['description', '', 'string', 'Description of the context'],
    ['docker', '', 'stringToString', 'set the docker endpoint', '[]'],
  ],
};

export const use: CommandSpec = {
  name: 'use',
  args: 'CONTEXT',
  short: 'Set the current docker context',
  arity: accepting(1),
  flags: [],
};
