/** The flags of the commands on containers. */

import { atLeast, between, exactly, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

export const attach: CommandSpec = {
  name: 'attach',
  args: '[OPTIONS] CONTAINER',
  short: 'Attach local standard input, output, and error streams to a running container',
  aliases: ['docker container attach', 'docker attach'],
  arity: exactly(1),
  flags: [
    ['detach-keys', '', 'string', 'Override the key sequence for detaching a container'],
    ['no-stdin', '', 'bool', 'Do not attach STDIN'],
    ['sig-proxy', '', 'bool', 'Proxy all received signals to the process', 'true'],
  ],
};

export const commit: CommandSpec = {
  name: 'commit',
  args: '[OPTIONS] CONTAINER [REPOSITORY[:TAG]]',
  short: "Create a new image from a container's changes",
  aliases: ['docker container commit', 'docker commit'],
  arity: between(1, 2),
  stopsAtFirstArgument: true,
  flags: [
    ['author', 'a', 'string', 'Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")'],
    ['change', 'c', 'list', 'Apply Dockerfile instruction to the created image'],
    ['message', 'm', 'string', 'Commit message'],
    ['pause', 'p', 'bool', 'Pause container during commit', 'true'],
  ],
};

export const cp: CommandSpec = {
  name: 'cp',
  args: '[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n	docker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH',
  short: 'Copy files/folders between a container and the local filesystem',
  long: "Copy files/folders between a container and the local filesystem\n\nUse '-' as the source to read a tar archive from stdin\nand extract it to a directory destination in a container.\nUse '-' as the destination to stream a tar archive of a\ncontainer source to stdout.",
  aliases: ['docker container cp', 'docker cp'],
  arity: exactly(2),
  flags: [
    ['archive', 'a', 'bool', 'Archive mode (copy all uid/gid information)'],
    ['follow-link', 'L', 'bool', 'Always follow symbol link in SRC_PATH'],
    [
      'quiet',
      'q',
      'bool',
      'Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached',
    ],
  ],
};

export const diff: CommandSpec = {
  name: 'diff',
  args: 'CONTAINER',
  short: "Inspect changes to files or directories on a container's filesystem",
  aliases: ['docker container diff', 'docker diff'],
  arity: exactly(1),
  flags: [],
};

export const exec: CommandSpec = {
  name: 'exec',
  args: '[OPTIONS] CONTAINER COMMAND [ARG...]',
  short: 'Execute a command in a running container',
  aliases: ['docker container exec', 'docker exec'],
  arity: atLeast(2),
  stopsAtFirstArgument: true,
  flags: [
    ['detach', 'd', 'bool', 'Detached mode: run command in the background'],
    ['detach-keys', '', 'string', 'Override the key sequence for detaching a container'],
    ['env', 'e', 'list', 'Set environment variables'],
    ['env-file', '', 'list', 'Read in a file of environment variables'],
    ['interactive', 'i', 'bool', 'Keep STDIN open even if not attached'],
    ['privileged', '', 'bool', 'Give extended privileges to the command'],
    ['tty', 't', 'bool', 'Allocate a pseudo-TTY'],
    ['user', 'u', 'string', 'Username or UID (format: "<name|uid>[:<group|gid>]")'],
    ['workdir', 'w', 'string', 'Working directory inside the container'],
  ],
};

export const exporting: CommandSpec = {
  name: 'export',
  args: '[OPTIONS] CONTAINER',
  short: "Export a container's filesystem as a tar archive",
  aliases: ['docker container export', 'docker export'],
  arity: exactly(1),
  flags: [['output', 'o', 'string', 'Write to a file, instead of STDOUT']],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Display detailed information on one or more containers',
  arity: atLeast(1),
  flags: [
    ['format', 'f', 'string', FORMAT_OBJECT],
    ['size', 's', 'bool', 'Display total file sizes'],
  ],
};

export const kill: CommandSpec = {
  name: 'kill',
  args: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Kill one or more running containers',
  aliases: ['docker container kill', 'docker kill'],
  arity: atLeast(1),
  flags: [['signal', 's', 'string', 'Signal to send to the container']],
};

export const logs: CommandSpec = {
  name: 'logs',
  args: '[OPTIONS] CONTAINER',
  short: 'Fetch the logs of a container',
  aliases: ['docker container logs', 'docker logs'],
  arity: exactly(1),
  flags: [
    ['details', '', 'bool', 'Show extra details provided to logs'],
    ['follow', 'f', 'bool', 'Follow log output'],
    [
      'since',
      '',
      'string',
      'Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ],
    ['tail', 'n', 'string', 'Number of lines to show from the end of the logs', 'all'],
    ['timestamps', 't', 'bool', 'Show timestamps'],
    [
      'until',
      '',
      'string',
      'Show logs before a timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ],
  ],
};

export const list: CommandSpec = {
  name: 'ls',
  args: '[OPTIONS]',
  short: 'List containers',
  names: ['list', 'ps'],
  aliases: ['docker container ls', 'docker container list', 'docker container ps', 'docker ps'],
  arity: none,
  flags: [
    ['all', 'a', 'bool', 'Show all containers (default shows just running)'],
    ['filter', 'f', 'filter', 'Filter output based on conditions provided'],
    ['format', '', 'string', FORMAT_TABLE],
    ['last', 'n', 'int', 'Show n last created containers (includes all states)', '-1'],
    ['latest', 'l', 'bool', 'Show the latest created container (includes all states)'],
    ['no-trunc', '', 'bool', "Don't truncate output"],
    ['quiet', 'q', 'bool', 'Only display container IDs'],
    ['size', 's', 'bool', 'Display total file sizes'],
  ],
};

export const pause: CommandSpec = {
  name: 'pause',
  args: 'CONTAINER [CONTAINER...]',
  short: 'Pause all processes within one or more containers',
  aliases: ['docker container pause', 'docker pause'],
  arity: atLeast(1),
  flags: [],
};

export const port: CommandSpec = {
  name: 'port',
  args: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
  short: 'List port mappings or a specific mapping for the container',
  aliases: ['docker container port', 'docker port'],
  arity: between(1, 2),
  flags: [],
};

export const prune: CommandSpec = {
  name: 'prune',
  args: '[OPTIONS]',
  short: 'Remove all stopped containers',
  arity: none,
  flags: [
    ['filter', '', 'filter', 'Provide filter values (e.g. "until=<timestamp>")'],
    ['force', 'f', 'bool', 'Do not prompt for confirmation'],
  ],
};

export const rename: CommandSpec = {
  name: 'rename',
  args: 'CONTAINER NEW_NAME',
  short: 'Rename a container',
  aliases: ['docker container rename', 'docker rename'],
  arity: exactly(2),
  flags: [],
};

export const restart: CommandSpec = {
  name: 'restart',
  args: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Restart one or more containers',
  aliases: ['docker container restart', 'docker restart'],
  arity: atLeast(1),
  deprecated: { time: 'use --timeout instead' },
  flags: [
    ['time', '', 'int', 'Seconds to wait before killing the container', '0', 'hidden'],
    ['signal', 's', 'string', 'Signal to send to the container'],
    ['timeout', 't', 'int', 'Seconds to wait before killing the container'],
  ],
};

export const remove: CommandSpec = {
  name: 'rm',
  args: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Remove one or more containers',
  names: ['remove'],
  aliases: ['docker container rm', 'docker container remove', 'docker rm'],
  arity: atLeast(1),
  flags: [
    ['force', 'f', 'bool', 'Force the removal of a running container (uses SIGKILL)'],
    ['link', 'l', 'bool', 'Remove the specified link'],
    ['volumes', 'v', 'bool', 'Remove anonymous volumes associated with the container'],
  ],
};

export const start: CommandSpec = {
  name: 'start',
  args: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Start one or more stopped containers',
  aliases: ['docker container start', 'docker start'],
  arity: atLeast(1),
  flags: [
    ['checkpoint', '', 'string', 'Restore from this checkpoint', undefined, 'hidden'],
    ['checkpoint-dir', '', 'string', 'Use a custom checkpoint storage directory', undefined, 'hidden'],
    ['attach', 'a', 'bool', 'Attach STDOUT/STDERR and forward signals'],
    ['detach-keys', '', 'string', 'Override the key sequence for detaching a container'],
    ['interactive', 'i', 'bool', "Attach container's STDIN"],
  ],
};

export const stats: CommandSpec = {
  name: 'stats',
  args: '[OPTIONS] [CONTAINER...]',
  short: 'Display a live stream of container(s) resource usage statistics',
  aliases: ['docker container stats', 'docker stats'],
  arity: atLeast(0),
  flags: [
    ['all', 'a', 'bool', 'Show all containers (default shows just running)'],
    ['format', '', 'string', FORMAT_TABLE],
    ['no-stream', '', 'bool', 'Disable streaming stats and only pull the first result'],
    ['no-trunc', '', 'bool', 'Do not truncate output'],
  ],
};

export const stop: CommandSpec = {
  name: 'stop',
  args: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Stop one or more running containers',
  aliases: ['docker container stop', 'docker stop'],
  arity: atLeast(1),
  deprecated: { time: 'use --timeout instead' },
  flags: [
    ['time', '', 'int', 'Seconds to wait before killing the container', '0', 'hidden'],
    ['signal', 's', 'string', 'Signal to send to the container'],
    ['timeout', 't', 'int', 'Seconds to wait before killing the container'],
  ],
};

export const top: CommandSpec = {
  name: 'top',
  args: 'CONTAINER [ps OPTIONS]',
  short: 'Display the running processes of a container',
  aliases: ['docker container top', 'docker top'],
  arity: atLeast(1),
  stopsAtFirstArgument: true,
  flags: [],
};

export const unpause: CommandSpec = {
  name: 'unpause',
  args: 'CONTAINER [CONTAINER...]',
  short: 'Unpause all processes within one or more containers',
  aliases: ['docker container unpause', 'docker unpause'],
  arity: atLeast(1),
  flags: [],
};

export const update: CommandSpec = {
  name: 'update',
  args: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Update configuration of one or more containers',
  aliases: ['docker container update', 'docker update'],
  arity: atLeast(1),
  flags: [
    ['blkio-weight', '', 'uint16', 'Block IO (relative weight), between 10 and 1000, or 0 to disable', '0'],
    ['cpu-period', '', 'int', 'Limit CPU CFS (Completely Fair Scheduler) period'],
    ['cpu-quota', '', 'int', 'Limit CPU CFS (Completely Fair Scheduler) quota'],
    ['cpu-rt-period', '', 'int', 'Limit the CPU real-time period in microseconds'],
    ['cpu-rt-runtime', '', 'int', 'Limit the CPU real-time runtime in microseconds'],
    ['cpu-shares', 'c', 'int', 'CPU shares (relative weight)'],
    ['cpus', '', 'decimal', 'Number of CPUs'],
    ['cpuset-cpus', '', 'string', 'CPUs in which to allow execution (0-3, 0,1)'],
    ['cpuset-mems', '', 'string', 'MEMs in which to allow execution (0-3, 0,1)'],
    ['memory', 'm', 'bytes', 'Memory limit'],
    ['kernel-memory', '', 'bytes', 'Kernel memory limit (deprecated)', undefined, 'hidden'],
    ['memory-reservation', '', 'bytes', 'Memory soft limit'],
    ['memory-swap', '', 'swap-bytes', 'Swap limit equal to memory plus swap: -1 to enable unlimited swap'],
    ['pids-limit', '', 'int', 'Tune container pids limit (set -1 for unlimited)'],
    ['restart', '', 'string', 'Restart policy to apply when a container exits'],
  ],
};

export const wait: CommandSpec = {
  name: 'wait',
  args: 'CONTAINER [CONTAINER...]',
  short: 'Block until one or more containers stop, then print their exit codes',
  aliases: ['docker container wait', 'docker wait'],
  arity: atLeast(1),
  flags: [],
};
