/** The flags that come before the command. Their defaults depend on the configuration directory. */
import type { FlagRow } from '../flags/spec.ts';

export const globalFlags = (configDir: string): readonly FlagRow[] => [
  ['config', '', 'string', 'Location of client config files', configDir],
  [
    'context',
    'c',
    'string',
    'Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with "docker context use")',
  ],
  ['debug', 'D', 'bool', 'Enable debug mode'],
  ['host', 'H', 'string', 'Daemon socket to connect to'],
  ['log-level', 'l', 'string', 'Set the logging level ("debug", "info", "warn", "error", "fatal")', 'info'],
  ['tls', '', 'bool', 'Use TLS; implied by --tlsverify'],
  ['tlscacert', '', 'string', 'Trust certs signed only by this CA', `${configDir}/ca.pem`],
  ['tlscert', '', 'string', 'Path to TLS certificate file', `${configDir}/cert.pem`],
  ['tlskey', '', 'string', 'Path to TLS key file', `${configDir}/key.pem`],
  ['tlsverify', '', 'bool', 'Use TLS and verify the remote'],
  ['version', 'v', 'bool', 'Print version information and quit'],
];

/** The same for whoever does not ask for what depends on that directory. */
export const GLOBAL_FLAGS = globalFlags('');
