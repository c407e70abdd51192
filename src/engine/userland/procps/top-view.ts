import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { commandOf, machine, type ProcessInfo, processes } from './processes.ts';
import { uptimeLine } from './uptime.ts';

/** What top shows: one look at the machine, and how it is laid out as lines. */

export const SORTS = [
  '%CPU',
  '%MEM',
  'TIME+',
  'PID',
  'USER',
  'COMMAND',
  'RES',
  'VIRT',
  'SHR',
  'NI',
  'PR',
  'S',
] as const;
export type Sort = (typeof SORTS)[number];

export interface View {
  sort: Sort;
  /** From the least to the most. */
  ascending: boolean;
  /** Whole command lines. */
  wholeCommands: boolean;
  /** What has used no time since the last look is left out. */
  busyOnly: boolean;
  /** Only these, if there are any. */
  pids: ReadonlySet<number>;
  /** Only of this user; by any of its ids, or by the effective one. */
  user: { uid: number; any: boolean } | undefined;
  /** At most so many; 0 for all. */
  most: number;
  eachCpu: boolean;
  showsLoad: boolean;
  showsTasks: boolean;
  showsMemory: boolean;
  /** Units of memory above and in the list: powers of 1024. */
  summaryUnit: number;
  listUnit: number;
}

/** One process in a look. */
interface Row {
  info: ProcessInfo;
  /** Per cent. */
  cpu: number;
  memory: number;
}

/** A look at all processes and what they have done since the last. */
export interface Look {
  all: readonly ProcessInfo[];
  rows: readonly Row[];
  memory: ReadonlyMap<string, number>;
  load: readonly string[];
  /** Per cent in the order of /proc/stat: of all CPUs, then of each. */
  cpus: readonly number[][];
  accounts: Accounts;
}

/** Looks again and again; each look is about the time since the one before. */
export class Looks {
  readonly #sys: Syscalls;
  #before = new Map<number, number>();
  #beforeAt = 0;
  #cpus: number[][] = [];

  constructor(sys: Syscalls) {
    this.#sys = sys;
  }

  async next(view: View): Promise<Look> {
    const sys = this.#sys;
    const { pids, user } = view;
    const all = (await processes(sys)).filter(
      ({ pid, uid, euid }) =>
        (pids.size === 0 || pids.has(pid)) &&
        (user === undefined || euid === user.uid || (user.any && uid === user.uid)),
    );
    const { uptime, memory, load } = await machine(sys);
    const isFirst = this.#beforeAt === 0;
    const total = memory.get('MemTotal') ?? 1;
    const rows = all.map((info) => {
      const used = info.utime + info.stime - (isFirst ? 0 : (this.#before.get(info.pid) ?? 0));
      const lived = isFirst ? Math.max(0.01, uptime - info.start / 100) : uptime - this.#beforeAt;
      const cpu = Math.max(0, Math.min(100, used / Math.max(0.01, lived)));
      return { info, cpu, memory: (info.resident / total) * 100 };
    });
    this.#before = new Map(all.map((info) => [info.pid, info.utime + info.stime]));
    this.#beforeAt = uptime;
    const accounts = await readAccounts(sys);
    const shown = view.busyOnly ? rows.filter(({ cpu, info }) => cpu > 0 || info.state === 'R') : rows;
    const sorted = shown.sort(comparing(view, accounts)).slice(0, view.most || undefined);
    return { all, rows: sorted, memory, load, cpus: await this.#shares(), accounts };
  }

  async #shares(): Promise<number[][]> {
    const text = bytesToText(await readFile(this.#sys, '/proc/stat'));
    const ticks = text
      .split('\n')
      .filter((line) => line.startsWith('cpu'))
      .map((line) => line.trim().split(/\s+/).slice(1, 9).map(Number));
    const shares = ticks.map((cpu, n) => {
      const delta = cpu.map((count, i) => count - (this.#cpus[n]?.[i] ?? 0));
      const sum = Math.max(
        1,
        delta.reduce((a, b) => a + b, 0),
      );
      return delta.map((count) => (count / sum) * 100);
    });
    this.#cpus = ticks;
    return shares;
  }
}

function comparing({ sort, ascending }: View, accounts: Accounts): (a: Row, b: Row) => number {
  const value = ({ info, cpu, memory }: Row): number | string => {
    switch (sort) {
      case '%CPU':
        return cpu;
      case '%MEM':
        return memory;
      case 'TIME+':
        return info.utime + info.stime;
      case 'PID':
        return info.pid;
      case 'USER':
        return accounts.userName(info.euid);
      case 'COMMAND':
        return info.comm;
      case 'RES':
        return info.resident;
      case 'VIRT':
        return info.virtual;
      case 'SHR':
        return info.shared;
      case 'NI':
        return info.nice;
      case 'PR':
        return info.priority;
      case 'S':
        return info.state;
    }
  };
  const order = ascending ? 1 : -1;
  return (a, b) => {
    const [x, y] = [value(a), value(b)];
    return (x < y ? -order : x > y ? order : 0) || a.info.pid - b.info.pid;
  };
}

/** The lines of procps' top: first the summary, then a line for messages, the headings, and the processes. */
export async function gnuLines(
  io: Stdio,
  look: Look,
  view: View,
  width: number,
): Promise<{ summary: string[]; list: string[] }> {
  const { all, memory, cpus, accounts } = look;
  const summary: string[] = [];
  if (view.showsLoad) summary.push(`top -${(await uptimeLine(io, true)).replace(/^ (\S+) up/, ' $1 up')}`);
  if (view.showsTasks) {
    const states = (letter: string) => String(all.filter(({ state }) => state === letter).length).padStart(3);
    summary.push(
      `Tasks: ${String(all.length).padStart(3)} total, ${states('R')} running, ${states('S')} sleeping, ${states('T')} stopped, ${states('Z')} zombie`,
    );
    const parts = ['us', 'sy', 'ni', 'id', 'wa', 'hi', 'si', 'st'];
    const cpuLine = (name: string, shares: readonly number[]) => {
      const cells = [0, 2, 1, 3, 4, 5, 6, 7].map(
        (i, at) => `${(shares[i] ?? 0).toFixed(1).padStart(5)} ${parts[at]}`,
      );
      return `${name.padEnd(7)}:${cells.join(',')} `;
    };
    const each = view.eachCpu ? cpus.slice(1).map((shares, n) => [`%Cpu${n}`, shares] as const) : [];
    for (const [name, shares] of view.eachCpu ? each : [['%Cpu(s)', cpus[0] ?? []] as const])
      summary.push(cpuLine(name, shares));
  }
  const unit = 1024 ** view.summaryUnit;
  const value = (name: string) => memory.get(name) ?? 0;
  if (view.showsMemory) {
    const amount = (bytes: number) => (bytes / unit).toFixed(view.summaryUnit === 1 ? 0 : 1).padStart(8);
    const [total, free] = [value('MemTotal'), value('MemFree')];
    const available = memory.get('MemAvailable') ?? free;
    const cache = value('Buffers') + value('Cached');
    const [swap, swapFree] = [value('SwapTotal'), value('SwapFree')];
    const name = `${' KMGTP'[view.summaryUnit]}iB`;
    summary.push(
      `${name} Mem : ${amount(total)} total, ${amount(free)} free, ${amount(total - available)} used, ${amount(cache)} buff/cache     `,
      `${name} Swap: ${amount(swap)} total, ${amount(swapFree)} free, ${amount(swap - swapFree)} used. ${amount(available)} avail Mem `,
    );
  }
  const list = ['    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND'];
  for (const { info, cpu, memory: share } of look.rows) {
    const ticks = info.utime + info.stime;
    const time = `${Math.floor(ticks / 6000)}:${String(Math.floor(ticks / 100) % 60).padStart(2, '0')}.${String(ticks % 100).padStart(2, '0')}`;
    const user = accounts.userName(info.euid);
    const head = [
      String(info.pid).padStart(7),
      `${(user.length > 8 ? `${user.slice(0, 7)}+` : user).padEnd(8)} `,
      String(info.priority).padStart(2),
      String(info.nice).padStart(3),
      scaled(info.virtual, 7, view.listUnit),
      scaled(info.resident, 6, view.listUnit),
      scaled(info.shared, 6, view.listUnit),
      info.state,
      cpu.toFixed(1).padStart(5),
      share.toFixed(1).padStart(5),
      time.padStart(9),
    ].join(' ');
    const command = view.wholeCommands ? commandOf(info) : info.comm;
    const room = Math.max(1, width - head.length - 1);
    list.push(`${head} ${command.length > room ? `${command.slice(0, room - 1)}+` : command}`);
  }
  return { summary, list };
}

/** A size in KiB if that fits, else in the first greater unit that does. */
function scaled(bytes: number, width: number, unit: number): string {
  const kib = bytes / 1024 ** unit;
  const plain = unit === 1 ? String(Math.floor(kib)) : `${kib.toFixed(1)}${' kmgtp'[unit]}`;
  if (plain.length <= width) return plain.padStart(width);
  return scaled(bytes, width, unit + 1);
}

/** The lines of BusyBox' top: three of summary, then the headings and the processes. */
export function busyboxLines(look: Look, self: number): { summary: string[]; list: string[] } {
  const { memory, cpus, load, accounts } = look;
  const value = (name: string) => memory.get(name) ?? 0;
  const kib = (bytes: number) => Math.floor(bytes / 1024);
  const [total, free] = [memory.get('MemTotal') ?? 1, value('MemFree')];
  const parts = ['usr', 'sys', 'nic', 'idle', 'io', 'irq', 'sirq'];
  const summary = [
    `Mem: ${kib(total - free)}K used, ${kib(free)}K free, ${kib(value('Shmem'))}K shrd, ${kib(value('Buffers'))}K buff, ${kib(value('Cached'))}K cached`,
    `CPU: ${[0, 2, 1, 3, 4, 5, 6].map((i, at) => `${(cpus[0]?.[i] ?? 0).toFixed(0).padStart(3)}% ${parts[at]}`).join(' ')}`,
    `Load average: ${load.slice(0, 3).join(' ')} ${load[3] ?? ''} ${self}`,
  ];
  const list = ['  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND'];
  for (const { info, cpu } of look.rows)
    list.push(
      `${String(info.pid).padStart(5)} ${String(info.ppid).padStart(5)} ${accounts.userName(info.euid).padEnd(8).slice(0, 8)} ${info.state.padEnd(4)} ${String(kib(info.virtual)).padStart(5)} ${`${Math.round((info.virtual / total) * 100)}%`.padStart(4)} ${`${Math.round(cpu)}%`.padStart(4)} ${commandOf(info)}`,
    );
  return { summary, list };
}
