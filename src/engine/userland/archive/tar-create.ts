import { concat } from '../../base/bytes.ts';
import { type Errno, isErrno } from '../../base/errno.ts';
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { type EntryType, type Extent, entry, type LayerEntry } from '../../oci/layer/entry.ts';
import { gzip } from '../../oci/layer/gzip.ts';
import { padded } from '../../oci/layer/tar-header.ts';
import { type OwnerNames, writeEntry, writeHead } from '../../oci/layer/tar-writer.ts';
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
import { join, namesIn, statOf } from '../files.ts';
import { fnmatch } from '../lib/glob.ts';
import { readFile, writeAll } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import type { Tar } from './tar-job.ts';

/** -c: the members of a new archive. */
export class Creation {
  readonly #job: Tar;
  readonly #hardLinks = new Map<string, string>();
  #warned = '';
  #accounts: Awaited<ReturnType<typeof readAccounts>> | undefined;
  /** The archive; -1 for standard output. */
  #fd = -1;
  /** Bytes so far. */
  #length = 0;
  readonly #kept: Uint8Array[] = [];

  constructor(job: Tar) {
    this.#job = job;
  }

  async create(operands: readonly string[]): Promise<number> {
    const { sys } = this.#job.io;
    const names = [...operands];
    for (const list of this.#job.given.values('T'))
      names.push(
        ...bytesToText(list === '-' ? await this.#job.io.stdin.readAll() : await readFile(sys, list))
          .split('\n')
          .filter(Boolean),
      );
    for (const list of this.#job.given.values('X'))
      this.#job.exclude.push(
        ...bytesToText(await readFile(sys, list))
          .split('\n')
          .filter(Boolean),
      );
    if (names.length === 0) {
      if (!this.#job.gnu) return this.#job.io.fail('empty archive');
      await this.#job.io.fail('Cowardly refusing to create an empty archive');
      await this.#job.io.stderr.write("Try 'tar --help' or 'tar --usage' for more information.\n");
      return 2;
    }
    if (this.#job.file === undefined && (await sys.isatty(1)))
      return this.#job.io.fail('Refusing to write archive contents to terminal (missing -f option?)', 2);
    const { file } = this.#job;
    if (file !== undefined) {
      try {
        this.#fd = await sys.open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
      } catch (error) {
        if (!isErrno(error)) throw error;
        return this.#job.cannotOpen(error);
      }
    }
    try {
      for (const name of names) await this.#add(name);
      await this.#finish();
    } catch (error) {
      if (!(error instanceof CannotWrite)) throw error;
      return this.#job.cannotWrite(error.errno);
    }
    if (this.#fd !== -1) await sys.close(this.#fd);
    return this.#job.end();
  }

  get #zips(): boolean {
    const { given, file } = this.#job;
    return given.has('z') || (given.has('a') && /\.(tar\.gz|tgz)$/.test(file ?? ''));
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

  /** Two blocks of zeros, and records of 20 blocks, as tar writes them. */
  async #finish(): Promise<void> {
    const end = this.#length + 1024;
    await this.#emit(new Uint8Array(Math.ceil(end / RECORD) * RECORD - this.#length));
    if (this.#zips) await this.#write(gzip(concat(this.#kept)));
  }

  async #add(name: string): Promise<void> {
    const { sys } = this.#job.io;
    const excluded = (pattern: string) =>
      fnmatch(pattern, name) ||
      fnmatch(pattern, name.slice(name.lastIndexOf('/') + 1)) ||
      fnmatch(`*/${pattern}`, name);
    if (this.#job.exclude.some(excluded)) return;
    let stat: Stat;
    try {
      stat = await (this.#job.given.has('h') ? sys.stat(this.#job.at(name)) : sys.lstat(this.#job.at(name)));
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#job.complain(
        this.#job.gnu ? `${name}: Cannot stat: ${error.message}` : `${name}: ${error.message}`,
      );
    }
    if (this.#job.file !== undefined) {
      const self = await statOf(sys, this.#job.file);
      if (self && self.ino === stat.ino && self.dev === stat.dev) {
        await this.#job.io.fail(`${name}: file is the archive; not dumped`);
        return;
      }
    }
    const path = await this.#stripped(name);
    const type = stat.mode & S_IFMT;
    if (type === S_IFSOCK) {
      await this.#job.io.fail(`${name}: socket ignored`);
      return;
    }
    const kinds: Record<number, EntryType> = {
      [S_IFREG]: 'file',
      [S_IFDIR]: 'directory',
      [S_IFLNK]: 'symlink',
      [S_IFCHR]: 'character',
      [S_IFBLK]: 'block',
      [S_IFIFO]: 'fifo',
    };
    const kind = kinds[type]!;
    const common = {
      mode: stat.mode & 0o7777,
      uid:
        Number(this.#job.given.value('owner')?.replace(/^.*:/, '') ?? stat.uid) ||
        (this.#job.given.has('owner') ? 0 : stat.uid),
      gid:
        Number(this.#job.given.value('group')?.replace(/^.*:/, '') ?? stat.gid) ||
        (this.#job.given.has('group') ? 0 : stat.gid),
      mtime: Math.floor(stat.mtime / 1000) * 1000,
    };
    const owner = await this.#owner(common);
    const key = `${stat.dev}:${stat.ino}`;
    const earlier = stat.nlink > 1 && kind === 'file' ? this.#hardLinks.get(key) : undefined;
    if (this.#job.verbose > 0)
      await this.#job.list(kind === 'directory' ? `${name.replace(/\/+$/, '')}/` : name);
    if (earlier !== undefined) {
      await this.#emit(...writeEntry(entry(path, 'hardlink', { ...common, linkname: earlier }), owner));
      return;
    }
    if (kind === 'file') {
      this.#hardLinks.set(key, path);
      let fd: number;
      try {
        fd = await sys.open(this.#job.at(name), O_RDONLY);
      } catch (error) {
        if (!isErrno(error)) throw error;
        return this.#job.complain(
          this.#job.gnu ? `${name}: Cannot open: ${error.message}` : `can't open '${name}': ${error.message}`,
        );
      }
      const isSparse = this.#job.given.has('S') && stat.blocks * 512 < stat.size;
      const { size } = stat;
      if (isSparse) {
        const extents = await readExtents(sys, fd);
        await this.#emit(...writeEntry(entry(path, 'file', { ...common, size, extents }), owner));
      } else await this.#content(fd, entry(path, 'file', { ...common, size }), owner);
      await sys.close(fd);
      return;
    }
    const linkname = kind === 'symlink' ? await sys.readlink(this.#job.at(name)) : '';
    const numbers = { devmajor: major(stat.rdev), devminor: minor(stat.rdev) };
    await this.#emit(...writeEntry(entry(path, kind, { ...common, linkname, ...numbers }), owner));
    if (kind !== 'directory') return;
    let inside: string[];
    try {
      inside = await namesIn(sys, this.#job.at(name));
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#job.complain(
        this.#job.gnu ? `${name}: Cannot open: ${error.message}` : `can't open '${name}': ${error.message}`,
      );
    }
    for (const child of inside) await this.#add(join(name.replace(/\/+$/, '') || '/', child));
  }

  async #owner({ uid, gid }: { uid: number; gid: number }): Promise<OwnerNames> {
    if (this.#job.given.has('numeric')) return { user: '', group: '' };
    this.#accounts ??= await readAccounts(this.#job.io.sys);
    const named = (name: string, id: number) => (name === String(id) ? '' : name);
    return {
      user: named(this.#accounts.userName(uid), uid),
      group: named(this.#accounts.groupName(gid), gid),
    };
  }

  /** A file that is stored whole, however large: as many bytes as its header says, though it may have grown or shrunk. */
  async #content(fd: number, file: LayerEntry, owner: OwnerNames): Promise<void> {
    const { sys } = this.#job.io;
    await this.#emit(...writeHead(file, file.size, false, owner));
    let left = file.size;
    while (left > 0) {
      const chunk = await sys.read(fd, Math.min(CHUNK, left));
      if (chunk.length === 0) break;
      await this.#emit(chunk);
      left -= chunk.length;
    }
    await this.#emit(new Uint8Array(left + padded(file.size) - file.size));
  }

  /** Archives keep no leading slash. */
  async #stripped(name: string): Promise<string> {
    const prefix = /^(?:\.\.\/|\/)+/.exec(name)?.[0];
    if (prefix !== undefined && prefix !== this.#warned) {
      this.#warned = prefix;
      await this.#job.io.fail(
        this.#job.gnu
          ? `Removing leading \`${prefix.startsWith('/') ? '/' : prefix}' from member names`
          : `removing leading '${prefix.startsWith('/') ? '/' : prefix}' from member names`,
      );
    }
    // Names keep their `./`, as they were given.
    return name.replace(/^(?:\.\.\/|\/)+/, '').replace(/\/+$/, '');
  }
}

/** What lies between the holes of a file. */
async function readExtents(sys: Syscalls, fd: number): Promise<Extent[]> {
  const extents: Extent[] = [];
  for (let at = 0; ; ) {
    const offset = await sys.lseek(fd, at, 'data').catch((error: unknown) => {
      if (isErrno(error, 'ENXIO')) return undefined;
      throw error;
    });
    if (offset === undefined) return extents;
    at = await sys.lseek(fd, offset, 'hole');
    extents.push({ offset, bytes: await sys.pread(fd, at - offset, offset) });
  }
}

class CannotWrite extends Error {
  readonly errno: Errno;

  constructor(errno: Errno) {
    super(errno.message);
    this.errno = errno;
  }
}

const RECORD = 10_240;
const CHUNK = 1 << 20;
