import type { Accounts } from '../lib/users.ts';
import { type ProcessInfo, ttyName } from './processes.ts';
import { ALIASES, COLUMNS, type Context, ownHeader, percentCpu } from './ps-columns.ts';

/** A column asked for. */
export interface Chosen {
  name: string;
  header: string | undefined;
}

/** What the arguments ask for: UNIX, BSD and GNU options (ps(1)). */
export class Request {
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
        else if (name === 'pid' || name === 'ppid') {
          const fault = name === 'pid' ? this.#addPids(value(), '--pid') : this.#addParents(value());
          if (fault) return fault;
        } else if (name === 'user' || name === 'User') this.#users = value().split(',');
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
          const fault = this.#addPids(arg, '');
          if (fault) return fault;
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
        return this.#addPids(rest(), '-p');
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
        return this.#addPids(rest(), 'p');
      default:
        return 'unsupported option (BSD syntax)';
    }
  }

  #addPids(text: string, option: string): string | undefined {
    const pids = pidList(text, option);
    if (typeof pids === 'string') return pids;
    this.#pids = new Set([...(this.#pids ?? []), ...pids]);
    return undefined;
  }

  #addParents(text: string): string | undefined {
    const pids = pidList(text, '--ppid');
    if (typeof pids === 'string') return pids;
    this.#parents = new Set([...(this.#parents ?? []), ...pids]);
    return undefined;
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

/** Process ids separated by commas or spaces; or what is wrong with them. */
function pidList(text: string, option: string): number[] | string {
  const words = text.split(/[ ,]+/).filter(Boolean);
  if (words.length === 0) return `list of process IDs must follow ${option}`;
  if (!words.every((word) => /^\d+$/.test(word))) return 'process ID list syntax error';
  const pids = words.map(Number);
  return pids.every((pid) => pid > 0 && pid <= 0x7fffffff) ? pids : 'process ID out of range';
}
