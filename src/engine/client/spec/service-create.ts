/** The flags of `docker service create`. */

import { atLeast } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { serviceFlags } from './service-flags.ts';

export const create: CommandSpec = {
  name: 'create',
  args: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  short: 'Create a new service',
  arity: atLeast(1),
  flags: serviceFlags(
    [
      ['config', '', 'config', 'Specify configurations to expose to the service'],
      ['constraint', '', 'list', 'Placement constraints'],
      ['container-label', '', 'list', 'Container labels'],
      ['dns', '', 'list', 'Set custom DNS servers'],
      ['dns-option', '', 'list', 'Set DNS options'],
      ['dns-search', '', 'list', 'Set custom DNS search domains'],
      ['env', 'e', 'list', 'Set environment variables'],
      ['env-file', '', 'list', 'Read in a file of environment variables'],
      ['generic-resource', '', 'list', 'User defined resources'],
      ['group', '', 'list', 'Set one or more supplementary user groups for the container'],
      ['host', '', 'list', 'Set one or more custom host-to-IP mappings (host:ip)'],
      ['label', 'l', 'list', 'Service labels'],
      [
        'mode',
        '',
        'string',
        'Service mode ("replicated", "global", "replicated-job", "global-job")',
        'replicated',
      ],
      ['mount', '', 'mount', 'Attach a filesystem mount to the service'],
      ['name', '', 'string', 'Service name'],
      ['network', '', 'network', 'Network attachments'],
      ['placement-pref', '', 'pref', 'Add a placement preference'],
      ['publish', 'p', 'port', 'Publish a port as a node port'],
      ['secret', '', 'secret', 'Specify secrets to expose to the service'],
      ['sysctl', '', 'list', 'Sysctl options'],
      ['ulimit', '', 'ulimit', 'Ulimit options', '[]'],
    ],
    {
      'endpoint-mode': 'vip',
      'restart-condition': 'any',
      'restart-delay': '5s',
      'rollback-delay': '0s',
      'rollback-failure-action': 'pause',
      'rollback-max-failure-ratio': '0',
      'rollback-monitor': '5s',
      'rollback-order': 'stop-first',
      'rollback-parallelism': '1',
      'stop-grace-period': '10s',
      'update-delay': '0s',
      'update-failure-action': 'pause',
      'update-max-failure-ratio': '0',
      'update-monitor': '5s',
      'update-order': 'stop-first',
      'update-parallelism': '1',
    },
  ),
};
