import type { ByteReader } from '../base/byte-stream.ts';
import { encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { O_CREAT, O_EXCL, O_WRONLY } from '../kernel/fcntl.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import type { LayerEntry } from '../oci/layer/entry.ts';
import type { StreamedEntry } from '../oci/layer/tar-stream.ts';
import { OPAQUE_MARKER, safePath, WHITEOUT_PREFIX } from '../oci/layer/whiteout.ts';
import { removeAll, writeAll } from '../runtime/files.ts';
import { errorText, GoError } from '../runtime/go-error.ts';
import { makedev } from '../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_ISGID } from '../vfs/inode.ts';
import { atRoot, below, lstatIfThere, resolveDirectory } from './in-root.ts';

export interface UnpackOptions {
  /** Nothing is in the directory yet, so that nobody need look what is in the way. */
  fresh?: boolean;
  /** Whiteouts become what overlayfs knows: 0/0 character devices, and an attribute of opaque directories. */
  overlay?: boolean;
  /** A directory never takes the place of something else, nor something else a directory's; the refusal calls the place so. */
  keepKindsIn?: string;
  /** To whom all belongs; `unpacker` leaves it with whoever unpacks. By default it is as the archive says. */
  owner?: { uid: number; gid: number } | 'unpacker';
}

/**
 * Unpacks an archive into a directory, whose links are followed as if it were the root of all: nothing gets out of it.
 * Models go-archive Unpack, its order of calls and its words.
 */
export async function unpack(
  sys: Syscalls,
  root: string,
  archive: AsyncIterable<StreamedEntry>,
  options: UnpackOptions = {},
): Promise<void> {
  const unpacking = new Unpacking(sys, root.replace(/\/+$/, ''), options);
  for await (const { entry, content } of archive) await unpacking.add(entry, content);
  await unpacking.finish();
}

class Unpacking {
  readonly #sys: Syscalls;
  readonly #root: string;
  readonly #options: UnpackOptions;
  /** What has been made here, by its path with all links resolved. */
  readonly #made = new Map<string, 'directory' | 'setgid directory' | 'other'>([['', 'directory']]);
  readonly #directories: [path: string, mtime: number][] = [];

  constructor(sys: Syscalls, root: string, options: UnpackOptions) {
    this.#sys = sys;
    this.#root = root;
    this.#options = options;
  }

  async add(entry: LayerEntry, content: ByteReader): Promise<void> {
    const name = localPath(entry.path);
    if (name === undefined) throw new GoError(`invalid entry name ${JSON.stringify(entry.path)}`);
    if (name === '') return;
    const [parentName, base] = split(name);
    const parent = await this.#resolve(parentName);
    const path = parent === '' ? base : `${parent}/${base}`;
    await this.#clear(path, entry);
    await this.#imply(parent);
    if (this.#options.overlay && base.startsWith(WHITEOUT_PREFIX)) {
      await this.#whiteout(parent, base, entry);
      return;
    }
    await this.#make(path, parent, entry, content);
  }

  /** Directories get their times last, when nothing more is written into them. */
  async finish(): Promise<void> {
    for (const [path, mtime] of this.#directories)
      await this.#sys.utimens(this.#at(path), { atime: mtime, mtime });
  }

  #at(path: string): string {
    return below(this.#root, path);
  }

  async #resolve(name: string): Promise<string> {
    if (this.#isDirectory(name)) return name;
    if (this.#options.fresh && !this.#hasMade(name)) return name;
    return resolveDirectory(this.#sys, this.#root, name);
  }

  /** Whether there may be something at a path or on the way to it. */
  #hasMade(name: string): boolean {
    for (let at = name; at !== ''; at = split(at)[0]) {
      const made = this.#made.get(at);
      if (made !== undefined) return made === 'other' || at === name;
    }
    return false;
  }

  #isDirectory(path: string): boolean {
    return (this.#made.get(path) ?? 'other') !== 'other';
  }

  /** Takes away what is in the way. */
  async #clear(path: string, { type, path: name }: LayerEntry): Promise<void> {
    if (this.#options.fresh && !this.#made.has(path)) return;
    const stat = await atRoot('lstatat', path, () => lstatIfThere(this.#sys, this.#at(path)));
    if (stat === undefined) return;
    const wasDirectory = (stat.mode & S_IFMT) === S_IFDIR;
    const isDirectory = type === 'directory';
    if (wasDirectory && isDirectory) return;
    const { keepKindsIn: place } = this.#options;
    if (place !== undefined && wasDirectory !== isDirectory) {
      const [before, now] = wasDirectory ? ['directory', 'non-directory'] : ['non-directory', 'directory'];
      throw new GoError(
        `cannot overwrite ${before} ${JSON.stringify(name)} with ${now} ${JSON.stringify(place)}`,
      );
    }
    await atRoot('RemoveAll', path, () => removeAll(this.#sys, this.#at(path)));
    for (const made of [...this.#made.keys()])
      if (made === path || made.startsWith(`${path}/`)) this.#made.delete(made);
  }

  /** Makes the directories that the archive only implies. */
  async #imply(path: string): Promise<void> {
    if (this.#made.has(path)) return;
    if (!this.#options.fresh && (await lstatIfThere(this.#sys, this.#at(path))) !== undefined) return;
    await this.#imply(split(path)[0]);
    await atRoot('mkdirat', path, () => this.#sys.mkdir(this.#at(path), 0o755));
    this.#made.set(path, 'directory');
  }

  async #whiteout(parent: string, base: string, { uid, gid, path: name }: LayerEntry): Promise<void> {
    const hidden = base.slice(WHITEOUT_PREFIX.length);
    if (['', '.', '..'].includes(hidden)) throw new GoError(`invalid whiteout entry ${JSON.stringify(name)}`);
    if (base === OPAQUE_MARKER) {
      await this.#sys.setxattr(this.#at(parent), 'trusted.overlay.opaque', encode('y'));
      return;
    }
    const path = parent === '' ? hidden : `${parent}/${hidden}`;
    try {
      await this.#sys.mknod(this.#at(path), S_IFCHR, 0);
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new GoError(`failed to mknod('${path}', S_IFCHR, 0): ${errorText(error)}`);
    }
    this.#made.set(path, 'other');
    if (uid !== 0 || gid !== 0) await this.#sys.lchown(this.#at(path), uid, gid);
  }

  async #make(path: string, parent: string, entry: LayerEntry, content: ByteReader): Promise<void> {
    const sys = this.#sys;
    const at = this.#at(path);
    let isNew = true;
    switch (entry.type) {
      case 'directory':
        isNew =
          !this.#isDirectory(path) && (this.#options.fresh || (await lstatIfThere(sys, at)) === undefined);
        if (isNew) await atRoot('mkdirat', path, () => sys.mkdir(at, entry.mode & 0o777));
        this.#directories.push([path, Math.max(0, entry.mtime)]);
        break;
      case 'file':
        await atRoot('openat', path, () => makeFile(sys, at, entry, content));
        break;
      case 'hardlink':
        await this.#link(path, entry);
        break;
      case 'symlink':
        await atRoot('symlinkat', `${entry.linkname} ${path}`, () => sys.symlink(entry.linkname, at));
        break;
      case 'fifo':
        await atRoot('mknodat', path, () => sys.mknod(at, S_IFIFO | entry.mode));
        break;
      default:
        await atRoot('mknodat', path, () =>
          sys.mknod(
            at,
            (entry.type === 'character' ? S_IFCHR : S_IFBLK) | entry.mode,
            makedev(entry.devmajor, entry.devminor),
          ),
        );
    }
    const kind =
      entry.type !== 'directory' ? 'other' : entry.mode & S_ISGID ? 'setgid directory' : 'directory';
    this.#made.set(path, kind);
    // What root makes in an ordinary directory is root's.
    const isRoots = this.#options.fresh === true && isNew && this.#made.get(parent) === 'directory';
    await this.#setAttributes(path, entry, isRoots && entry.type !== 'hardlink');
  }

  async #link(path: string, { linkname }: LayerEntry): Promise<void> {
    const name = localPath(linkname);
    if (!name) throw new GoError(`invalid hardlink target ${JSON.stringify(linkname)}`);
    const [parent, base] = split(name);
    const target = below(await this.#resolve(parent), base).replace(/^\//, '');
    await atRoot('linkat', `${target} ${path}`, () => this.#sys.link(this.#at(target), this.#at(path)));
  }

  /** In the order that counts: a change of owner takes special bits away, and each of these changes a time. */
  async #setAttributes(path: string, entry: LayerEntry, isRoots: boolean): Promise<void> {
    const sys = this.#sys;
    const at = this.#at(path);
    const { owner = entry } = this.#options;
    if (owner !== 'unpacker' && !(isRoots && owner.uid === 0 && owner.gid === 0)) {
      try {
        await sys.lchown(at, owner.uid, owner.gid);
      } catch (error) {
        if (!isErrno(error)) throw error;
        throw new GoError(
          `failed to Lchown ${JSON.stringify(path)} for UID ${owner.uid}, GID ${owner.gid}: ${errorText(error)}`,
        );
      }
    }
    for (const [name, value] of Object.entries(entry.xattrs)) {
      try {
        await sys.setxattr(at, name, value, false);
      } catch (error) {
        if (!isErrno(error)) throw error;
        // One who may not set it does without.
        if (!isErrno(error, 'EPERM'))
          throw new GoError(`lsetxattr ${at}: xattr ${JSON.stringify(name)}: ${errorText(error)}`);
      }
    }
    const mtime = Math.max(0, entry.mtime);
    if (entry.type === 'symlink') return sys.utimens(at, { atime: mtime, mtime }, false);
    // A second name of a symbolic link has no mode or time of its own, either.
    if (entry.type === 'hardlink' && ((await sys.lstat(at)).mode & S_IFMT) === S_IFLNK) return;
    if (!isRoots || needsChmod(entry.mode)) await atRoot('chmodat', path, () => sys.chmod(at, entry.mode));
    if (entry.type !== 'directory') await sys.utimens(at, { atime: mtime, mtime });
  }
}

/** Only what is written in the archive is written: the holes of sparse files stay holes. */
async function makeFile(
  sys: Syscalls,
  path: string,
  { mode, size, extents }: LayerEntry,
  content: ByteReader,
): Promise<void> {
  const fd = await sys.open(path, O_WRONLY | O_CREAT | O_EXCL, mode & 0o777);
  try {
    let end = 0;
    for (const { offset, bytes } of extents) {
      for (let at = 0; at < bytes.length; )
        at += await sys.pwrite(fd, at === 0 ? bytes : bytes.subarray(at), offset + at);
      end = offset + bytes.length;
    }
    if (extents.length > 0 && end !== size) await sys.ftruncate(fd, size);
    else if (extents.length === 0 && size > 0) {
      let written = 0;
      for (let bytes = await content.read(CHUNK); bytes !== null; bytes = await content.read(CHUNK)) {
        await writeAll(sys, fd, bytes);
        written += bytes.length;
      }
      if (written !== size) await sys.ftruncate(fd, size);
    }
  } finally {
    await sys.close(fd);
  }
}

/** A name with nothing superfluous; undefined when it leads out of the archive's root. */
function localPath(name: string): string | undefined {
  if (!/(?:^|\/)(?:\.{0,2})(?:\/|$)/.test(name)) return name;
  try {
    return safePath(name);
  } catch {
    return undefined;
  }
}

function split(path: string): [parent: string, base: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
}

/** The umask of 022 takes these away, and some calls take the special bits. */
const needsChmod = (mode: number): boolean => (mode & 0o7022) !== 0;

const CHUNK = 1 << 20;
