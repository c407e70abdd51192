/** The flags of `docker trust …`. */

import { atLeast, exactly } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';

export const inspect: CommandSpec = {
  name: 'inspect',
  args: 'IMAGE[:TAG] [IMAGE[:TAG]...]',
  short: 'Return low-level information about keys and signatures',
  arity: atLeast(1),
  flags: [['pretty', '', 'bool', 'Print the information in a human friendly format']],
};

export const revoke: CommandSpec = {
  name: 'revoke',
  args: '[OPTIONS] IMAGE[:TAG]',
  short: 'Remove trust for an image',
  arity: exactly(1),
  flags: [['yes', 'y', 'bool', 'Do not prompt for confirmation']],
};

export const sign: CommandSpec = {
  name: 'sign',
  args: 'IMAGE:TAG',
  short: 'Sign an image',
  arity: exactly(1),
  flags: [['local', '', 'bool', 'Sign a locally tagged image']],
};

export const keyGenerate: CommandSpec = {
  name: 'generate',
  args: 'NAME',
  short: 'Generate and load a signing key-pair',
  arity: exactly(1),
  flags: [['dir', '', 'string', 'Directory to generate key in, defaults to current directory']],
};

export const keyLoad: CommandSpec = {
  name: 'load',
  args: '[OPTIONS] KEYFILE',
  short: 'Load a private key file for signing',
  arity: exactly(1),
  flags: [['name', '', 'string', 'Name for the loaded key', 'signer']],
};

export const signerAdd: CommandSpec = {
  name: 'add',
  args: 'OPTIONS NAME REPOSITORY [REPOSITORY...] ',
  short: 'Add a signer',
  arity: atLeast(2),
  flags: [['key', '', 'list', "Path to the signer's public key file"]],
};

export const signerRemove: CommandSpec = {
  name: 'remove',
  args: '[OPTIONS] NAME REPOSITORY [REPOSITORY...]',
  short: 'Remove a signer',
  arity: atLeast(2),
  flags: [['force', 'f', 'bool', 'Do not prompt for confirmation before removing the most recent signer']],
};
