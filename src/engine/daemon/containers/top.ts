import type { TopResponse } from '../../api/containers.ts';
import { calendar } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readText } from '../../runtime/files.ts';
import type { Engine } from '../engine.ts';
import { conflict, invalidParameter, notModelled, systemError } from '../error.ts';
import type { Container } from './container.ts';

/** A process as /proc shows it. */
interface Row {
  pid: number;
  ppid: number;
  comm: string;
  command: string;
  user: string;
  uid: string;
  gid: string;
  tty: string;
  cpuSeconds: number;
  elapsedSeconds: number;
  started: number;
  state: string;
  vsz: number;
  rss: number;
  nice: number;
}

const pad = (n: number) => String(n).padStart(2, '0');
const clock = (seconds: number) =>
  `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
const startTime = (row: Row) => `${pad(calendar(row.started).hour)}:${pad(calendar(row.started).minute)}`;
const share = (row: Row) =>
  String(row.elapsedSeconds > 0 ? Math.min(99, Math.floor((row.cpuSeconds * 100) / row.elapsedSeconds)) : 0);

/** Columns of ps(1), each with its title and what it shows. */
const COLUMNS: Readonly<Record<string, [title: string, value: (row: Row) => string]>> = {
  uid: ['UID', (row) => row.uid],
  user: ['USER', (row) => row.user],
  pid: ['PID', (row) => String(row.pid)],
  ppid: ['PPID', (row) => String(row.ppid)],
  c: ['C', share],
  pcpu: ['%CPU', (row) => `${share(row)}.0`],
  pmem: ['%MEM', () => '0.0'],
  vsz: ['VSZ', (row) => String(row.vsz)],
  rss: ['RSS', (row) => String(row.rss)],
  stime: ['STIME', startTime],
  start: ['START', startTime],
  tty: ['TTY', (row) => row.tty],
  stat: ['STAT', (row) => row.state],
  state: ['S', (row) => row.state],
  time: ['TIME', (row) => clock(row.cpuSeconds)],
  etime: ['ELAPSED', (row) => clock(row.elapsedSeconds).replace(/^00:/, '')],
  ni: ['NI', (row) => String(row.nice)],
  gid: ['GID', (row) => row.gid],
  comm: ['COMMAND', (row) => row.comm],
  args: ['COMMAND', (row) => row.command],
  cmd: ['CMD', (row) => row.command],
};

const ALIASES: Readonly<Record<string, string>> = {
  '%cpu': 'pcpu',
  '%mem': 'pmem',
  command: 'args',
  ucmd: 'comm',
  tt: 'tty',
  tname: 'tty',
  nice: 'ni',
  s: 'state',
  start_time: 'stime',
};
const FULL: [string, (row: Row) => string][] = [
  ['UID', (row) => row.user],
  ...['pid', 'ppid', 'c', 'stime', 'tty', 'time', 'cmd'].map((name) => COLUMNS[name]!),
];
const BSD = ['user', 'pid', 'pcpu', 'pmem', 'vsz', 'rss', 'tty', 'stat', 'start', 'time', 'args'].map(
  (name) => COLUMNS[name]!,
);

/** GET /containers/{id}/top. The real daemon runs ps(1) on the host and keeps the container's lines; this reads the same /proc. */
export async function containerTop(
  engine: Engine,
  container: Container,
  psArgs: string,
): Promise<TopResponse> {
  if (!container.state.running) throw conflict(`container ${container.id} is not running`);
  if (container.state.restarting)
    throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
  const columns = columnsFor(psArgs);
  const pids = await engine.tasks.pids(container.id);
  const users = await userNames(engine.sys);
  const rows = (
    await Promise.all(pids.sort((a, b) => a - b).map((pid) => readRow(engine, pid, users)))
  ).filter((row) => row !== undefined);
  engine.events.log('container', 'top', container.id, container.attributes());
  return {
    Processes: rows.map((row) => columns.map(([, value]) => value(row))),
    Titles: columns.map(([title]) => title),
  };
}

function columnsFor(psArgs: string): [string, (row: Row) => string][] {
  const words = (psArgs || '-ef').trim().split(/\s+/);
  const out: [string, (row: Row) => string][] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (['-ef', '-eF', '-f', '-e', '-A'].includes(word)) continue;
    if (['aux', '-aux', 'auxw', 'auxww'].includes(word)) return BSD;
    const list =
      word === '-o' || word === '-eo' || word === 'o' ? words[++i] : /^-?[efAF]*o(.+)$/.exec(word)?.[1];
    if (list === undefined) {
      throw notModelled(`ps option ${word}`);
    }
    for (const name of list.split(',')) {
      const [key = '', title] = name.split('=');
      const column = COLUMNS[ALIASES[key] ?? key];
      if (column === undefined)
        throw systemError(`ps: error: unknown user-defined format specifier "${key}"`);
      out.push(title ? [title, column[1]] : column);
    }
  }
  if (out.length === 0) return FULL;
  if (!out.some(([title]) => title === 'PID')) throw invalidParameter("Couldn't find PID field in ps output");
  return out;
}

async function userNames(sys: Syscalls): Promise<Map<string, string>> {
  const passwd = await readText(sys, '/etc/passwd').catch(() => '');
  return new Map(
    passwd
      .split('\n')
      .map((line) => line.split(':'))
      .flatMap(([name = '', , uid]) => (uid === undefined ? [] : [[uid, name]])),
  );
}

/** Clock ticks a second in /proc/PID/stat. */
const HZ = 100;

async function readRow(engine: Engine, pid: number, users: Map<string, string>): Promise<Row | undefined> {
  const { sys } = engine;
  try {
    const stat = await readText(sys, `/proc/${pid}/stat`);
    const status = await readText(sys, `/proc/${pid}/status`);
    const comm = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const number = (index: number) => Number(fields[index - 3] ?? 0);
    const id = (name: string) => new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? '0';
    const commandLine = (await readText(sys, `/proc/${pid}/cmdline`))
      .replace(/\0$/, '')
      .replaceAll('\0', ' ');
    const uptime = (await sys.sysinfo()).uptime;
    const boot = engine.now() - uptime * 1000;
    const started = boot + (number(22) / HZ) * 1000;
    const ttyNumber = number(7);
    const uid = id('Uid');
    return {
      pid: Number(pid),
      ppid: number(4),
      comm,
      command: commandLine || `[${comm}]`,
      user: users.get(uid) ?? uid,
      uid,
      gid: id('Gid'),
      tty: ttyNumber === 0 ? '?' : `pts/${ttyNumber & 0xff}`,
      cpuSeconds: Math.floor((number(14) + number(15)) / HZ),
      elapsedSeconds: Math.max(0, Math.floor((engine.now() - started) / 1000)),
      started,
      state: fields[0] ?? 'S',
      vsz: Math.floor(number(23) / 1024),
      rss: number(24) * 4,
      nice: number(19),
    };
  } catch (error) {
    // It ended meanwhile.
    if (isErrno(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}
