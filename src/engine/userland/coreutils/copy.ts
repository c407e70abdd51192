import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_EXCL, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';
import { isDirectory, isLink, join, namesIn, statOf } from '../files.ts';
import { type Stdio, writeAll } from '../lib/stdio.ts';
import { type Flavour, quoteName } from '../utility.ts';
import { type Backup, makeBackup } from './backup.ts';

type Sparse = 'auto' | 'always' | 'never';

/** How cp and mv go about it. */
export interface CopyOptions {
  io: Stdio;
  flavour: Flavour;
  recursive: boolean;
  /** Follow links: always, only operands, never. */
  follow: 'always' | 'operands' | 'never';
  force: boolean;
  ask: boolean;
  noClobber: boolean;
  update: boolean;
  verbose: boolean;
  preserve: { mode: boolean; owner: boolean; times: boolean; links: boolean; xattrs?: boolean };
  /** Hard or symbolic links instead of copies. */
  instead?: 'link' | 'symlink' | undefined;
  /** How what is overwritten is kept. */
  backup?: Backup | undefined;
  /** Directories on other file systems are made, and stay empty. */
  oneFileSystem?: boolean;
  /** Blocks are to be shared, which no file system here can. */
  clones?: boolean;
  /** What is in pipes and devices is copied, in the place of themselves. */
  contents?: boolean;
  attributesOnly?: boolean;
  /** Which zeros become holes: those that are holes in the source, all, none. */
  sparse?: Sparse;
  /** Where files with several names went, for `cp -a`. */
  seen: Map<string, string>;
}

const said = (options: CopyOptions, gnu: string, busybox: string): Promise<number> =>
  options.io.fail(options.flavour === 'gnu' ? gnu : busybox);

/** Copies a file, link or tree; reports what fails and gives whether all went well. */
export async function copyOne(
  options: CopyOptions,
  from: string,
  to: string,
  operand: boolean,
): Promise<boolean> {
  const { io } = options;
  const { sys } = io;
  const follow = options.follow === 'always' || (operand && options.follow === 'operands');
  let stat: Stat;
  try {
    stat = await (follow ? sys.stat(from) : sys.lstat(from));
  } catch (error) {
    if (!isErrno(error)) throw error;
    await said(
      options,
      `cannot stat ${quoteName(from)}: ${error.message}`,
      `can't stat '${from}': ${error.message}`,
    );
    return false;
  }
  const there = await statOf(sys, to, !isLink(stat));
  try {
    if (isDirectory(stat)) return await copyDirectory(options, from, to, stat, there);
    if (there) {
      if (there.dev === stat.dev && there.ino === stat.ino && !options.instead) {
        await said(
          options,
          `${quoteName(from)} and ${quoteName(to)} are the same file`,
          `'${from}' and '${to}' are the same file`,
        );
        return false;
      }
      if (options.noClobber) return true;
      if (options.update && there.mtime >= stat.mtime) return true;
      if (isDirectory(there)) {
        await said(
          options,
          `cannot overwrite directory ${quoteName(to)} with non-directory`,
          `can't create '${to}': Is a directory`,
        );
        return false;
      }
      if (options.ask) {
        await io.stdout.flush();
        await io.stderr.write(`${io.name}: overwrite '${to}'? `);
        if (!/^[yY]/.test((await io.stdin.line()) ?? '')) return true;
      }
    }
    const kept = await makeBackup(io, to, options.backup);
    const present = kept === undefined ? there : undefined;
    if (options.instead) {
      if (present && options.force) await sys.unlink(to);
      if (options.instead === 'symlink' && !from.startsWith('/') && /^(?!\.\/[^/]*$).*\//.test(to)) {
        await said(
          options,
          `${to}: can make relative symbolic links only in current directory`,
          `can't create symlink '${to}' to '${from}': relative`,
        );
        return false;
      }
      await (options.instead === 'link' ? sys.link(from, to) : sys.symlink(from, to));
    } else if (!(await copyContent(options, from, to, stat, present))) return false;
    if (options.verbose)
      io.stdout.write(`'${from}' -> '${to}'${kept === undefined ? '' : ` (backup: '${kept}')`}\n`);
    await keepAttributes(options, from, to, stat);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    await said(
      options,
      `cannot create ${isLink(stat) ? 'symbolic link' : 'regular file'} ${quoteName(to)}: ${error.message}`,
      `can't create '${to}': ${error.message}`,
    );
    return false;
  }
}

async function copyContent(
  options: CopyOptions,
  from: string,
  to: string,
  stat: Stat,
  there: Stat | undefined,
): Promise<boolean> {
  const { sys } = options.io;
  const type = stat.mode & S_IFMT;
  const key = `${stat.dev}:${stat.ino}`;
  const earlier = options.preserve.links && stat.nlink > 1 ? options.seen.get(key) : undefined;
  options.seen.set(key, to);
  if (
    earlier !== undefined ||
    (options.recursive && !options.contents && type !== S_IFREG) ||
    type === S_IFLNK
  ) {
    if (there) await sys.unlink(to);
    if (earlier !== undefined) await sys.link(earlier, to);
    else if (type === S_IFLNK) await sys.symlink(await sys.readlink(from), to);
    else await sys.mknod(to, stat.mode, stat.rdev);
    return true;
  }
  let source: number;
  try {
    source = await sys.open(from, 0);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await said(
      options,
      `cannot open ${quoteName(from)} for reading: ${error.message}`,
      `can't open '${from}': ${error.message}`,
    );
    return false;
  }
  try {
    let target: number;
    try {
      target = await sys.open(to, O_WRONLY | O_TRUNC | O_CREAT, stat.mode & 0o777);
    } catch (error) {
      if (!isErrno(error) || !there || !options.force) throw error;
      await sys.unlink(to);
      target = await sys.open(to, O_WRONLY | O_CREAT | O_EXCL, stat.mode & 0o777);
    }
    try {
      if (options.clones) {
        await said(
          options,
          `failed to clone ${quoteName(to)} from ${quoteName(from)}: Operation not supported`,
          '',
        );
        return false;
      }
      if (!options.attributesOnly) await pour(options.io, source, target, stat, options.sparse);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await said(
        options,
        // Between two files the kernel does the copying.
        type === S_IFREG && (!there || (there.mode & S_IFMT) === S_IFREG)
          ? `error copying ${quoteName(from)} to ${quoteName(to)}: ${error.message}`
          : `error writing ${quoteName(to)}: ${error.message}`,
        `write error: ${error.message}`,
      );
      return false;
    } finally {
      await sys.close(target);
    }
  } finally {
    await sys.close(source);
  }
  return true;
}

/** Copies bytes, and what is a hole in a regular file as a hole, so that a sparse file stays one. */
export async function pour(
  io: Stdio,
  source: number,
  target: number,
  stat?: Stat,
  sparse: Sparse = 'auto',
): Promise<void> {
  const { sys } = io;
  const isRegular = stat !== undefined && (stat.mode & S_IFMT) === S_IFREG;
  const hasHoles = isRegular && stat.blocks * 512 < stat.size;
  if (sparse === 'never' || !isRegular || (sparse === 'auto' && !hasHoles)) {
    for (;;) {
      const chunk = await sys.read(source, 1 << 17);
      if (chunk.length === 0) return;
      await writeAll(sys, target, chunk);
    }
  }
  let at = 0;
  for (;;) {
    const data = await sys.lseek(source, at, 'data').catch((error: unknown) => {
      if (isErrno(error, 'ENXIO')) return undefined;
      throw error;
    });
    if (data === undefined) break;
    const hole = await sys.lseek(source, data, 'hole');
    await sys.lseek(source, data, 'set');
    await sys.lseek(target, data, 'set');
    for (at = data; at < hole; ) {
      const chunk = await sys.read(source, Math.min(1 << 17, hole - at));
      if (chunk.length === 0) break;
      at += chunk.length;
      if (sparse === 'always') await writeBlocks(io, target, chunk);
      else await writeAll(sys, target, chunk);
    }
    at = hole;
  }
  await sys.ftruncate(target, stat.size);
}

/** Writes the blocks that hold something, and goes past those that are all zeros. */
async function writeBlocks({ sys }: Stdio, target: number, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; at += BLOCK) {
    const block = chunk.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) await sys.lseek(target, block.length, 'current');
    else await writeAll(sys, target, block);
  }
}

const BLOCK = 4096;

async function copyDirectory(
  options: CopyOptions,
  from: string,
  to: string,
  stat: Stat,
  there: Stat | undefined,
): Promise<boolean> {
  const { io } = options;
  const { sys } = io;
  if (!options.recursive) {
    await said(
      options,
      `-r not specified; omitting directory ${quoteName(from)}`,
      `omitting directory '${from}'`,
    );
    return false;
  }
  if (there && !isDirectory(there)) {
    await said(
      options,
      `cannot overwrite non-directory ${quoteName(to)} with directory ${quoteName(from)}`,
      `target '${to}' is not a directory`,
    );
    return false;
  }
  if (!there) {
    try {
      await sys.mkdir(to, (stat.mode & 0o7777) | 0o700);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await said(
        options,
        `cannot create directory ${quoteName(to)}: ${error.message}`,
        `can't create directory '${to}': ${error.message}`,
      );
      return false;
    }
    if (options.verbose && options.flavour === 'gnu') io.stdout.write(`'${from}' -> '${to}'\n`);
  }
  const names = await namesIn(sys, from).catch(async (error: unknown) => {
    if (!isErrno(error)) throw error;
    await said(
      options,
      `cannot access ${quoteName(from)}: ${error.message}`,
      `can't open '${from}': ${error.message}`,
    );
    return undefined;
  });
  if (names === undefined) return false;
  const inside = await sys.stat(to);
  let whole = true;
  for (const name of names) {
    const inner = await statOf(sys, join(from, name), false);
    if (options.oneFileSystem && inner && isDirectory(inner) && inner.dev !== stat.dev) {
      await sys.mkdir(join(to, name), inner.mode & 0o7777);
      continue;
    }
    // Never into itself.
    if (inner && inner.ino === inside.ino && inner.dev === inside.dev) {
      await said(
        options,
        `cannot copy a directory, ${quoteName(from)}, into itself, ${quoteName(to)}`,
        `recursion detected, omitting directory '${join(from, name)}'`,
      );
      whole = false;
      continue;
    }
    whole = (await copyOne(options, join(from, name), join(to, name), false)) && whole;
  }
  await keepAttributes(options, from, to, stat);
  return whole;
}

async function keepAttributes(
  { io, preserve }: CopyOptions,
  from: string,
  to: string,
  stat: Stat,
): Promise<void> {
  const { sys } = io;
  const type = stat.mode & S_IFMT;
  // Without privilege the owner cannot be kept, and that is no error.
  if (preserve.owner)
    await sys.lchown(to, stat.uid, stat.gid).catch((error: unknown) => {
      if (!isErrno(error, 'EPERM')) throw error;
    });
  if (preserve.xattrs) await copyXattrs(io, from, to);
  if (preserve.mode && type !== S_IFLNK) await sys.chmod(to, stat.mode & 0o7777);
  if (preserve.times) await sys.utimens(to, { atime: stat.atime, mtime: stat.mtime }, false);
}

/** Extended attributes, as far as they may be set and the file system has them. */
async function copyXattrs({ sys }: Stdio, from: string, to: string): Promise<void> {
  const names = await sys.listxattr(from, false).catch((error: unknown) => {
    if (isErrno(error)) return [];
    throw error;
  });
  for (const name of names)
    try {
      await sys.setxattr(to, name, await sys.getxattr(from, name, false), false);
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
}
