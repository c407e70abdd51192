import { isErrno } from '../../base/errno.ts';
import { major, minor } from '../../vfs/device-number.ts';
import {
  type DirectoryEntry,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Stat,
} from '../../vfs/inode.ts';
import { isDirectory, isLink, join, statFollowed, statOf } from '../files.ts';
import { byCodePoint, fnmatch } from '../lib/glob.ts';
import { modeString } from '../lib/mode-string.ts';
import type { Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { columns, textWidth } from '../lib/width.ts';
import { busyboxSize, humanSize } from '../sizes.ts';
import { type Flavour, Given, quoteName, type Utility } from '../utility.ts';
import { compareVersions } from './version-order.ts';

interface Entry {
  name: string;
  path: string;
  stat: Stat;
  /** What a link leads to. */
  target?: string;
  targetStat?: Stat | undefined;
}

/** ls(1) */
export const ls: Utility = {
  name: 'ls',
  usage: '[OPTION]... [FILE]...',
  summary: 'List information about the FILEs (the current directory by default).',
  misuse: 2,
  options: {
    short: 'abBcCdDfFgGhHiI:klLmnNopqQrRsStT:uUvw:xXZ1A',
    long: {
      all: 'a',
      'almost-all': 'A',
      directory: 'd',
      classify: 'F',
      'file-type': 'file-type',
      color: 'color::',
      'group-directories-first': 'dirs',
      'no-group': 'G',
      'human-readable': 'h',
      si: 'si',
      inode: 'i',
      ignore: 'I:',
      'numeric-uid-gid': 'n',
      literal: 'N',
      'quote-name': 'Q',
      reverse: 'r',
      recursive: 'R',
      size: 's',
      sort: 'sort:',
      time: 'time:',
      'time-style': 'time-style:',
      'full-time': 'full-time',
      dereference: 'L',
      width: 'w:',
      'block-size': 'block-size:',
      'no-color': 'no-color',
      format: 'format:',
      'hide-control-chars': 'q',
    },
  },
  busybox: {
    options: {
      short: '1AaCxdLHRFplinshrSXvctugwT:',
      long: { 'full-time': 'full-time', 'group-directories-first': 'dirs', color: 'color::' },
    },
    usage: '[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...',
  },
  async run(io, parsed, flavour) {
    const listing = await Listing.prepare(io, new Given(parsed), flavour);
    return listing.list(parsed.operands.length === 0 ? ['.'] : parsed.operands);
  },
};

const SIX_MONTHS = 31_556_952_000 / 2;

class Listing {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #gnu: boolean;
  #accounts!: Accounts;
  #now = 0;
  #terminal = false;
  #width = 80;
  #colour = false;
  #status = 0;
  /** Something was printed already: a blank line parts what follows. */
  #printed = false;

  constructor(io: Stdio, given: Given, flavour: Flavour) {
    this.#io = io;
    this.#given = given;
    this.#gnu = flavour === 'gnu';
  }

  static async prepare(io: Stdio, given: Given, flavour: Flavour): Promise<Listing> {
    const listing = new Listing(io, given, flavour);
    listing.#terminal = await io.sys.isatty(1);
    listing.#now = await io.sys.clock_gettime('realtime');
    if (listing.#terminal) {
      const size = (await io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as { columns: number };
      listing.#width = size.columns || 80;
    }
    listing.#width = Number(given.value('w') ?? io.env.get('COLUMNS') ?? listing.#width) || listing.#width;
    const when = given.has('color')
      ? (given.value('color') ?? 'always')
      : flavour === 'busybox'
        ? 'auto'
        : 'never';
    listing.#colour =
      when === 'always' || when === 'yes' || (/^(auto|tty|if-tty)$/.test(when) && listing.#terminal);
    return listing;
  }

  async list(operands: readonly string[]): Promise<number> {
    const files: Entry[] = [];
    const directories: Entry[] = [];
    const asFiles = this.#given.has('d');
    for (const name of operands) {
      const entry = await this.#entry(name, name, true);
      if (!entry) continue;
      const followed = !this.#long && !this.#given.has('F') ? (entry.targetStat ?? entry.stat) : entry.stat;
      if (!asFiles && isDirectory(followed)) directories.push(entry);
      else files.push(entry);
    }
    this.#sort(files);
    this.#sort(directories);
    if (files.length > 0) {
      await this.#show(files, false);
      this.#printed = true;
    }
    for (const { path } of directories)
      await this.#directory(path, operands.length > 1 || this.#given.has('R'));
    return this.#status;
  }

  get #long(): boolean {
    return (
      this.#given.has('l', 'n', 'g', 'o', 'full-time') &&
      !['C', 'x', '1'].includes(
        this.#gnu ? (this.#given.last('l', 'n', 'g', 'o', 'C', 'x', 'full-time') ?? '') : '',
      )
    );
  }

  async #entry(name: string, path: string, operand = false): Promise<Entry | undefined> {
    const { sys } = this.#io;
    try {
      const follow = this.#given.has('L') || (operand && this.#given.has('H'));
      const stat = await (follow ? statFollowed(sys, path) : sys.lstat(path));
      // A link on the command line may be to a directory, which is listed: but one that cannot be followed is an error.
      if (operand && this.#gnu && !this.#long && isLink(stat)) await statFollowed(sys, path);
      const entry: Entry = { name, path, stat };
      if (isLink(stat)) {
        entry.targetStat = await statOf(sys, path);
        if (this.#long) entry.target = await sys.readlink(path).catch(() => undefined);
      }
      return entry;
    } catch (error) {
      if (!isErrno(error)) throw error;
      this.#status = this.#gnu ? (operand ? 2 : 1) : 1;
      await this.#io.fail(
        this.#gnu ? `cannot access ${quoteName(path)}: ${error.message}` : `${path}: ${error.message}`,
      );
      return undefined;
    }
  }

  /** Nothing but names and types is shown, and these the directory tells: without leave to look at the files, and however many. */
  get #needsNoStat(): boolean {
    const asked = [
      'l',
      'n',
      'g',
      'o',
      'full-time',
      'i',
      's',
      'S',
      't',
      'c',
      'u',
      'L',
      'F',
      'Z',
      'color',
      'sort',
    ];
    return this.#gnu && !this.#colour && !this.#given.has(...asked);
  }

  async #directory(path: string, titled: boolean): Promise<void> {
    const { sys, stdout } = this.#io;
    let listed: DirectoryEntry[];
    try {
      const fd = await sys.open(path, 0o200000);
      listed = await sys.getdents(fd);
      await sys.close(fd);
    } catch (error) {
      if (!isErrno(error)) throw error;
      this.#status = this.#gnu ? 2 : 1;
      await this.#io.fail(
        this.#gnu
          ? `cannot open directory ${quoteName(path)}: ${error.message}`
          : `can't open '${path}': ${error.message}`,
      );
      return;
    }
    if (titled) stdout.write(`${this.#printed ? '\n' : ''}${path}:\n`);
    this.#printed = true;
    const all = this.#given.has('a', 'f');
    const ignored = this.#given.values('I');
    const entries: Entry[] = [];
    for (const { name, type } of listed) {
      if (name.startsWith('.') && !all && (!this.#given.has('A') || name === '.' || name === '..')) continue;
      if (ignored.some((pattern) => fnmatch(pattern, name))) continue;
      const entry = this.#needsNoStat
        ? { name, path: join(path, name), stat: { ...NO_STAT, mode: type } }
        : await this.#entry(name, join(path, name));
      if (entry) entries.push(entry);
    }
    this.#sort(entries);
    await this.#show(entries, true);
    if (!this.#given.has('R')) return;
    for (const { name, path: inner, stat } of entries)
      if (isDirectory(stat) && name !== '.' && name !== '..') await this.#directory(inner, true);
  }

  #sort(entries: Entry[]): void {
    const { has, last } = {
      has: (...n: string[]) => this.#given.has(...n),
      last: this.#given.last('S', 't', 'X', 'v', 'U', 'f', 'sort'),
    };
    const by =
      last === 'sort'
        ? { size: 'S', time: 't', extension: 'X', version: 'v', none: 'U' }[this.#given.value('sort')!]
        : last;
    if (by === 'U' || by === 'f') return;
    const time = (stat: Stat) => this.#time(stat);
    const extension = (name: string) => (name.includes('.') ? name.slice(name.lastIndexOf('.')) : '');
    const compare = (a: Entry, b: Entry): number => {
      let order = 0;
      if (by === 'S') order = b.stat.size - a.stat.size;
      else if (by === 't' || (!this.#long && !by && has('c', 'u'))) order = time(b.stat) - time(a.stat);
      else if (by === 'X') order = byCodePoint(extension(a.name), extension(b.name));
      else if (by === 'v') order = compareVersions(a.name, b.name);
      return order || byCodePoint(a.name, b.name);
    };
    entries.sort(has('r') ? (a, b) => compare(b, a) : compare);
    if (has('dirs')) {
      const rank = (entry: Entry) => Number(!isDirectory(entry.targetStat ?? entry.stat));
      entries.sort((a, b) => rank(a) - rank(b));
    }
  }

  #time(stat: Stat): number {
    const which = this.#given.value('time');
    if (this.#given.has('u') || which === 'atime' || which === 'access') return stat.atime;
    return this.#given.has('c') || which === 'ctime' || which === 'status' ? stat.ctime : stat.mtime;
  }

  async #show(entries: Entry[], inDirectory: boolean): Promise<void> {
    const { stdout } = this.#io;
    if (this.#long) return this.#showLong(entries, inDirectory);
    if (inDirectory && this.#given.has('s')) this.#total(entries);
    const labels = entries.map((entry) => this.#prefix(entry, entries) + this.#label(entry));
    const columnar = this.#given.last('1', 'C', 'x', 'm', 'format') ?? (this.#terminal ? 'C' : '1');
    if (columnar === '1' || this.#width < 2) {
      for (const label of labels) stdout.write(`${label}\n`);
    } else if (columnar === 'm') stdout.write(labels.length ? `${labels.join(', ')}\n` : '');
    else {
      const bare = labels.map((label) => label.replace(/\x1b\[[0-9;]*m/g, ''));
      const lines = this.#gnu ? columns(bare, this.#width - 1) : columns(bare, this.#width, { equal: true });
      // Colours take no room: they are put back where the text was laid out.
      for (const line of lines) stdout.write(`${this.#colour ? repaint(line, bare, labels) : line}\n`);
    }
    await stdout.flush();
  }

  /** Inode number and blocks, before the name. */
  #prefix(entry: Entry, entries: Entry[]): string {
    let out = '';
    const wide = (numbers: number[]) => Math.max(...numbers.map((number) => String(number).length));
    const gnu = this.#gnu;
    if (this.#given.has('i'))
      out += `${String(entry.stat.ino).padStart(gnu ? wide(entries.map(({ stat }) => stat.ino)) : 7)} `;
    if (this.#given.has('s')) {
      const blocks = ({ stat }: Entry) => this.#blocks(stat);
      const texts = entries.map(blocks);
      out += `${blocks(entry).padStart(gnu ? Math.max(...texts.map((text) => text.length)) : 6)} `;
    }
    return out;
  }

  #blocks(stat: Stat): string {
    return this.#given.has('h') ? humanSize(stat.blocks * 512) : String(Math.ceil(stat.blocks / 2));
  }

  #total(entries: Entry[]): void {
    const blocks = entries.reduce((sum, { stat }) => sum + stat.blocks, 0);
    const human = this.#gnu ? humanSize : busyboxSize;
    this.#io.stdout.write(`total ${this.#given.has('h') ? human(blocks * 512) : Math.ceil(blocks / 2)}\n`);
  }

  async #showLong(entries: Entry[], inDirectory: boolean): Promise<void> {
    const { stdout } = this.#io;
    this.#accounts ??= await readAccounts(this.#io.sys);
    if (inDirectory) this.#total(entries);
    const gnu = this.#gnu;
    const numeric = this.#given.has('n');
    const rows = entries.map((entry) => {
      const { stat } = entry;
      const device = (stat.mode & S_IFMT) === S_IFCHR || (stat.mode & S_IFMT) === S_IFBLK;
      return {
        entry,
        mode: modeString(stat.mode),
        links: String(stat.nlink),
        owner: numeric ? String(stat.uid) : this.#accounts.userName(stat.uid),
        group: numeric ? String(stat.gid) : this.#accounts.groupName(stat.gid),
        major: device ? String(major(stat.rdev)) : undefined,
        size: device
          ? String(minor(stat.rdev))
          : this.#given.has('h')
            ? gnu
              ? humanSize(stat.size)
              : busyboxSize(stat.size)
            : this.#given.has('si')
              ? humanSize(stat.size, 1000, 'kMGTPE')
              : String(stat.size),
        date: this.#date(this.#time(stat)),
      };
    });
    const most = (pick: (row: (typeof rows)[number]) => string) =>
      Math.max(0, ...rows.map((row) => textWidth(pick(row))));
    const devices = rows.some((row) => row.major !== undefined);
    const majors = Math.max(0, ...rows.map((row) => row.major?.length ?? 0));
    const minors = Math.max(
      0,
      ...rows.filter((row) => row.major !== undefined).map((row) => row.size.length),
    );
    const plain = Math.max(0, ...rows.filter((row) => row.major === undefined).map((row) => row.size.length));
    const sizes = devices ? Math.max(plain, majors + 2 + minors) : plain;
    const [links, owners, groups] = [
      most((row) => row.links),
      most((row) => row.owner),
      most((row) => row.group),
    ];
    for (const row of rows) {
      const { entry } = row;
      const prefix = this.#prefix(entry, entries);
      const noOwner = this.#given.has('g') && gnu;
      const noGroup = this.#given.has('o', 'G') && gnu;
      let line: string;
      if (gnu) {
        const size =
          row.major === undefined
            ? row.size.padStart(sizes)
            : `${row.major.padStart(sizes - minors - 2)}, ${row.size.padStart(minors)}`;
        const owner = numeric ? row.owner.padStart(owners) : row.owner.padEnd(owners);
        const group = numeric ? row.group.padStart(groups) : row.group.padEnd(groups);
        line = [
          row.mode,
          row.links.padStart(links),
          noOwner ? undefined : owner,
          noGroup ? undefined : group,
          size,
          row.date,
        ]
          .filter((part) => part !== undefined)
          .join(' ');
      } else {
        const size =
          row.major === undefined
            ? row.size.padStart(this.#given.has('h') ? 9 : 9)
            : `${row.major.padStart(4)}, ${row.size.padStart(3)}`;
        const owner = numeric ? row.owner.padEnd(8) : row.owner.padEnd(8).slice(0, 8);
        const group = numeric ? row.group.padEnd(8) : row.group.padEnd(8).slice(0, 8);
        line = `${row.mode} ${row.links.padStart(4)} ${owner} ${group} ${size} ${row.date}`;
      }
      const written = stdout.write(`${prefix}${line} ${this.#label(entry)}${this.#arrow(entry)}\n`);
      if (written) await written;
    }
  }

  #arrow({ target, targetStat, stat }: Entry): string {
    if (!isLink(stat) || target === undefined) return '';
    const mark = this.#given.has('F') && targetStat ? classifier(targetStat, true) : '';
    const shown = this.#colour && targetStat ? paint(target, targetStat, undefined, this.#gnu) : target;
    return ` -> ${shown}${mark}`;
  }

  #label({ name, stat, targetStat }: Entry): string {
    const shown = this.#quoted(name);
    const painted = this.#colour
      ? paint(shown, stat, isLink(stat) && !targetStat ? 'broken' : undefined, this.#gnu)
      : shown;
    if (this.#given.has('F', 'classify'))
      return painted + (isLink(stat) && this.#long ? '' : classifier(stat, true));
    if (this.#given.has('file-type')) return painted + classifier(stat, false);
    return this.#given.has('p') && isDirectory(stat) ? `${painted}/` : painted;
  }

  #quoted(name: string): string {
    if (!this.#gnu) return this.#terminal ? name.replace(/[\x00-\x1f\x7f]/g, '?') : name;
    if (this.#given.has('Q')) return `"${name.replace(/["\\]/g, '\\$&')}"`;
    if (this.#given.has('b')) return name.replace(/[ \\]/g, '\\$&').replaceAll('\n', '\\n');
    if (!this.#terminal || this.#given.has('N')) return name;
    // A terminal is shown names as a shell would read them.
    if (/[\x00-\x1f\x7f]/.test(name))
      return `'${name.replace(/[\x00-\x1f\x7f]/g, (c) => `'$'\\${c === '\n' ? 'n' : c === '\t' ? 't' : c.charCodeAt(0).toString(8).padStart(3, '0')}''`)}'`;
    if (name.includes("'")) return /["$`\\]/.test(name) ? `'${name.replaceAll("'", "'\\''")}'` : `"${name}"`;
    return /[ !"#$&()*;<=>?[\\^`|{}~]/.test(name) &&
      !/^[^ !"$&()*;<>?[\\^`|]*$/.test(name.replace(/^[~#]/, '!'))
      ? `'${name}'`
      : name;
  }

  #date(ms: number): string {
    const style = this.#given.value('time-style') ?? (this.#given.has('full-time') ? 'full-iso' : undefined);
    if (style === 'full-iso')
      return this.#gnu ? strftime('%Y-%m-%d %H:%M:%S.%N %z', ms) : strftime('%Y-%m-%d %H:%M:%S %z', ms);
    if (style === 'long-iso') return strftime('%Y-%m-%d %H:%M', ms);
    if (style === 'iso') return strftime(ms > this.#now - SIX_MONTHS ? '%m-%d %H:%M' : '%Y-%m-%d ', ms);
    if (style?.startsWith('+')) return strftime(style.slice(1), ms);
    const recent = this.#gnu
      ? ms > this.#now - SIX_MONTHS && ms <= this.#now
      : ms > this.#now - 15_768_000_000 && ms < this.#now + 900_000;
    return strftime(recent ? '%b %e %H:%M' : '%b %e  %Y', ms);
  }
}

function classifier({ mode }: Stat, executables: boolean): string {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return '/';
    case S_IFLNK:
      return '@';
    case S_IFIFO:
      return '|';
    case S_IFSOCK:
      return '=';
    case S_IFREG:
      return executables && mode & 0o111 ? '*' : '';
  }
  return '';
}

/** The usual colours (dircolors(1); BusyBox has its own few). */
function paint(text: string, { mode }: Stat, broken: 'broken' | undefined, gnu: boolean): string {
  const type = mode & S_IFMT;
  let code = '';
  if (gnu) {
    if (broken) code = '40;31;01';
    else if (type === S_IFDIR)
      code =
        (mode & 0o1002) === 0o1002 ? '30;42' : mode & 0o002 ? '34;42' : mode & 0o1000 ? '37;44' : '01;34';
    else if (type === S_IFLNK) code = '01;36';
    else if (type === S_IFIFO) code = '40;33';
    else if (type === S_IFSOCK) code = '01;35';
    else if (type === S_IFBLK || type === S_IFCHR) code = '40;33;01';
    else if (mode & 0o4000) code = '37;41';
    else if (mode & 0o2000) code = '30;43';
    else if (mode & 0o111) code = '01;32';
    else if (/\.(tar|tgz|gz|zip|xz|zst|bz2|deb|rpm|jar)$/.test(text)) code = '01;31';
    else if (/\.(jpg|jpeg|png|gif|svg|mp4|webp)$/.test(text)) code = '01;35';
    return code === '' ? text : `\x1b[0m\x1b[${code}m${text}\x1b[0m`;
  }
  const colour = {
    [S_IFDIR]: 34,
    [S_IFLNK]: 36,
    [S_IFIFO]: 33,
    [S_IFSOCK]: 35,
    [S_IFBLK]: 33,
    [S_IFCHR]: 33,
  }[type];
  if (colour !== undefined) code = `1;${colour}`;
  else code = mode & 0o111 ? '1;32' : '0;0';
  return `\x1b[${code}m${text}\x1b[m`;
}

/** Puts coloured labels in the place of the bare ones of one laid-out line. */
function repaint(line: string, bare: readonly string[], labels: readonly string[]): string {
  return line
    .split(/( {2,})/)
    .map((piece) => {
      const index = bare.indexOf(piece);
      return index === -1 ? piece : labels[index]!;
    })
    .join('');
}

/** Of a file that cannot be looked at. */
const NO_STAT: Stat = {
  dev: 0,
  ino: 0,
  mode: 0,
  nlink: 0,
  uid: 0,
  gid: 0,
  rdev: 0,
  size: 0,
  blksize: 4096,
  blocks: 0,
  atime: 0,
  mtime: 0,
  ctime: 0,
};
