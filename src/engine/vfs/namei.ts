import { byteLength } from '../base/bytes.ts';
import { Errno } from '../base/errno.ts';
import type { Caller } from './caller.ts';
import { type Dentry, lookupDentry } from './dentry.ts';
import { type Inode, S_IFDIR, S_IFLNK, S_ISVTX } from './inode.ts';
import { type Mount, type MountNamespace, topmost } from './mount.ts';
import { isReachable, type Path, pathName } from './path.ts';
import { requireSearch } from './permission.ts';

/** Whose view of the tree of names a path is read in. The kernel's tasks have these. */
export interface LookupContext {
  readonly caller: Caller;
  readonly root: Path;
  /** Where relative paths begin: the working directory, or for the `…at` calls an open directory. */
  readonly cwd: Path;
  readonly namespace: MountNamespace;
}

/**
 * Finds what a path names (path_resolution(7)). Symbolic links in the middle are always followed; one at the end
 * unless `follow` is false. A path with a trailing slash must name a directory.
 */
export function walk(context: LookupContext, path: string, options: { follow?: boolean } = {}): Path {
  const at = new Walk(context, path);
  at.toParent(path);
  at.last((options.follow ?? true) || at.trailingSlash);
  if (at.trailingSlash && !at.isDirectory) throw new Errno('ENOTDIR');
  return at.path();
}

/** What the last component of a path is; only a `name` can be made, removed or renamed. */
export type LastKind = 'name' | 'dot' | 'dotdot' | 'root';

/** A path taken apart: the directory, and the last component, not looked up yet. */
export interface Parent {
  directory: Path;
  name: string;
  kind: LastKind;
  trailingSlash: boolean;
}

/** Finds the directory in which the last component of a path is. */
export function walkParent(context: LookupContext, path: string): Parent {
  const at = new Walk(context, path);
  at.toParent(path);
  return at.parent();
}

/** The entry `name` of a directory, without following links or crossing mounts. */
export function lookupEntry(context: LookupContext, directory: Path, name: string): Dentry | undefined {
  requireShort(name);
  requireSearch(context.caller, directory.dentry.inode);
  return lookupDentry(directory.dentry, name, context.caller);
}

/** One level up, never above `root`, through mount points to where they are attached. */
export function up(path: Path, root: Path): Path {
  let { mount, dentry } = path;
  for (;;) {
    if (dentry === root.dentry && mount === root.mount) break;
    if (dentry !== mount.root) {
      dentry = dentry.parent;
      break;
    }
    if (mount.parent === undefined || mount.mountpoint === undefined) break;
    dentry = mount.mountpoint;
    mount = mount.parent;
  }
  return topmost({ mount, dentry });
}

/** getcwd(2): the name of a directory seen from the root; `(unreachable)` in front when it is outside. ENOENT when it is removed. */
export function getcwd(context: Pick<LookupContext, 'root' | 'cwd'>): string {
  const { root, cwd } = context;
  if (cwd.dentry.deleted) throw new Errno('ENOENT');
  return (isReachable(cwd, root) ? '' : '(unreachable)') + pathName(cwd, root);
}

/** A path resolution under way (the kernel's `struct nameidata`). */
export class Walk {
  readonly #context: LookupContext;
  readonly #caller: Caller;
  #mount: Mount;
  #dentry: Dentry;
  #name = '';
  #kind: LastKind = 'root';
  #links = 0;
  /** Whether the path, or the last link followed at its end, had a slash after its last component. */
  trailingSlash = false;

  constructor(context: LookupContext, path: string) {
    if (path === '') throw new Errno('ENOENT');
    if (path.length > PATH_MAX / 3 && byteLength(path) >= PATH_MAX) throw new Errno('ENAMETOOLONG');
    this.#context = context;
    this.#caller = context.caller;
    this.#mount = context.cwd.mount;
    this.#dentry = context.cwd.dentry;
  }

  path(): Path {
    return { mount: this.#mount, dentry: this.#dentry };
  }

  parent(): Parent {
    return { directory: this.path(), name: this.#name, kind: this.#kind, trailingSlash: this.trailingSlash };
  }

  get inode(): Inode {
    return this.#dentry.inode;
  }

  get isDirectory(): boolean {
    return this.#dentry.type === S_IFDIR;
  }

  /** Walks all but the last component of `text`, from here or, if it is absolute, from the root. */
  toParent(text: string): void {
    let at = 0;
    if (text.charCodeAt(0) === SLASH) {
      this.#mount = this.#context.root.mount;
      this.#dentry = this.#context.root.dentry;
      at = skipSlashes(text, 0);
      if (at === text.length) {
        this.#name = '';
        this.#kind = 'root';
        this.trailingSlash = true;
        return;
      }
    }
    for (;;) {
      if (this.#dentry.type !== S_IFDIR) throw new Errno('ENOTDIR');
      requireSearch(this.#caller, this.#dentry.inode);
      const slash = text.indexOf('/', at);
      const name = slash === -1 ? text.slice(at) : text.slice(at, slash);
      at = slash === -1 ? text.length : skipSlashes(text, slash);
      this.#name = name;
      this.#kind = name === '.' ? 'dot' : name === '..' ? 'dotdot' : 'name';
      if (at === text.length) {
        this.trailingSlash = slash !== -1;
        return;
      }
      if (!this.#step(true, false)) throw new Errno('ENOENT');
    }
  }

  /** Walks the last component. Throws ENOENT if it is not there. */
  last(follow: boolean): void {
    if (!this.#step(follow, true)) throw new Errno('ENOENT');
  }

  /** The last component's dentry, mounts crossed and links not followed; undefined if it is not there. For open(2), which may make it. */
  tryLast(): boolean {
    return this.#step(false, true);
  }

  /** The link at the end is to be followed too: goes to the parent of what it names. A magic link goes there at once and gives false. */
  followLast(directory: Path): boolean {
    const link = this.#dentry;
    this.#mount = directory.mount;
    this.#dentry = directory.dentry;
    return this.#follow(link, true);
  }

  /** Takes the component in `#name`, from the directory here; false if there is no such entry. */
  #step(follow: boolean, trailing: boolean): boolean {
    if (this.#kind !== 'name') {
      if (this.#kind === 'dotdot') {
        const above = up({ mount: this.#mount, dentry: this.#dentry }, this.#context.root);
        this.#mount = above.mount;
        this.#dentry = above.dentry;
      }
      return true;
    }
    requireShort(this.#name);
    const child = lookupDentry(this.#dentry, this.#name, this.#caller);
    if (child === undefined) return false;
    if (child.type === S_IFLNK && follow) {
      if (this.#follow(child, trailing) && !this.#step(true, trailing)) throw new Errno('ENOENT');
      return true;
    }
    this.#dentry = child;
    while (this.#dentry.mounts > 0) {
      const above = this.#mount.mounted.get(this.#dentry);
      if (above === undefined) break;
      this.#mount = above;
      this.#dentry = above.root;
    }
    return true;
  }

  /** Reads a link found in the directory here and walks to the parent of its target; true if the last component remains to be walked. */
  #follow(link: Dentry, trailing: boolean): boolean {
    if (++this.#links > LINKS_MAX || this.#mount.flags.nosymfollow) throw new Errno('ELOOP');
    if (trailing) this.#requireTrusted(link);
    if (link.inode.follow !== undefined) {
      const { mount, dentry } = link.inode.follow(this.#caller);
      this.#mount = mount;
      this.#dentry = dentry;
      return false;
    }
    const target = link.inode.readlink(this.#caller);
    if (target === '') throw new Errno('ENOENT');
    const hadSlash = this.trailingSlash;
    this.toParent(target);
    this.trailingSlash ||= hadSlash;
    return true;
  }

  /** protected_symlinks: at the end of a path, no following of others' links in world-writable sticky directories. */
  #requireTrusted(link: Dentry): void {
    if (!this.#context.namespace.vfs.sysctl.protected_symlinks) return;
    const directory = this.#dentry.inode.stat();
    if ((directory.mode & (S_ISVTX | 0o002)) !== (S_ISVTX | 0o002)) return;
    const owner = link.inode.stat().uid;
    if (owner !== this.#caller.credentials.uid && owner !== directory.uid) throw new Errno('EACCES');
  }
}

export const isDirectory = (inode: Inode): boolean => inode.type === S_IFDIR;

/** Names are counted in bytes, of which a character has three at most to each unit. */
function requireShort(name: string): void {
  if (name.length > NAME_MAX / 3 && byteLength(name) > NAME_MAX) throw new Errno('ENAMETOOLONG');
}

const SLASH = 47;
const NAME_MAX = 255;
const PATH_MAX = 4096;
/** MAXSYMLINKS */
const LINKS_MAX = 40;

function skipSlashes(text: string, at: number): number {
  let i = at;
  while (text.charCodeAt(i) === SLASH) i++;
  return i;
}
