import { run as runProgram } from '../lib/spawn.ts';
import type { Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { humanSize } from '../sizes.ts';
import { Given, Misuse, type Utility } from '../utility.ts';
import { machine } from './processes.ts';

/** free(1) */
export const free: Utility = {
  name: 'free',
  usage: '[options]',
  summary: 'Display amount of free and used memory in the system.',
  hint: () => '\nUsage:\n free [options]\n',
  options: {
    short: 'bkmghtwls:c:',
    long: { bytes: 'b', kibi: 'k', mebi: 'm', gibi: 'g', human: 'h', si: 'si', total: 't', wide: 'w' },
  },
  busybox: { options: { short: 'bkmgh' }, usage: '[-bkmgh]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const { memory } = await machine(io.sys);
    const value = (name: string) => memory.get(name) ?? 0;
    const unit = { b: 1, k: 1024, m: 1 << 20, g: 1 << 30 }[given.last('b', 'k', 'm', 'g') ?? 'k']!;
    const human = (bytes: number) => {
      if (!gnu) return humanSize(bytes);
      if (bytes === 0) return '0B';
      let [scaled, at] = [bytes, 0];
      while (scaled >= 1000 && at < 4) {
        scaled /= 1024;
        at++;
      }
      return `${scaled < 10 && at > 0 ? scaled.toFixed(1) : Math.floor(scaled)}${['B', 'Ki', 'Mi', 'Gi', 'Ti'][at]}`;
    };
    const show = (bytes: number) => (given.has('h') ? human(bytes) : String(Math.floor(bytes / unit)));
    const cache = value('Buffers') + value('Cached') + value('SReclaimable');
    const total = value('MemTotal');
    const used = gnu ? total - value('MemAvailable') : total - value('MemFree') - cache;
    const swap = [value('SwapTotal'), value('SwapTotal') - value('SwapFree'), value('SwapFree')];
    const row = (name: string, cells: number[], width: number, first: number) =>
      `${name.padEnd(first)}${cells.map((cell) => show(cell).padStart(width)).join(' ')}`;
    const head = gnu
      ? '               total        used        free      shared  buff/cache   available'
      : '              total        used        free      shared  buff/cache   available';
    const lines = [
      head,
      row(
        'Mem:',
        [total, used, value('MemFree'), value('Shmem'), cache, value('MemAvailable')],
        11,
        gnu ? 9 : 7,
      ),
      row('Swap:', swap, 11, gnu ? 9 : 7),
    ];
    if (gnu && given.has('t'))
      lines.push(row('Total:', [total + swap[0]!, used + swap[1]!, value('MemFree') + swap[2]!], 11, 9));
    io.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  },
};

/** uptime(1); nobody logs in to the simulated machines by a login program. */
export const uptime: Utility = {
  name: 'uptime',
  usage: '[options]',
  summary: 'Tell how long the system has been running.',
  options: { short: 'ps', long: { pretty: 'p', since: 's' } },
  busybox: { options: {}, usage: '' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const { boot, uptime: up } = await machine(io.sys);
    if (given.has('s')) io.stdout.write(`${strftime('%Y-%m-%d %H:%M:%S', boot)}\n`);
    else if (given.has('p')) {
      const parts: [number, string][] = [
        [Math.floor(up / 86_400), 'day'],
        [Math.floor(up / 3600) % 24, 'hour'],
        [Math.floor(up / 60) % 60, 'minute'],
      ];
      const shown = parts
        .filter(([count], i) => count > 0 || (i === 2 && up < 60))
        .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
      io.stdout.write(`up ${shown.join(', ')}\n`);
    } else io.stdout.write(`${await uptimeLine(io, flavour === 'gnu')}\n`);
    return 0;
  },
};

export async function uptimeLine(io: Stdio, gnu: boolean): Promise<string> {
  const { uptime: up, load } = await machine(io.sys);
  const days = Math.floor(up / 86_400);
  const hours = Math.floor(up / 3600) % 24;
  const minutes = Math.floor(up / 60) % 60;
  const span =
    hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`;
  const since = `${days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : ''}${span}`;
  const time = strftime('%H:%M:%S', io.sys.clock_gettime('realtime'));
  return ` ${time} up ${since},  0 user${gnu ? '' : 's'},  load average: ${load.slice(0, 3).join(', ')}`;
}

/** watch(1): runs a command again and again on a cleared screen. */
export const watch: Utility = {
  name: 'watch',
  usage: '[options] command',
  summary: 'Execute a program periodically, showing output fullscreen.',
  hint: () => '\nUsage:\n watch [options] command\n',
  options: {
    short: '+n:tdgexbc',
    long: { interval: 'n:', 'no-title': 't', differences: 'd', exec: 'x', chgexit: 'g' },
  },
  busybox: { options: { short: '+n:t' }, usage: '[-n SEC] [-t] PROG ARGS' },
  async run(io, parsed) {
    const given = new Given(parsed);
    if (parsed.operands.length === 0) throw new Misuse('');
    const interval = Math.max(0.1, Number(given.value('n') ?? 2));
    const command = parsed.operands.join(' ');
    const { nodename } = await io.sys.uname();
    for (;;) {
      let text = '\x1b[H\x1b[J';
      if (!given.has('t')) {
        const left = `Every ${interval.toFixed(1)}s: ${command}`;
        const right = `${nodename}: ${strftime('%c', io.sys.clock_gettime('realtime'))}`;
        const size = (await io.sys.isatty(1))
          ? ((await io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as { columns: number }).columns || 80
          : 80;
        text += `${left}${' '.repeat(Math.max(1, size - left.length - right.length))}${right}\n\n`;
      }
      io.stdout.write(text);
      await io.stdout.flush();
      await runProgram(io.process, given.has('x') ? parsed.operands : ['sh', '-c', command]);
      await io.sys.nanosleep(interval * 1000);
    }
  },
};
