/** The flags that `docker service create` and `update` share. Models docker/cli `cli/command/service/opts.go` addServiceFlags. */
import type { FlagRow } from '../flags/spec.ts';

const SHARED: readonly FlagRow[] = [
  ['cap-add', '', 'list', 'Add Linux capabilities'],
  ['cap-drop', '', 'list', 'Drop Linux capabilities'],
  ['credential-spec', '', 'credential-spec', 'Credential spec for managed service account (Windows only)'],
  ['detach', 'd', 'bool', 'Exit immediately instead of waiting for the service to converge'],
  ['endpoint-mode', '', 'string', 'Endpoint mode (vip or dnsrr)'],
  ['entrypoint', '', 'command', 'Overwrite the default ENTRYPOINT of the image'],
  ['health-cmd', '', 'string', 'Command to run to check health'],
  ['health-interval', '', 'duration', 'Time between running the check (ms|s|m|h)'],
  ['health-retries', '', 'int', 'Consecutive failures needed to report unhealthy'],
  [
    'health-start-interval',
    '',
    'duration',
    'Time between running the check during the start period (ms|s|m|h)',
  ],
  [
    'health-start-period',
    '',
    'duration',
    'Start period for the container to initialize before counting retries towards unstable (ms|s|m|h)',
  ],
  ['health-timeout', '', 'duration', 'Maximum time to allow one check to run (ms|s|m|h)'],
  ['hostname', '', 'string', 'Container hostname'],
  ['init', '', 'bool', 'Use an init inside each service container to forward signals and reap processes'],
  ['isolation', '', 'string', 'Service container isolation mode'],
  ['limit-cpu', '', 'decimal', 'Limit CPUs'],
  ['limit-memory', '', 'bytes', 'Limit Memory'],
  ['limit-pids', '', 'int', 'Limit maximum number of processes (default 0 = unlimited)'],
  ['log-driver', '', 'string', 'Logging driver for service'],
  ['log-opt', '', 'list', 'Logging driver options'],
  ['max-concurrent', '', 'uint', 'Number of job tasks to run concurrently (default equal to --replicas)'],
  ['no-healthcheck', '', 'bool', 'Disable any container-specified HEALTHCHECK'],
  [
    'no-resolve-image',
    '',
    'bool',
    'Do not query the registry to resolve image digest and supported platforms',
  ],
  ['oom-score-adj', '', 'int', "Tune host's OOM preferences (-1000 to 1000) "],
  ['quiet', 'q', 'bool', 'Suppress progress output'],
  ['read-only', '', 'bool', "Mount the container's root filesystem as read only"],
  ['replicas', '', 'uint', 'Number of tasks'],
  ['replicas-max-per-node', '', 'uint', 'Maximum number of tasks per node (default 0 = unlimited)'],
  ['reserve-cpu', '', 'decimal', 'Reserve CPUs'],
  ['reserve-memory', '', 'bytes', 'Reserve Memory'],
  ['restart-condition', '', 'string', 'Restart when condition is met ("none", "on-failure", "any")'],
  ['restart-delay', '', 'duration', 'Delay between restart attempts (ns|us|ms|s|m|h)'],
  ['restart-max-attempts', '', 'uint', 'Maximum number of restarts before giving up'],
  ['restart-window', '', 'duration', 'Window used to evaluate the restart policy (ns|us|ms|s|m|h)'],
  ['rollback-delay', '', 'duration', 'Delay between task rollbacks (ns|us|ms|s|m|h)'],
  ['rollback-failure-action', '', 'string', 'Action on rollback failure ("pause", "continue")'],
  ['rollback-max-failure-ratio', '', 'float', 'Failure rate to tolerate during a rollback'],
  [
    'rollback-monitor',
    '',
    'duration',
    'Duration after each task rollback to monitor for failure (ns|us|ms|s|m|h)',
  ],
  ['rollback-order', '', 'string', 'Rollback order ("start-first", "stop-first")'],
  [
    'rollback-parallelism',
    '',
    'uint',
    'Maximum number of tasks rolled back simultaneously (0 to roll back all at once)',
  ],
  ['stop-grace-period', '', 'duration', 'Time to wait before force killing a container (ns|us|ms|s|m|h)'],
  ['stop-signal', '', 'string', 'Signal to stop the container'],
  ['tty', 't', 'bool', 'Allocate a pseudo-TTY'],
  ['update-delay', '', 'duration', 'Delay between updates (ns|us|ms|s|m|h)'],
  ['update-failure-action', '', 'string', 'Action on update failure ("pause", "continue", "rollback")'],
  ['update-max-failure-ratio', '', 'float', 'Failure rate to tolerate during an update'],
  [
    'update-monitor',
    '',
    'duration',
    'Duration after each task update to monitor for failure (ns|us|ms|s|m|h)',
  ],
  ['update-order', '', 'string', 'Update order ("start-first", "stop-first")'],
  [
    'update-parallelism',
    '',
    'uint',
    'Maximum number of tasks updated simultaneously (0 to update all at once)',
  ],
  ['user', 'u', 'string', 'Username or UID (format: <name|uid>[:<group|gid>])'],
  ['with-registry-auth', '', 'bool', 'Send registry authentication details to swarm agents'],
  ['workdir', 'w', 'string', 'Working directory inside the container'],
];

/** A command's own flags with the shared ones, by name. `defaults` are shown where a command has them; to update changes nothing. */
export function serviceFlags(
  own: readonly FlagRow[],
  defaults: Readonly<Record<string, string>> = {},
): FlagRow[] {
  const shared = SHARED.map(([name, shorthand, type, description]): FlagRow => {
    const value = defaults[name];
    return value === undefined
      ? [name, shorthand, type, description]
      : [name, shorthand, type, description, value];
  });
  return [...shared, ...own].sort(([a], [b]) => (a < b ? -1 : 1));
}
