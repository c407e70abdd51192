import { isErrno } from '../../base/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';
import { isDirectory, join, namesIn } from '../files.ts';
import { fnmatch } from '../lib/glob.ts';
import { readFile, type Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { bytesToText } from '../lib/text.ts';
import { type Flavour, Given, Misuse, quoteName, type Utility } from '../utility.ts';
import { type BlockSize, blockSizeOf, busyboxBytes, parseBlockSize, showBytes } from './block-size.ts';

/** du(1) */
export const du: Utility = {
  name: 'du',
  usage: '[OPTION]... [FILE]...',
  summary: 'Summarize device usage of the set of FILEs, recursively for directories.',
  options: {
    short: 'abB:cd:DhHklLmPsSxX:t:0',
    // Links are not followed unless -L or -D says so.
    inert: ['P'],
    long: {
      all: 'a',
      'apparent-size': 'apparent',
      'block-size': 'B:',
      bytes: 'b',
      total: 'c',
      'max-depth': 'd:',
      'dereference-args': 'D',
      'human-readable': 'h',
      si: 'si',
      inodes: 'inodes',
      'count-links': 'l',
      dereference: 'L',
      'no-dereference': 'P',
      null: '0',
      'separate-dirs': 'S',
      summarize: 's',
      'one-file-system': 'x',
      threshold: 't:',
      time: 'time',
      exclude: 'exclude:',
      'exclude-from': 'X:',
    },
  },
  busybox: { options: { short: 'aHkLsxd:lchmb' }, usage: '[-aHLdclsxhmkb] [FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const block = blockSizeOf(given);
    if (typeof block === 'string') return io.fail(block);
    if (given.has('s') && given.has('a')) throw new Misuse('cannot both summarize and show all entries');
    const depth = given.value('d');
    if (depth !== undefined && !/^\d+$/.test(depth))
      throw new Misuse(`invalid maximum depth ${quoteName(depth)}`);
    const threshold = given.value('t');
    const least = threshold === undefined ? undefined : thresholdOf(threshold);
    if (least === null) return io.fail(`invalid -t argument '${threshold}'`);
    const operands = parsed.operands.length === 0 ? ['.'] : parsed.operands;
    const excluded = given.values('exclude');
    for (const file of given.values('X')) {
      const text = file === '-' ? await io.stdin.readAll() : await readFile(io.sys, file);
      excluded.push(...bytesToText(text).split('\n').filter(Boolean));
    }
    return new Usage(io, given, flavour, { block, least, isMany: operands.length > 1, excluded }).run(
      operands,
    );
  },
};

/** At least so many bytes, or with a sign in front at most; null if it is no size. */
function thresholdOf(text: string): number | null {
  const size = parseBlockSize(text.replace(/^-/, ''))?.unit;
  if (size === undefined) return null;
  return text.startsWith('-') ? -size : size;
}

/** What is below a path: bytes or inodes, and the time of the last change. */
interface Sum {
  size: number;
  time: number;
  directory?: boolean;
}

class Usage {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #flavour: Flavour;
  readonly #block: BlockSize;
  readonly #least: number | undefined;
  readonly #excluded: readonly string[];
  readonly #depth: number;
  /** Of several operands nothing is counted twice, even what has one name only. */
  readonly #isMany: boolean;
  readonly #seen = new Set<string>();
  #status = 0;

  constructor(
    io: Stdio,
    given: Given,
    flavour: Flavour,
    how: { block: BlockSize; least: number | undefined; isMany: boolean; excluded: readonly string[] },
  ) {
    this.#io = io;
    this.#given = given;
    this.#flavour = flavour;
    this.#block = how.block;
    this.#least = how.least;
    this.#excluded = how.excluded;
    this.#depth = given.has('s') ? 0 : Number(given.value('d') ?? Number.POSITIVE_INFINITY);
    this.#isMany = how.isMany;
  }

  async run(operands: readonly string[]): Promise<number> {
    const total: Sum = { size: 0, time: 0 };
    for (const operand of operands) {
      const sum = await this.#weigh(operand, [], undefined);
      if (sum !== undefined) add(total, sum);
    }
    if (this.#given.has('c')) this.#print(total, 'total');
    return this.#status;
  }

  /** Counts a path and all below it; undefined where it does not count. `above` are the directories on the way. */
  async #weigh(path: string, above: readonly Stat[], device: number | undefined): Promise<Sum | undefined> {
    const { sys } = this.#io;
    const level = above.length;
    const follows = this.#given.has('L') || (level === 0 && this.#given.has('D', 'H'));
    let stat: Stat;
    try {
      stat = await (follows ? sys.stat(path) : sys.lstat(path));
    } catch (error) {
      if (!isErrno(error)) throw error;
      // Of a link that leads nowhere GNU's does not say why.
      const isDangling = level > 0 && error.code === 'ENOENT';
      const why = isDangling ? '' : `: ${error.message}`;
      await this.#complain(`cannot access ${quoteName(path)}${why}`, `${path}: ${error.message}`);
      return undefined;
    }
    if (this.#given.has('x') && device !== undefined && stat.dev !== device) return undefined;
    const directory = isDirectory(stat);
    if (directory && above.some(({ dev, ino }) => dev === stat.dev && ino === stat.ino)) return undefined;
    const isCounted = this.#isMany || (stat.nlink > 1 && !directory);
    if (isCounted && !this.#given.has('l') && this.#isSeen(stat)) return undefined;
    const sum: Sum = { size: this.#sizeOf(stat), time: stat.mtime, directory };
    const below: Sum = { size: 0, time: 0 };
    if (directory)
      for (const name of await this.#names(path)) {
        const inner = join(path, name);
        const found = await this.#weigh(inner, [...above, stat], device ?? stat.dev);
        // With -S subdirectories count for the total only.
        if (found !== undefined) add(this.#given.has('S') && found.directory ? below : sum, found);
      }
    const isShown = (directory || this.#given.has('a') || level === 0) && level <= this.#depth;
    if (isShown) this.#print(sum, path);
    add(sum, below);
    return sum;
  }

  async #names(path: string): Promise<string[]> {
    try {
      const names = await namesIn(this.#io.sys, path);
      return names.filter((name) => !this.#excluded.some((pattern) => fnmatch(pattern, name)));
    } catch (error) {
      if (!isErrno(error)) throw error;
      await this.#complain(
        `cannot read directory ${quoteName(path)}: ${error.message}`,
        `can't open '${path}': ${error.message}`,
      );
      return [];
    }
  }

  #isSeen({ dev, ino }: Stat): boolean {
    const key = `${dev}:${ino}`;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  #sizeOf({ mode, size, blocks }: Stat): number {
    if (this.#given.has('inodes')) return 1;
    if (!this.#given.has('apparent', 'b')) return blocks * 512;
    const type = mode & S_IFMT;
    return type === S_IFREG || type === S_IFLNK || type === S_IFDIR ? size : 0;
  }

  #print({ size, time }: Sum, path: string): void {
    const least = this.#least;
    if (least !== undefined && (least < 0 ? size > -least : size < least)) return;
    const shown =
      this.#flavour === 'busybox'
        ? busyboxBytes(size, this.#block)
        : showBytes(
            size,
            this.#given.has('inodes') && !this.#block.powers ? { unit: 1, suffix: '' } : this.#block,
          );
    const when = this.#given.has('time') ? `${strftime('%Y-%m-%d %H:%M', time)}\t` : '';
    this.#io.stdout.write(`${shown}\t${when}${path}${this.#given.has('0') ? '\0' : '\n'}`);
  }

  async #complain(gnu: string, busybox: string): Promise<void> {
    this.#status = await this.#io.fail(this.#flavour === 'gnu' ? gnu : busybox);
  }
}

function add(sum: Sum, more: Sum): void {
  sum.size += more.size;
  sum.time = Math.max(sum.time, more.time);
}
