import { isErrno } from '../../base/errno.ts';
import { major, minor } from '../../vfs/device-number.ts';
import { type DirectoryEntry, S_IFBLK, S_IFCHR, S_IFMT, type Stat } from '../../vfs/inode.ts';
import { isDirectory, isLink, join, statFollowed, statOf } from '../files.ts';
import { byCodePoint, fnmatch } from '../lib/glob.ts';
import { modeString } from '../lib/mode-string.ts';
import type { Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { columns, textWidth } from '../lib/width.ts';
import { Given, quoteName, type Utility } from '../utility.ts';
import { busyboxBytes, showBytes } from './block-size.ts';
import { paint, repaint } from './ls-colours.ts';
import { indicator, quoteFileName } from './ls-names.ts';
import { BUSYBOX_LS_OPTIONS, LS_OPTIONS, type Style, styleOf } from './ls-style.ts';
import { compareVersions } from './version-order.ts';

interface Entry {
  name: string;
  path: string;
  stat: Stat;
  /** What a link leads to. */
  target?: string;
  targetStat?: Stat | undefined;
  /** Of a file that is there and cannot be looked at. */
  isUnknown?: boolean;
}

/** ls(1) */
export const ls: Utility = {
  name: 'ls',
  usage: '[OPTION]... [FILE]...',
  summary: 'List information about the FILEs (the current directory by default).',
  misuse: 2,
  options: LS_OPTIONS,
  busybox: { options: BUSYBOX_LS_OPTIONS, usage: '[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...' },
  async run(io, parsed, flavour, build) {
    const style = await styleOf(io, parsed, flavour, build.lsColours);
    const listing = new Listing(io, new Given(parsed), style);
    return listing.list(parsed.operands.length === 0 ? ['.'] : parsed.operands);
  },
};

const SIX_MONTHS = 31_556_952_000 / 2;

class Listing {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #style: Style;
  readonly #gnu: boolean;
  readonly #long: boolean;
  readonly #now: number;
  #accounts!: Accounts;
  #status = 0;
  /** Something was printed already: a blank line parts what follows. */
  #printed = false;

  constructor(io: Stdio, given: Given, style: Style) {
    this.#io = io;
    this.#given = given;
    this.#style = style;
    this.#gnu = style.gnu;
    this.#long = style.format === 'verbose';
    this.#now = io.sys.clock_gettime('realtime');
  }

  async list(operands: readonly string[]): Promise<number> {
    const files: Entry[] = [];
    const directories: Entry[] = [];
    const asFiles = this.#given.has('d');
    for (const name of operands) {
      const entry = await this.#entry(name, name, true);
      if (!entry) continue;
      const through =
        (!this.#long && this.#style.indicators !== 'classify') || this.#given.has('operand-directories');
      const followed = through ? (entry.targetStat ?? entry.stat) : entry.stat;
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

  async #entry(name: string, path: string, operand = false, type = 0): Promise<Entry | undefined> {
    const { sys } = this.#io;
    try {
      const follow = this.#given.has('L') || (operand && this.#given.has('H'));
      const stat = await (follow ? sys.stat(path) : sys.lstat(path));
      // A link on the command line may be to a directory, which is listed: but one that cannot be followed is an error.
      if (operand && !this.#long && isLink(stat) && (this.#gnu || !this.#given.has('d')))
        await (this.#gnu ? statFollowed(sys, path) : sys.stat(path));
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
      if (this.#gnu && !operand) return { name, path, stat: { ...NO_STAT, mode: type }, isUnknown: true };
      return undefined;
    }
  }

  /** Nothing but names and types is shown, and these the directory tells: without leave to look at the files, and however many. */
  get #needsNoStat(): boolean {
    const { colour, sort, indicators, directoriesFirst } = this.#style;
    const isPlain =
      sort === 'name' || sort === 'none' || sort === 'extension' || sort === 'version' || sort === 'width';
    const asks = this.#long || colour || indicators === 'classify' || directoriesFirst;
    return this.#gnu && isPlain && !asks && !this.#given.has('i', 's', 'L');
  }

  async #directory(path: string, titled: boolean): Promise<void> {
    const { sys, stdout } = this.#io;
    const title = () => {
      if (titled) stdout.write(`${this.#printed ? '\n' : ''}${path}:\n`);
      this.#printed = true;
    };
    // BusyBox names a directory before it looks into it.
    if (!this.#gnu) title();
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
    if (this.#gnu) title();
    const entries: Entry[] = [];
    for (const { name, type } of listed) {
      if (this.#isLeftOut(name)) continue;
      const entry = this.#needsNoStat
        ? { name, path: join(path, name), stat: { ...NO_STAT, mode: type } }
        : await this.#entry(name, join(path, name), false, type);
      if (entry) entries.push(entry);
    }
    this.#sort(entries);
    await this.#show(entries, true);
    if (!this.#given.has('R')) return;
    for (const { name, path: inner, stat } of entries)
      if (isDirectory(stat) && name !== '.' && name !== '..') await this.#directory(inner, true);
  }

  #isLeftOut(name: string): boolean {
    const given = this.#given;
    const all = !this.#gnu && given.has('a') ? 'a' : given.last('a', 'A', 'f');
    if (name.startsWith('.') && all === undefined) return true;
    if ((name === '.' || name === '..') && all === 'A') return true;
    if (given.has('B') && name.endsWith('~')) return true;
    const patterns = [...given.values('I'), ...(all === undefined ? given.values('hide') : [])];
    return patterns.some((pattern) => fnmatch(pattern, name));
  }

  #sort(entries: Entry[]): void {
    const { sort, reverse, directoriesFirst } = this.#style;
    if (sort === 'none') return;
    const extension = (name: string) => (name.includes('.') ? name.slice(name.lastIndexOf('.')) : '');
    const compare = (a: Entry, b: Entry): number => {
      let order = 0;
      if (sort === 'size') order = b.stat.size - a.stat.size;
      else if (sort === 'time') order = this.#time(b.stat) - this.#time(a.stat);
      else if (sort === 'extension') order = byCodePoint(extension(a.name), extension(b.name));
      else if (sort === 'version') order = compareVersions(a.name, b.name);
      else if (sort === 'width') order = textWidth(this.#quoted(a.name)) - textWidth(this.#quoted(b.name));
      return order || byCodePoint(a.name, b.name);
    };
    entries.sort(reverse ? (a, b) => compare(b, a) : compare);
    if (!directoriesFirst) return;
    const rank = (entry: Entry) => Number(!isDirectory(entry.targetStat ?? entry.stat));
    entries.sort((a, b) => rank(a) - rank(b));
  }

  #time(stat: Stat): number {
    return stat[this.#style.time];
  }

  async #show(entries: Entry[], inDirectory: boolean): Promise<void> {
    const { stdout } = this.#io;
    const { format, width, tab, colour, end } = this.#style;
    // Where some names stand in quotes, the others stand a cell further right, so that the letters are aligned.
    const aligned =
      this.#style.quoting.startsWith('shell') &&
      /^(verbose|vertical|horizontal)$/.test(format) &&
      entries.some(({ name }) => this.#quoted(name) !== name);
    const label = (entry: Entry) =>
      (aligned && this.#quoted(entry.name) === entry.name ? ' ' : '') + this.#label(entry);
    if (this.#long) return this.#showLong(entries, inDirectory, label);
    if (inDirectory && this.#given.has('s')) this.#total(entries);
    const context = this.#given.has('Z') && this.#gnu ? '? ' : '';
    const labels = entries.map((entry) => this.#prefix(entry, entries) + context + label(entry));
    if (format === 'single-column' || width < 2) {
      for (const text of labels) stdout.write(`${text}${end}`);
    } else if (format === 'commas') stdout.write(withCommas(labels, width));
    else {
      const bare = labels.map((text) => text.replace(/\x1b\[[0-9;]*m/g, ''));
      const across = format === 'horizontal';
      const lines = this.#gnu
        ? columns(bare, width - 1, { across, tab })
        : columns(bare, width, { equal: true, across });
      // Colours take no room: they are put back where the text was laid out.
      for (const line of lines) stdout.write(`${colour ? repaint(line, bare, labels) : line}\n`);
    }
    await stdout.flush();
  }

  /** Inode number and blocks, before the name. */
  #prefix(entry: Entry, entries: Entry[]): string {
    const gnu = this.#gnu;
    const columnar = this.#style.format !== 'commas';
    const cell = (of: (entry: Entry) => string, busybox: number) => {
      const room = gnu ? Math.max(...entries.map((each) => of(each).length)) : busybox;
      return `${of(entry).padStart(columnar ? room : 0)} `;
    };
    return (
      (this.#given.has('i') ? cell(({ stat }) => String(stat.ino), 7) : '') +
      (this.#given.has('s') ? cell(({ stat }) => this.#blocks(stat.blocks), 6) : '')
    );
  }

  #blocks(blocks: number): string {
    return (this.#gnu ? showBytes : busyboxBytes)(blocks * 512, this.#style.blocks);
  }

  #total(entries: Entry[]): void {
    const blocks = entries.reduce((sum, { stat }) => sum + stat.blocks, 0);
    this.#io.stdout.write(`total ${this.#blocks(blocks)}${this.#style.end}`);
  }

  async #showLong(entries: Entry[], inDirectory: boolean, label: (entry: Entry) => string): Promise<void> {
    const { stdout } = this.#io;
    const given = this.#given;
    this.#accounts ??= await readAccounts(this.#io.sys);
    if (inDirectory) this.#total(entries);
    const gnu = this.#gnu;
    const numeric = given.has('n');
    const rows = entries.map((entry) => {
      const { stat } = entry;
      if (entry.isUnknown)
        return { entry, ...UNKNOWN, mode: `${modeString(stat.mode)[0]}?????????`, major: undefined };
      const device = (stat.mode & S_IFMT) === S_IFCHR || (stat.mode & S_IFMT) === S_IFBLK;
      const size = (gnu ? showBytes : busyboxBytes)(stat.size, this.#style.sizes);
      return {
        entry,
        mode: modeString(stat.mode),
        links: String(stat.nlink),
        owner: numeric ? String(stat.uid) : this.#accounts.userName(stat.uid),
        group: numeric ? String(stat.gid) : this.#accounts.groupName(stat.gid),
        major: device ? String(major(stat.rdev)) : undefined,
        size: device ? String(minor(stat.rdev)) : size,
        date: this.#date(this.#time(stat)),
      };
    });
    const most = (pick: (row: (typeof rows)[number]) => string) =>
      Math.max(0, ...rows.map((row) => textWidth(pick(row))));
    const devices = rows.filter((row) => row.major !== undefined);
    const majors = Math.max(0, ...devices.map((row) => row.major?.length ?? 0));
    const minors = Math.max(0, ...devices.map((row) => row.size.length));
    const plain = Math.max(0, ...rows.filter((row) => row.major === undefined).map((row) => row.size.length));
    const sizes = devices.length > 0 ? Math.max(plain, majors + 2 + minors) : plain;
    const [links, owners, groups] = [
      most((row) => row.links),
      most((row) => row.owner),
      most((row) => row.group),
    ];
    for (const row of rows) {
      const { entry } = row;
      const prefix = this.#prefix(entry, entries);
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
          given.has('g') ? undefined : owner,
          given.has('o', 'G') ? undefined : group,
          given.has('author') ? owner : undefined,
          given.has('Z') ? '?' : undefined,
          size,
          row.date,
        ]
          .filter((part) => part !== undefined)
          .join(' ');
      } else {
        const size =
          row.major === undefined
            ? row.size.padStart(9)
            : `${row.major.padStart(4)}, ${row.size.padStart(3)}`;
        const owner = numeric ? row.owner.padEnd(8) : row.owner.padEnd(8).slice(0, 8);
        const group = numeric ? row.group.padEnd(8) : row.group.padEnd(8).slice(0, 8);
        line = `${row.mode} ${row.links.padStart(4)} ${owner} ${group} ${size} ${row.date}`;
      }
      const written = stdout.write(`${prefix}${line} ${label(entry)}${this.#arrow(entry)}${this.#style.end}`);
      if (written) await written;
    }
  }

  #arrow({ target, targetStat, stat }: Entry): string {
    if (!isLink(stat) || target === undefined) return '';
    const { indicators, colour } = this.#style;
    const mark = targetStat ? indicator(targetStat, indicators) : '';
    const quoted = this.#quoted(target);
    const shown = colour && targetStat ? paint(quoted, targetStat, undefined, this.#gnu) : quoted;
    return ` -> ${shown}${mark}`;
  }

  #label({ name, stat, targetStat }: Entry): string {
    const shown = this.#quoted(name);
    const { indicators, colour } = this.#style;
    const painted = colour
      ? paint(shown, stat, isLink(stat) && !targetStat ? 'broken' : undefined, this.#gnu)
      : shown;
    // In a long list the mark stands behind what a link leads to.
    return painted + (isLink(stat) && this.#long ? '' : indicator(stat, indicators));
  }

  #quoted(name: string): string {
    const { quoting, hideControls } = this.#style;
    return quoteFileName(name, quoting, hideControls);
  }

  #date(ms: number): string {
    const { timeStyle: style } = this.#style;
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

/** `-m`: names after each other, as many as fit on a line. */
function withCommas(labels: readonly string[], width: number): string {
  let out = '';
  let at = 0;
  for (const [i, label] of labels.entries()) {
    const cells = textWidth(label.replace(/\x1b\[[0-9;]*m/g, ''));
    if (i > 0) {
      const fits = at + cells + 2 < width;
      out += fits ? ', ' : ',\n';
      at = fits ? at + 2 : 0;
    }
    out += label;
    at += cells;
  }
  return labels.length > 0 ? `${out}\n` : '';
}

const UNKNOWN = { links: '?', owner: '?', group: '?', size: '?', date: '?'.padStart(12) };

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
