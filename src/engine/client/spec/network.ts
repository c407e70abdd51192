/** The flags of `docker network …`. */

import { atLeast, exactly, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

export const connect: CommandSpec = {
  name: 'connect',
  args: '[OPTIONS] NETWORK CONTAINER',
  short: 'Connect a container to a network',
  arity: exactly(2),
  flags: [
    ['alias', '', 'strings', 'Add network-scoped alias for the container'],
    ['driver-opt', '', 'strings', 'driver options for the network'],
    [
      'gw-priority',
      '',
      'int',
      'Highest gw-priority provides the default gateway. Accepts positive and negative values.',
    ],
    ['ip', '', 'string', 'IPv4 address (e.g., "172.30.100.104")'],
    ['ip6', '', 'string', 'IPv6 address (e.g., "2001:db8::33")'],
    ['link', '', 'list', 'Add link to another container'],
    ['link-local-ip', '', 'strings', 'Add a link-local address for the container'],
  ],
};

export const create: CommandSpec = {
  name: 'create',
  args: '[OPTIONS] NETWORK',
  short: 'Create a network',
  arity: exactly(1),
  flags: [
    ['attachable', '', 'bool', 'Enable manual container attachment'],
    ['aux-address', '', 'map', 'Auxiliary IPv4 or IPv6 addresses used by Network driver', 'map[]'],
    ['config-from', '', 'string', 'The network from which to copy the configuration'],
    ['config-only', '', 'bool', 'Create a configuration only network'],
    ['driver', 'd', 'string', 'Driver to manage the Network', 'bridge'],
    ['gateway', '', 'strings', 'IPv4 or IPv6 Gateway for the master subnet'],
    ['ingress', '', 'bool', 'Create swarm routing-mesh network'],
    ['internal', '', 'bool', 'Restrict external access to the network'],
    ['ip-range', '', 'strings', 'Allocate container ip from a sub-range'],
    ['ipam-driver', '', 'string', 'IP Address Management Driver', 'default'],
    ['ipam-opt', '', 'map', 'Set IPAM driver specific options', 'map[]'],
    ['ipv4', '', 'bool', 'Enable or disable IPv4 address assignment', 'true'],
    ['ipv6', '', 'bool', 'Enable or disable IPv6 address assignment'],
    ['label', '', 'list', 'Set metadata on a network'],
    ['opt', 'o', 'map', 'Set driver specific options', 'map[]'],
    ['scope', '', 'string', "Control the network's scope"],
    ['subnet', '', 'strings', 'Subnet in CIDR format that represents a network segment'],
  ],
};

export const disconnect: CommandSpec = {
  name: 'disconnect',
  args: '[OPTIONS] NETWORK CONTAINER',
  short: 'Disconnect a container from a network',
  arity: exactly(2),
  flags: [['force', 'f', 'bool', 'Force the container to disconnect from a network']],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] NETWORK [NETWORK...]',
  short: 'Display detailed information on one or more networks',
  arity: atLeast(1),
  flags: [
    ['format', 'f', 'string', FORMAT_OBJECT],
    ['verbose', 'v', 'bool', 'Verbose output for diagnostics'],
  ],
};

export const list: CommandSpec = {
  name: 'ls',
  args: '[OPTIONS]',
  short: 'List networks',
  names: ['list'],
  aliases: ['docker network ls', 'docker network list'],
  arity: none,
  flags: [
    ['filter', 'f', 'filter', 'Provide filter values (e.g. "driver=bridge")'],
    ['format', '', 'string', FORMAT_TABLE],
    ['no-trunc', '', 'bool', 'Do not truncate the output'],
    ['quiet', 'q', 'bool', 'Only display network IDs'],
  ],
};

export const prune: CommandSpec = {
  name: 'prune',
  args: '[OPTIONS]',
  short: 'Remove all unused networks',
  arity: none,
  flags: [
    ['filter', '', 'filter', 'Provide filter values (e.g. "until=<timestamp>")'],
    ['force', 'f', 'bool', 'Do not prompt for confirmation'],
  ],
};

export const remove: CommandSpec = {
  name: 'rm',
  args: 'NETWORK [NETWORK...]',
  short: 'Remove one or more networks',
  names: ['remove'],
  aliases: ['docker network rm', 'docker network remove'],
  arity: atLeast(1),
  flags: [['force', 'f', 'bool', 'Do not error if the network does not exist']],
};
