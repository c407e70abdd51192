import { concat } from '../../base/bytes.ts';
import { type Errno, isErrno } from '../../base/errno.ts';
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { type EntryType, entry, type LayerEntry } from '../../oci/layer/entry.ts';
import { gzip, isGzip } from '../../oci/layer/gzip.ts';
import { padded } from '../../oci/layer/tar-header.ts';
import { readMembers } from '../../oci/layer/tar-reader.ts';
import { type OwnerNames, writeEntry, writeHead } from '../../oci/layer/tar-writer.ts';
import { readExtents } from '../../runtime/files.ts';
import { major, minor } from '../../vfs/device-number.ts';
import {
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
import { join, namesIn, sortedNamesIn, statOf } from '../files.ts';
import { parseMode } from '../lib/mode-string.ts';
import { readFile, writeAll } from '../lib/stdio.ts';
import { parseDate, strftime } from '../lib/strftime.ts';
import { bytesToText } from '../lib/text.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { Misuse } from '../utility.ts';
import type { Member, Tar } from './tar-job.ts';
import { memberLine } from './tar-list.ts';

/** What members are given in the place of what their files have. */
interface Overrides {
  mode?: ((mode: number, directory: boolean, umask: number) => number) | undefined;
  mtime?: number | undefined;
  uid?: number | undefined;
  gid?: number | undefined;
}

/** -c and -r: the members of a new archive, or more members at the end of one. */
export class Creation {
  readonly #job: Tar;
  readonly #overrides: Overrides;
  readonly #accounts: Accounts;
  readonly #sort: Sort;
  readonly #hardLinks = new Map<string, string>();
  #warned = '';
  /** The archive; -1 for standard output. */
  #fd = -1;
  /** Bytes so far. */
  #length = 0;
  readonly #kept: Uint8Array[] = [];

  private constructor(job: Tar, overrides: Overrides, sort: Sort, accounts: Accounts) {
    this.#job = job;
    this.#accounts = accounts;
    this.#overrides = overrides;
    this.#sort = sort;
  }

  /** Reads what the options say of members; the status after a complaint. */
  static async prepare(job: Tar, sort: Sort): Promise<Creation | number> {
    const { io, given } = job;
    const overrides: Overrides = {};
    const time = given.value('mtime');
    if (time !== undefined) {
      const now = io.sys.clock_gettime('realtime');
      overrides.mtime = /^[./]/.test(time) ? (await io.sys.stat(time)).mtime : parseDate(time, now);
      if (overrides.mtime === undefined) return io.fail(`Invalid time stamp '${time}'`, 2);
      if (job.verbose > 1)
        await io.fail(
          `Option --mtime: Treating date '${time}' as ${strftime('%Y-%m-%d %H:%M:%S', overrides.mtime)}`,
        );
    }
    const mode = given.value('mode');
    overrides.mode = mode === undefined ? undefined : parseMode(mode);
    if (mode !== undefined && overrides.mode === undefined) throw new Misuse('Invalid mode given on option');
    const accounts = await readAccounts(io.sys);
    const id = (text: string | undefined, known: (name: string) => number | undefined) => {
      if (text === undefined) return undefined;
      const [, name, number] = /^(.*?):?(\d*)$/.exec(text)!;
      if (number !== '') return Number(number);
      return known(name!) ?? Number.NaN;
    };
    overrides.uid = id(given.value('owner'), (name) => accounts.user(name)?.uid);
    overrides.gid = id(given.value('group'), (name) => accounts.group(name)?.gid);
    for (const [number, text, what] of [
      [overrides.uid, given.value('owner'), 'owner'],
      [overrides.gid, given.value('group'), 'group'],
    ] as const)
      if (Number.isNaN(number)) throw new Misuse(`${text}: Invalid ${what}`);
    return new Creation(job, overrides, sort, accounts);
  }

  async create(operands: readonly Member[], append: boolean): Promise<number> {
    const { sys } = this.#job.io;
    const { given, file, directory } = this.#job;
    const members = [...operands, ...given.values('add-file').map((name) => ({ name, directory }))];
    const end = given.last('null', 'no-null') === 'null' ? '\0' : '\n';
    for (const list of given.values('T'))
      members.push(
        ...bytesToText(list === '-' ? await this.#job.io.stdin.readAll() : await readFile(sys, list))
          .split(end)
          .filter(Boolean)
          .map((name) => ({ name, directory })),
      );
    if (append && this.#zips) throw new Misuse('Cannot update compressed archives');
    if (members.length === 0 && !append) {
      if (!this.#job.gnu) return this.#job.io.fail('empty archive');
      throw new Misuse('Cowardly refusing to create an empty archive');
    }
    if (file === undefined && (await sys.isatty(1)))
      return this.#job.io.fail('Refusing to write archive contents to terminal (missing -f option?)', 2);
    const before = append && file !== undefined ? await this.#membersOf(file) : [];
    if (file !== undefined) {
      try {
        this.#fd = await sys.open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
      } catch (error) {
        if (!isErrno(error)) throw error;
        return this.#job.cannotOpen(error);
      }
    }
    try {
      for (const { found, owner } of before) await this.#emit(...writeEntry(found, owner));
      for (const member of members) await this.#add(member.name, member.directory);
      await this.#finish();
    } catch (error) {
      if (!(error instanceof CannotWrite)) throw error;
      return this.#job.cannotWrite(error.errno);
    }
    if (this.#fd !== -1) await sys.close(this.#fd);
    return this.#job.end();
  }

  /** What an archive holds already; nothing if it is not there. */
  async #membersOf(file: string): Promise<{ found: LayerEntry; owner: OwnerNames }[]> {
    const bytes = await readFile(this.#job.io.sys, file).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) return new Uint8Array(0);
      throw error;
    });
    if (isGzip(bytes)) throw new Misuse('Cannot update compressed archives');
    return [...readMembers(bytes)].map(({ entry: found, name, user, group }) => ({
      found: { ...found, path: name.replace(/(?<=.)\/+$/, '') },
      owner: { user, group },
    }));
  }

  get #zips(): boolean {
    const { given, file } = this.#job;
    return (
      given.has('z') || (given.last('a', 'no-auto-compress') === 'a' && /\.(tar\.gz|tgz)$/.test(file ?? ''))
    );
  }

  /** What goes to the archive: at once, or once it is whole and can be compressed. */
  async #emit(...chunks: Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      this.#length += chunk.length;
      if (this.#zips) this.#kept.push(chunk);
      else await this.#write(chunk);
    }
  }

  async #write(chunk: Uint8Array): Promise<void> {
    const { io } = this.#job;
    const pause = io.process.work(chunk.length / 100);
    if (pause) await pause;
    if (this.#fd === -1) return io.stdout.write(chunk);
    try {
      await writeAll(io.sys, this.#fd, chunk);
    } catch (error) {
      throw isErrno(error) ? new CannotWrite(error) : error;
    }
  }

  /** Two blocks of zeros, and records of 20 blocks unless asked otherwise. */
  async #finish(): Promise<void> {
    const { record } = this.#job;
    const end = this.#length + 1024;
    await this.#emit(new Uint8Array(Math.ceil(end / record) * record - this.#length));
    if (this.#zips) await this.#write(gzip(concat(this.#kept)));
  }

  async #add(name: string, directory: string, device?: number): Promise<void> {
    const { given, gnu, file, verbose, io } = this.#job;
    const { sys } = io;
    if (this.#job.isExcluded(name)) return;
    const place = directory === '' ? name : join(directory, name);
    const at = name.startsWith('/') ? name : place;
    let stat: Stat;
    try {
      stat = await (given.has('h') ? sys.stat(at) : sys.lstat(at));
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#job.complain(gnu ? `${name}: Cannot stat: ${error.message}` : `${name}: ${error.message}`);
    }
    if (given.has('one-file-system') && device !== undefined && stat.dev !== device) {
      await io.fail(`${name}/: file is on a different filesystem; not dumped`);
      return;
    }
    if (file !== undefined) {
      const self = await statOf(sys, file);
      if (self && self.ino === stat.ino && self.dev === stat.dev) {
        await io.fail(
          `${name}: ${gnu ? 'archive cannot contain itself; not dumped' : 'file is the archive; skipping'}`,
        );
        return;
      }
    }
    const type = stat.mode & S_IFMT;
    if (type === S_IFSOCK) {
      await io.fail(`${name}: socket ignored`);
      return;
    }
    const path = this.#job.transformed(await this.#stripped(name));
    const kind = KINDS[type]!;
    const { mode, mtime, uid, gid } = this.#overrides;
    const common = {
      mode: (mode?.(stat.mode, kind === 'directory', 0) ?? stat.mode) & 0o7777,
      uid: uid ?? stat.uid,
      gid: gid ?? stat.gid,
      mtime: Math.floor((mtime ?? stat.mtime) / 1000) * 1000,
    };
    const key = `${stat.dev}:${stat.ino}`;
    const earlier = stat.nlink > 1 && kind === 'file' ? this.#hardLinks.get(key) : undefined;
    const linkname = kind === 'symlink' ? await sys.readlink(at) : (earlier ?? '');
    const numbers = { devmajor: major(stat.rdev), devminor: minor(stat.rdev) };
    const made = entry(path, earlier === undefined ? kind : 'hardlink', { ...common, linkname, ...numbers });
    if (verbose > 0) {
      const shown = kind === 'directory' ? `${name.replace(/\/+$/, '')}/` : name;
      const size = kind === 'file' && earlier === undefined ? stat.size : 0;
      await this.#job.list(
        verbose > 1 ? memberLine(this.#job, { ...made, size }, shown, this.#owner(made)) : shown,
      );
    }
    if (made.type !== 'file') await this.#emit(...writeEntry(made, this.#owner(made)));
    else if (!(await this.#file(name, at, stat, made))) return;
    if (kind === 'directory') await this.#below(name, directory, at, device ?? stat.dev);
    if (given.has('remove-files')) await (kind === 'directory' ? sys.rmdir(at) : sys.unlink(at));
  }

  async #file(name: string, at: string, stat: Stat, made: LayerEntry): Promise<boolean> {
    const { sys } = this.#job.io;
    this.#hardLinks.set(`${stat.dev}:${stat.ino}`, made.path);
    let fd: number;
    try {
      fd = await sys.open(at, O_RDONLY);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await this.#cannotOpen(name, error);
      return false;
    }
    const { size } = stat;
    if (this.#job.given.has('S') && stat.blocks * 512 < size)
      await this.#emit(
        ...writeEntry({ ...made, size, extents: await readExtents(sys, fd) }, this.#owner(made)),
      );
    else await this.#content(fd, { ...made, size });
    await sys.close(fd);
    return true;
  }

  async #below(name: string, directory: string, at: string, device: number): Promise<void> {
    if (this.#job.given.last('recursion', 'no-recursion') === 'no-recursion') return;
    const { sys } = this.#job.io;
    let inside: string[];
    try {
      inside = await (this.#sort === 'name' ? sortedNamesIn : namesIn)(sys, at);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#cannotOpen(name, error);
    }
    if (this.#sort === 'inode') {
      const numbers = new Map<string, number>();
      for (const child of inside) numbers.set(child, (await sys.lstat(join(at, child))).ino);
      inside.sort((a, b) => numbers.get(a)! - numbers.get(b)!);
    }
    for (const child of inside)
      await this.#add(join(name.replace(/\/+$/, '') || '/', child), directory, device);
  }

  #cannotOpen(name: string, error: Errno): Promise<void> {
    return this.#job.complain(
      this.#job.gnu ? `${name}: Cannot open: ${error.message}` : `can't open '${name}': ${error.message}`,
    );
  }

  /** Names go with numbers, unless only these are wanted. */
  #owner({ uid, gid }: LayerEntry): OwnerNames {
    if (this.#job.given.has('numeric-owner')) return { user: '', group: '' };
    return {
      user: this.#accounts.user(uid)?.name ?? '',
      group: this.#accounts.group(gid)?.name ?? '',
    };
  }

  /** A file that is stored whole, however large: as many bytes as its header says, though it may have grown or shrunk. */
  async #content(fd: number, file: LayerEntry): Promise<void> {
    const { sys } = this.#job.io;
    await this.#emit(...writeHead(file, file.size, false, this.#owner(file)));
    let left = file.size;
    while (left > 0) {
      const chunk = await sys.read(fd, Math.min(CHUNK, left));
      if (chunk.length === 0) break;
      await this.#emit(chunk);
      left -= chunk.length;
    }
    await this.#emit(new Uint8Array(left + padded(file.size) - file.size));
  }

  /** Archives keep no leading slash, unless -P says so. */
  async #stripped(name: string): Promise<string> {
    const { given, gnu, io } = this.#job;
    const bare = name.replace(/(?<=.)\/+$/, '');
    if (given.has('P')) return bare;
    const prefix = /^(?:\.\.\/|\/)+/.exec(name)?.[0];
    if (prefix !== undefined && prefix !== this.#warned) {
      this.#warned = prefix;
      const shown = prefix.startsWith('/') ? '/' : prefix;
      await io.fail(
        gnu
          ? `Removing leading \`${shown}' from member names`
          : `removing leading '${shown}' from member names`,
      );
    }
    // Names keep their `./`, as they were given.
    return bare.replace(/^(?:\.\.\/|\/)+/, '');
  }
}

const KINDS: Readonly<Record<number, EntryType>> = {
  [S_IFREG]: 'file',
  [S_IFDIR]: 'directory',
  [S_IFLNK]: 'symlink',
  [S_IFCHR]: 'character',
  [S_IFBLK]: 'block',
  [S_IFIFO]: 'fifo',
};

/** What --sort takes. */
type Sort = 'none' | 'name' | 'inode';
export const isSort = (text: string): text is Sort => ['none', 'name', 'inode'].includes(text);

class CannotWrite extends Error {
  readonly errno: Errno;

  constructor(errno: Errno) {
    super(errno.message);
    this.errno = errno;
  }
}

const CHUNK = 1 << 20;
