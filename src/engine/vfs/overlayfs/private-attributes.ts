import { decode, encode } from '../../base/bytes.ts';
import { type Inode, S_IFCHR, S_IFDIR, S_IFREG } from '../inode.ts';

/**
 * The extended attributes by which overlayfs says on its layers what they hide: of the class trusted, or with `userxattr` of the class
 * user. They do not show through the overlay, and through another one below it under a longer name.
 */
export class PrivateAttributes {
  readonly #prefix: string;
  readonly #escape: string;

  constructor(options: { userxattr?: boolean } = {}) {
    this.#prefix = options.userxattr ? 'user.overlay.' : 'trusted.overlay.';
    this.#escape = `${this.#prefix}overlay.`;
  }

  /** Whether a name in a layer says that something below is gone: a character device 0/0, or an empty file with an attribute. */
  isWhiteout(inode: Inode): boolean {
    if (inode.type === S_IFCHR) return inode.stat().rdev === 0;
    if (inode.type !== S_IFREG) return false;
    return inode.stat().size === 0 && inode.getxattr(`${this.#prefix}whiteout`) !== undefined;
  }

  /** Whether a directory hides what the layers below have in its place. */
  isOpaque(directory: Inode): boolean {
    return this.opaque(directory) === 'y';
  }

  /** `y` if it does; `x` if it has whiteouts by attribute: without that word they are listed, though not found. */
  opaque(directory: Inode): string | undefined {
    const value = directory.getxattr(`${this.#prefix}opaque`);
    return value && decode(value);
  }

  makeOpaque(directory: Inode): void {
    directory.setxattr(`${this.#prefix}opaque`, encode('y'));
  }

  isPrivate(name: string): boolean {
    return name.startsWith(this.#prefix);
  }

  /** What an attribute is called in the layers. */
  inLayer(name: string): string {
    return this.isPrivate(name) ? this.#escape + name.slice(this.#prefix.length) : name;
  }

  /** What an attribute of a layer is called through the overlay; undefined where it does not show. */
  shown(name: string): string | undefined {
    if (!this.isPrivate(name)) return name;
    return name.startsWith(this.#escape) ? this.#prefix + name.slice(this.#escape.length) : undefined;
  }
}

/** Makes a whiteout. */
export function makeWhiteout(directory: Inode, name: string): Inode {
  return directory.create(name, S_IFCHR, { uid: 0, gid: 0 }, 0);
}

export const isDirectory = (inode: Inode): boolean => inode.type === S_IFDIR;
