import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_EXCL, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';
import { basename, dirname, isDirectory, isLink, join, namesIn, statOf } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import { writeAll } from '../lib/stdio.ts';
import { type Flavour, Given, Misuse, quote, quoteName, type Utility } from '../utility.ts';

export type Sparse = 'auto' | 'always' | 'never';

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
  preserve: { mode: boolean; owner: boolean; times: boolean; links: boolean };
  /** Hard or symbolic links instead of copies. */
  instead?: 'link' | 'symlink' | undefined;
  attributesOnly?: boolean;
  /** Which zeros become holes: those that are holes in the source, all, none. */
  sparse?: Sparse;
  /** Where files with several names went, for `cp -a`. */
  seen: Map<string, string>;
}

/** cp(1) */
export const cp: Utility = {
  name: 'cp',
  usage:
    '[OPTION]... [-T] SOURCE DEST\n  or:  cp [OPTION]... SOURCE... DIRECTORY\n  or:  cp [OPTION]... -t DIRECTORY SOURCE...',
  summary: 'Copy SOURCE to DEST, or multiple SOURCE(s) to DIRECTORY.',
  options: {
    short: 'abdfiHlLnprst:uvxPRS:TZ',
    long: {
      archive: 'a',
      'attributes-only': 'attributes-only',
      backup: 'backup::',
      force: 'f',
      interactive: 'i',
      link: 'l',
      dereference: 'L',
      'no-clobber': 'n',
      'no-dereference': 'P',
      preserve: 'preserve::',
      'no-preserve': 'no-preserve:',
      parents: 'parents',
      recursive: 'R',
      reflink: 'reflink::',
      'remove-destination': 'remove-destination',
      sparse: 'sparse:',
      'symbolic-link': 's',
      'target-directory': 't:',
      'no-target-directory': 'T',
      update: 'u',
      verbose: 'v',
      'one-file-system': 'x',
    },
  },
  busybox: {
    options: { short: 'pdRfilsLHarPvuTt:nx' },
    usage: '[-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const sparse = given.value('sparse') ?? 'auto';
    if (!isSparse(sparse))
      throw new Misuse(
        `invalid argument ${quote(io, sparse)} for ${quote(io, '--sparse')}\nValid arguments are:\n${['never', 'auto', 'always'].map((word) => `  - ${quote(io, word)}`).join('\n')}`,
      );
    const recursive = given.has('a', 'r', 'R');
    const asked = given.has('preserve')
      ? (given.value('preserve') ?? 'mode,ownership,timestamps').split(',')
      : [];
    const all = given.has('a') || asked.includes('all');
    const dereference = given.last('L', 'P', 'H', 'a', 'd');
    const options: CopyOptions = {
      io,
      flavour,
      recursive,
      follow:
        dereference === 'L'
          ? 'always'
          : dereference === 'H'
            ? 'operands'
            : dereference !== undefined || recursive
              ? 'never'
              : 'always',
      force: given.has('f', 'remove-destination'),
      ask: given.last('i', 'n', 'f') === 'i',
      noClobber: given.last('i', 'n') === 'n',
      update: given.has('u'),
      verbose: given.has('v'),
      preserve: {
        mode: all || given.has('p') || asked.includes('mode'),
        owner: all || given.has('p') || asked.includes('ownership'),
        times: all || given.has('p') || asked.includes('timestamps'),
        links: all || given.has('d') || asked.includes('links'),
      },
      instead: given.has('l') ? 'link' : given.has('s') ? 'symlink' : undefined,
      attributesOnly: given.has('attributes-only'),
      sparse,
      seen: new Map(),
    };
    return toTargets(io, parsed.operands, given, flavour, (from, to) =>
      copyOne(options, from, given.has('parents') ? join(dirname(to), from) : to, true),
    );
  },
};

/** What cp, mv, install and ln share: one destination, or a directory for several. */
export async function toTargets(
  io: Stdio,
  operands: readonly string[],
  given: Given,
  flavour: Flavour,
  act: (from: string, to: string) => Promise<boolean>,
): Promise<number> {
  const sources = [...operands];
  let directory = given.value('t');
  if (sources.length === 0) throw new Misuse('missing file operand');
  if (directory === undefined && sources.length === 1)
    throw new Misuse(`missing destination file operand after ${quoteName(sources[0]!)}`);
  const target = directory ?? sources.pop()!;
  if (given.has('T') && sources.length > 1) throw new Misuse(`extra operand ${quoteName(sources[1]!)}`);
  const stat = await statOf(io.sys, target);
  if (!given.has('T') && isDirectory(stat)) directory = target;
  // BusyBox tries, and fails at the first.
  else if (flavour === 'busybox' && sources.length > 1) directory = target;
  else if (given.has('t') || sources.length > 1)
    return io.fail(
      flavour === 'gnu'
        ? `target ${quoteName(target)}: ${stat ? 'Not a directory' : 'No such file or directory'}`
        : stat
          ? `'${target}' is not a directory`
          : `can't stat '${target}': No such file or directory`,
    );
  let status = 0;
  for (const from of sources)
    if (!(await act(from, directory === undefined ? target : join(directory, basename(from))))) status = 1;
  return status;
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
    if (options.instead) {
      if (there && options.force) await sys.unlink(to);
      await (options.instead === 'link' ? sys.link(from, to) : sys.symlink(from, to));
    } else if (!(await copyContent(options, from, to, stat, there))) return false;
    if (options.verbose) io.stdout.write(`'${from}' -> '${to}'\n`);
    await keepAttributes(options, to, stat);
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
  if (earlier !== undefined || (options.recursive && type !== S_IFREG) || type === S_IFLNK) {
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

const isSparse = (text: string): text is Sparse => ['auto', 'always', 'never'].includes(text);

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
  const inside = await sys.stat(to);
  let whole = true;
  for (const name of names) {
    const inner = await statOf(sys, join(from, name), false);
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
  await keepAttributes(options, to, stat);
  return whole;
}

async function keepAttributes({ io, preserve }: CopyOptions, to: string, stat: Stat): Promise<void> {
  const { sys } = io;
  const type = stat.mode & S_IFMT;
  // Without privilege the owner cannot be kept, and that is no error.
  if (preserve.owner)
    await sys.lchown(to, stat.uid, stat.gid).catch((error: unknown) => {
      if (!isErrno(error, 'EPERM')) throw error;
    });
  if (preserve.mode && type !== S_IFLNK) await sys.chmod(to, stat.mode & 0o7777);
  if (preserve.times) await sys.utimens(to, { atime: stat.atime, mtime: stat.mtime }, false);
}
