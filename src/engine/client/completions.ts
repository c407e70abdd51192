/**
 * What Tab offers for arguments and for the values of flags: names that the daemon knows, words from a list.
 * Models docker/cli `cli/command/completion/functions.go` and `cli/command/container/completion.go`.
 */

import type { ContainerSummary } from '../api/containers.ts';
import { SIGNAL_NAMES } from '../api/signals.ts';
import type { Cli } from './cli.ts';
import type { Completion } from './command.ts';
import { imageNames } from './commands/images.ts';
import { networkNames } from './commands/network.ts';
import { containerNames } from './commands/ps.ts';
import { volumeNames } from './commands/volume.ts';
import type { FlagRow } from './flags/spec.ts';

export const nothing: Completion = async () => [];
const words =
  (...list: string[]): Completion =>
  async () =>
    list;

export const allContainers: Completion = (cli) => containerNames(cli, true);
export const runningContainers: Completion = (cli) => containerNames(cli, false);
const inState =
  (...states: ContainerSummary['State'][]): Completion =>
  (cli) =>
    containerNames(cli, true, (container) => states.includes(container.State));
/** `docker pause`, `exec`, `attach`: those that run and are not paused. */
export const livelyContainers: Completion = inState('running', 'restarting');
export const stoppedContainers: Completion = inState('exited', 'created');
export const pausedContainers: Completion = inState('paused');
/** `docker rm`: with `--force` those that run too. */
export const removableContainers: Completion = (cli, args, flags, word) =>
  (flags.has('force') ? allContainers : stoppedContainers)(cli, args, flags, word);

export const allImages: Completion = (cli) => imageNames(cli);
/** `docker run IMAGE`: what follows belongs to the container. */
export const firstImage: Completion = async (cli, args) => (args.length === 0 ? imageNames(cli) : []);

export const networks: Completion = (cli) => networkNames(cli);
export const volumes: Completion = (cli) => volumeNames(cli);

/** A network, then a container that is (or is not) in it. */
const networkThenContainer =
  (attached: boolean): Completion =>
  async (cli, args) => {
    const [network, ...more] = args;
    if (network === undefined) return networkNames(cli);
    if (more.length > 0) return [];
    return containerNames(
      cli,
      true,
      ({ NetworkSettings }) => Object.hasOwn(NetworkSettings?.Networks ?? {}, network) === attached,
    );
  };
export const networkToConnect: Completion = networkThenContainer(false);
export const networkToDisconnect: Completion = networkThenContainer(true);

const CAPABILITIES =
  'ALL CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
    .split(' ')
    .map((name) => (name === 'ALL' ? name : `CAP_${name}`));

const containersAs = async (cli: Cli): Promise<string[]> =>
  (await containerNames(cli, true)).map((name) => `container:${name}`);

const host = words('host');
/** Container, then more words: one may be picked with another's namespace. */
const namespace =
  (...others: string[]): Completion =>
  async (cli, _args, _flags, word) => [
    ...(word.startsWith('container:') ? await containersAs(cli) : ['container:']),
    ...others,
  ];

/** Flags of `docker run` and `docker create` whose values are known. */
const CREATE_VALUES: Readonly<Record<string, Completion>> = {
  attach: words('stderr', 'stdin', 'stdout'),
  'cap-add': words(...CAPABILITIES),
  'cap-drop': words(...CAPABILITIES),
  cgroupns: words('host', 'private'),
  ipc: namespace('host', 'none', 'private', 'shareable'),
  'log-driver': words('awslogs', 'fluentd', 'gelf', 'journald', 'json-file', 'local', 'splunk', 'syslog'),
  network: networks,
  pid: namespace('host'),
  pull: words('always', 'missing', 'never'),
  restart: words('no', 'always', 'on-failure', 'unless-stopped'),
  'stop-signal': words(...SIGNAL_NAMES),
  userns: host,
  uts: host,
  'volume-driver': words('local'),
  'volumes-from': allContainers,
};

/** Of these commands no flag but `--env-file` offers files. */
export const createValues = (flags: readonly FlagRow[]): Readonly<Record<string, Completion>> => ({
  ...Object.fromEntries(flags.filter(([name]) => name !== 'env-file').map(([name]) => [name, nothing])),
  ...CREATE_VALUES,
});

export const signalValue = { signal: words(...SIGNAL_NAMES) };
export const restartValue = { restart: CREATE_VALUES['restart']! };
