import { concat, decode, encode } from '../base/bytes.ts';
import { VirtualClock } from '../base/clock.ts';
import { isErrno } from '../base/errno.ts';
import { encodeExecutable } from '../base/executable.ts';
import { seededRandom } from '../base/random.ts';
import { makedev } from '../vfs/device-number.ts';
import { mkdir } from '../vfs/names.ts';
import { close, open } from '../vfs/open.ts';
import { Tmpfs } from '../vfs/tmpfs.ts';
import { modules } from '../world/late/modules.ts';
import { parseOpenFlags } from './calls/descriptors.ts';
import { spawnCaptured } from './capture.ts';
import type { Cred } from './credentials.ts';
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from './fcntl.ts';
import { Kernel, type KernelOptions } from './kernel.ts';
import type { Program } from './program.ts';
import { exitCode } from './signals.ts';

/**
 * A small machine for tests of this room and those above: a disk with a few directories, `/proc`, `/sys` and `/dev`, an init that only reaps,
 * and the loop that the world otherwise runs. Not for use outside tests.
 */
export interface TestMachineOptions extends Partial<Omit<KernelOptions, 'programs' | 'clock'>> {
  /** Programs by name; each is also the executable file `/bin/NAME`, unless the name is a path. */
  programs?: Record<string, Program>;
  /** Programs whose code has to be fetched first, by name. */
  late?: Record<string, Promise<Program | undefined>>;
  /** Files by path: text or bytes, with mode 0644, or 0755 where they start with `#!`. A path ending in `/` is a directory. */
  files?: Record<string, string | Uint8Array>;
  /** Lets all microtasks run. Default: setImmediate. */
  macrotask?: () => Promise<void>;
  /** Where the clock stands at boot. */
  time?: number;
}

export interface RunOptions {
  stdin?: string | Uint8Array;
  env?: Record<string, string>;
  cwd?: string;
  cred?: Cred;
}

export interface RunResult {
  /** 128 + n when it died of a signal. */
  exit: number;
  stdout: string;
  stderr: string;
}

export class TestMachine {
  readonly kernel: Kernel;
  readonly clock: VirtualClock;
  readonly #macrotask: () => Promise<void>;
  /** Faults of programs: `run` throws the first. */
  readonly faults: unknown[] = [];

  constructor(options: TestMachineOptions) {
    const { programs = {}, late = {}, files = {}, macrotask, time = 1_767_225_600_000, ...rest } = options;
    // biome-ignore lint/style/noRestrictedGlobals: a fixture drives the engine from outside.
    this.#macrotask = macrotask ?? (() => new Promise((resolve) => setImmediate(resolve)));
    this.clock = new VirtualClock(time);
    const table = new Map(Object.entries({ [INIT]: init, ...programs }));
    this.kernel = new Kernel({
      hostname: 'test',
      modules,
      random: seededRandom('test'),
      rootfs: new Tmpfs({ dev: makedev(254, 1), clock: this.clock, type: 'ext4', mode: 0o755 }),
      onProgramError: (_task, error) => this.faults.push(error),
      ...rest,
      clock: this.clock,
      programs: { get: (name) => table.get(name) ?? late[name] },
    });
    for (const directory of DIRECTORIES) this.mkdir(directory, directory === '/tmp' ? 0o1777 : 0o755);
    for (const [name, type] of MOUNTS) {
      if (this.kernel.vfs.types.has(type)) this.kernel.mount(type, name, type);
    }
    for (const name of [...table.keys(), ...Object.keys(late)]) {
      this.write(name.startsWith('/') ? name : `/bin/${name}`, encodeExecutable(name), 0o755);
    }
    for (const [path, content] of Object.entries(files)) {
      if (path.endsWith('/')) this.mkdir(path);
      else this.write(path, content);
    }
    this.kernel.spawnInit({ path: `/bin/${INIT}`, argv: ['init'] });
  }

  /** Runs a command to its end, with its streams captured. A name without a slash is looked for in /bin. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { stdin, env = {}, cwd, cred } = options;
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    const [name] = argv;
    const { exited, task } = spawnCaptured(this.kernel, {
      path: name!.includes('/') ? name! : `/bin/${name}`,
      argv,
      env: new Map(Object.entries({ PATH: '/bin', HOME: '/root', ...env })),
      cwd,
      cred,
      stdin: typeof stdin === 'string' ? encode(stdin) : stdin,
      stdout: (chunk) => stdout.push(chunk),
      stderr: (chunk) => stderr.push(chunk),
    });
    await this.runUntil(() => task.zombie || this.faults.length > 0);
    if (this.faults.length > 0) throw this.faults.shift();
    return {
      exit: exitCode(await exited),
      stdout: decode(concat(stdout)),
      stderr: decode(concat(stderr)),
    };
  }

  /** Runs the world until `done`, jumping over idle time. Throws when nothing can ever happen any more. */
  async runUntil(done: () => boolean): Promise<void> {
    for (;;) {
      await this.#macrotask();
      if (done()) return;
      if (this.clock.fireNext() || this.kernel.scheduler.resumeRunnable()) continue;
      const next = this.clock.next();
      if (next === undefined) throw new Error(`nothing can happen any more; tasks:\n${this.ps()}`);
      this.clock.advance(next);
    }
  }

  /** Runs until nothing is left to do at this instant. */
  async settle(): Promise<void> {
    do await this.#macrotask();
    while (this.clock.fireNext() || this.kernel.scheduler.resumeRunnable());
  }

  /** Lets time pass. */
  async advance(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    for (;;) {
      await this.settle();
      const next = this.clock.next();
      if (next === undefined || next > until) break;
      this.clock.advance(next);
    }
    this.clock.advance(until);
    await this.settle();
  }

  mkdir(path: string, mode = 0o755): void {
    let at = '';
    for (const part of path.split('/').filter(Boolean)) {
      at += `/${part}`;
      try {
        mkdir(this.kernel.context, at, mode);
      } catch (error) {
        if (!isErrno(error, 'EEXIST')) throw error;
      }
    }
  }

  /** Writes a whole file, with the directories above it. */
  write(path: string, content: string | Uint8Array, mode?: number): void {
    const bytes = typeof content === 'string' ? encode(content) : content;
    this.mkdir(path.slice(0, path.lastIndexOf('/')));
    const flags = parseOpenFlags(O_WRONLY | O_CREAT | O_TRUNC);
    const script = bytes[0] === 0x23 && bytes[1] === 0x21;
    const file = open(this.kernel.context, path, flags, mode ?? (script ? 0o755 : 0o644));
    if (file instanceof Promise) throw new Error(`${path} is no regular file`);
    file.write(bytes, this.kernel.outside);
    close(file);
  }

  read(path: string): string {
    const file = open(this.kernel.context, path, parseOpenFlags(O_RDONLY));
    if (file instanceof Promise) throw new Error(`${path} is no regular file`);
    const chunks: Uint8Array[] = [];
    for (;;) {
      const chunk = file.read(65536, this.kernel.outside);
      if (chunk instanceof Promise || chunk.length === 0) break;
      chunks.push(chunk);
    }
    close(file);
    return decode(concat(chunks));
  }

  /** One line a process, for failing tests. */
  ps(): string {
    return [...this.kernel.tasks]
      .map((task) => `${task.pid} ${task.state} ${task.comm} ${task.image.argv.join(' ')}`)
      .join('\n');
  }
}

/** Boots a machine; `run` on it is most of what a test needs. */
export const bootTestMachine = (options: TestMachineOptions = {}): TestMachine => new TestMachine(options);

const INIT = 'test-init';

/** Ignoring SIGCHLD, it leaves no zombies. */
const init: Program = async ({ sys }) => {
  await sys.sigaction('SIGCHLD', 'ignore');
  return sys.pause();
};

const DIRECTORIES = ['/bin', '/dev', '/etc', '/proc', '/root', '/run', '/sys', '/tmp', '/usr', '/var'];
const MOUNTS = [
  ['/dev', 'devtmpfs'],
  ['/dev/pts', 'devpts'],
  ['/proc', 'proc'],
  ['/sys', 'sysfs'],
  ['/sys/fs/cgroup', 'cgroup2'],
] as const;
