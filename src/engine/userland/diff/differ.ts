import { isErrno } from '../../base/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';
import { basename, sortedNamesIn, statOf } from '../files.ts';
import type { ParsedOptions } from '../lib/getopt.ts';
import { fnmatch } from '../lib/glob.ts';
import { readFile, type Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { type Given, Misuse } from '../utility.ts';
import type { Style } from './diff.ts';
import { edits } from './edits.ts';
import {
  type Comparison,
  colored,
  context,
  edScript,
  normal,
  type Paint,
  plain,
  unified,
} from './formats.ts';
import { sideBySide } from './side-by-side.ts';
import { type Comparing, isBinary, sideOf, textFile } from './text-file.ts';

/** 0: nothing differs, 1: something does, 2: trouble. */
type Status = 0 | 1 | 2;

/** One run of GNU diff. */
export class Differ {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #style: Style;
  readonly #comparing: Comparing;
  readonly #labels: readonly string[];
  /** The arguments before the names, as they are said again before each file of a directory. */
  readonly #command: string;
  #context = 3;
  #paint: Paint = plain;

  constructor(io: Stdio, given: Given, options: ParsedOptions['options'], style: Style) {
    this.#io = io;
    this.#given = given;
    this.#style = style;
    this.#comparing = {
      ignoreCase: given.has('i'),
      space: given.has('w') ? 'all' : given.has('b') ? 'amount' : given.has('Z') ? 'trailing' : 'exact',
      stripCarriageReturn: given.has('strip-cr'),
    };
    this.#labels = given.values('L');
    this.#command = ['diff', ...io.args.filter((arg) => arg.startsWith('-') && arg !== '-')].join(' ');
    const lines = given.value('U', 'C') ?? given.value('u', 'c');
    const digits = options
      .filter(({ name }) => /^\d$/.test(name))
      .map(({ name }) => name)
      .join('');
    const asked = lines ?? (digits === '' ? undefined : digits);
    if (asked !== undefined) {
      if (!/^\d+$/.test(asked)) throw new Misuse(`invalid context length '${asked}'`);
      this.#context = Number(asked);
    }
  }

  /** Compares what two operands name; a directory beside a file stands for the file of that name in it. */
  async compare(left: string, right: string): Promise<number> {
    const when = this.#given.has('color') ? (this.#given.value('color') ?? 'auto') : 'never';
    if (!['always', 'auto', 'never'].includes(when)) throw new Misuse(`invalid color '${when}'`);
    if (when === 'always' || (when === 'auto' && (await this.#io.sys.isatty(1)))) this.#paint = colored;
    const [a, b] = [await this.#stat(left), await this.#stat(right)];
    const directories = [a, b].map((stat) => stat !== undefined && (stat.mode & S_IFMT) === S_IFDIR);
    if (directories[0] && directories[1]) return this.#directories(left, right, true);
    const names: [string, string] = [left, right];
    if (directories[0] && right !== '-') names[0] = `${left.replace(/\/$/, '')}/${basename(right)}`;
    if (directories[1] && left !== '-') names[1] = `${right.replace(/\/$/, '')}/${basename(left)}`;
    return this.#files(names[0], names[1], false);
  }

  async #stat(name: string): Promise<Stat | undefined> {
    return name === '-'
      ? this.#io.sys.fstat(0)
      : statOf(this.#io.sys, name, !this.#given.has('no-dereference'));
  }

  /** Whatever is in two directories, in the order of the names. */
  async #directories(left: string, right: string, top: boolean): Promise<Status> {
    const excluded = this.#given.values('x');
    const start = top ? this.#given.value('S') : undefined;
    const list = async (directory: string) => {
      const names = await sortedNamesIn(this.#io.sys, directory);
      return new Set(
        names.filter(
          (name) =>
            !excluded.some((pattern) => fnmatch(pattern, name)) && (start === undefined || name >= start),
        ),
      );
    };
    const [there, here] = [await list(left), await list(right)];
    let status: Status = 0;
    const note = (found: Status) => {
      if (found > status) status = found;
    };
    for (const name of [...new Set([...there, ...here])].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0))) {
      const [a, b] = [`${left.replace(/\/$/, '')}/${name}`, `${right.replace(/\/$/, '')}/${name}`];
      if (there.has(name) && here.has(name)) note(await this.#entries(a, b));
      else if (this.#given.has('N')) note(await this.#oneSided(a, b, there.has(name)));
      else {
        this.#io.stdout.write(
          `Only in ${there.has(name) ? left.replace(/(.)\/$/, '$1') : right.replace(/(.)\/$/, '$1')}: ${name}\n`,
        );
        note(1);
      }
    }
    return status;
  }

  /** With `-N`, what one side lacks is empty there. */
  async #oneSided(left: string, right: string, isLeft: boolean): Promise<Status> {
    const present = await this.#stat(isLeft ? left : right);
    if (present && (present.mode & S_IFMT) === S_IFDIR) {
      if (!this.#given.has('r')) return 0;
      let status: Status = 0;
      for (const name of await sortedNamesIn(this.#io.sys, isLeft ? left : right)) {
        const found = await this.#oneSided(`${left}/${name}`, `${right}/${name}`, isLeft);
        if (found > status) status = found;
      }
      return status;
    }
    return this.#files(left, right, true);
  }

  /** Two entries of the same name. */
  async #entries(left: string, right: string): Promise<Status> {
    const [a, b] = [await this.#stat(left), await this.#stat(right)];
    if (!a || !b) return this.#files(left, right, true);
    const [first, second] = [a.mode & S_IFMT, b.mode & S_IFMT];
    if (first === S_IFDIR && second === S_IFDIR) {
      if (this.#given.has('r')) return this.#directories(left, right, false);
      this.#io.stdout.write(`Common subdirectories: ${left} and ${right}\n`);
      return 0;
    }
    if (first === S_IFREG && second === S_IFREG) return this.#files(left, right, true);
    if (first === S_IFLNK && second === S_IFLNK) {
      const [x, y] = [await this.#io.sys.readlink(left), await this.#io.sys.readlink(right)];
      if (x === y) return 0;
      this.#io.stdout.write(`Symbolic links ${left} and ${right} differ\n`);
      return 1;
    }
    this.#io.stdout.write(`File ${left} is a ${typeName(a)} while file ${right} is a ${typeName(b)}\n`);
    return 1;
  }

  async #files(left: string, right: string, within: boolean): Promise<Status> {
    const [a, b] = [await this.#read(left), await this.#read(right)];
    if (!a || !b) return 2;
    if (a.stat && b.stat && a.stat.dev === b.stat.dev && a.stat.ino === b.stat.ino && within) return 0;
    const given = this.#given;
    const same = equalBytes(a.bytes, b.bytes);
    const binary = !given.has('a') && (isBinary(a.bytes) || isBinary(b.bytes));
    const files = [textFile(a.bytes), textFile(b.bytes)] as const;
    const changes =
      same || binary
        ? []
        : await edits(
            sideOf(files[0], this.#comparing),
            sideOf(files[1], this.#comparing),
            this.#horizon,
            (steps) => this.#io.process.work(steps),
          );
    const counted = given.has('B')
      ? changes.filter(
          ({ from, deleted, to, inserted }) =>
            files[0].lines.slice(from, from + deleted).some((line) => line !== '') ||
            files[1].lines.slice(to, to + inserted).some((line) => line !== ''),
        )
      : changes;
    const differ = binary ? !same : counted.length > 0;
    if (!differ) {
      if (given.has('s')) this.#io.stdout.write(`Files ${left} and ${right} are identical\n`);
      else if (this.#style === 'columns' && !given.has('q') && !binary)
        await this.#say({ files, changes: [], headers: ['', ''] }, false, left, right);
      return 0;
    }
    if (given.has('q')) {
      this.#io.stdout.write(`Files ${left} and ${right} differ\n`);
      return 1;
    }
    if (binary) {
      this.#io.stdout.write(`Binary files ${left} and ${right} differ\n`);
      return 1;
    }
    const headers = [this.#header(0, left, a.stat), this.#header(1, right, b.stat)] as const;
    await this.#say({ files, changes: counted, headers }, within, left, right);
    return 1;
  }

  /** How far around a difference the lines are looked at: as far as they are shown. */
  get #horizon(): number {
    return this.#style === 'unified' || this.#style === 'context' ? this.#context : 0;
  }

  async #say(comparison: Comparison, within: boolean, left: string, right: string): Promise<void> {
    const { stdout } = this.#io;
    if (within) stdout.write(`${this.#command} ${left} ${right}\n`);
    const given = this.#given;
    switch (this.#style) {
      case 'normal':
        await stdout.write(normal(comparison, this.#paint));
        return;
      case 'unified':
        await stdout.write(unified(comparison, this.#context, this.#paint));
        return;
      case 'context':
        await stdout.write(context(comparison, this.#context, this.#paint));
        return;
      case 'ed':
        await stdout.write(edScript(comparison));
        return;
      case 'columns':
        await stdout.write(
          sideBySide(comparison, {
            width: Number(given.value('W') ?? 130),
            suppressCommon: given.has('suppress'),
            leftColumn: given.has('left'),
          }),
        );
    }
  }

  #header(side: 0 | 1, name: string, stat: Stat | undefined): string {
    const label = this.#labels[side];
    if (label !== undefined) return label;
    const time = stat?.mtime ?? 0;
    return `${name}\t${this.#style === 'context' ? strftime('%a %b %e %H:%M:%S %Y', time) : strftime('%Y-%m-%d %H:%M:%S.%N %z', time)}`;
  }

  /** A file's content; with `-N` one that is not there is empty. Undefined, and said, where it cannot be read. */
  async #read(name: string): Promise<{ bytes: Uint8Array; stat: Stat | undefined } | undefined> {
    const { sys, stdin } = this.#io;
    try {
      const stat = await this.#stat(name);
      if (!stat && this.#given.has('N')) return { bytes: new Uint8Array(0), stat };
      return { bytes: name === '-' ? await stdin.readAll() : await readFile(sys, name), stat };
    } catch (error) {
      if (!isErrno(error)) throw error;
      await this.#io.fail(`${name}: ${error.message}`);
      return undefined;
    }
  }
}

function typeName({ mode }: Stat): string {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return 'directory';
    case S_IFLNK:
      return 'symbolic link';
    case S_IFREG:
      return 'regular file';
    default:
      return 'special file';
  }
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
