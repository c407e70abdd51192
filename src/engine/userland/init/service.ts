import { isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_RDWR, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Process } from '../../kernel/program.ts';
import type { Signal } from '../../kernel/signals.ts';
import type { Syscalls, WaitStatus } from '../../kernel/syscalls.ts';
import { DEFAULT_PATH } from '../lib/spawn.ts';
import { textToBytes } from '../lib/text.ts';
import type { Unit } from './unit.ts';

/** What init ignores for itself: the terminal's signals and a stray kill do not end the machine. */
export const IGNORED: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'];
/** The first descriptor that a service is handed (sd_listen_fds(3)). */
const SD_LISTEN_FDS_START = 3;
/** What a child of the service manager ends with when it cannot execute the service (systemd.exec(5)). */
const EXIT_EXEC = 203;

/**
 * A service of the machine (systemd.service(5)). Modelled are `ExecStart=` without quotes and prefixes, `Restart=` with its limit, and
 * the handing over of sockets. Its output goes to /var/log/PROGRAM.log, for there is no journal.
 */
export class Service {
  readonly unit: Unit;
  /** When it shall be started, on the monotonic clock in ms. */
  due: number | undefined;
  #sockets: readonly number[];
  #pid: number | undefined;
  /** When it was started, as far back as the limit looks. */
  #starts: number[] = [];

  constructor(unit: Unit, sockets: readonly number[], due: number) {
    this.unit = unit;
    this.#sockets = sockets;
    this.due = due;
  }

  /** The sockets to watch: who connects to one starts the service, unless it runs or is about to. */
  get idleSockets(): readonly number[] {
    return this.#pid === undefined && this.due === undefined ? this.#sockets : [];
  }

  /** Starts it. If that happened too often of late it has failed instead, and its sockets are given up. */
  async start(process: Process): Promise<void> {
    const { sys } = process;
    const { unit } = this;
    const now = sys.clock_gettime('monotonic');
    const since = now - unit.span('Unit', 'StartLimitIntervalSec', 10_000);
    this.due = undefined;
    this.#starts = this.#starts.filter((start) => start > since);
    if (this.#starts.length >= Number(unit.get('Unit', 'StartLimitBurst') ?? 5)) {
      for (const socket of this.#sockets) await sys.close(socket);
      this.#sockets = [];
      return;
    }
    this.#starts.push(now);
    this.#pid = await sys.fork((child) => this.#execute(child, process.env));
  }

  /** Hears that a child of init has ended. */
  ended(pid: number, status: WaitStatus, now: number): void {
    if (pid !== this.#pid) return;
    this.#pid = undefined;
    if (this.#restarts(status)) this.due = now + this.unit.span('Service', 'RestartSec', 100);
  }

  #restarts(status: WaitStatus): boolean {
    const when = this.unit.get('Service', 'Restart');
    const clean =
      status.kind === 'exited'
        ? status.code === 0
        : status.kind === 'signaled' && IGNORED.includes(status.signal);
    return when === 'always' || (when === 'on-failure' && !clean);
  }

  async #execute(child: Process, inherited: ReadonlyMap<string, string>): Promise<number> {
    const { sys } = child;
    const argv = this.unit.words('Service', 'ExecStart');
    const program = argv[0] ?? '';
    try {
      await sys.setsid();
      for (const signal of IGNORED) await sys.sigaction(signal, 'default');
      await redirect(sys, `/var/log/${program.slice(program.lastIndexOf('/') + 1)}.log`);
      for (const [i, socket] of this.#sockets.entries()) await sys.dup2(socket, SD_LISTEN_FDS_START + i);
      const env = new Map([['PATH', DEFAULT_PATH], ...inherited]);
      if (this.#sockets.length > 0)
        env.set('LISTEN_PID', String(sys.getpid())).set('LISTEN_FDS', String(this.#sockets.length));
      return await sys.execve(program, argv, env);
    } catch (error) {
      if (!isErrno(error)) throw error;
      const text = `${this.unit.name}: Failed at step EXEC spawning ${program}: ${error.message}\n`;
      await sys.write(2, textToBytes(text)).catch(() => {});
      return EXIT_EXEC;
    }
  }
}

/** Nothing to read, and a log for all that is written. */
async function redirect(sys: Syscalls, log: string): Promise<void> {
  const files = [
    await sys.open('/dev/null', O_RDWR),
    await sys.open(log, O_WRONLY | O_CREAT | O_APPEND, 0o640),
  ];
  for (const fd of [0, 1, 2]) await sys.dup2(files[fd === 0 ? 0 : 1]!, fd);
  for (const fd of files) if (fd > 2) await sys.close(fd);
}
