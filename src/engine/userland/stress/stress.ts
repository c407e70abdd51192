import { isErrno } from '../../base/errno.ts';
import type { Process } from '../../kernel/program.ts';
import { signalNumber } from '../../kernel/signals.ts';
import type { Utility } from '../utility.ts';
import { HOGS } from './hogs.ts';
import { parseOptions, type StressOptions, Unfit } from './options.ts';
import { Voice } from './voice.ts';

/** stress(1), version 1.0.7: load to see limits at work. Its disk workers are not modelled: a world keeps its disks in memory. */
export const stress: Utility = {
  name: 'stress',
  usage: '[OPTION [ARG]] ...',
  summary: 'Imposes certain types of compute stress on a system.',
  async run(io) {
    const { process } = io;
    const voice = new Voice(process, 3);
    const asides: string[] = [];
    let options: StressOptions | 'help' | 'version' | Unfit;
    try {
      options = parseOptions(io.args, (text) => asides.push(text));
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      options = error;
    }
    for (const text of asides) await voice.debug(text);
    if (options instanceof Unfit) {
      await voice.fail(options.line, options.message);
      return 1;
    }
    if (typeof options === 'string') {
      io.stdout.write(options === 'help' ? USAGE : 'stress 1.0.7\n');
      return 0;
    }
    if (options.hdd > 0) return io.fail('option --hdd is not modelled');
    return new Run(process, options).run();
  },
};

/** In the order in which each round starts one of every kind, with the lines at which stress.c tells that it could not. */
const KINDS = [
  ['cpu', 312],
  ['io', 334],
  ['vm', 355],
] as const;

class Run {
  readonly #process: Process;
  readonly #options: StressOptions;
  readonly #voice: Voice;
  #children = 0;

  constructor(process: Process, options: StressOptions) {
    this.#process = process;
    this.#options = options;
    this.#voice = new Voice(process, options.verbosity);
  }

  async run(): Promise<number> {
    const voice = this.#voice;
    const { cpu, io, vm, hdd } = this.#options;
    const start = this.#time();
    await voice.info(`dispatching hogs: ${cpu} cpu, ${io} io, ${vm} vm, ${hdd} hdd`);
    await this.#dispatch(start);
    const failed = await this.#reap();
    const text = `run completed in ${this.#time() - start}s`;
    if (!failed) await voice.info(`successful ${text}`);
    else await voice.fail(461, `failed ${text}`);
    return failed ? 1 : 0;
  }

  /** Whole seconds, as time(2) gives them. */
  #time(): number {
    return Math.floor(this.#process.sys.clock_gettime('realtime') / 1000);
  }

  /** Starts workers, one of each kind a round. The later ones wait for less. */
  async #dispatch(start: number): Promise<void> {
    const voice = this.#voice;
    const { backoff, timeout } = this.#options;
    const left = { cpu: this.#options.cpu, io: this.#options.io, vm: this.#options.vm };
    while (left.cpu + left.io + left.vm > 0) {
      const wait = backoff * (left.cpu + left.io + left.vm);
      await voice.debug(`using backoff sleep of ${wait}us`);
      const remaining = timeout === 0 ? 0 : timeout - (this.#time() - start);
      if (timeout > 0) {
        if (remaining <= 0) return voice.warn(295, 'used up time before all workers dispatched');
        await voice.debug(`setting timeout to ${remaining}s`);
      }
      for (const [kind, line] of KINDS) {
        if (left[kind] === 0) continue;
        try {
          const pid = await this.#fork(kind, wait, remaining);
          await voice.debug(`--> hog${kind} worker ${left[kind]} [${pid}] forked`);
          this.#children++;
        } catch (error) {
          if (!isErrno(error)) throw error;
          await voice.fail(line, `fork failed: ${error.message}`);
        }
        left[kind]--;
      }
    }
  }

  #fork(kind: keyof typeof HOGS, wait: number, timeout: number): Promise<number> {
    const options = this.#options;
    return this.#process.sys.fork(async (child) => {
      await child.sys.alarm(timeout);
      await child.sys.nanosleep(wait / 1000);
      return options.dryRun ? 0 : HOGS[kind](child, options, this.#voice.of(child));
    });
  }

  /** Waits for all; the first that fails takes the others of its process group with it. Gives whether any failed. */
  async #reap(): Promise<boolean> {
    const voice = this.#voice;
    let failed = false;
    for (; this.#children > 0; this.#children--) {
      const ended = await this.#process.sys.wait(-1);
      if (!ended) break;
      const { pid, status } = ended;
      if (status.kind === 'exited' && status.code === 0)
        await voice.debug(`<-- worker ${pid} returned normally`);
      else if (status.kind === 'exited') {
        failed = true;
        await this.#giveUp(404, `worker ${pid} returned error ${status.code}`);
      } else if (status.kind === 'signaled') {
        if (status.signal === 'SIGALRM') await voice.debug(`<-- worker ${pid} signalled normally`);
        else if (status.signal === 'SIGUSR1') await voice.debug(`<-- worker ${pid} reaped`);
        else {
          failed = true;
          await this.#giveUp(425, `worker ${pid} got signal ${signalNumber(status.signal)}`);
        }
      }
    }
    return failed;
  }

  /** `line` is where the first of three lines comes from; the others are two and six further on. */
  async #giveUp(line: number, what: string): Promise<void> {
    const { sys } = this.#process;
    await this.#voice.fail(line, `<-- ${what}`);
    await this.#voice.warn(line + 2, 'now reaping child worker processes');
    await sys.sigaction('SIGUSR1', 'ignore');
    try {
      await sys.kill(-sys.getpid(), 'SIGUSR1');
    } catch (error) {
      if (!isErrno(error)) throw error;
      await this.#voice.fail(line + 6, `kill error: ${error.message}`);
    }
  }
}

const USAGE = `\`stress' imposes certain types of compute stress on your system

Usage: stress [OPTION [ARG]] ...
 -?, --help         show this help statement
     --version      show version statement
 -v, --verbose      be verbose
 -q, --quiet        be quiet
 -n, --dry-run      show what would have been done
 -t, --timeout N    timeout after N seconds
     --backoff N    wait factor of N microseconds before work starts
 -c, --cpu N        spawn N workers spinning on sqrt()
 -i, --io N         spawn N workers spinning on sync()
 -m, --vm N         spawn N workers spinning on malloc()/free()
     --vm-bytes B   malloc B bytes per vm worker (default is 256MB)
     --vm-stride B  touch a byte every B bytes (default is 4096)
     --vm-hang N    sleep N secs before free (default none, 0 is inf)
     --vm-keep      redirty memory instead of freeing and reallocating
 -d, --hdd N        spawn N workers spinning on write()/unlink()
     --hdd-bytes B  write B bytes per hdd worker (default is 1GB)

Example: stress --cpu 8 --io 4 --vm 2 --vm-bytes 128M --timeout 10s

Note: Numbers may be suffixed with s,m,h,d,y (time) or B,K,M,G (size).
`;
