import type { TopResponse } from '../../api/containers.ts';
import { calendar } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readText } from '../../runtime/files.ts';
import type { Engine } from '../engine.ts';
import { conflict, invalidParameter, systemError } from '../error.ts';
import type { Container } from './container.ts';
import { type PsRequest, parsePsArguments } from './ps-arguments.ts';

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
  pgid: number;
  sid: number;
  tpgid: number;
  threads: number;
  priority: number;
}

const pad = (n: number) => String(n).padStart(2, '0');
const clock = (seconds: number) =>
  `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
const shortClock = (seconds: number) => `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`;
/** The state, with what BSD's ps adds of priority, session, threads and terminal. */
const bsdState = (row: Row) =>
  [
    row.state,
    row.nice < 0 ? '<' : row.nice > 0 ? 'N' : '',
    row.sid === row.pid ? 's' : '',
    row.threads > 1 ? 'l' : '',
    row.tpgid === row.pgid ? '+' : '',
  ].join('');
const startTime = (row: Row) => `${pad(calendar(row.started).hour)}:${pad(calendar(row.started).minute)}`;
const share = (row: Row) =>
  String(row.elapsedSeconds > 0 ? Math.min(99, Math.floor((row.cpuSeconds * 100) / row.elapsedSeconds)) : 0);

/** Columns of ps(1), each with its title and what it shows. */
const COLUMNS: Readonly<Record<string, readonly [title: string, value: (row: Row) => string]>> = {
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
  stat: ['STAT', bsdState],
  state: ['S', (row) => row.state],
  pgid: ['PGID', (row) => String(row.pgid)],
  sid: ['SID', (row) => String(row.sid)],
  pri: ['PRI', (row) => String(39 - row.priority)],
  nlwp: ['NLWP', (row) => String(row.threads)],
  sz: ['SZ', (row) => String(Math.floor(row.vsz / 4))],
  bsdtime: ['TIME', (row) => shortClock(row.cpuSeconds)],
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
type Column = readonly [title: string, value: (row: Row) => string];
const FULL: readonly Column[] = [
  ['UID', (row) => row.user],
  ...['pid', 'ppid', 'c', 'stime', 'tty', 'time', 'cmd'].map((name) => COLUMNS[name]!),
];
const named = (names: string) => names.split(' ').map((name) => COLUMNS[name]!);
const fixed = (title: string, value: string): Column => [title, () => value];
const [FLAGS, WCHAN] = [fixed('F', '4'), fixed('WCHAN', '-')];
const NICE_PRIORITY: Column = ['PRI', (row) => String(row.priority)];
const SHORT_COMMAND: Column = ['CMD', (row) => row.comm];

/** What ps shows by the letters of its formats. */
const FORMATS: Readonly<Record<string, readonly Column[]>> = {
  '': [...named('pid tty time'), SHORT_COMMAND],
  f: FULL,
  F: [FULL[0]!, ...named('pid ppid c sz rss'), fixed('PSR', '0'), ...named('stime tty time cmd')],
  l: [
    FLAGS,
    ['S', (row) => row.state],
    ...named('uid pid ppid c'),
    ['PRI', (row) => String(row.priority + 60)],
    ...named('ni'),
    fixed('ADDR', '-'),
    ...named('sz'),
    WCHAN,
    ...named('tty time'),
    SHORT_COMMAND,
  ],
  j: [...named('pid pgid sid tty time'), SHORT_COMMAND],
  bsd: named('pid tty stat bsdtime args'),
  u: named('user pid pcpu pmem vsz rss tty stat start bsdtime args'),
  bl: [
    FLAGS,
    ...named('uid pid ppid'),
    NICE_PRIORITY,
    ...named('ni vsz rss'),
    WCHAN,
    ...named('stat tty bsdtime args'),
  ],
  bj: [
    ...named('ppid pid pgid sid tty'),
    ['TPGID', (row) => String(row.tpgid)],
    ...named('stat uid bsdtime args'),
  ],
  bv: [
    ...named('pid tty stat bsdtime'),
    fixed('MAJFL', '0'),
    fixed('TRS', '0'),
    fixed('DRS', '0'),
    ...named('rss pmem args'),
  ],
};

/** GET /containers/{id}/top. The real daemon runs ps(1) on the host and keeps the container's lines; this reads the same /proc. */
export async function containerTop(
  engine: Engine,
  container: Container,
  psArgs: string,
): Promise<TopResponse> {
  if (!container.state.running) throw conflict(`container ${container.id} is not running`);
  if (container.state.restarting)
    throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
  const request = parsePsArguments(psArgs || '-ef');
  const columns = columnsFor(request);
  const pids = (await engine.tasks.pids(container.id)).filter((pid) => request.pids?.includes(pid) ?? true);
  const users = await userNames(engine.sys);
  const rows = (await Promise.all(pids.sort((a, b) => a - b).map((pid) => readRow(engine, pid, users))))
    .filter((row) => row !== undefined)
    .filter(({ comm }) => request.commands?.includes(comm) ?? true);
  if (request.forest) plant(rows);
  engine.events.log('container', 'top', container.id, container.attributes());
  return {
    Processes: rows.map((row) => columns.map(([, value]) => value(row))),
    Titles: columns.map(([title]) => title),
  };
}

function columnsFor({ columns, format, bsd, headers }: PsRequest): readonly Column[] {
  const out = columns.map(([key, title]): Column => {
    const column = COLUMNS[ALIASES[key] ?? key];
    if (column === undefined) throw systemError(`ps: error: unknown user-defined format specifier "${key}"`);
    return title === undefined ? column : [title, column[1]];
  });
  const chosen = out.length > 0 ? out : FORMATS[format === '' && bsd ? 'bsd' : format]!;
  if (!headers || !chosen.some(([title]) => title === 'PID'))
    throw invalidParameter("Couldn't find PID field in ps output");
  return chosen;
}

/** Puts each process under its parent, as a tree draws it; what the shim started stands under the shim. */
function plant(rows: Row[]): void {
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  const depthOf = (row: Row): number => {
    const parent = byPid.get(row.ppid);
    return parent === undefined ? 0 : depthOf(parent) + 1;
  };
  for (const row of rows) {
    const branch = `${'    '.repeat(depthOf(row))} \\_ `;
    row.comm = branch + row.comm;
    row.command = branch + row.command;
  }
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
      pgid: number(5),
      sid: number(6),
      tpgid: number(8),
      threads: number(20),
      priority: number(18),
    };
  } catch (error) {
    // It ended meanwhile.
    if (isErrno(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}
