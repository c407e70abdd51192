import { isErrno } from '../../base/errno.ts';
import { PatternMatcher } from '../../base/pattern-matcher.ts';
import { O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { dirname, namesIn, removeAll, statOf, writeAll } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import { parseMode } from '../../userland/lib/mode-string.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';

export interface CopyOptions {
  /** Whom the copies belong to; undefined for whom the originals do. */
  owner: { uid: number; gid: number } | undefined;
  mode: number | undefined;
  /** Symbolic; empty leaves modes as they are. */
  modeText: string;
  /** Of a directory what is in it. */
  contentsOnly: boolean;
  followLinks: boolean;
  include: readonly string[];
  exclude: readonly string[];
}

/** Copies whose they are, with the modes that they have; of a directory what is in it. */
export const ALL_AS_IT_IS: CopyOptions = {
  owner: undefined,
  mode: undefined,
  modeText: '',
  contentsOnly: true,
  followLinks: true,
  include: [],
  exclude: [],
};

/** Copies one file or directory from one root to another. Models fsutil copy.Copy. Throws `GoError`. */
export async function copyFiles(
  sys: Syscalls,
  from: { root: string; path: string },
  to: { root: string; path: string },
  options: CopyOptions,
): Promise<void> {
  const source = options.followLinks
    ? await resolveInRoot(sys, from.root, from.path)
    : await withLastPart(sys, from.root, from.path);
  const stat = await sys.lstat(source);
  const copying = new Copying(sys, options);
  const isIntoDirectory = to.path.endsWith('/');
  const parent = isIntoDirectory ? to.path : dirname(to.path);
  await copying.makeDirectories(await resolveInRoot(sys, to.root, parent));
  let target = await resolveInRoot(sys, to.root, to.path);
  const there = await statOf(sys, target);
  const isTargetDirectory = there !== undefined && kindOf(there) === S_IFDIR;
  const isDirectory = kindOf(stat) === S_IFDIR;
  if (isTargetDirectory && (!isDirectory || !options.contentsOnly))
    target = `${target === '/' ? '' : target}/${from.path.split('/').at(-1)}`;
  if (isDirectory && options.contentsOnly && there === undefined) await copying.makeDirectories(target);
  else await copying.makeDirectories(dirname(target));
  await copying.copy(source, '', target, false);
}

/** Links on the way are followed, the last part is not. */
async function withLastPart(sys: Syscalls, root: string, path: string): Promise<string> {
  const name = path.split('/').at(-1)!;
  if (name === '') return resolveInRoot(sys, root, path);
  return `${await resolveInRoot(sys, root, dirname(path))}/${name}`;
}

const kindOf = ({ mode }: Stat): number => mode & S_IFMT;

class Copying {
  readonly #sys: Syscalls;
  readonly #options: CopyOptions;
  readonly #include: PatternMatcher | undefined;
  readonly #exclude: PatternMatcher | undefined;
  /** The copy of the first link to each file that has several. */
  readonly #links = new Map<string, string>();
  /** Directories that are made when something in them is. */
  readonly #parents: { source: string; target: string; isMade: boolean }[] = [];

  constructor(sys: Syscalls, options: CopyOptions) {
    this.#sys = sys;
    this.#options = options;
    const matcher = (patterns: readonly string[]) =>
      patterns.length === 0 ? undefined : new PatternMatcher(patterns);
    this.#include = matcher(options.include);
    this.#exclude = matcher(options.exclude);
  }

  /** Makes what is not there of a path, as the copies are to be. */
  async makeDirectories(path: string): Promise<void> {
    const stat = await statOf(this.#sys, path);
    if (stat !== undefined) {
      if (kindOf(stat) !== S_IFDIR) throw new GoError(`mkdir ${path}: not a directory`);
      return;
    }
    await this.makeDirectories(dirname(path));
    await this.#sys.mkdir(path, (this.#options.mode ?? 0o755) & 0o777);
    const { owner } = this.#options;
    if (owner) await this.#sys.chown(path, owner.uid, owner.gid);
  }

  /** @param name the path below what is copied, empty for itself */
  async copy(source: string, name: string, target: string, overwrites: boolean): Promise<void> {
    const sys = this.#sys;
    const isExcluded = name !== '' && this.#exclude?.matches(name) === true;
    const isIncluded =
      !isExcluded && (name === '' ? this.#include === undefined : this.#include?.matches(name) !== false);
    const stat = await sys.lstat(source);
    if (kindOf(stat) === S_IFDIR) {
      if (isExcluded && !this.#exclude!.hasExceptions) return;
      await this.#directory(source, name, target, stat, isIncluded, overwrites);
      return;
    }
    if (!isIncluded) return;
    await this.#makeParents();
    await this.#clear(target);
    switch (kindOf(stat)) {
      case S_IFREG:
        if (await this.#linkAgain(stat, target)) return;
        await this.#file(source, target);
        break;
      case S_IFLNK:
        await sys.symlink(await sys.readlink(source), target);
        break;
      case S_IFCHR:
      case S_IFBLK:
      case S_IFIFO:
        await sys.mknod(target, stat.mode, stat.rdev);
        break;
      default:
        return;
    }
    await this.#attributes(source, target, stat);
  }

  async #directory(
    source: string,
    name: string,
    target: string,
    stat: Stat,
    isIncluded: boolean,
    overwrites: boolean,
  ): Promise<void> {
    const sys = this.#sys;
    let isNew = false;
    if (isIncluded) {
      await this.#makeParents();
      isNew = await this.#makeDirectory(target);
    }
    this.#parents.push({ source, target, isMade: isIncluded });
    for (const child of (await namesIn(sys, source)).sort())
      await this.copy(
        `${source}/${child}`,
        name === '' ? child : `${name}/${child}`,
        `${target}/${child}`,
        true,
      );
    this.#parents.pop();
    if (isIncluded && (isNew || overwrites)) await this.#attributes(source, target, stat);
  }

  /** Whether it was not there before. */
  async #makeDirectory(target: string): Promise<boolean> {
    const there = await statOf(this.#sys, target, false);
    if (there === undefined) await this.#sys.mkdir(target, 0o755);
    else if (kindOf(there) !== S_IFDIR) throw new GoError(`cannot copy to non-directory: ${target}`);
    return there === undefined;
  }

  async #makeParents(): Promise<void> {
    for (const parent of this.#parents) {
      if (parent.isMade) continue;
      parent.isMade = true;
      if (await this.#makeDirectory(parent.target))
        await this.#attributes(parent.source, parent.target, await this.#sys.stat(parent.source));
    }
  }

  async #clear(target: string): Promise<void> {
    const there = await statOf(this.#sys, target, false);
    if (there === undefined) return;
    if (kindOf(there) === S_IFDIR) throw new GoError(`cannot replace to directory ${target} with file`);
    await removeAll(this.#sys, target);
  }

  async #linkAgain({ dev, ino, nlink }: Stat, target: string): Promise<boolean> {
    if (nlink < 2) return false;
    const key = `${dev}:${ino}`;
    const first = this.#links.get(key);
    if (first !== undefined) await this.#sys.link(first, target);
    else this.#links.set(key, target);
    return first !== undefined;
  }

  async #file(source: string, target: string): Promise<void> {
    const sys = this.#sys;
    const from = await sys.open(source, O_RDONLY);
    try {
      const into = await sys.open(target, O_WRONLY | O_CREAT | O_EXCL, 0o600);
      try {
        for (;;) {
          const bytes = await sys.read(from, 1 << 20);
          if (bytes.length === 0) return;
          await writeAll(sys, into, bytes);
        }
      } finally {
        await sys.close(into);
      }
    } finally {
      await sys.close(from);
    }
  }

  async #attributes(source: string, target: string, stat: Stat): Promise<void> {
    const sys = this.#sys;
    const { owner, mode, modeText } = this.#options;
    await sys.lchown(target, owner?.uid ?? stat.uid, owner?.gid ?? stat.gid);
    const isDirectory = kindOf(stat) === S_IFDIR;
    if (kindOf(stat) !== S_IFLNK) {
      const own = stat.mode & 0o7777;
      await sys.chmod(target, modeText === '' ? (mode ?? own) : changedMode(own, modeText, isDirectory));
    }
    for (const name of await sys.listxattr(source, false).catch(noneIfUnsupported))
      if (!name.startsWith('trusted.overlay.'))
        await sys.setxattr(target, name, await sys.getxattr(source, name, false), false);
    await sys.utimens(target, { atime: stat.mtime, mtime: stat.mtime }, false);
  }
}

/** `X` asks what the original may do, whatever the change has done by then. */
function changedMode(mode: number, text: string, isDirectory: boolean): number {
  const isExecutable = isDirectory || (mode & 0o111) !== 0;
  return parseMode(text.replaceAll('X', isExecutable ? 'x' : ''))!(mode, isDirectory, 0);
}

function noneIfUnsupported(error: unknown): string[] {
  if (isErrno(error, 'EOPNOTSUPP')) return [];
  throw error;
}

/** Makes a directory and what is missing above it, for a user, and as if at a time (ms), which that of the innermost alone keeps. Models fsutil copy.MkdirAll. Throws `GoError`. */
export async function makeDirectoriesFor(
  sys: Syscalls,
  path: string,
  mode: number,
  made: { owner: { uid: number; gid: number }; time?: number | undefined },
): Promise<void> {
  const there = await statOf(sys, path);
  if (there !== undefined) {
    if (kindOf(there) !== S_IFDIR) throw new GoError(`mkdir ${path}: not a directory`);
    return;
  }
  const above = await statOf(sys, dirname(path));
  // Nothing can even be looked for below a file.
  if (above !== undefined && kindOf(above) !== S_IFDIR) throw new GoError(`lstat ${path}: not a directory`);
  await makeDirectoriesFor(sys, dirname(path), mode, made);
  await sys.mkdir(path, mode);
  await sys.chown(path, made.owner.uid, made.owner.gid);
  if (made.time !== undefined) await sys.utimens(path, { atime: made.time, mtime: made.time });
}
