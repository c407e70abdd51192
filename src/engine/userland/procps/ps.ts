import type { Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { textWidth } from '../lib/width.ts';
import type { Utility } from '../utility.ts';
import { commandOf, machine, type ProcessInfo, processes, ttyName } from './processes.ts';

interface Context {
  accounts: Accounts;
  boot: number;
  uptime: number;
  now: number;
  totalMemory: number;
  /** Branches drawn before the command with --forest. */
  branches: ReadonlyMap<number, string>;
}

interface Column {
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

function percentCpu(info: ProcessInfo, context: Context): number {
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
const COLUMNS: Record<string, Column> = {
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

const ALIASES: Record<string, string> = {
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

/** ps(1) of procps: UNIX, BSD and GNU options. */
export const ps: Utility = {
  name: 'ps',
  usage: '[options]',
  summary: 'Report a snapshot of the current processes.',
  async run(io) {
    const request = new Request();
    const fault = request.read(io.args);
    if (fault !== undefined) {
      if (fault === 'help') {
        io.stdout.write('\nUsage:\n ps [options]\n\nFor more details see ps(1).\n');
        return 0;
      }
      await io.stderr.write(
        `error: ${fault}\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n`,
      );
      return 1;
    }
    const all = await processes(io.sys);
    const { boot, uptime, memory } = await machine(io.sys);
    const accounts = await readAccounts(io.sys);
    const selected = request.select(all, io.sys.getpid(), io.sys.geteuid(), accounts);
    const context: Context = {
      accounts,
      boot,
      uptime,
      now: io.sys.clock_gettime('realtime'),
      totalMemory: memory.get('MemTotal') ?? 1,
      branches: new Map(),
    };
    const ordered = request.forest ? drawForest(selected, context) : request.sorted(selected, context);
    await print(io, ordered, request.columns(), context, request);
    return selected.length === 0 ? 1 : 0;
  },
};

interface Chosen {
  name: string;
  header: string | undefined;
}

class Request {
  every = false;
  withTerminal = false;
  exceptLeaders = false;
  bsd = false;
  bsdEvery = false;
  bsdWithoutTerminal = false;
  forest = false;
  headers = true;
  wide = false;
  threads = false;
  #format: 'usual' | 'f' | 'F' | 'l' | 'u' | 'j' | 'bsd' | 'v' = 'usual';
  readonly #own: Chosen[] = [];
  #sort: string[] = [];
  #pids: Set<number> | undefined;
  #parents: Set<number> | undefined;
  #users: string[] | undefined;
  #names: string[] | undefined;
  #terminals: string[] | undefined;

  /** Reads the arguments; gives what is wrong with them. */
  read(args: readonly string[]): string | undefined {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      const next = () => args[++i];
      if (arg.startsWith('--')) {
        const [name, inline] = arg.slice(2).split(/=(.*)/s) as [string, string | undefined];
        const value = () => inline ?? next() ?? '';
        if (name === 'forest') this.forest = true;
        else if (name === 'no-headers' || name === 'no-heading' || name === 'noheaders') this.headers = false;
        else if (name === 'headers') this.headers = true;
        else if (name === 'sort') this.#sort = value().split(',');
        else if (name === 'pid') this.#addPids(value());
        else if (name === 'ppid') this.#parents = new Set(value().split(/[ ,]+/).map(Number));
        else if (name === 'user' || name === 'User') this.#users = value().split(',');
        else if (name === 'format') {
          const fault = this.#addColumns(value());
          if (fault) return fault;
        } else if (
          name === 'cols' ||
          name === 'columns' ||
          name === 'width' ||
          name === 'rows' ||
          name === 'lines'
        )
          value();
        else if (name === 'help') return 'help';
        else if (name === 'version' || name === 'info') return 'help';
        else return 'unknown gnu long option';
      } else {
        const dash = arg.startsWith('-');
        if (!dash && /^[\d ,]+$/.test(arg)) {
          this.#addPids(arg);
          continue;
        }
        const letters = dash ? arg.slice(1) : arg;
        if (!dash) this.bsd = true;
        for (let at = 0; at < letters.length; at++) {
          const letter = letters[at]!;
          const rest = () => {
            const inline = letters.slice(at + 1);
            at = letters.length;
            return inline !== '' ? inline : (next() ?? '');
          };
          const fault = dash ? this.#unix(letter, rest) : this.#bsdLetter(letter, rest);
          if (fault !== undefined) return fault;
        }
      }
    }
    return undefined;
  }

  #unix(letter: string, rest: () => string): string | undefined {
    switch (letter) {
      case 'e':
      case 'A':
        this.every = true;
        return;
      case 'a':
        this.withTerminal = true;
        return;
      case 'd':
        this.exceptLeaders = true;
        return;
      case 'f':
      case 'F':
      case 'l':
      case 'j':
        this.#format = letter;
        return;
      case 'H':
        this.forest = true;
        return;
      case 'o': {
        return this.#addColumns(rest());
      }
      case 'p':
        this.#addPids(rest());
        return;
      case 'u':
      case 'U':
        this.#users = rest().split(/[ ,]+/);
        return;
      case 'C':
        this.#names = rest().split(/[ ,]+/);
        return;
      case 't':
        this.#terminals = rest()
          .split(/[ ,]+/)
          .map((name) => name.replace(/^\/dev\//, ''));
        return;
      case 'w':
        this.wide = true;
        return;
      case 'y':
      case 'T':
      case 'L':
      case 'm':
        return;
      case 'x':
        this.bsdWithoutTerminal = true;
        return;
      default:
        return 'unsupported SysV option';
    }
  }

  #bsdLetter(letter: string, rest: () => string): string | undefined {
    switch (letter) {
      case 'a':
        this.bsdEvery = true;
        return;
      case 'x':
        this.bsdWithoutTerminal = true;
        return;
      case 'u':
        this.#format = 'u';
        return;
      case 'l':
        this.#format = 'l';
        return;
      case 'j':
        this.#format = 'j';
        return;
      case 'f':
        this.forest = true;
        return;
      case 'e':
      case 'g':
      case 'r':
      case 'c':
      case 'S':
      case 'n':
        return;
      case 'w':
        this.wide = true;
        return;
      case 'h':
        this.headers = false;
        return;
      case 'o':
        return this.#addColumns(rest());
      case 'p':
        this.#addPids(rest());
        return;
      default:
        return 'unsupported option (BSD syntax)';
    }
  }

  #addPids(text: string): void {
    this.#pids ??= new Set();
    for (const pid of text.split(/[ ,]+/).filter(Boolean)) this.#pids.add(Number(pid));
  }

  #addColumns(text: string): string | undefined {
    // The header of the last may hold commas: `pid,comm=THE NAME`.
    for (const item of text.split(/[ ,]+(?![^=]*$)|[ ,]+/)) {
      const [name, header] = item.split(/=(.*)/s) as [string, string | undefined];
      const key = ALIASES[name.toLowerCase()] ?? name.toLowerCase();
      if (!(key in COLUMNS)) return `unknown user-defined format specifier "${name}"`;
      this.#own.push({
        name: key,
        header: header ?? (name.toLowerCase() === 'cmd' ? 'CMD' : ownHeader(name.toLowerCase())),
      });
    }
    return undefined;
  }

  columns(): Chosen[] {
    if (this.#own.length > 0) return this.#own;
    const plain = (text: string): Chosen[] => text.split(' ').map((name) => ({ name, header: undefined }));
    switch (this.#format) {
      case 'f':
        return plain('user pid ppid c stime tname time cmd').map((chosen) =>
          chosen.name === 'user' ? { ...chosen, header: 'UID' } : chosen,
        );
      case 'F':
        return plain('user pid ppid c sz rss stime tname time cmd').map((chosen) =>
          chosen.name === 'user' ? { ...chosen, header: 'UID' } : chosen,
        );
      case 'l':
        return this.bsd
          ? plain('f uid pid ppid pri ni vsz rss wchan stat tname bsdtime args')
          : plain('f s uid pid ppid c pri ni addr sz wchan tname time comm').map((chosen) =>
              chosen.name === 'comm' ? { ...chosen, header: 'CMD' } : chosen,
            );
      case 'u':
        return plain('user pid pcpu pmem vsz rss tname stat start bsdtime args');
      case 'j':
        return this.bsd
          ? plain('ppid pid pgid sid tname stat uid bsdtime args')
          : plain('pid pgid sid tname time comm').map((chosen) =>
              chosen.name === 'comm' ? { ...chosen, header: 'CMD' } : chosen,
            );
      default:
        return this.bsd
          ? plain('pid tname stat bsdtime args')
          : plain('pid tname time comm').map((chosen) =>
              chosen.name === 'comm' ? { ...chosen, header: 'CMD' } : chosen,
            );
    }
  }

  select(all: readonly ProcessInfo[], self: number, uid: number, accounts: Accounts): ProcessInfo[] {
    const me = all.find(({ pid }) => pid === self);
    const lists = [
      this.#pids && ((info: ProcessInfo) => this.#pids!.has(info.pid)),
      this.#parents && ((info: ProcessInfo) => this.#parents!.has(info.ppid)),
      this.#users &&
        ((info: ProcessInfo) =>
          this.#users!.includes(String(info.euid)) || this.#users!.includes(accounts.userName(info.euid))),
      this.#names && ((info: ProcessInfo) => this.#names!.includes(info.comm)),
      this.#terminals && ((info: ProcessInfo) => this.#terminals!.includes(ttyName(info.tty))),
    ].filter((one) => one !== undefined);
    return all.filter((info) => {
      if (this.every || (this.bsdEvery && this.bsdWithoutTerminal)) return true;
      if (lists.some((matches) => matches(info))) return true;
      if (lists.length > 0) return false;
      if (this.exceptLeaders) return info.session !== info.pid;
      if (this.withTerminal) return info.tty !== 0 && info.session !== info.pid;
      if (this.bsdEvery) return info.tty !== 0;
      if (this.bsdWithoutTerminal) return info.euid === uid;
      return info.euid === uid && info.tty === me?.tty;
    });
  }

  sorted(infos: ProcessInfo[], context: Context): ProcessInfo[] {
    const keys = this.#sort.map((key) => ({ down: key.startsWith('-'), name: key.replace(/^[-+]/, '') }));
    if (keys.length === 0) return infos;
    const value = (info: ProcessInfo, name: string): string | number => {
      const key = ALIASES[name] ?? name;
      if (key === 'pcpu' || key === 'c') return percentCpu(info, context);
      if (key === 'pmem') return info.resident;
      if (key === 'time') return info.utime + info.stime;
      if (key === 'start' || key === 'stime' || key === 'lstart') return info.start;
      const text = COLUMNS[key]?.text(info, context) ?? '';
      return /^-?[\d.]+$/.test(text) ? Number(text) : text;
    };
    return [...infos].sort((a, b) => {
      for (const { down, name } of keys) {
        const [x, y] = [value(a, name), value(b, name)];
        if (x !== y) return x < y === down ? 1 : -1;
      }
      return a.pid - b.pid;
    });
  }
}

/** Headers of the names that differ from their column's. */
function ownHeader(name: string): string | undefined {
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

/** Orders children under their parents and draws the branches. */
function drawForest(infos: ProcessInfo[], context: Context): ProcessInfo[] {
  const branches = new Map<number, string>();
  const out: ProcessInfo[] = [];
  const present = new Set(infos.map(({ pid }) => pid));
  const visit = (info: ProcessInfo, indent: string, last: boolean, depth: number) => {
    branches.set(info.pid, depth === 0 ? '' : `${indent} \\_ `);
    out.push(info);
    const children = infos.filter(({ ppid, pid }) => ppid === info.pid && pid !== info.pid);
    for (const [i, child] of children.entries())
      visit(
        child,
        depth === 0 ? '' : `${indent} ${last ? ' ' : '|'}  `,
        i === children.length - 1,
        depth + 1,
      );
  };
  for (const info of infos) if (!present.has(info.ppid) || info.ppid === info.pid) visit(info, '', true, 0);
  context.branches = branches;
  return out;
}

async function print(
  io: Stdio,
  infos: readonly ProcessInfo[],
  chosen: readonly Chosen[],
  context: Context,
  request: Request,
): Promise<void> {
  const terminal = await io.sys.isatty(1);
  const size = terminal
    ? ((await io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as { columns: number }).columns
    : 0;
  const width = request.wide || !terminal ? Number.POSITIVE_INFINITY : size || 80;
  const columns = chosen.map(({ name, header }) => ({
    ...COLUMNS[name]!,
    header: header ?? COLUMNS[name]!.header,
  }));
  const line = (cells: string[]) => {
    let out = '';
    for (const [i, cell] of cells.entries()) {
      const { right, width: wide } = columns[i]!;
      const cellWidth = Math.max(wide, columns[i]!.header.length);
      const last = i === cells.length - 1;
      if (i > 0) out += ' ';
      // What is too wide takes its room from the spaces that follow.
      out += right
        ? cell.padStart(cellWidth)
        : last
          ? cell
          : cell + ' '.repeat(Math.max(0, cellWidth - textWidth(cell)));
    }
    return out.slice(0, width);
  };
  if (request.headers && columns.some(({ header }) => header !== ''))
    io.stdout.write(`${line(columns.map(({ header }) => header))}\n`);
  for (const info of infos) {
    const written = io.stdout.write(`${line(columns.map(({ text }) => text(info, context)))}\n`);
    if (written) await written;
  }
}
