import { readAccounts } from '../lib/users.ts';
import { Given, Misuse, type Utility } from '../utility.ts';
import { commandOf, type ProcessInfo, processes, ttyName } from './processes.ts';

interface Column {
  header: string;
  width: number;
  text: (
    info: ProcessInfo,
    context: { user(id: number): string; group(id: number): string; uptime: number },
  ) => string;
}

/** Six places: beyond, in megabytes with an `m`. */
const kilobytes = (bytes: number): string => {
  const kib = bytes / 1024;
  return kib < 10_000 ? String(Math.floor(kib)) : `${Math.floor(kib / 1024)}m`;
};

const minutes = (total: number): string =>
  `${String(Math.floor(total / 60)).padStart(2)}:${String(total % 60).padStart(2, '0')}`;

const COLUMNS: Record<string, Column> = {
  user: { header: 'USER', width: 8, text: (info, { user }) => user(info.euid) },
  group: { header: 'GROUP', width: 8, text: (info, { group }) => group(info.egid) },
  comm: { header: 'COMMAND', width: 16, text: (info) => info.comm },
  args: {
    header: 'COMMAND',
    width: 256,
    text: (info) =>
      info.args.length === 0 ? `[${info.comm}]` : `${bracketed(info)}${commandOf({ ...info, state: 'S' })}`,
  },
  pid: { header: 'PID', width: 5, text: (info) => String(info.pid).padStart(5) },
  ppid: { header: 'PPID', width: 5, text: (info) => String(info.ppid).padStart(5) },
  pgid: { header: 'PGID', width: 5, text: (info) => String(info.pgrp).padStart(5) },
  tty: { header: 'TT', width: 6, text: (info) => (info.tty === 0 ? '?' : deviceNumber(info.tty)) },
  vsz: { header: 'VSZ', width: 4, text: (info) => kilobytes(info.virtual).padStart(4) },
  rss: { header: 'RSS', width: 4, text: (info) => kilobytes(info.resident).padStart(4) },
  sid: { header: 'SID', width: 5, text: (info) => String(info.session).padStart(5) },
  stat: {
    header: 'STAT',
    width: 4,
    text: (info) => info.state + (info.nice < 0 ? '<' : '') + (info.nice > 0 ? 'N' : ''),
  },
  nice: { header: 'NI', width: 5, text: (info) => String(info.nice).padStart(2) },
  ruser: { header: 'RUSER', width: 8, text: (info, { user }) => user(info.uid) },
  rgroup: { header: 'RGROUP', width: 8, text: (info, { group }) => group(info.gid) },
  etime: {
    header: 'ELAPSED',
    width: 7,
    text: (info, { uptime }) => minutes(Math.max(0, Math.floor(uptime - info.start / 100))),
  },
  time: { header: 'TIME', width: 5, text: (info) => minutes(Math.floor((info.utime + info.stime) / 100)) },
};

/** A name that the process changed is shown before its arguments. */
function bracketed({ comm, args }: ProcessInfo): string {
  const called = args[0]!.replace(/^-/, '').replace(/^.*\//, '');
  return called.startsWith(comm.slice(0, 15)) || comm.startsWith(called.slice(0, 15)) ? '' : `{${comm}} `;
}

function deviceNumber(device: number): string {
  const name = /^pts\/(\d+)$/.exec(ttyName(device));
  return name ? `136,${name[1]}` : `${(device >>> 8) & 0xfff},${device & 0xff}`;
}

/** ps of BusyBox: all processes, always; `-o` chooses columns. */
export const busyboxPs = (withTime: boolean): Utility => ({
  name: 'ps',
  usage: '[-o COL1,COL2=HEADER] [-T]',
  summary: 'Show list of processes',
  // All processes are shown, in the same way, whichever of the letters of other ps are given; only -T would add threads.
  options: { short: 'o:aAdeflTHwx', inert: [...'aAdeflHwx'], refused: ['T'] },
  async run(io, parsed) {
    const given = new Given(parsed);
    const chosen = given.values('o').flatMap((text) => text.split(','));
    const [, width] = await terminalSize(io);
    const columns = (
      chosen.length === 0 ? ['pid', 'user', ...(withTime ? ['time'] : []), 'args'] : chosen
    ).map((item) => {
      const [name, header] = item.split('=') as [string, string | undefined];
      const column = COLUMNS[name];
      if (!column)
        throw new Misuse(
          '',
          `bad -o argument '${name}', supported arguments: ${Object.keys(COLUMNS).join(',')}`,
        );
      return { ...column, header: header ?? column.header };
    });
    const accounts = await readAccounts(io.sys);
    const { uptime } = await io.sys.sysinfo();
    const context = {
      user: (id: number) => accounts.userName(id),
      group: (id: number) => accounts.groupName(id),
      uptime,
    };
    const line = (cells: string[]) => {
      const padded = cells.map((cell, i) =>
        i === cells.length - 1
          ? cell
          : cell.padEnd(columns[i]!.width).slice(0, Math.max(columns[i]!.width, cell.trimEnd().length)),
      );
      return padded.join(' ').slice(0, width);
    };
    io.stdout.write(`${line(columns.map(({ header }) => header))}\n`);
    for (const info of await processes(io.sys))
      io.stdout.write(`${line(columns.map(({ text }) => text(info, context)))}\n`);
    return 0;
  },
});

async function terminalSize(io: {
  sys: {
    isatty(fd: number): Promise<boolean>;
    ioctl(fd: number, call: { request: 'TIOCGWINSZ' }): Promise<unknown>;
  };
}): Promise<[number, number]> {
  if (!(await io.sys.isatty(1))) return [0, Number.POSITIVE_INFINITY];
  const size = (await io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as { rows: number; columns: number };
  return [size.rows || 24, size.columns || 80];
}
