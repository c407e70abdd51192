import { raw, type TerminalAttributes } from '../../vfs/tty/attributes.ts';
import { readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import { Given, type Utility } from '../utility.ts';
import { commandOf, machine, type ProcessInfo, processes } from './processes.ts';
import { uptimeLine } from './system.ts';

/** top(1): a screenful of processes, the busiest first. Interactive keys: q, space, M, P, T, N. */
export const top: Utility = {
  name: 'top',
  usage: '[-b] [-n COUNT] [-d SECS] [-p PID]',
  summary: 'Display processes.',
  options: { short: 'bcd:Hin:o:p:sSu:U:w::', long: { batch: 'b', delay: 'd:', iterations: 'n:' } },
  busybox: { options: { short: 'bn:d:mH' }, usage: '[-bmH] [-n COUNT] [-d SECONDS]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const batch = given.has('b') || !(await io.sys.isatty(1));
    const count = Number(given.value('n') ?? Number.POSITIVE_INFINITY);
    let delay = Number(given.value('d') ?? (gnu ? 3 : 5)) * 1000;
    if (Number.isNaN(delay) || Number.isNaN(count))
      return io.fail(
        `${gnu ? 'bad argument' : 'invalid number'} '${given.value(Number.isNaN(count) ? 'n' : 'd')}'`,
      );
    delay = Math.max(100, delay);
    const screen = new Screen(
      io,
      gnu,
      new Set(
        given
          .values('p')
          .flatMap((text) => text.split(','))
          .map(Number),
      ),
    );
    let saved: TerminalAttributes | undefined;
    const interactive = !batch && (await io.sys.isatty(0));
    if (interactive) {
      saved = (await io.sys.ioctl(0, { request: 'TCGETS' })) as TerminalAttributes;
      // Output stays as it is, so that lines end as usual; Ctrl-C still ends us.
      await io.sys.ioctl(0, {
        request: 'TCSETS',
        attributes: { ...raw(saved), opost: true, onlcr: true, isig: true, icrnl: true },
      });
      const restore = () =>
        void io.sys.ioctl(0, { request: 'TCSETS', attributes: saved! }).then(() => io.sys.exit(0));
      await io.sys.sigaction('SIGINT', restore);
      await io.sys.sigaction('SIGTERM', restore);
    }
    for (let round = 1; round <= count; round++) {
      await screen.draw(batch);
      if (round === count) break;
      if (!interactive) {
        await io.sys.nanosleep(delay);
        continue;
      }
      const [ready] = await io.sys.poll([{ fd: 0, read: true }], delay);
      if (!ready?.readable) continue;
      const key = bytesToText(await io.sys.read(0, 16));
      if (key === '' || key.includes('q') || key.includes('\x03')) break;
      screen.key(key);
    }
    if (saved) await io.sys.ioctl(0, { request: 'TCSETS', attributes: saved });
    if (interactive) io.stdout.write('\n');
    return 0;
  },
};

class Screen {
  readonly #io: Stdio;
  readonly #gnu: boolean;
  readonly #only: ReadonlySet<number>;
  #order: 'cpu' | 'memory' | 'time' | 'pid' = 'cpu';
  #before = new Map<number, number>();
  #beforeAt = 0;
  #beforeCpu: number[] = [];

  constructor(io: Stdio, gnu: boolean, only: ReadonlySet<number>) {
    this.#io = io;
    this.#gnu = gnu;
    this.#only = only;
  }

  key(key: string): void {
    const order = (
      { M: 'memory', P: 'cpu', T: 'time', N: 'pid', m: 'memory', p: 'cpu', t: 'time', n: 'pid' } as const
    )[key[0] as 'M'];
    if (order) this.#order = order;
  }

  async draw(batch: boolean): Promise<void> {
    const { sys, stdout } = this.#io;
    const all = (await processes(sys)).filter(({ pid }) => this.#only.size === 0 || this.#only.has(pid));
    const { uptime, memory, load } = await machine(sys);
    const accounts = await readAccounts(sys);
    const span = this.#beforeAt === 0 ? uptime : uptime - this.#beforeAt;
    const share = (info: ProcessInfo) => {
      const used = info.utime + info.stime - (this.#beforeAt === 0 ? 0 : (this.#before.get(info.pid) ?? 0));
      const lived = this.#beforeAt === 0 ? Math.max(0.01, uptime - info.start / 100) : span;
      return Math.max(0, Math.min(100, used / Math.max(0.01, lived)));
    };
    const cpu = (bytesToText(await readFile(sys, '/proc/stat')).split('\n')[0] ?? '')
      .trim()
      .split(/\s+/)
      .slice(1, 9)
      .map(Number);
    const delta = cpu.map((ticks, i) => ticks - (this.#beforeCpu[i] ?? 0));
    const sum = Math.max(
      1,
      delta.reduce((a, b) => a + b, 0),
    );
    const percent = (i: number) => ((delta[i] ?? 0) / sum) * 100;
    const total = memory.get('MemTotal') ?? 1;
    const free = memory.get('MemFree') ?? 0;
    const cache = (memory.get('Buffers') ?? 0) + (memory.get('Cached') ?? 0);
    const available = memory.get('MemAvailable') ?? free;
    const rows = all.map((info) => ({ info, cpu: share(info), memory: (info.resident / total) * 100 }));
    const rank = { cpu: 'cpu', memory: 'memory' } as const;
    rows.sort((a, b) =>
      this.#order === 'pid'
        ? b.info.pid - a.info.pid
        : this.#order === 'time'
          ? b.info.utime + b.info.stime - a.info.utime - a.info.stime
          : b[rank[this.#order]] - a[rank[this.#order]] || a.info.pid - b.info.pid,
    );
    const states = (letter: string) => all.filter(({ state }) => state === letter).length;
    const lines: string[] = [];
    if (this.#gnu) {
      const mib = (bytes: number) => (bytes / 1048576).toFixed(1).padStart(8);
      lines.push(
        `top -${(await uptimeLine(this.#io, true)).replace(/^ (\S+) up/, ' $1 up')}`,
        `Tasks: ${String(all.length).padStart(3)} total, ${String(states('R')).padStart(3)} running, ${String(states('S')).padStart(3)} sleeping, ${String(states('T')).padStart(3)} stopped, ${String(states('Z')).padStart(3)} zombie`,
        `%Cpu(s): ${[0, 2, 1, 3, 4, 5, 6, 7].map((i, at) => `${percent(i).toFixed(1).padStart(4)} ${['us', 'sy', 'ni', 'id', 'wa', 'hi', 'si', 'st'][at]}`).join(', ')} `,
        `MiB Mem : ${mib(total)} total, ${mib(free)} free, ${mib(total - available)} used, ${mib(cache)} buff/cache     `,
        `MiB Swap: ${mib(0)} total, ${mib(0)} free, ${mib(0)} used. ${mib(available)} avail Mem `,
        '',
        '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND',
      );
      for (const { info, cpu: used, memory: part } of rows) {
        const ticks = info.utime + info.stime;
        const time = `${Math.floor(ticks / 6000)}:${String(Math.floor(ticks / 100) % 60).padStart(2, '0')}.${String(ticks % 100).padStart(2, '0')}`;
        const user = accounts.userName(info.euid);
        lines.push(
          `${String(info.pid).padStart(7)} ${(user.length > 8 ? `${user.slice(0, 7)}+` : user).padEnd(8)}  ${String(info.priority).padStart(2)} ${String(info.nice).padStart(3)} ${String(info.virtual / 1024).padStart(7)} ${String(info.resident / 1024).padStart(6)} ${String(1500).padStart(6)} ${info.state} ${used.toFixed(1).padStart(5)} ${part.toFixed(1).padStart(5)} ${time.padStart(9)} ${info.comm}`,
        );
      }
    } else {
      const kib = (bytes: number) => Math.floor(bytes / 1024);
      lines.push(
        `Mem: ${kib(total - free)}K used, ${kib(free)}K free, ${kib(memory.get('Shmem') ?? 0)}K shrd, ${kib(memory.get('Buffers') ?? 0)}K buff, ${kib(memory.get('Cached') ?? 0)}K cached`,
        `CPU: ${[0, 2, 1, 3, 4, 5, 6].map((i, at) => `${percent(i).toFixed(0).padStart(3)}% ${['usr', 'sys', 'nic', 'idle', 'io', 'irq', 'sirq'][at]}`).join(' ')}`,
        `Load average: ${load.slice(0, 3).join(' ')} ${load[3] ?? ''} ${sys.getpid()}`,
        '  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND',
      );
      for (const { info, cpu: used } of rows)
        lines.push(
          `${String(info.pid).padStart(5)} ${String(info.ppid).padStart(5)} ${accounts.userName(info.euid).padEnd(8).slice(0, 8)} ${info.state.padEnd(4)} ${String(kib(info.virtual)).padStart(5)} ${`${Math.round((info.virtual / total) * 100)}%`.padStart(4)} ${`${Math.round(used)}%`.padStart(4)} ${commandOf(info)}`,
        );
    }
    this.#before = new Map(all.map((info) => [info.pid, info.utime + info.stime]));
    this.#beforeAt = uptime;
    this.#beforeCpu = cpu;
    if (batch) stdout.write(`${lines.join('\n')}\n`);
    else {
      const size = (await sys.ioctl(1, { request: 'TIOCGWINSZ' })) as { rows: number; columns: number };
      const header = this.#gnu ? 6 : 3;
      const shown = lines.slice(0, (size.rows || 24) - 1).map((line, i) => {
        const text = line.slice(0, size.columns || 80);
        return i === header ? `\x1b[7m${text.padEnd(size.columns || 80)}\x1b[m` : text;
      });
      stdout.write(`\x1b[H\x1b[J${shown.join('\n')}\n`);
    }
    await stdout.flush();
  }
}
