import type { Stdio } from '../lib/stdio.ts';
import { humanSize } from '../sizes.ts';
import { type Flavour, Given, type Utility } from '../utility.ts';
import { machine } from './processes.ts';

const UNITS = ['b', 'k', 'm', 'g', 'tebi', 'pebi', 'kilo', 'mega', 'giga', 'tera', 'peta'] as const;

/** free(1) */
export const free: Utility = {
  name: 'free',
  usage: '[options]',
  summary: 'Display amount of free and used memory in the system.',
  hint: () => '\nUsage:\n free [options]\n',
  options: {
    short: 'bkmghltvwVs:c:',
    long: {
      bytes: 'b',
      kilo: 'kilo',
      mega: 'mega',
      giga: 'giga',
      tera: 'tera',
      peta: 'peta',
      kibi: 'k',
      mebi: 'm',
      gibi: 'g',
      tebi: 'tebi',
      pebi: 'pebi',
      human: 'h',
      si: 'si',
      lohi: 'l',
      total: 't',
      committed: 'v',
      seconds: 's:',
      count: 'c:',
      wide: 'w',
    },
    about: { version: 'V' },
    refused: ['v'],
  },
  busybox: { options: { short: 'bkmgh' }, usage: '[-bkmgh]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const [seconds, count] = [given.value('s'), given.value('c')];
    if (seconds !== undefined && !(Number(seconds) > 0))
      return io.fail(`seconds argument \`${seconds}' is not positive number`);
    if (count !== undefined && !/^[1-9]\d*$/.test(count))
      return io.fail(`failed to parse count argument: '${count}'`);
    const rounds =
      count === undefined ? (seconds === undefined ? 1 : Number.POSITIVE_INFINITY) : Number(count);
    for (let round = 1; ; round++) {
      await show(io, given, flavour);
      if (round >= rounds) return 0;
      io.stdout.write('\n');
      await io.stdout.flush();
      await io.sys.nanosleep(Number(seconds ?? 1) * 1000);
    }
  },
};

async function show(io: Stdio, given: Given, flavour: Flavour): Promise<void> {
  const gnu = flavour === 'gnu';
  const { memory } = await machine(io.sys);
  const value = (name: string) => memory.get(name) ?? 0;
  const base = given.has('si') ? 1000 : 1024;
  const name = (given.last(...UNITS) ?? 'k') as (typeof UNITS)[number];
  const power = UNITS.indexOf(name);
  const unit = power < 6 ? base ** power : 1000 ** (power - 5);
  const amount = (bytes: number) =>
    given.has('h') ? (gnu ? human(bytes, base) : humanSize(bytes)) : String(Math.floor(bytes / unit));
  const buffers = value('Buffers');
  const cache = value('Cached') + value('SReclaimable');
  const [total, free] = [value('MemTotal'), value('MemFree')];
  const used = gnu ? total - value('MemAvailable') : total - free - buffers - cache;
  const swap = [value('SwapTotal'), value('SwapTotal') - value('SwapFree'), value('SwapFree')];
  const row = (title: string, cells: number[]) =>
    `${title.padEnd(gnu ? 9 : 7)}${cells.map((cell) => amount(cell).padStart(11)).join(' ')}`;
  const wide = given.has('w');
  const kept = wide ? [buffers, cache] : [buffers + cache];
  const headings = wide ? 'buffers       cache   available' : 'buff/cache   available';
  const lines = [
    `${gnu ? ' ' : ''}              total        used        free      shared  ${wide ? '   ' : ''}${headings}`,
    row('Mem:', [total, used, free, value('Shmem'), ...kept, value('MemAvailable')]),
  ];
  // All memory is low: high memory is for machines whose addresses are too short.
  if (given.has('l')) lines.push(row('Low:', [total, total - free, free]), row('High:', [0, 0, 0]));
  lines.push(row('Swap:', swap));
  if (given.has('t')) lines.push(row('Total:', [total + swap[0]!, used + swap[1]!, free + swap[2]!]));
  io.stdout.write(`${lines.join('\n')}\n`);
}

function human(bytes: number, base: number): string {
  if (bytes === 0) return '0B';
  let [scaled, at] = [bytes, 0];
  while (scaled >= 1000 && at < 4) {
    scaled /= base;
    at++;
  }
  const units = base === 1000 ? ['B', 'K', 'M', 'G', 'T'] : ['B', 'Ki', 'Mi', 'Gi', 'Ti'];
  return `${scaled < 10 && at > 0 ? scaled.toFixed(1) : Math.floor(scaled)}${units[at]}`;
}
