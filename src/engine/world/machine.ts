import { instant } from '../base/calendar.ts';
import { type Tree, treeEntries } from '../images/tree.ts';
import { spawnCaptured } from '../kernel/capture.ts';
import { openWindow, type Window } from '../kernel/controlling-terminal.ts';
import { type Cred, login, ROOT, within } from '../kernel/credentials.ts';
import { Kernel, type KernelVersion, type Spawned } from '../kernel/kernel.ts';
import type { ModuleSource } from '../kernel/modules.ts';
import type { ProgramSource } from '../kernel/program.ts';
import type { EthernetSegment } from '../net/ethernet-segment.ts';
import { SOCKETS_OPEN } from '../userland/init/init.ts';
import { type Capability, CapabilitySet } from '../vfs/capabilities.ts';
import { makedev } from '../vfs/device-number.ts';
import { mkdir } from '../vfs/names.ts';
import { Tmpfs } from '../vfs/tmpfs.ts';
import type { WindowSize } from '../vfs/tty/attributes.ts';
import { populate } from './populate.ts';
import type { LegacyCgroups, UserSpec } from './scenario.ts';
import type { World } from './world.ts';

export interface MachineOptions {
  hostname: string;
  /** The installed disk. */
  disk: Tree;
  programs: ProgramSource;
  modules?: ModuleSource;
  /** The wire that eth0 is plugged into, and how it is configured there. */
  wire: EthernetSegment;
  addresses: readonly { address: string; prefix: number }[];
  gateway?: string;
  memory?: number;
  cpus?: number;
  cgroups?: LegacyCgroups | undefined;
  kernel?: KernelVersion | undefined;
  withoutCapabilities?: readonly Capability[] | undefined;
}

/** How a command is run from outside, with its streams captured. */
export interface CommandOptions {
  user: UserSpec;
  cwd: string;
  env?: ReadonlyMap<string, string>;
  stdin?: Uint8Array;
  onStdout(bytes: Uint8Array): void;
  onStderr(bytes: Uint8Array): void;
}

/** Who sits at a terminal, and where what it shows goes. */
export interface ConsoleOptions {
  user: UserSpec;
  cwd: string;
  size: WindowSize;
  onOutput(bytes: Uint8Array): void;
  onClosed?(): void;
}

/** A terminal on a machine's desk. */
export interface Console extends Window {
  /** The session leader that was started on it. */
  readonly shell: Spawned;
}

type MountRow = readonly [source: string, target: string, type: string, options: string];

/** File systems that a booted Debian has, in order of mounting. */
const MOUNTS: readonly MountRow[] = [
  ['proc', '/proc', 'proc', ''],
  ['sysfs', '/sys', 'sysfs', ''],
  ['udev', '/dev', 'devtmpfs', 'size=993480k,mode=755'],
  ['devpts', '/dev/pts', 'devpts', 'gid=5,mode=620,ptmxmode=000'],
  ['tmpfs', '/dev/shm', 'tmpfs', 'size=1009668k'],
  ['tmpfs', '/run', 'tmpfs', 'size=201936k,mode=755'],
];

const UNIFIED_CGROUPS: readonly MountRow[] = [
  ['cgroup2', '/sys/fs/cgroup', 'cgroup2', 'nsdelegate,memory_recursiveprot'],
];

/** Each hierarchy of version 1 has a directory of its own on a small file system. */
const legacyCgroups = ({ hierarchies, unified }: LegacyCgroups): readonly MountRow[] => [
  ['tmpfs', '/sys/fs/cgroup', 'tmpfs', 'mode=755'],
  ...hierarchies.map((options): MountRow => {
    return ['cgroup', `/sys/fs/cgroup/${options.replace(/^none,name=/, '')}`, 'cgroup', options];
  }),
  ...(unified ? [['cgroup2', '/sys/fs/cgroup/unified', 'cgroup2', ''] satisfies MountRow] : []),
];

/** When the disks of all machines were installed. */
const INSTALLED = instant(2026, 11, 2, 9, 30);

/** One computer of a world: a disk, a kernel, a network card. */
export class Machine {
  readonly kernel: Kernel;
  readonly world: World;
  /** Faults of our own programs, newest last: a defect of the simulator, never of what the learner did. */
  readonly faults: { program: string; error: unknown }[] = [];
  /** What its processes may have at most. */
  readonly #bounding: CapabilitySet;

  constructor(world: World, options: MachineOptions) {
    this.world = world;
    this.#bounding = CapabilitySet.ALL.without(CapabilitySet.of(options.withoutCapabilities ?? []));
    const disk = new Tmpfs({
      dev: makedev(254, 1),
      clock: world.clock,
      type: 'ext4',
      mode: 0o755,
      directorySize: 4096,
      size: DISK_SIZE,
      maxLinks: 65_000,
      maxBytes: 2 ** 44 - 4096,
    });
    populate(disk.root, treeEntries(options.disk, INSTALLED));
    const kernel: Kernel = new Kernel({
      clock: world.clock,
      random: world.random,
      scheduler: world.scheduler,
      programs: options.programs,
      modules: options.modules,
      hostname: options.hostname,
      rootfs: disk,
      memory: options.memory,
      cpus: options.cpus,
      version: options.kernel,
      onProgramError: (task, error) => this.faults.push({ program: task.comm, error }),
    });
    this.kernel = kernel;
    for (const [source, target, type, data] of MOUNTS) kernel.mount(source, target, type, data);
    const { cgroups } = options;
    for (const [source, target, type, data] of cgroups ? legacyCgroups(cgroups) : UNIFIED_CGROUPS) {
      if (target.startsWith('/sys/fs/cgroup/')) mkdir(kernel.context, target, 0o755);
      kernel.mount(source, target, type, data);
    }
    const { net } = kernel.namespaces.net;
    net.setUp(net.loopback, true);
    const card = net.addEthernet('eth0', options.wire);
    net.setUp(card, true);
    for (const { address, prefix } of options.addresses) {
      net.addAddress(card, address, prefix);
      net.setBroadcast(card, address);
    }
    if (options.gateway)
      net.routes.add({
        destination: 'default',
        gateway: options.gateway,
        device: 'eth0',
        protocol: 'static',
      });
  }

  /** Starts PID 1. */
  boot(argv: readonly string[]): void {
    this.kernel.spawnInit({
      path: argv[0]!,
      argv,
      env: new Map([
        ['PATH', ROOT_PATH],
        ['HOME', '/'],
      ]),
      cwd: '/',
      cred: within(ROOT, this.#bounding),
    });
  }

  /** Whether it has booted so far that one can sit down at its console: services may still be starting. */
  get ready(): boolean {
    return this.kernel.init?.published.has(SOCKETS_OPEN) ?? false;
  }

  /** Opens a terminal and starts a login shell of a user on it. */
  openConsole(options: ConsoleOptions): Console {
    return this.#onTerminal(['-bash'], '/bin/bash', options);
  }

  /** Runs `bash -c` on a terminal of its own. */
  runOnTerminal(command: string, options: ConsoleOptions): Console {
    return this.#onTerminal(['bash', '-c', command], '/bin/bash', options);
  }

  #login({ uid, gid, groups }: UserSpec): Cred {
    return within(login(uid, gid, groups), this.#bounding);
  }

  #onTerminal(argv: readonly string[], path: string, options: ConsoleOptions): Console {
    const { user, cwd, ...window } = options;
    const opened = openWindow(this.kernel, { ...window, owner: { uid: user.uid, gid: TTY_GROUP } });
    const env = environment(user);
    env.set('TERM', 'xterm-256color');
    const shell = this.kernel.spawn({
      path,
      argv,
      env,
      cwd,
      cred: this.#login(user),
      terminal: opened.path,
    });
    return { ...opened, shell };
  }

  /** Runs `bash -c` with captured streams. */
  run(command: string, options: CommandOptions): Spawned {
    const { user, env, onStdout, onStderr, ...rest } = options;
    return spawnCaptured(this.kernel, {
      ...rest,
      path: '/bin/bash',
      argv: ['bash', '-c', command],
      env: new Map([...environment(user), ...(env ?? [])]),
      cred: this.#login(user),
      stdout: onStdout,
      stderr: onStderr,
    });
  }
}

const DISK_SIZE = 40 * 1024 ** 3;
const TTY_GROUP = 5;
const ROOT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const USER_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games';

/** What login(1) sets. */
function environment(user: UserSpec): Map<string, string> {
  return new Map([
    ['HOME', user.home],
    ['USER', user.name],
    ['LOGNAME', user.name],
    ['SHELL', '/bin/bash'],
    ['PATH', user.uid === 0 ? ROOT_PATH : USER_PATH],
    ['LANG', 'C.UTF-8'],
  ]);
}
