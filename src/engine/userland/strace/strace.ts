import { isErrno } from '../../base/errno.ts';
import type { Process } from '../../kernel/program.ts';
import type { Signal } from '../../kernel/signals.ts';
import type { Syscalls, Waited, WaitStatus } from '../../kernel/syscalls.ts';
import { findProgram } from '../lib/spawn.ts';
import { Output, type Stdio } from '../lib/stdio.ts';
import { readAccounts } from '../lib/users.ts';
import type { Utility } from '../utility.ts';
import { BadUsage, type Options, parseOptions } from './options.ts';
import { openOutput, Reporter } from './reporter.ts';
import { Tracee } from './tracee.ts';

/** strace(1), on ptrace(2): what a process asks of the kernel, call by call. Its messages are those of strace 6.1. */
export const strace: Utility = {
  name: 'strace',
  usage: '[options] { -p PID | PROG [ARGS] }',
  summary: 'Trace system calls and signals.',
  async run(io) {
    try {
      const options = parseOptions(io.args);
      if (options === 'help' || options === 'version') return about(io, options);
      return await new Tracer(io, options).run();
    } catch (error) {
      if (!(error instanceof BadUsage)) throw error;
      await io.fail(error.message);
      if (error.hint) await io.stderr.write("Try 'strace -h' for more information.\n");
      return 1;
    }
  },
};

function about(io: Stdio, what: 'help' | 'version'): number {
  io.stdout.write(
    what === 'version'
      ? 'strace -- version 6.1\nSimulated in Drydock after the tool of that name.\n'
      : `Usage: strace [-ACfhnqrtTvVwxyzZ] [-e EXPR]... [-a COLUMN] [-o FILE] [-s STRSIZE] [-S SORTBY]
              { -p PID | [-E VAR=VAL]... [-u USERNAME] PROG [ARGS] }
   or: strace -c[fwzZ] [-e EXPR]... [-S SORTBY] { -p PID | PROG [ARGS] }

  -f        children too            -p PID    a process that runs
  -o FILE   write to FILE           -e EXPR   trace=SET, signal=SET, status=SET, quiet=SET
  -c        count instead           -y        paths of descriptors
  -t -r -T  times                   -s SIZE   how much of strings
`,
  );
  return 0;
}

/** The signals that end strace, and with which it lets go of what it traces. */
const FATAL: readonly Signal[] = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGPIPE', 'SIGTERM'];

class Tracer {
  readonly #io: Stdio;
  readonly #sys: Syscalls;
  readonly #options: Options;
  readonly #tracees = new Map<number, Tracee>();
  readonly #reporters = new Map<number, Reporter>();
  #shared: { out: Output; reporter: Reporter } | undefined;
  /** The program that strace runs; 0 where it only attaches. */
  #child = 0;
  #end: WaitStatus = { kind: 'exited', code: 0 };
  #interrupted: Signal | undefined;

  constructor(io: Stdio, options: Options) {
    this.#io = io;
    this.#sys = io.sys;
    this.#options = options;
  }

  async run(): Promise<number> {
    const { output, separate, pids, command } = this.#options;
    if (!separate || !output) {
      const out = output ? await openOutput(this.#io, output.path, output.append) : new Output(this.#sys, 2);
      this.#shared = { out, reporter: new Reporter(this.#sys, out, this.#options) };
    }
    for (const signal of FATAL)
      await this.#sys.sigaction(signal, (which) => {
        this.#interrupted ??= which;
      });
    if (command.length > 0) await this.#start(command);
    for (const pid of pids) await this.#attach(pid);
    await this.#follow();
    if (this.#interrupted) await this.#letGo(this.#interrupted);
    if (this.#shared) await this.#shared.reporter.finish(this.#shared.out);
    return this.#leave();
  }

  /** Runs the program in a child that waits, stopped, until it is traced. */
  async #start(command: readonly string[]): Promise<void> {
    const { user: name, environment } = this.#options;
    const accounts = name === undefined ? undefined : await readAccounts(this.#sys);
    const user = name === undefined ? undefined : accounts?.user(name);
    if (name !== undefined && !user) throw new BadUsage(`Cannot find user '${name}'`);
    const file = await this.#find(command[0]!);
    const env = new Map(this.#io.env);
    for (const change of environment) {
      const equals = change.indexOf('=');
      if (equals === -1) env.delete(change);
      else env.set(change.slice(0, equals), change.slice(equals + 1));
    }
    this.#child = await this.#sys.fork(async (child: Process) => {
      const { sys } = child;
      await sys.kill(sys.getpid(), 'SIGSTOP');
      try {
        if (user && accounts) {
          await sys.setgroups(accounts.groupsOf(user.name, user.gid));
          await sys.setgid(user.gid);
          await sys.setuid(user.uid);
        }
        return await sys.execve(file, command, env);
      } catch (error) {
        if (!isErrno(error)) throw error;
        await sys.write(2, new TextEncoder().encode(`strace: exec: ${error.message}\n`));
        return 1;
      }
    });
    await this.#sys.wait(this.#child, { untraced: true });
    await this.#seize(this.#child);
    this.#add(new Tracee(this.#child, { hidden: true }));
    await this.#sys.kill(this.#child, 'SIGCONT');
  }

  async #find(name: string): Promise<string> {
    try {
      const file = await findProgram(this.#sys, name, this.#io.env.get('PATH'));
      await this.#sys.stat(file);
      return file;
    } catch (error) {
      if (isErrno(error)) throw new BadUsage(`Can't stat '${name}': ${error.message}`);
      throw error;
    }
  }

  async #attach(pid: number): Promise<void> {
    try {
      await this.#seize(pid);
      await this.#sys.ptrace({ request: 'PTRACE_INTERRUPT', pid });
    } catch (error) {
      if (isErrno(error)) throw new BadUsage(`attach: ptrace(PTRACE_SEIZE, ${pid}): ${error.message}`);
      throw error;
    }
    this.#add(new Tracee(pid, { attached: true }));
    await this.#say(`Process ${pid} attached`, 'attach');
  }

  async #seize(pid: number): Promise<void> {
    const options = { fork: this.#options.follow, exec: true };
    await this.#sys.ptrace({ request: 'PTRACE_SEIZE', pid, options });
  }

  #add(tracee: Tracee): void {
    this.#tracees.set(tracee.pid, tracee);
    this.#count();
  }

  #count(): void {
    if (this.#shared) this.#shared.reporter.traced = this.#tracees.size;
  }

  /** Hears of the tracees until none is left or strace is told to end. */
  async #follow(): Promise<void> {
    while (this.#tracees.size > 0 && !this.#interrupted) {
      try {
        await this.#hear((await this.#sys.wait(-1))!);
      } catch (error) {
        if (!isErrno(error, 'EINTR')) throw error;
      }
    }
  }

  async #hear({ pid, status, usage }: Waited): Promise<void> {
    let tracee = this.#tracees.get(pid);
    if (status.kind === 'stopped') {
      if (!tracee) {
        tracee = new Tracee(pid);
        this.#add(tracee);
        await this.#say(`Process ${pid} attached`, 'attach');
      }
      await this.#stopped(tracee, status, usage.system);
    } else if (tracee && status.kind !== 'continued') {
      await (await this.#reporter(tracee)).ended(tracee, status);
      this.#tracees.delete(pid);
      this.#count();
      if (pid === this.#child) this.#end = status;
    }
  }

  async #stopped(
    tracee: Tracee,
    { signal, trace }: WaitStatus & { kind: 'stopped' },
    systemTime: number,
  ): Promise<void> {
    const { pid } = tracee;
    const reporter = await this.#reporter(tracee);
    switch (trace) {
      case 'syscall':
        await this.#call(tracee, reporter, systemTime);
        break;
      case undefined:
        if (!tracee.hidden)
          await reporter.signal(
            tracee,
            signal,
            await this.#sys.ptrace({ request: 'PTRACE_GETSIGINFO', pid }),
          );
        break;
      case 'PTRACE_EVENT_STOP':
        if (signal === 'SIGTRAP') break;
        await reporter.stopped(tracee, signal);
        await this.#sys.ptrace({ request: 'PTRACE_LISTEN', pid });
        return;
      default:
    }
    await this.#sys.ptrace({ request: 'PTRACE_SYSCALL', pid, signal: trace === undefined ? signal : 0 });
  }

  async #call(tracee: Tracee, reporter: Reporter, systemTime: number): Promise<void> {
    const info = await this.#sys.ptrace({ request: 'PTRACE_GET_SYSCALL_INFO', pid: tracee.pid });
    if (!info) return;
    if (info.name === 'execve') tracee.hidden = false;
    if (tracee.hidden) tracee.systemTime = systemTime;
    else if (info.op === 'entry') await reporter.entered(tracee, info);
    else await reporter.left(tracee, info, systemTime);
  }

  /** Where a tracee is written down: with `-ff`, in a file of its own. */
  async #reporter({ pid }: Tracee): Promise<Reporter> {
    if (this.#shared) return this.#shared.reporter;
    const known = this.#reporters.get(pid);
    if (known) return known;
    const { path, append } = this.#options.output!;
    const out = await openOutput(this.#io, `${path}.${pid}`, append);
    const reporter = new Reporter(this.#sys, out, this.#options);
    this.#reporters.set(pid, reporter);
    return reporter;
  }

  /** Ends the tracing, not the traced; but the program that strace started ends with it. */
  async #letGo(fatal: Signal): Promise<void> {
    for (const tracee of [...this.#tracees.values()]) {
      const { pid } = tracee;
      if (pid === this.#child) await this.#sys.kill(pid, fatal).catch(() => {});
      await this.#detach(pid);
      await this.#say(`Process ${pid} detached`, 'attach');
      await (await this.#reporter(tracee)).detached(tracee);
    }
  }

  /** Only a halted tracee can be let go: it is halted for it, and takes along a signal that it halts at. */
  async #detach(pid: number): Promise<void> {
    try {
      await this.#sys.ptrace({ request: 'PTRACE_INTERRUPT', pid });
      for (;;) {
        const { status } = (await this.#sys.wait(pid))!;
        if (status.kind !== 'stopped') return;
        const signal = status.trace === undefined ? status.signal : 0;
        if (status.trace === 'PTRACE_EVENT_STOP' || status.trace === undefined) {
          await this.#sys.ptrace({ request: 'PTRACE_DETACH', pid, signal });
          return;
        }
        await this.#sys.ptrace({ request: 'PTRACE_CONT', pid });
      }
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }

  /** Ends as the program ended. */
  async #leave(): Promise<number> {
    const end: WaitStatus =
      this.#interrupted && this.#child !== 0
        ? { kind: 'signaled', signal: this.#interrupted, coreDumped: false }
        : this.#end;
    if (end.kind === 'exited') return end.code;
    if (end.kind !== 'signaled') return 0;
    if (end.signal !== 'SIGKILL') await this.#sys.sigaction(end.signal, 'default');
    await this.#sys.kill(this.#sys.getpid(), end.signal);
    return 1;
  }

  async #say(text: string, kind: string): Promise<void> {
    if (!this.#options.selection.quiet.has(kind)) await this.#io.fail(text);
  }
}
