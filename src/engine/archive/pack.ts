import { decode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { O_RDONLY } from '../kernel/fcntl.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { type EntryType, entry, type LayerEntry } from '../oci/layer/entry.ts';
import { BLOCK, padded } from '../oci/layer/tar-header.ts';
import { writeEntry, writeHead } from '../oci/layer/tar-writer.ts';
import { opaqueMarker, WHITEOUT_PREFIX } from '../oci/layer/whiteout.ts';
import { namesIn, readExtents } from '../runtime/files.ts';
import { major, minor } from '../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../vfs/inode.ts';

export interface PackOptions {
  /** What of the directory is packed, by names in it, `.` for all with an entry of its own. By default all that is in it, and not itself. */
  include?: string;
  /** What each entry is called in place of its own name. */
  rename?: (name: string) => string;
  /**
   * What of it is packed, by its path in the directory; a directory that is to be looked into is packed only if something in it is. By
   * default all.
   */
  select?: (path: string, isDirectory: boolean) => 'take' | 'skip' | 'look';
  /** 0/0 character devices and opaque directories, as overlayfs knows them, become whiteouts. */
  overlay?: boolean;
  /** Times of files have parts of seconds. */
  precise?: boolean;
  /** The time that every file bears, ms. By default its own. */
  time?: number | undefined;
  /** Others come behind it in the same archive: it has no end. */
  goesOn?: boolean;
}

/**
 * The files of a directory as a tar archive, in pieces. Names in a directory come in order; what vanishes meanwhile is left out.
 * Models go-archive TarWithOptions.
 */
export async function* pack(
  sys: Syscalls,
  directory: string,
  options: PackOptions = {},
): AsyncGenerator<Uint8Array> {
  const packing = new Packing(sys, directory.replace(/\/+$/, ''), options);
  const { include } = options;
  if (include === undefined) yield* packing.inside('', '');
  else yield* packing.add(include, include === '.' ? './' : include);
  if (!options.goesOn) yield new Uint8Array(2 * BLOCK);
}

const TYPES: ReadonlyMap<number, EntryType> = new Map([
  [S_IFREG, 'file'],
  [S_IFDIR, 'directory'],
  [S_IFLNK, 'symlink'],
  [S_IFCHR, 'character'],
  [S_IFBLK, 'block'],
  [S_IFIFO, 'fifo'],
]);

const inodeOf = ({ dev, ino }: Stat): string => `${dev}:${ino}`;

const same = (name: string): string => name;

class Packing {
  readonly #sys: Syscalls;
  readonly #directory: string;
  readonly #options: PackOptions;
  /** The name of the first link to each file that has several. */
  readonly #seen = new Map<string, string>();
  /** Directories that are looked into, and not yet packed. */
  #looked: { at: string; found: LayerEntry; stat: Stat }[] = [];

  constructor(sys: Syscalls, directory: string, options: PackOptions) {
    this.#sys = sys;
    this.#directory = directory;
    this.#options = options;
  }

  async *inside(path: string, name: string): AsyncGenerator<Uint8Array> {
    let names: string[];
    try {
      names = await namesIn(this.#sys, `${this.#directory}/${path}`);
    } catch (error) {
      if (isErrno(error)) return;
      throw error;
    }
    for (const child of names.sort())
      yield* this.add(path === '' || path === '.' ? child : `${path}/${child}`, `${name}${child}`);
  }

  /** What is at `path`, with all that is in it. `name` is what it is called before it is renamed. */
  async *add(path: string, name: string): AsyncGenerator<Uint8Array> {
    const at = `${this.#directory}/${path}`;
    let stat: Stat;
    let found: LayerEntry | undefined;
    try {
      stat = await this.#sys.lstat(at);
      const { rename = same } = this.#options;
      found = await this.#entry(at, rename(name.replace(/(?<=.)\/$/, '')) || '/', stat);
    } catch (error) {
      if (isErrno(error)) return;
      throw error;
    }
    // A socket has no place in an archive.
    if (found === undefined) return;
    const choice = this.#options.select?.(path, found.type === 'directory') ?? 'take';
    if (choice === 'skip') return;
    // Only what is packed can be linked to.
    if (found.type !== 'directory' && found.type !== 'hardlink' && stat.nlink > 1)
      this.#seen.set(inodeOf(stat), found.path);
    if (choice === 'look') {
      this.#looked.push({ at, found, stat });
      yield* this.inside(path, name.endsWith('/') ? name : `${name}/`);
      this.#looked = this.#looked.filter((one) => one.found !== found);
      return;
    }
    for (const above of this.#looked.splice(0)) yield* this.#write(above.at, above.found, above.stat);
    yield* this.#write(at, found, stat);
    if (found.type !== 'directory') return;
    if (this.#options.overlay && (await this.#isOpaque(at)))
      yield* writeEntry({
        ...opaqueMarker(found.path),
        mode: found.mode & 0o777,
        uid: found.uid,
        gid: found.gid,
      });
    yield* this.inside(path, name.endsWith('/') ? name : `${name}/`);
  }

  async #entry(at: string, path: string, stat: Stat): Promise<LayerEntry | undefined> {
    const type = TYPES.get(stat.mode & S_IFMT);
    if (type === undefined) return undefined;
    const common = {
      mode: stat.mode & 0o7777,
      uid: stat.uid,
      gid: stat.gid,
      mtime:
        this.#options.time ?? (this.#options.precise ? stat.mtime : Math.floor(stat.mtime / 1000) * 1000),
      xattrs: await this.#capability(at),
    };
    if (type === 'character' && stat.rdev === 0 && this.#options.overlay) {
      const slash = path.lastIndexOf('/') + 1;
      return entry(`${path.slice(0, slash)}${WHITEOUT_PREFIX}${path.slice(slash)}`, 'file', {
        ...common,
        mode: 0o600,
      });
    }
    if (type !== 'directory' && stat.nlink > 1) {
      const linkname = this.#seen.get(inodeOf(stat));
      if (linkname !== undefined) return entry(path, 'hardlink', { ...common, linkname });
    }
    if (type === 'symlink') return entry(path, type, { ...common, linkname: await this.#sys.readlink(at) });
    if (type === 'file') return entry(path, type, { ...common, size: stat.size });
    return entry(path, type, { ...common, devmajor: major(stat.rdev), devminor: minor(stat.rdev) });
  }

  async *#write(at: string, found: LayerEntry, stat: Stat): AsyncGenerator<Uint8Array> {
    if (found.type !== 'file' || found.size === 0) {
      yield* writeEntry(found);
      return;
    }
    let fd: number;
    try {
      fd = await this.#sys.open(at, O_RDONLY);
    } catch (error) {
      if (isErrno(error)) return;
      throw error;
    }
    try {
      if (stat.blocks * 512 < stat.size) {
        yield* writeEntry({ ...found, extents: await readExtents(this.#sys, fd) });
        return;
      }
      yield* writeHead(found, found.size);
      // As many bytes as the header says, though the file may have grown or shrunk.
      let left = found.size;
      while (left > 0) {
        const bytes = await this.#sys.read(fd, Math.min(CHUNK, left));
        if (bytes.length === 0) break;
        yield bytes;
        left -= bytes.length;
      }
      yield new Uint8Array(left + padded(found.size) - found.size);
    } finally {
      await this.#sys.close(fd);
    }
  }

  /** The one extended attribute that archives keep, as a root outside of user namespaces has it (revision 2). */
  async #capability(at: string): Promise<Record<string, Uint8Array>> {
    try {
      const value = await this.#sys.getxattr(at, CAPABILITY, false);
      if (value[REVISION_AT] !== 3) return { [CAPABILITY]: value };
      const second = value.slice(0, REVISION_2_SIZE);
      second[REVISION_AT] = 2;
      return { [CAPABILITY]: second };
    } catch (error) {
      if (isErrno(error)) return {};
      throw error;
    }
  }

  async #isOpaque(at: string): Promise<boolean> {
    try {
      return decode(await this.#sys.getxattr(at, 'trusted.overlay.opaque', false)) === 'y';
    } catch (error) {
      if (isErrno(error)) return false;
      throw error;
    }
  }
}

const CAPABILITY = 'security.capability';
// include/uapi/linux/capability.h
const REVISION_AT = 3;
const REVISION_2_SIZE = 20;

const CHUNK = 1 << 20;
