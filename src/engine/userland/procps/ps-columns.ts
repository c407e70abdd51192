import { strftime } from '../lib/strftime.ts';
import type { Accounts } from '../lib/users.ts';
import { commandOf, type ProcessInfo, ttyName } from './processes.ts';

/** What the columns know of the machine. */
export interface Context {
  accounts: Accounts;
  boot: number;
  uptime: number;
  now: number;
  totalMemory: number;
  /** Branches drawn before the command with --forest. */
  branches: ReadonlyMap<number, string>;
}

/** A column of the output. */
export interface Column {
  header: string;
  right?: boolean;
  width: number;
  text: (info: ProcessInfo, context: Context) => string;
}

const seconds = (info: ProcessInfo): number => Math.floor((info.utime + info.stime) / 100);
const two = (value: number): string => String(value).padStart(2, '0');

function clock(total: number, days = true): string {
  const [day, hour] = days
    ? [Math.floor(total / 86_400), Math.floor(total / 3600) % 24]
    : [0, Math.floor(total / 3600)];
  return `${day > 0 ? `${day}-` : ''}${two(hour)}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
}

function elapsed(info: ProcessInfo, { uptime }: Context): number {
  return Math.max(0, Math.floor(uptime - info.start / 100));
}

export function percentCpu(info: ProcessInfo, context: Context): number {
  const lived = Math.max(0.01, context.uptime - info.start / 100);
  return Math.min(99.9, (info.utime + info.stime) / lived);
}

function startTime(info: ProcessInfo, { boot, now }: Context): string {
  const at = boot + info.start * 10;
  if (now - at < 86_400_000) return strftime('%H:%M', at);
  return strftime('%b%d', at);
}

function userName(id: number, { accounts }: Context, width = 8): string {
  const name = accounts.userName(id);
  return name.length > width ? `${name.slice(0, width - 1)}+` : name;
}

/** BSD's state: the letter with its marks. */
function state(info: ProcessInfo): string {
  let out = info.state;
  if (info.nice < 0) out += '<';
  if (info.nice > 0) out += 'N';
  if (info.session === info.pid) out += 's';
  if (info.threads > 1) out += 'l';
  if (info.foreground === info.pgrp && info.tty !== 0) out += '+';
  return out;
}

const command = (info: ProcessInfo, { branches }: Context) =>
  (branches.get(info.pid) ?? '') + commandOf(info);
const number = (header: string, width: number, value: (info: ProcessInfo) => number): Column => ({
  header,
  width,
  right: true,
  text: (info) => String(value(info)),
});

/** The columns that -o knows (ps(1), "Standard format specifiers"). */
export const COLUMNS: Record<string, Column> = {
  pid: number('PID', 7, (info) => info.pid),
  ppid: number('PPID', 7, (info) => info.ppid),
  pgid: number('PGID', 7, (info) => info.pgrp),
  sid: number('SID', 7, (info) => info.session),
  uid: number('UID', 5, (info) => info.euid),
  gid: number('GID', 5, (info) => info.egid),
  ruid: number('RUID', 5, (info) => info.uid),
  rgid: number('RGID', 5, (info) => info.gid),
  ni: number('NI', 3, (info) => info.nice),
  pri: number('PRI', 3, (info) => 39 - info.priority),
  nlwp: number('NLWP', 4, (info) => info.threads),
  rss: number('RSS', 5, (info) => info.resident / 1024),
  vsz: number('VSZ', 6, (info) => info.virtual / 1024),
  c: {
    header: 'C',
    width: 2,
    right: true,
    text: (info, context) => String(Math.floor(percentCpu(info, context))),
  },
  user: { header: 'USER', width: 8, text: (info, context) => userName(info.euid, context) },
  ruser: { header: 'RUSER', width: 8, text: (info, context) => userName(info.uid, context) },
  group: { header: 'GROUP', width: 8, text: (info, { accounts }) => accounts.groupName(info.egid) },
  comm: {
    header: 'COMMAND',
    width: 15,
    text: (info, { branches }) =>
      (branches.get(info.pid) ?? '') + info.comm + (info.state === 'Z' ? ' <defunct>' : ''),
  },
  args: { header: 'COMMAND', width: 27, text: command },
  cmd: { header: 'CMD', width: 27, text: command },
  tty: { header: 'TT', width: 8, text: (info) => ttyName(info.tty) },
  tname: { header: 'TTY', width: 8, text: (info) => ttyName(info.tty) },
  s: { header: 'S', width: 1, text: (info) => info.state },
  stat: { header: 'STAT', width: 4, text: state },
  time: { header: 'TIME', width: 8, right: true, text: (info) => clock(seconds(info)) },
  bsdtime: {
    header: 'TIME',
    width: 6,
    right: true,
    text: (info) => `${Math.floor(seconds(info) / 60)}:${two(seconds(info) % 60)}`,
  },
  etime: {
    header: 'ELAPSED',
    width: 11,
    right: true,
    text: (info, context) => {
      const text = clock(elapsed(info, context));
      return text.replace(/^00:/, '');
    },
  },
  etimes: {
    header: 'ELAPSED',
    width: 7,
    right: true,
    text: (info, context) => String(elapsed(info, context)),
  },
  stime: { header: 'STIME', width: 5, text: startTime },
  start: { header: 'START', width: 5, right: true, text: startTime },
  lstart: {
    header: 'STARTED',
    width: 24,
    right: true,
    text: (info, { boot }) => strftime('%a %b %e %H:%M:%S %Y', boot + info.start * 10),
  },
  pcpu: {
    header: '%CPU',
    width: 4,
    right: true,
    text: (info, context) => percentCpu(info, context).toFixed(1),
  },
  pmem: {
    header: '%MEM',
    width: 4,
    right: true,
    text: (info, { totalMemory }) => ((info.resident / totalMemory) * 100).toFixed(1),
  },
  wchan: { header: 'WCHAN', width: 6, text: () => '-' },
  f: { header: 'F', width: 1, text: () => '4' },
  addr: { header: 'ADDR', width: 4, text: () => '-' },
  sz: number('SZ', 5, (info) => info.virtual / 4096),
};

/** Other names of the columns. */
export const ALIASES: Record<string, string> = {
  command: 'args',
  ucmd: 'comm',
  ucomm: 'comm',
  euser: 'user',
  uname: 'user',
  egroup: 'group',
  euid: 'uid',
  pgrp: 'pgid',
  sess: 'sid',
  session: 'sid',
  tt: 'tty',
  state: 's',
  nice: 'ni',
  rssize: 'rss',
  rsz: 'rss',
  vsize: 'vsz',
  '%cpu': 'pcpu',
  '%mem': 'pmem',
  cputime: 'time',
  start_time: 'stime',
};

/** Headers of the names that differ from their column's. */
export function ownHeader(name: string): string | undefined {
  return (
    {
      command: 'COMMAND',
      args: 'COMMAND',
      euser: 'EUSER',
      uname: 'USER',
      egroup: 'EGROUP',
      euid: 'EUID',
      pgrp: 'PGRP',
      session: 'SESS',
      sess: 'SESS',
      tty: 'TT',
      tt: 'TT',
      tname: 'TTY',
      state: 'S',
      time: 'TIME',
      start: 'STARTED',
      cputime: 'TIME',
      ucmd: 'CMD',
    } as Record<string, string>
  )[name];
}
