import { isErrno } from '../../base/errno.ts';
import type { Signal } from '../../kernel/signals.ts';
import type { CallResult, SignalInfo, SyscallInfo, Syscalls, WaitStatus } from '../../kernel/syscalls.ts';
import { Output, type Stdio } from '../lib/stdio.ts';
import { CALL_NUMBERS } from './call-names.ts';
import { formatOf, linuxName } from './calls/table.ts';
import { Log, seconds } from './log.ts';
import { BadUsage, type Options } from './options.ts';
import { Show, signalInfo } from './show.ts';
import { Summary } from './summary.ts';
import type { OpenCall, Tracee } from './tracee.ts';

/** Writes down what tracees do. */
export class Reporter {
  readonly #sys: Syscalls;
  readonly #options: Options;
  readonly #log: Log<OpenCall>;
  readonly #summary: Summary | undefined;
  /** How many are traced now: with one of several, each line says whose it is. */
  traced = 0;

  constructor(sys: Syscalls, out: Output, options: Options) {
    this.#sys = sys;
    this.#options = options;
    this.#log = new Log(out, options);
    this.#summary = options.summary === 'none' ? undefined : new Summary();
  }

  /** A call is entered. */
  async entered(tracee: Tracee, info: SyscallInfo): Promise<void> {
    const format = formatOf(info.name);
    const name = linuxName(format, info.args);
    const restarted = tracee.interrupted === name && format.restart === 'ERESTART_RESTARTBLOCK';
    const show = await this.#show(tracee);
    const entry = format.entry?.(show, ...info.args) ?? [];
    const text = restarted
      ? `restart_syscall(<... resuming interrupted ${name} ...>`
      : `${name}(${entry.join(', ')}${format.exit && entry.length > 0 ? ', ' : ''}`;
    const call: OpenCall = { tracee, format, name, args: info.args, entered: this.#now, text, restarted };
    tracee.interrupted = undefined;
    tracee.number = CALL_NUMBERS.get(name) ?? -1;
    tracee.calls.set(info.slot, call);
    if (!this.#shows(name)) return;
    // Where the outcome decides whether it is shown, it is written when that is known.
    if (this.#options.selection.statuses.size === STATUSES) this.#begin(call);
    if (info.name === 'exit') this.#end(call, '?');
    await this.#log.flush();
  }

  /** A call is left. `systemTime`: what the tracee has spent in the kernel by now, in ms. */
  async left(tracee: Tracee, info: SyscallInfo & { op: 'exit' }, systemTime: number): Promise<void> {
    const call = tracee.calls.get(info.slot);
    const spent = (systemTime - tracee.systemTime) * 1000;
    tracee.systemTime = systemTime;
    // Entered before strace came.
    if (!call) return;
    tracee.calls.delete(info.slot);
    const { result } = info;
    const failed = 'error' in result;
    const text = this.#outcome(call, result, await this.#show(tracee));
    if (!this.#options.selection.calls(call.name)) return;
    const elapsed = this.#now - call.entered;
    this.#summary?.add(call.name, this.#options.wallClock ? elapsed * 1000 : spent, failed);
    if (!this.#shows(call.name)) return;
    if (!this.#options.selection.statuses.has(failed ? 'failed' : 'successful')) return;
    if (this.#log.open !== call) this.#resume(call);
    const { exit } = call.format;
    if (exit && !call.restarted)
      this.#log.write(
        exit(await this.#show(tracee), failed ? undefined : result.value, ...call.args).join(', '),
      );
    this.#end(call, text + (this.#options.duration ? ` <${seconds(elapsed)}>` : ''));
    await this.#log.flush();
  }

  /** A signal is about to be delivered. */
  async signal(tracee: Tracee, signal: Signal, info: SignalInfo): Promise<void> {
    if (this.#options.summary === 'only' || !this.#options.selection.signals(signal)) return;
    await this.#line(tracee, `--- ${signal} ${signalInfo(signal, info)} ---`);
  }

  /** A signal has stopped the tracee. */
  async stopped(tracee: Tracee, signal: Signal): Promise<void> {
    if (this.#options.summary === 'only' || !this.#options.selection.signals(signal)) return;
    await this.#line(tracee, `--- stopped by ${signal} ---`);
  }

  /** The tracee is dead. */
  async ended(tracee: Tracee, status: WaitStatus): Promise<void> {
    for (const call of tracee.calls.values()) {
      if (this.#log.open !== call) continue;
      this.#log.write(' <unfinished ...>');
      this.#end(call, '?');
    }
    if (this.#options.summary === 'only' || this.#options.selection.quiet.has('exit')) return;
    if (status.kind === 'exited') await this.#line(tracee, `+++ exited with ${status.code} +++`);
    if (status.kind === 'signaled' && this.#options.selection.signals(status.signal))
      await this.#line(
        tracee,
        `+++ killed by ${status.signal}${status.coreDumped ? ' (core dumped)' : ''} +++`,
      );
  }

  /** The tracee is let go: its open call is not heard of any more. */
  async detached(tracee: Tracee): Promise<void> {
    if (this.#log.open?.tracee !== tracee) return;
    this.#log.write(' <detached ...>');
    this.#log.end();
    await this.#log.flush();
  }

  /** The summary, after all. */
  async finish(out: Output): Promise<void> {
    if (this.#summary) void out.write(this.#summary.text(this.#options.sortBy));
    await out.flush();
  }

  #shows(name: string): boolean {
    return this.#options.summary !== 'only' && this.#options.selection.calls(name);
  }

  #begin(call: OpenCall): void {
    this.#log.begin(call, this.#prefix(call.tracee), this.#now);
    this.#log.write(call.text);
  }

  /** Goes on with a call whose line another has taken. */
  #resume(call: OpenCall): void {
    if (this.#options.selection.statuses.size !== STATUSES) {
      this.#begin(call);
      return;
    }
    this.#log.begin(call, this.#prefix(call.tracee), this.#now);
    this.#log.write(`<... ${call.restarted ? 'restart_syscall' : call.name} resumed>`);
  }

  #end(call: OpenCall, result: string): void {
    if (this.#log.open !== call) this.#begin(call);
    this.#log.write(') ');
    this.#log.align();
    this.#log.write(`= ${result}`);
    this.#log.end();
  }

  async #line(tracee: Tracee, text: string): Promise<void> {
    this.#log.line(this.#prefix(tracee), text, this.#now);
    await this.#log.flush();
  }

  #prefix({ pid, number }: Tracee): string {
    const { output, follow, separate, numbers } = this.#options;
    const call = numbers ? `[${String(number).padStart(4)}] ` : '';
    if (separate) return call;
    if (output && (follow || this.traced > 1)) return `${String(pid).padEnd(5)} ${call}`;
    return !output && this.traced > 1 ? `[pid ${String(pid).padStart(5)}] ${call}` : call;
  }

  #outcome(call: OpenCall, result: CallResult, show: Show): string {
    const { tracee, format, name, args } = call;
    if (!('error' in result)) {
      const value =
        name === 'rt_sigreturn' ? tracee.returned : (format.result?.(show, result.value, ...args) ?? '0');
      tracee.returned = value;
      return value;
    }
    const { error } = result;
    if (!isErrno(error)) throw error;
    if (error.code === 'ERESTARTSYS') {
      tracee.interrupted = name;
      tracee.returned = `${CALL_NUMBERS.get(name) ?? 0}`;
      return `? ${RESTARTS[format.restart ?? 'ERESTARTSYS']}`;
    }
    return `-1 ${error.code} (${error.message})`;
  }

  get #now(): number {
    return this.#sys.clock_gettime();
  }

  async #show({ pid }: Tracee): Promise<Show> {
    const { stringLimit, hex, selection } = this.#options;
    const options = { stringLimit, hex, verbose: selection.verbose };
    if (!selection.files) return new Show(options);
    const cwd = await this.#sys.readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    return new Show(options, await openFiles(this.#sys, pid), cwd);
  }
}

/** How many statuses there are: with all of them selected, a call is shown whatever comes of it. */
const STATUSES = 5;

const RESTARTS = {
  ERESTARTSYS: 'ERESTARTSYS (To be restarted if SA_RESTART is set)',
  ERESTARTNOHAND: 'ERESTARTNOHAND (To be restarted if no handler)',
  ERESTART_RESTARTBLOCK: 'ERESTART_RESTARTBLOCK (Interrupted by signal)',
} as const;

/** The path behind each descriptor of a process. */
async function openFiles(sys: Syscalls, pid: number): Promise<Map<number, string>> {
  const files = new Map<number, string>();
  try {
    const directory = await sys.open(`/proc/${pid}/fd`, 0o200000);
    const entries = await sys.getdents(directory);
    await sys.close(directory);
    for (const { name } of entries)
      if (/^\d+$/.test(name)) files.set(Number(name), await sys.readlink(`/proc/${pid}/fd/${name}`));
  } catch (error) {
    // It is gone already, or may not be looked into.
    if (!isErrno(error)) throw error;
  }
  return files;
}

/** Opens the file of `-o`. Throws `BadUsage`. */
export async function openOutput(io: Stdio, path: string, append: boolean): Promise<Output> {
  try {
    const flags = 0o1 | 0o100 | 0o2000000 | (append ? 0o2000 : 0o1000);
    return new Output(io.sys, await io.sys.open(path, flags, 0o666));
  } catch (error) {
    if (isErrno(error)) throw new BadUsage(`Can't fopen '${path}': ${error.message}`);
    throw error;
  }
}
