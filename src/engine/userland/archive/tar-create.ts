import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { type EntryType, entry, type LayerEntry } from '../../oci/layer/entry.ts';
import { gzip } from '../../oci/layer/gzip.ts';
import { writeTar } from '../../oci/layer/tar-writer.ts';
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
import { join, sortedNamesIn, statOf } from '../files.ts';
import { fnmatch } from '../lib/glob.ts';
import { readFile, writeAll } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import type { Tar } from './tar-job.ts';

/** -c: the members of a new archive. */
export class Creation {
  readonly #job: Tar;
  readonly #hardLinks = new Map<string, string>();
  #warned = '';

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
    const entries: LayerEntry[] = [];
    for (const name of names) await this.#add(name, entries);
    let bytes = writeTar(entries);
    // Records of 20 blocks, as tar writes them.
    const record = 10_240;
    const padded = new Uint8Array(Math.ceil(bytes.length / record) * record);
    padded.set(bytes);
    bytes = padded;
    if (
      this.#job.given.has('z') ||
      (this.#job.given.has('a') && /\.(tar\.gz|tgz)$/.test(this.#job.file ?? ''))
    )
      bytes = gzip(bytes);
    const pause = this.#job.io.process.work(bytes.length / 100);
    if (pause) await pause;
    if (this.#job.file === undefined) await this.#job.io.stdout.write(bytes);
    else {
      let fd = -1;
      try {
        fd = await sys.open(this.#job.file, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
        await writeAll(sys, fd, bytes);
        await sys.close(fd);
      } catch (error) {
        if (!isErrno(error)) throw error;
        return fd === -1 ? this.#job.cannotOpen(error) : this.#job.cannotWrite(error);
      }
    }
    return this.#job.end();
  }

  async #add(name: string, entries: LayerEntry[]): Promise<void> {
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
    const key = `${stat.dev}:${stat.ino}`;
    const earlier = stat.nlink > 1 && kind === 'file' ? this.#hardLinks.get(key) : undefined;
    if (this.#job.verbose > 0)
      await this.#job.list(kind === 'directory' ? `${name.replace(/\/+$/, '')}/` : name);
    if (earlier !== undefined) {
      entries.push(entry(path, 'hardlink', { ...common, linkname: earlier }));
      return;
    }
    if (kind === 'file') {
      this.#hardLinks.set(key, path);
      try {
        const bytes = await readFile(sys, this.#job.at(name));
        const holes = stat.blocks * 512 < stat.size && bytes.length > 65_536;
        const extents = holes ? nonZero(bytes) : bytes.length === 0 ? [] : [{ offset: 0, bytes }];
        entries.push(entry(path, 'file', { ...common, size: bytes.length, extents }));
      } catch (error) {
        if (!isErrno(error)) throw error;
        await this.#job.complain(
          this.#job.gnu ? `${name}: Cannot open: ${error.message}` : `can't open '${name}': ${error.message}`,
        );
      }
      return;
    }
    const linkname = kind === 'symlink' ? await sys.readlink(this.#job.at(name)) : '';
    entries.push(
      entry(path, kind, { ...common, linkname, devmajor: major(stat.rdev), devminor: minor(stat.rdev) }),
    );
    if (kind !== 'directory') return;
    let inside: string[];
    try {
      inside = await sortedNamesIn(sys, this.#job.at(name));
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#job.complain(
        this.#job.gnu ? `${name}: Cannot open: ${error.message}` : `can't open '${name}': ${error.message}`,
      );
    }
    for (const child of inside) await this.#add(join(name.replace(/\/+$/, '') || '/', child), entries);
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

/** The stretches of a sparse file that are not zero, by pages. */
function nonZero(bytes: Uint8Array): { offset: number; bytes: Uint8Array }[] {
  const PAGE = 65_536;
  const out: { offset: number; bytes: Uint8Array }[] = [];
  for (let at = 0; at < bytes.length; at += PAGE) {
    const page = bytes.subarray(at, at + PAGE);
    if (!page.some((byte) => byte !== 0)) continue;
    const last = out.at(-1);
    if (last && last.offset + last.bytes.length === at)
      last.bytes = bytes.subarray(last.offset, at + page.length);
    else out.push({ offset: at, bytes: page });
  }
  return out;
}
