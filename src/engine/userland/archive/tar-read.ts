import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { contentOf, InvalidLayer, type LayerEntry } from '../../oci/layer/entry.ts';
import { gunzip, isGzip } from '../../oci/layer/gzip.ts';
import { readMembers } from '../../oci/layer/tar-reader.ts';
import type { OwnerNames } from '../../oci/layer/tar-writer.ts';
import { makedev } from '../../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFIFO } from '../../vfs/inode.ts';
import { makePath } from '../coreutils/mkdir.ts';
import { basename, dirname, isDirectory, statOf } from '../files.ts';
import { fnmatch } from '../lib/glob.ts';
import { Exit, Input, writeAll } from '../lib/stdio.ts';
import { quoteName } from '../utility.ts';
import type { Tar } from './tar-job.ts';
import { memberLine } from './tar-list.ts';

/** -t and -x: the members of an archive, listed or extracted. */
export class Reading {
  readonly #job: Tar;
  readonly #directories: { path: string; found: LayerEntry }[] = [];
  #hasWarned = false;
  /** The directory that --one-top-level puts all in. */
  readonly #topLevel: string | undefined;

  constructor(job: Tar) {
    this.#job = job;
    if (job.given.has('one-top-level'))
      this.#topLevel =
        job.given.value('one-top-level') ??
        basename(job.file ?? '').replace(/\.(tgz|taz|tar(\.[A-Za-z0-9]+)?)$/, '');
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
      else if (this.#job.given.has('z')) {
        if (!this.#job.gnu) {
          await this.#job.io.fail('invalid magic');
          return this.#job.io.fail('short read');
        }
        await this.#job.io.stderr.write('\ngzip: stdin: not in gzip format\n');
        await this.#job.io.fail('Child returned status 1');
        return this.#job.io.fail('Error is not recoverable: exiting now', 2);
      }
      const wanted = new Set<string>();
      const { given, gnu } = this.#job;
      const clean = (name: string) => name.replace(/^\.\//, '').replace(/\/+$/, '');
      const wild = !gnu || given.last('wildcards', 'no-wildcards') === 'wildcards';
      const isPattern = (operand: string) => gnu && !wild && /[*?[]/.test(operand);
      if (bytes.length === 0) throw new InvalidLayer('unexpected EOF');
      for (const { entry, name: raw, user, group } of readMembers(bytes)) {
        const found = { ...entry, path: raw.replace(/(?<=.)\/+$/, '') };
        const owner = { user, group };
        const name = found.path;
        await this.#warnOfRoot(raw);
        const match = operands.find(
          (operand) =>
            clean(operand) === clean(name) ||
            clean(name).startsWith(`${clean(operand)}/`) ||
            (wild && fnmatch(operand, name)),
        );
        if (operands.length > 0 && match === undefined) continue;
        if (match !== undefined) wanted.add(match);
        if (this.#job.isExcluded(name)) continue;
        if (extract) await this.#extract(found, owner);
        else await this.#job.list(this.#row(found, owner, this.#job.verbose > 0));
        const pause = this.#job.io.process.work(20);
        if (pause) await pause;
      }
      const unmatched = operands.filter((operand) => !wanted.has(operand));
      if (unmatched.some(isPattern)) {
        await this.#job.io.fail('Pattern matching characters used in file names');
        await this.#job.io.fail(
          'Use --wildcards to enable pattern matching, or --no-wildcards to suppress this warning',
        );
      }
      for (const operand of unmatched) {
        if (!gnu) return await this.#job.io.fail(`${operand}: not found in archive`);
        await this.#job.complain(`${operand}: Not found in archive`);
      }
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

  #row(found: LayerEntry, owner: OwnerNames, long: boolean): string {
    const path = this.#job.transformed(this.#job.gnu ? found.path : found.path.replace(/^\/+/, ''));
    const name = found.type === 'directory' && path !== '/' ? `${path || '.'}/` : path;
    return long ? memberLine(this.#job, found, name, owner) : name;
  }

  async #extract(found: LayerEntry, owner: OwnerNames): Promise<void> {
    const { given, io } = this.#job;
    const { sys, stdout } = io;
    const strip = Number(given.value('strip-components') ?? 0);
    const parts = found.path.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..') && !given.has('P'))
      return this.#job.complain(`${found.path}: Member name contains '..'`);
    const keepsRoot = found.path.startsWith('/') && given.has('P');
    const bare = this.#job.transformed((keepsRoot ? '/' : '') + parts.join('/'));
    const rest = bare.split('/').slice(strip).join('/');
    if (rest === '' && strip > 0) return;
    const name = this.#topLevel === undefined || rest === this.#topLevel ? rest : `${this.#topLevel}/${rest}`;
    if (given.has('O')) {
      if (found.type === 'file') await stdout.write(contentOf(found));
      return;
    }
    if (this.#job.verbose > 0) await this.#job.list(this.#row(found, owner, this.#job.verbose > 1));
    const path = this.#job.at(name === '' ? '.' : name);
    try {
      if (name.includes('/')) await makePath(io, dirname(path));
      const there = await statOf(sys, path, false);
      if (found.type === 'directory') {
        if (!there) await sys.mkdir(path, found.mode | 0o700);
        this.#directories.push({ path, found });
      } else {
        if (there) {
          if (given.has('k')) {
            if (!this.#job.gnu) throw new Exit(await io.fail(`can't open '${name}': File exists`));
            return await this.#job.complain(`${name}: Cannot open: File exists`);
          }
          if (given.has('skip-old-files')) return;
          if (given.has('keep-newer-files') && there.mtime >= found.mtime) {
            await io.fail(`Current ${quoteName(name)} is newer or same age`);
            return;
          }
          if (!(given.has('overwrite') && found.type === 'file' && !isDirectory(there)))
            await sys.unlink(path);
        }
        await this.#make(found, path);
      }
      if (found.type === 'hardlink') return;
      const owns =
        given.last('same-owner', 'no-same-owner', 'o') ?? (sys.geteuid() === 0 ? 'same-owner' : '');
      if (owns === 'same-owner') await sys.lchown(path, found.uid, found.gid);
      if (found.type === 'symlink' || found.type === 'directory') return;
      const umask = await sys.umask(0);
      await sys.umask(umask);
      await sys.chmod(
        path,
        (given.last('p', 'no-same-permissions') ?? (sys.geteuid() === 0 ? 'p' : '')) === 'p'
          ? found.mode
          : found.mode & 0o777 & ~umask,
      );
      if (!given.has('m')) await sys.utimens(path, { mtime: found.mtime });
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
