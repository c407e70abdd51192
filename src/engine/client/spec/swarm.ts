/** The flags of `docker swarm …`. */

import { exactly, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';

export const ca: CommandSpec = {
  name: 'ca',
  args: '[OPTIONS]',
  short: 'Display and rotate the root CA',
  arity: none,
  flags: [
    ['ca-cert', '', 'pem-file', 'Path to the PEM-formatted root CA certificate to use for the new cluster'],
    ['ca-key', '', 'pem-file', 'Path to the PEM-formatted root CA key to use for the new cluster'],
    ['cert-expiry', '', 'duration', 'Validity period for node certificates (ns|us|ms|s|m|h)', '2160h0m0s'],
    ['detach', 'd', 'bool', 'Exit immediately instead of waiting for the root rotation to converge'],
    ['external-ca', '', 'external-ca', 'Specifications of one or more certificate signing endpoints'],
    ['quiet', 'q', 'bool', 'Suppress progress output'],
    [
      'rotate',
      '',
      'bool',
      'Rotate the swarm CA - if no certificate or key are provided, new ones will be generated',
    ],
  ],
};

export const init: CommandSpec = {
  name: 'init',
  args: '[OPTIONS]',
  short: 'Initialize a swarm',
  arity: none,
  flags: [
    ['advertise-addr', '', 'string', 'Advertised address (format: "<ip|interface>[:port]")'],
    [
      'autolock',
      '',
      'bool',
      'Enable manager autolocking (requiring an unlock key to start a stopped manager)',
    ],
    ['availability', '', 'string', 'Availability of the node ("active", "pause", "drain")', 'active'],
    ['cert-expiry', '', 'duration', 'Validity period for node certificates (ns|us|ms|s|m|h)', '2160h0m0s'],
    [
      'data-path-addr',
      '',
      'string',
      'Address or interface to use for data path traffic (format: "<ip|interface>")',
    ],
    [
      'data-path-port',
      '',
      'uint32',
      'Port number to use for data path traffic (1024 - 49151). If no value is set or is set to 0, the default port (4789) is used.',
    ],
    ['default-addr-pool', '', 'ipNetSlice', 'default address pool in CIDR format', '[]'],
    ['default-addr-pool-mask-length', '', 'uint32', 'default address pool subnet mask length', '24'],
    ['dispatcher-heartbeat', '', 'duration', 'Dispatcher heartbeat period (ns|us|ms|s|m|h)', '5s'],
    ['external-ca', '', 'external-ca', 'Specifications of one or more certificate signing endpoints'],
    ['force-new-cluster', '', 'bool', 'Force create a new cluster from current state'],
    ['listen-addr', '', 'node-addr', 'Listen address (format: "<ip|interface>[:port]")', '0.0.0.0:2377'],
    ['max-snapshots', '', 'uint', 'Number of additional Raft snapshots to retain'],
    ['snapshot-interval', '', 'uint', 'Number of log entries between Raft snapshots', '10000'],
    ['task-history-limit', '', 'int', 'Task history retention limit', '5'],
  ],
};

export const join: CommandSpec = {
  name: 'join',
  args: '[OPTIONS] HOST:PORT',
  short: 'Join a swarm as a node and/or manager',
  arity: exactly(1),
  flags: [
    ['advertise-addr', '', 'string', 'Advertised address (format: "<ip|interface>[:port]")'],
    ['availability', '', 'string', 'Availability of the node ("active", "pause", "drain")', 'active'],
    [
      'data-path-addr',
      '',
      'string',
      'Address or interface to use for data path traffic (format: "<ip|interface>")',
    ],
    ['listen-addr', '', 'node-addr', 'Listen address (format: "<ip|interface>[:port]")', '0.0.0.0:2377'],
    ['token', '', 'string', 'Token for entry into the swarm'],
  ],
};

export const leave: CommandSpec = {
  name: 'leave',
  args: '[OPTIONS]',
  short: 'Leave the swarm',
  arity: none,
  flags: [['force', 'f', 'bool', 'Force this node to leave the swarm, ignoring warnings']],
};

export const unlock: CommandSpec = {
  name: 'unlock',
  args: '',
  short: 'Unlock swarm',
  arity: none,
  flags: [],
};

export const update: CommandSpec = {
  name: 'update',
  args: '[OPTIONS]',
  short: 'Update the swarm',
  arity: none,
  flags: [
    ['autolock', '', 'bool', 'Change manager autolocking setting (true|false)'],
    ['cert-expiry', '', 'duration', 'Validity period for node certificates (ns|us|ms|s|m|h)', '2160h0m0s'],
    ['dispatcher-heartbeat', '', 'duration', 'Dispatcher heartbeat period (ns|us|ms|s|m|h)', '5s'],
    ['external-ca', '', 'external-ca', 'Specifications of one or more certificate signing endpoints'],
    ['max-snapshots', '', 'uint', 'Number of additional Raft snapshots to retain'],
    ['snapshot-interval', '', 'uint', 'Number of log entries between Raft snapshots', '10000'],
    ['task-history-limit', '', 'int', 'Task history retention limit', '5'],
  ],
};

export const joinToken: CommandSpec = {
  name: 'join-token',
  args: '[OPTIONS] (worker|manager)',
  short: 'Manage join tokens',
  arity: exactly(1),
  flags: [
    ['quiet', 'q', 'bool', 'Only display token'],
    ['rotate', '', 'bool', 'Rotate join token'],
  ],
};

export const unlockKey: CommandSpec = {
  name: 'unlock-key',
  args: '[OPTIONS]',
  short: 'Manage the unlock key',
  arity: none,
  flags: [
    ['quiet', 'q', 'bool', 'Only display token'],
    ['rotate', '', 'bool', 'Rotate unlock key'],
  ],
};
