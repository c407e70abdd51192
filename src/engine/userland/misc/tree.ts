import { S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';
import { paint } from '../coreutils/ls-colours.ts';
import { indicator } from '../coreutils/ls-names.ts';
import { isDirectory, isLink, join, namesIn, statOf } from '../files.ts';
import { byCodePoint, fnmatch } from '../lib/glob.ts';
import { modeString } from '../lib/mode-string.ts';
import type { Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { humanSize } from '../sizes.ts';
import { type Flavour, Given, type Utility } from '../utility.ts';

/** tree(1) */
export const tree: Utility = {
  name: 'tree',
  usage: '[-acdfghilnpqrstuvxACDFJQNSUX] [-L level [-R]] [directory ...]',
  summary: 'List contents of directories in a tree-like format.',
  options: {
    short: 'aAcCdDfFghH:iI:JlL:nNo:pP:qQrRsStT:uUvxX',
    long: {
      noreport: 'noreport',
      dirsfirst: 'dirsfirst',
      filesfirst: 'filesfirst',
      prune: 'prune',
      inodes: 'inodes',
      si: 'si',
      sort: 'sort::',
      'ignore-case': 'ignore-case',
      matchdirs: 'matchdirs',
      metafirst: 'metafirst',
      filelimit: 'filelimit:',
      timefmt: 'timefmt:',
      charset: 'charset::',
      du: 'du',
      device: 'device',
      gitignore: 'gitignore',
      fromfile: 'fromfile',
      info: 'info',
    },
    refused: [
      ...'AHJoQRSTvxX',
      ...['charset', 'device', 'du', 'filelimit', 'fromfile', 'gitignore', 'info', 'matchdirs', 'metafirst'],
      ...['prune', 'sort', 'timefmt', 'ignore-case'],
    ],
    // Names are written as they are.
    inert: ['N'],
  },
  busybox: { options: {}, usage: '[DIR]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const level = given.value('L');
    if (level !== undefined && !(Number(level) >= 1))
      return io.fail('Invalid level, must be greater than 0.');
    const drawing = new Drawing(
      io,
      given,
      flavour,
      await readAccounts(io.sys),
      Number(level ?? Number.POSITIVE_INFINITY),
    );
    return drawing.all(parsed.operands.length === 0 ? ['.'] : parsed.operands);
  },
};

interface Named {
  name: string;
  stat: Stat | undefined;
  /** What is shown as a directory: a link to one counts as one. */
  isFolder: boolean;
}

class Drawing {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #gnu: boolean;
  readonly #accounts: Accounts;
  readonly #most: number;
  readonly #colour: boolean;
  readonly #lines: typeof BOXES;
  #directories = 0;
  #files = 0;

  constructor(io: Stdio, given: Given, flavour: Flavour, accounts: Accounts, most: number) {
    this.#io = io;
    this.#given = given;
    this.#gnu = flavour === 'gnu';
    this.#accounts = accounts;
    this.#most = most;
    // What has no terminal is not coloured, though it be asked for.
    this.#colour = given.last('C', 'n') === 'C' && io.env.has('TERM');
    const locale = io.env.get('LC_ALL') || io.env.get('LC_CTYPE') || io.env.get('LANG') || '';
    this.#lines = !this.#gnu || /utf-?8/i.test(locale) ? BOXES : ASCII;
  }

  async all(operands: readonly string[]): Promise<number> {
    const { sys, stdout } = this.#io;
    let status = 0;
    for (const path of operands) {
      const stat = await statOf(sys, path);
      if (stat === undefined || !isDirectory(stat)) {
        stdout.write(`${path}  [error opening dir]\n`);
        if (stat) this.#files++;
        else status = 2;
        continue;
      }
      stdout.write(`${this.#meta(stat)}${this.#painted(path, stat)}${this.#mark(stat)}\n`);
      if (this.#gnu) this.#directories++;
      await this.#below(path, '', [stat]);
    }
    const some = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
    const files = this.#given.has('d') ? '' : `, ${some(this.#files, 'file', 'files')}`;
    if (!this.#given.has('noreport'))
      stdout.write(`\n${some(this.#directories, 'directory', 'directories')}${files}\n`);
    return status;
  }

  async #below(path: string, indent: string, above: readonly Stat[]): Promise<void> {
    const { sys, stdout } = this.#io;
    const given = this.#given;
    const found = await this.#entries(path);
    for (const [i, { name, stat, isFolder }] of found.entries()) {
      const isLast = i === found.length - 1;
      const inner = join(path, name);
      const target = isLink(stat) ? await sys.readlink(inner) : undefined;
      const aim = target === undefined ? undefined : await statOf(sys, inner);
      const followed = given.has('l') && aim && isFolder ? aim : stat;
      const isLoop =
        target !== undefined && above.some(({ dev, ino }) => dev === followed?.dev && ino === followed.ino);
      const branch = given.has('i') ? '' : indent + (isLast ? this.#lines.last : this.#lines.branch);
      const shown = this.#painted(given.has('f') ? inner : name, stat, target !== undefined && !aim);
      const arrow =
        target === undefined ? '' : ` -> ${aim ? this.#painted(target, aim) : this.#painted(target, PLAIN)}`;
      const mark = aim ? this.#mark(aim) : target === undefined ? this.#mark(stat) : '';
      const loop = isLoop && given.has('l') ? '  [recursive, not followed]' : '';
      stdout.write(`${branch}${this.#meta(stat)}${shown}${arrow}${mark}${loop}\n`);
      if (isFolder) this.#directories++;
      else this.#files++;
      if (!isFolder || isLoop || !isDirectory(followed) || above.length >= this.#most) continue;
      const bar = this.#gnu ? this.#lines.bar : '│   ';
      await this.#below(inner, indent + (isLast ? '    ' : bar), [...above, followed!]);
    }
  }

  async #entries(path: string): Promise<Named[]> {
    const { sys } = this.#io;
    const given = this.#given;
    const [patterns, ignored] = [given.values('P'), given.values('I')];
    const matches = (pattern: string, name: string) => pattern.split('|').some((one) => fnmatch(one, name));
    const found: Named[] = [];
    for (const name of await namesIn(sys, path).catch(() => [])) {
      if (name.startsWith('.') && !given.has('a')) continue;
      if (ignored.some((pattern) => matches(pattern, name))) continue;
      const inner = join(path, name);
      const stat = await statOf(sys, inner, false);
      const isFolder = isDirectory(isLink(stat) ? await statOf(sys, inner) : stat);
      if (given.has('d') && !isFolder) continue;
      const isWanted = patterns.length === 0 || patterns.some((pattern) => matches(pattern, name));
      if (!isWanted && !isDirectory(stat)) continue;
      found.push({ name, stat, isFolder });
    }
    return this.#sorted(found);
  }

  #sorted(found: Named[]): Named[] {
    const given = this.#given;
    if (given.has('U')) return found;
    const by = given.last('t', 'c');
    const time = ({ stat }: Named) => (by === 'c' ? stat?.ctime : stat?.mtime) ?? 0;
    found.sort((a, b) => (by ? time(a) - time(b) : 0) || byCodePoint(a.name, b.name));
    if (given.has('r')) found.reverse();
    const first = given.last('dirsfirst', 'filesfirst');
    const rank = ({ isFolder }: Named) => Number(isFolder === (first === 'filesfirst'));
    return first === undefined ? found : found.sort((a, b) => rank(a) - rank(b));
  }

  /** What stands in brackets before a name. */
  #meta(stat: Stat | undefined): string {
    const given = this.#given;
    if (stat === undefined) return '';
    const parts: string[] = [];
    if (given.has('inodes')) parts.push(String(stat.ino).padStart(7));
    if (given.has('p')) parts.push(modeString(stat.mode));
    if (given.has('u')) parts.push(this.#accounts.userName(stat.uid).padEnd(8));
    if (given.has('g')) parts.push(this.#accounts.groupName(stat.gid).padEnd(8));
    if (given.has('si')) parts.push(humanSize(stat.size, 1000).padStart(4));
    else if (given.has('h')) parts.push(humanSize(stat.size).padStart(4));
    else if (given.has('s')) parts.push(String(stat.size).padStart(11));
    if (given.has('D', 'c')) parts.push(strftime('%b %e %H:%M', given.has('c') ? stat.ctime : stat.mtime));
    return parts.length > 0 ? `[${parts.join(' ')}]  ` : '';
  }

  #mark(stat: Stat | undefined): string {
    return stat && this.#given.has('F') ? indicator(stat, 'classify') : '';
  }

  #painted(name: string, stat: Stat | undefined, broken = false): string {
    const shown = this.#given.has('q') ? name.replace(/[\x00-\x1f\x7f]/g, '?') : name;
    if (!this.#colour || stat === undefined) return shown;
    const painted = paint(shown, stat, broken ? 'broken' : undefined, true).replace(/^\x1b\[0m/, '');
    return painted === shown ? `\x1b[00m${shown}\x1b[0m` : painted;
  }
}

/** What the tree is drawn with. */
const BOXES = { last: '└── ', branch: '├── ', bar: '│\u00a0\u00a0 ' };
const ASCII: typeof BOXES = { last: '`-- ', branch: '|-- ', bar: '|   ' };

/** What a link that leads nowhere is painted as leading to. */
const PLAIN: Stat = {
  ...{ dev: 0, ino: 0, mode: S_IFREG & S_IFMT, nlink: 0, uid: 0, gid: 0, rdev: 0 },
  ...{ size: 0, blksize: 4096, blocks: 0, atime: 0, mtime: 0, ctime: 0 },
};
