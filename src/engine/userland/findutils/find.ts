import { type Errno, isErrno } from '../../base/errno.ts';
import { R_OK, W_OK, X_OK } from '../../kernel/fcntl.ts';
import { S_IFMT, type Stat } from '../../vfs/inode.ts';
import { isDirectory, isLink, join, namesIn } from '../files.ts';
import { fnmatch } from '../lib/glob.ts';
import { modeString, parseMode } from '../lib/mode-string.ts';
import { compileRegex } from '../lib/regex.ts';
import { run } from '../lib/spawn.ts';
import type { Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { textToBytes } from '../lib/text.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { type Flavour, Misuse, quote, type Utility } from '../utility.ts';

/** A file as the tests see it. */
interface Visit {
  path: string;
  /** What it was found from. */
  start: string;
  depth: number;
  stat: Stat;
  /** Set by -prune: what is below is not visited. */
  pruned: boolean;
}

type Test = (visit: Visit) => boolean | Promise<boolean>;

/** find(1) */
export const find: Utility = {
  name: 'find',
  usage: '[-H] [-L] [-P] [path...] [expression]',
  summary: 'Search for files in a directory hierarchy.',
  busybox: { usage: '[-HL] [PATH]... [OPTIONS] [ACTIONS]' },
  async run(io, { operands }, flavour) {
    const args = [...operands];
    let follow: 'P' | 'H' | 'L' = 'P';
    while (/^-[HLP]$/.test(args[0] ?? '')) follow = args.shift()!.slice(1) as typeof follow;
    const paths: string[] = [];
    while (args.length > 0 && !/^(-.|[()!,]$)/.test(args[0]!)) paths.push(args.shift()!);
    const search = new Find(io, flavour, follow, await readAccounts(io.sys));
    const fault = await search.parse(args);
    if (fault !== undefined) {
      if (flavour === 'busybox' && fault.startsWith('unrecognized')) throw new Misuse('', fault);
      return io.fail(fault);
    }
    for (const path of paths.length === 0 ? ['.'] : paths) await search.walk(path);
    return search.finish();
  },
};

const TYPES: Record<string, number> = {
  f: 0o100000,
  d: 0o040000,
  l: 0o120000,
  p: 0o010000,
  s: 0o140000,
  c: 0o020000,
  b: 0o060000,
};

/** Thrown by -quit. */
class Quit extends Error {}

class Find {
  readonly #io: Stdio;
  readonly #gnu: boolean;
  readonly #follow: 'P' | 'H' | 'L';
  readonly #accounts: Accounts;
  #test: Test = () => true;
  #status = 0;
  #maxdepth = Number.POSITIVE_INFINITY;
  #mindepth = 0;
  #depthFirst = false;
  #oneFileSystem = false;
  readonly #batches: { command: string[]; paths: string[] }[] = [];
  #args: string[] = [];
  #at = 0;
  #acts = false;
  #now = 0;

  constructor(io: Stdio, flavour: Flavour, follow: 'P' | 'H' | 'L', accounts: Accounts) {
    this.#io = io;
    this.#gnu = flavour === 'gnu';
    this.#follow = follow;
    this.#accounts = accounts;
    this.#now = io.sys.clock_gettime('realtime');
  }

  /** Reads the expression; gives what is wrong with it. */
  async parse(args: string[]): Promise<string | undefined> {
    this.#args = args;
    try {
      if (args.length > 0) {
        this.#test = await this.#or();
        if (this.#at < args.length) {
          const rest = args[this.#at]!;
          if (rest === ')')
            throw new Fault(this.#gnu ? "invalid expression; you have too many ')'" : 'unrecognized: )');
          throw new Fault(this.#gnu ? `paths must precede expression: \`${rest}'` : `unrecognized: ${rest}`);
        }
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return error.message;
    }
    if (!this.#acts) {
      const test = this.#test;
      this.#test = async (visit) => {
        if (!(await test(visit))) return false;
        const written = this.#io.stdout.write(`${visit.path}\n`);
        if (written) await written;
        return true;
      };
    }
    return undefined;
  }

  async #or(): Promise<Test> {
    let left = await this.#and();
    while (['-o', '-or', ','].includes(this.#args[this.#at] ?? '')) {
      const comma = this.#args[this.#at++] === ',';
      const [a, b] = [left, await this.#and()];
      left = async (visit) => {
        const first = await a(visit);
        return first && !comma ? true : b(visit);
      };
    }
    return left;
  }

  async #and(): Promise<Test> {
    let left = await this.#not();
    for (;;) {
      const next = this.#args[this.#at];
      if (next === undefined || [')', '-o', '-or', ','].includes(next)) return left;
      if (next === '-a' || next === '-and') this.#at++;
      const [a, b] = [left, await this.#not()];
      left = async (visit) => (await a(visit)) && b(visit);
    }
  }

  async #not(): Promise<Test> {
    const next = this.#args[this.#at];
    if (next === '!' || next === '-not') {
      this.#at++;
      const inner = await this.#not();
      return async (visit) => !(await inner(visit));
    }
    if (next === '(') {
      this.#at++;
      const inner = await this.#or();
      if (this.#args[this.#at++] !== ')')
        throw new Fault(
          this.#gnu
            ? "invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra predicate after '('"
            : 'unmatched (',
        );
      return inner;
    }
    return this.#primary();
  }

  #argument(name: string): string {
    const value = this.#args[this.#at++];
    if (value === undefined)
      throw new Fault(this.#gnu ? `missing argument to \`${name}'` : `${name} requires an argument`);
    return value;
  }

  /** `+n`, `-n`, `n` */
  #number(name: string, unit = 1): (value: number) => boolean {
    const text = this.#argument(name);
    const match = /^([-+]?)(\d+(?:\.\d+)?)$/.exec(text);
    if (!match)
      throw new Fault(this.#gnu ? `invalid argument \`${text}' to \`${name}'` : `invalid number '${text}'`);
    const wanted = Number(match[2]) * unit;
    return match[1] === '+'
      ? (value) => value > wanted
      : match[1] === '-'
        ? (value) => value < wanted
        : (value) => value === wanted;
  }

  async #primary(): Promise<Test> {
    const { sys, stdout } = this.#io;
    const name = this.#args[this.#at++];
    if (name === undefined)
      throw new Fault(
        this.#gnu
          ? 'invalid expression; you have used a binary operator with nothing before it.'
          : 'unrecognized: ',
      );
    const base = ({ path }: Visit) => path.replace(/(.)\/+$/, '$1').replace(/^.*\/(?=[^/])/, '');
    switch (name) {
      case '-name':
      case '-iname': {
        const pattern = this.#argument(name);
        return (visit) => fnmatch(pattern, base(visit), { ignoreCase: name === '-iname' });
      }
      case '-path':
      case '-wholename':
      case '-ipath': {
        const pattern = this.#argument(name);
        return ({ path }) => fnmatch(pattern, path, { ignoreCase: name === '-ipath' });
      }
      case '-lname': {
        const pattern = this.#argument(name);
        return async ({ path, stat }) => isLink(stat) && fnmatch(pattern, await sys.readlink(path));
      }
      case '-regex':
      case '-iregex': {
        const regex = compileRegex(`^${this.#argument(name)}$`, { ignoreCase: name === '-iregex' });
        return ({ path }) => regex.test(path);
      }
      case '-type': {
        const letters = this.#argument(name).split(',');
        for (const letter of letters)
          if (!(letter in TYPES))
            throw new Fault(
              this.#gnu ? `Unknown argument to -type: ${letter}` : `invalid argument '${letter}' to '-type'`,
            );
        return ({ stat }) => letters.some((letter) => (stat.mode & S_IFMT) === TYPES[letter]);
      }
      case '-empty':
        return async ({ path, stat }) =>
          isDirectory(stat)
            ? (await namesIn(sys, path)).length === 0
            : (stat.mode & S_IFMT) === 0o100000 && stat.size === 0;
      case '-size': {
        const text = this.#argument(name);
        const match = /^([-+]?\d+)([bcwkMG]?)$/.exec(text);
        if (!match)
          throw new Fault(this.#gnu ? `invalid argument \`${text}' to \`-size'` : `invalid number '${text}'`);
        const unit = { b: 512, c: 1, w: 2, k: 1024, M: 1 << 20, G: 1 << 30 }[(match[2] || 'b') as 'b']!;
        this.#args[--this.#at] = match[1]!;
        const compare = this.#number(name);
        return ({ stat }) => compare(Math.ceil(stat.size / unit));
      }
      case '-perm': {
        const text = this.#argument(name);
        const change = parseMode(text.replace(/^[-/]/, ''));
        if (!change)
          throw new Fault(this.#gnu ? `invalid mode ${quote(this.#io, text)}` : `invalid mode '${text}'`);
        const wanted = change(0, false, 0);
        return ({ stat }) => {
          const bits = stat.mode & 0o7777;
          return text.startsWith('-')
            ? (bits & wanted) === wanted
            : text.startsWith('/')
              ? wanted === 0 || (bits & wanted) !== 0
              : bits === wanted;
        };
      }
      case '-user':
      case '-uid': {
        const text = this.#argument(name);
        const uid = this.#accounts.user(text)?.uid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
        if (uid === undefined)
          throw new Fault(
            this.#gnu ? `${quote(this.#io, text)} is not the name of a known user` : `unknown user ${text}`,
          );
        return ({ stat }) => stat.uid === uid;
      }
      case '-group':
      case '-gid': {
        const text = this.#argument(name);
        const gid = this.#accounts.group(text)?.gid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
        if (gid === undefined)
          throw new Fault(
            this.#gnu
              ? `${quote(this.#io, text)} is not the name of an existing group`
              : `unknown group ${text}`,
          );
        return ({ stat }) => stat.gid === gid;
      }
      case '-nouser':
        return ({ stat }) => this.#accounts.user(stat.uid) === undefined;
      case '-nogroup':
        return ({ stat }) => this.#accounts.group(stat.gid) === undefined;
      case '-links': {
        const compare = this.#number(name);
        return ({ stat }) => compare(stat.nlink);
      }
      case '-inum': {
        const compare = this.#number(name);
        return ({ stat }) => compare(stat.ino);
      }
      case '-samefile': {
        const other = await sys.stat(this.#argument(name));
        return ({ stat }) => stat.ino === other.ino && stat.dev === other.dev;
      }
      case '-mtime':
      case '-atime':
      case '-ctime':
      case '-mmin':
      case '-amin':
      case '-cmin': {
        const unit = name.endsWith('min') ? 60_000 : 86_400_000;
        const compare = this.#number(name);
        const field = `${name[1]}time` as 'mtime' | 'atime' | 'ctime';
        return ({ stat }) => {
          const age = (this.#now - stat[field]) / unit;
          return compare(name.endsWith('min') ? Math.ceil(age) : Math.floor(age));
        };
      }
      case '-newer': {
        const other = await this.#statArgument(name);
        return ({ stat }) => stat.mtime > other.mtime;
      }
      case '-readable':
      case '-writable':
      case '-executable': {
        const mode = { '-readable': R_OK, '-writable': W_OK, '-executable': X_OK }[name];
        return ({ path }) =>
          sys.access(path, mode).then(
            () => true,
            () => false,
          );
      }
      case '-maxdepth':
      case '-mindepth': {
        const text = this.#argument(name);
        if (!/^\d+$/.test(text))
          throw new Fault(
            this.#gnu
              ? `Expected a positive decimal integer argument to ${name}, but got ${quote(this.#io, text)}`
              : `invalid number '${text}'`,
          );
        if (name === '-maxdepth') this.#maxdepth = Number(text);
        else this.#mindepth = Number(text);
        return () => true;
      }
      case '-depth':
        this.#depthFirst = true;
        return () => true;
      case '-xdev':
      case '-mount':
        this.#oneFileSystem = true;
        return () => true;
      case '-true':
      case '-noleaf':
      case '-ignore_readdir_race':
      case '-warn':
      case '-nowarn':
      case '-follow':
        return () => true;
      case '-false':
        return () => false;
      case '-prune':
        return (visit) => (visit.pruned = true);
      case '-quit':
        this.#acts = true;
        return () => {
          throw new Quit();
        };
      case '-print':
      case '-print0':
        this.#acts = true;
        return async ({ path }) => {
          await stdout.write(`${path}${name === '-print' ? '\n' : '\0'}`);
          return true;
        };
      case '-printf': {
        this.#acts = true;
        const format = this.#argument(name);
        return async (visit) => {
          stdout.write(await this.#format(format, visit));
          return true;
        };
      }
      case '-ls':
        this.#acts = true;
        return async (visit) => {
          const { stat, path } = visit;
          const owner = `${this.#accounts.userName(stat.uid).padEnd(8)} ${this.#accounts.groupName(stat.gid).padEnd(8)}`;
          const target = isLink(stat) ? ` -> ${await sys.readlink(path)}` : '';
          stdout.write(
            `${String(stat.ino).padStart(9)} ${String(Math.ceil(stat.blocks / 2)).padStart(6)} ${modeString(stat.mode)} ${String(stat.nlink).padStart(3)} ${owner} ${String(stat.size).padStart(8)} ${strftime('%b %e %H:%M', stat.mtime)} ${path}${target}\n`,
          );
          return true;
        };
      case '-delete':
        this.#acts = true;
        this.#depthFirst = true;
        return async ({ path, stat }) => {
          if (path === '.') return true;
          try {
            await (isDirectory(stat) ? sys.rmdir(path) : sys.unlink(path));
            return true;
          } catch (error) {
            if (!isErrno(error)) throw error;
            this.#status = await this.#io.fail(
              this.#gnu
                ? `cannot delete ${quote(this.#io, path)}: ${error.message}`
                : `${path}: ${error.message}`,
            );
            return false;
          }
        };
      case '-exec':
      case '-execdir':
      case '-ok':
        return this.#command(name);
      default:
        throw new Fault(
          !name.startsWith('-')
            ? this.#gnu
              ? `paths must precede expression: \`${name}'`
              : `unrecognized: ${name}`
            : this.#gnu
              ? `unknown predicate \`${name}'`
              : `unrecognized: ${name}`,
        );
    }
  }

  async #statArgument(name: string): Promise<Stat> {
    const path = this.#argument(name);
    try {
      return await this.#io.sys.stat(path);
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new Fault(
        this.#gnu ? `${quote(this.#io, path)}: ${error.message}` : `can't stat '${path}': ${error.message}`,
      );
    }
  }

  #command(name: string): Test {
    this.#acts = true;
    const command: string[] = [];
    for (;;) {
      const word = this.#args[this.#at++];
      if (word === undefined)
        throw new Fault(this.#gnu ? `missing argument to \`${name}'` : `unrecognized: ${name}`);
      if (word === ';') break;
      if (word === '+' && command.at(-1) === '{}') {
        const batch = { command: command.slice(0, -1), paths: [] as string[] };
        this.#batches.push(batch);
        return async ({ path }) => {
          batch.paths.push(path);
          if (batch.paths.length >= 5000) await this.#flush(batch);
          return true;
        };
      }
      command.push(word);
    }
    if (command.length === 0)
      throw new Fault(this.#gnu ? `missing argument to \`${name}'` : `unrecognized: ${name}`);
    return async ({ path }) => {
      if (name === '-ok') {
        await this.#io.stdout.flush();
        await this.#io.stderr.write(`< ${command[0]} ... ${path} > ? `);
        if (!/^[yY]/.test((await this.#io.stdin.line()) ?? '')) return false;
      }
      return (await this.#run(command.map((word) => word.replaceAll('{}', path)))) === 0;
    };
  }

  async #run(argv: string[]): Promise<number> {
    await this.#io.stdout.flush();
    return run(this.#io.process, argv, {
      failed: async (child, error: Errno) => {
        const text = this.#gnu
          ? `find: ${quote(this.#io, argv[0]!)}: ${error.message}\n`
          : `find: ${argv[0]}: ${error.message}\n`;
        await child.sys.write(2, textToBytes(text));
        return 1;
      },
    });
  }

  async #flush(batch: { command: string[]; paths: string[] }): Promise<void> {
    if (batch.paths.length === 0) return;
    if ((await this.#run([...batch.command, ...batch.paths.splice(0)])) !== 0) this.#status = 1;
  }

  async walk(start: string): Promise<void> {
    try {
      await this.#visit(start, start, 0, undefined);
    } catch (error) {
      if (!(error instanceof Quit)) throw error;
    }
  }

  async #visit(path: string, start: string, depth: number, device: number | undefined): Promise<void> {
    const { sys } = this.#io;
    const follow = this.#follow === 'L' || (this.#follow === 'H' && depth === 0);
    let stat: Stat;
    try {
      stat = await (follow ? sys.stat(path).catch(() => sys.lstat(path)) : sys.lstat(path));
    } catch (error) {
      if (!isErrno(error)) throw error;
      await this.#complain(path, error);
      return;
    }
    const visit: Visit = { path, start, depth, stat, pruned: false };
    const test = async () => {
      if (depth >= this.#mindepth) await this.#test(visit);
    };
    if (!this.#depthFirst) await test();
    const otherFileSystem = this.#oneFileSystem && device !== undefined && stat.dev !== device;
    if (isDirectory(stat) && !visit.pruned && depth < this.#maxdepth && !otherFileSystem) {
      let names: string[] = [];
      try {
        names = await namesIn(sys, path);
      } catch (error) {
        if (!isErrno(error)) throw error;
        await this.#complain(path, error);
      }
      for (const name of names) await this.#visit(join(path, name), start, depth + 1, device ?? stat.dev);
    }
    if (this.#depthFirst) await test();
  }

  async #complain(path: string, error: Errno): Promise<void> {
    this.#status = await this.#io.fail(`${this.#gnu ? quote(this.#io, path) : path}: ${error.message}`);
  }

  async finish(): Promise<number> {
    for (const batch of this.#batches) await this.#flush(batch);
    return this.#status;
  }

  async #format(format: string, { path, start, depth, stat }: Visit): Promise<string> {
    let out = '';
    const escapes: Record<string, string> = { n: '\n', t: '\t', '0': '\0', '\\': '\\', a: '\x07', r: '\r' };
    const slash = path.lastIndexOf('/');
    for (let i = 0; i < format.length; i++) {
      const char = format[i]!;
      if (char === '\\') {
        const next = format[++i] ?? '';
        out += escapes[next] ?? `\\${next}`;
        continue;
      }
      if (char !== '%') {
        out += char;
        continue;
      }
      const spec = /^%(-?\d*)(A.|C.|T.|.)/s.exec(format.slice(i));
      if (!spec) break;
      i += spec[0].length - 1;
      const what = spec[2]!;
      const values: Record<string, () => string | Promise<string>> = {
        '%': () => '%',
        p: () => path,
        f: () => path.slice(slash + 1) || path,
        h: () => (slash === -1 ? '.' : path.slice(0, slash)),
        P: () => (path === start ? '' : path.slice(start.length).replace(/^\//, '')),
        H: () => start,
        d: () => String(depth),
        s: () => String(stat.size),
        k: () => String(Math.ceil(stat.blocks / 2)),
        b: () => String(stat.blocks),
        m: () => (stat.mode & 0o7777).toString(8),
        M: () => modeString(stat.mode),
        u: () => this.#accounts.userName(stat.uid),
        g: () => this.#accounts.groupName(stat.gid),
        U: () => String(stat.uid),
        G: () => String(stat.gid),
        i: () => String(stat.ino),
        n: () => String(stat.nlink),
        l: () => (isLink(stat) ? this.#io.sys.readlink(path) : ''),
        y: () => Object.keys(TYPES).find((key) => TYPES[key] === (stat.mode & S_IFMT)) ?? 'U',
        t: () => strftime('%a %b %e %H:%M:%S.%N0 %Y', stat.mtime),
      };
      let text: string;
      if (/^[ACT]./s.test(what)) {
        const ms = { A: stat.atime, C: stat.ctime, T: stat.mtime }[what[0] as 'A'];
        text =
          what[1] === '@'
            ? `${Math.floor(ms / 1000)}.${strftime('%N', ms)}0`
            : what[1] === '+'
              ? strftime('%Y-%m-%d+%H:%M:%S.%N0', ms)
              : strftime(`%${what[1]}`, ms);
      } else text = (await values[what]?.()) ?? `%${what}`;
      const width = Number(spec[1] || 0);
      out += width < 0 ? text.padEnd(-width) : text.padStart(width);
    }
    return out;
  }
}

class Fault extends Error {}
