import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { contentOf, InvalidLayer, type LayerEntry } from '../../oci/layer/entry.ts';
import { gunzip, isGzip } from '../../oci/layer/gzip.ts';
import { readMembers } from '../../oci/layer/tar-reader.ts';
import { makedev } from '../../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG } from '../../vfs/inode.ts';
import { makePath } from '../coreutils/mkdir.ts';
import { dirname, statOf } from '../files.ts';
import { fnmatch } from '../lib/glob.ts';
import { modeString } from '../lib/mode-string.ts';
import { Input, writeAll } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import type { Tar } from './tar-job.ts';

type Member = ReturnType<typeof readMembers> extends Generator<infer M> ? M : never;

/** -t and -x: the members of an archive, listed or extracted. */
export class Reading {
  readonly #job: Tar;
  readonly #directories: { path: string; found: LayerEntry }[] = [];
  #hasWarned = false;

  constructor(job: Tar) {
    this.#job = job;
  }

  async read(operands: readonly string[], extract: boolean): Promise<number> {
    const { sys } = this.#job.io;
    let bytes: Uint8Array;
    try {
      if (this.#job.file === undefined && (await sys.isatty(0)))
        return this.#job.io.fail('Refusing to read archive contents from terminal (missing -f option?)', 2);
      bytes = await (this.#job.file === undefined
        ? this.#job.io.stdin
        : new Input(sys, await sys.open(this.#job.file, 0))
      ).readAll();
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#job.cannotOpen(error);
    }
    try {
      if (isGzip(bytes)) bytes = gunzip(bytes);
      else if (this.#job.given.has('z') && this.#job.gnu) {
        await this.#job.io.stderr.write('\ngzip: stdin: not in gzip format\n');
        await this.#job.io.fail('Child returned status 1');
        return this.#job.io.fail('Error is not recoverable: exiting now', 2);
      }
      if (bytes.length === 0) throw new InvalidLayer('unexpected EOF');
      const wanted = new Set<string>();
      const clean = (name: string) => name.replace(/^\.\//, '').replace(/\/+$/, '');
      if (bytes.length === 0 && this.#job.gnu) throw new InvalidLayer('empty');
      for (const member of readMembers(bytes)) {
        const found = member.entry;
        const name = found.path;
        await this.#warnOfRoot(member.name);
        const match = operands.find(
          (operand) =>
            clean(operand) === clean(name) ||
            clean(name).startsWith(`${clean(operand)}/`) ||
            (this.#job.given.has('wild') && fnmatch(operand, name)),
        );
        if (operands.length > 0 && match === undefined) continue;
        if (match !== undefined) wanted.add(match);
        if (
          this.#job.exclude.some(
            (pattern) => fnmatch(pattern, name) || fnmatch(pattern, name.slice(name.lastIndexOf('/') + 1)),
          )
        )
          continue;
        if (extract) await this.#extract(member);
        else await this.#job.list(await this.#row(member, this.#job.verbose > 0));
        const pause = this.#job.io.process.work(20);
        if (pause) await pause;
      }
      for (const operand of operands)
        if (!wanted.has(operand))
          await this.#job.complain(
            this.#job.gnu ? `${operand}: Not found in archive` : `${operand}: not found in archive`,
          );
    } catch (error) {
      if (!(error instanceof InvalidLayer)) throw error;
      if (!this.#job.gnu)
        return this.#job.io.fail(/EOF/.test(error.message) ? 'short read' : 'invalid tar magic');
      if (/EOF/.test(error.message) && bytes.length >= 512) {
        await this.#job.io.fail('Unexpected EOF in archive');
        return this.#job.io.fail('Error is not recoverable: exiting now', 2);
      }
      await this.#job.complain('This does not look like a tar archive');
    }
    await this.#setTimes();
    return this.#job.end();
  }

  /** Directories get their mode and time last, when nothing more is written into them. */
  async #setTimes(): Promise<void> {
    for (const { path, found } of this.#directories.reverse()) {
      await this.#job.io.sys.chmod(path, found.mode).catch(() => {});
      await this.#job.io.sys.utimens(path, { mtime: found.mtime }).catch(() => {});
    }
  }

  /** Says once that names do not keep what would make them begin at the root. */
  async #warnOfRoot(name: string): Promise<void> {
    if (!name.startsWith('/') || this.#hasWarned || this.#job.given.has('P')) return;
    this.#hasWarned = true;
    const { gnu, io } = this.#job;
    await io.fail(gnu ? "Removing leading `/' from member names" : "removing leading '/' from member names");
  }

  async #row({ entry: found, name: raw, user, group }: Member, long: boolean): Promise<string> {
    const bare = (this.#job.gnu ? raw : raw.replace(/^\/+/, '')).replace(/(?<=.)\/+$/, '');
    const name = found.type === 'directory' && bare !== '/' ? `${bare || '.'}/` : bare;
    if (!long) return name;
    const type = {
      file: S_IFREG,
      hardlink: S_IFREG,
      directory: S_IFDIR,
      symlink: S_IFLNK,
      character: S_IFCHR,
      block: S_IFBLK,
      fifo: S_IFIFO,
    }[found.type];
    const mode = modeString(found.mode | type);
    const letter = found.type === 'hardlink' && this.#job.gnu ? `h${mode.slice(1)}` : mode;
    const owner = this.#job.given.has('numeric')
      ? `${found.uid}/${found.gid}`
      : `${user || found.uid}/${group || found.gid}`;
    const size =
      found.type === 'character' || found.type === 'block'
        ? `${found.devmajor},${found.devminor}`
        : String(found.size);
    const date = strftime(this.#job.gnu ? '%Y-%m-%d %H:%M' : '%Y-%m-%d %H:%M:%S', found.mtime);
    const link =
      found.type === 'symlink'
        ? ` -> ${found.linkname}`
        : found.type === 'hardlink'
          ? this.#job.gnu
            ? ` link to ${found.linkname}`
            : ` -> ${found.linkname}`
          : '';
    const room = this.#job.gnu ? Math.max(0, 19 - owner.length - 1) : 10;
    return this.#job.gnu
      ? `${letter} ${owner} ${size.padStart(room)} ${date} ${name}${link}`
      : `${letter} ${owner} ${size.padStart(9)} ${date} ${name}${link}`;
  }

  async #extract(member: Member): Promise<void> {
    const found = member.entry;
    const { sys, stdout } = this.#job.io;
    const strip = Number(this.#job.given.value('strip') ?? 0);
    const parts = found.path.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..') && !this.#job.given.has('P'))
      return this.#job.complain(`${found.path}: Member name contains '..'`);
    const name = parts.slice(strip).join('/');
    if (name === '' && strip > 0) return;
    if (this.#job.given.has('O')) {
      if (found.type === 'file') await stdout.write(contentOf(found));
      return;
    }
    if (this.#job.verbose > 0) await this.#job.list(await this.#row(member, this.#job.verbose > 1));
    const path = this.#job.at(name === '' ? '.' : name);
    try {
      if (parts.length > strip + 1) await makePath(this.#job.io, dirname(path));
      const there = await statOf(sys, path, false);
      if (found.type === 'directory') {
        if (!there) await sys.mkdir(path, found.mode | 0o700);
        this.#directories.push({ path, found });
      } else {
        if (there) {
          if (this.#job.given.has('k')) return await this.#job.complain(`${name}: Cannot open: File exists`);
          await sys.unlink(path);
        }
        await this.#make(found, path);
      }
      if (found.type === 'hardlink') return;
      if (sys.geteuid() === 0 && !this.#job.given.has('o')) await sys.lchown(path, found.uid, found.gid);
      if (found.type === 'symlink' || found.type === 'directory') return;
      const umask = await sys.umask(0);
      await sys.umask(umask);
      await sys.chmod(
        path,
        this.#job.given.has('p') || sys.geteuid() === 0 ? found.mode : found.mode & ~umask,
      );
      if (!this.#job.given.has('m')) await sys.utimens(path, { mtime: found.mtime });
    } catch (error) {
      if (!isErrno(error)) throw error;
      const what = {
        file: 'open',
        directory: 'mkdir',
        symlink: 'create symlink to',
        hardlink: 'hard link to',
        character: 'mknod',
        block: 'mknod',
        fifo: 'mkfifo',
      }[found.type];
      const target = found.type === 'symlink' || found.type === 'hardlink' ? ` '${found.linkname}'` : '';
      await this.#job.complain(
        this.#job.gnu
          ? `${name}: Cannot ${what}${target}: ${error.message}`
          : `can't ${found.type === 'file' ? 'open' : `create ${found.type}`} '${name}': ${error.message}`,
      );
    }
  }

  async #make(found: LayerEntry, path: string): Promise<void> {
    const { sys } = this.#job.io;
    switch (found.type) {
      case 'symlink':
        return sys.symlink(found.linkname, path);
      case 'hardlink':
        return sys.link(this.#job.at(found.linkname), path);
      case 'character':
      case 'block':
        return sys.mknod(
          path,
          (found.type === 'block' ? S_IFBLK : S_IFCHR) | 0o600,
          makedev(found.devmajor, found.devminor),
        );
      case 'fifo':
        return sys.mknod(path, S_IFIFO | 0o600);
      case 'directory':
        return;
    }
    const fd = await sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600);
    for (const { offset, bytes } of found.extents) {
      await sys.lseek(fd, offset, 'set');
      await writeAll(sys, fd, bytes);
    }
    await sys.ftruncate(fd, found.size);
    await sys.close(fd);
  }
}
