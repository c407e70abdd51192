import { Errno } from '../../../base/errno.ts';
import { O_DIRECTORY } from '../../../kernel/fcntl.ts';
import { S_IFLNK, S_IFMT, type Stat } from '../../../vfs/inode.ts';
import type { WindowSize } from '../../../vfs/tty/attributes.ts';
import { readAll, writeAll } from '../../lib/stdio.ts';
import { textToBytes } from '../../lib/text.ts';
import type { Bindings } from '../binding.ts';
import type { Value } from '../quickjs.ts';

const text = (value: Value): string => String(value);
/** What is written: bytes, or text that is UTF-8 then. */
const bytes = (value: Value): Uint8Array =>
  value instanceof Uint8Array ? value : textToBytes(String(value));
const stat = (found: Stat): string => JSON.stringify(found);

/** What node:fs is made of. Paths are texts, descriptors numbers, `stat` and the like answer in JSON (times in ms). */
export const files: Bindings = {
  open: ({ sys }, path, flags, mode) => sys.open(text(path), Number(flags), Number(mode)),
  close: ({ sys }, fd) => sys.close(Number(fd)),
  read: ({ sys }, fd, max) => sys.read(Number(fd), Number(max)),
  pread: ({ sys }, fd, max, at) => sys.pread(Number(fd), Number(max), Number(at)),
  /** All bytes to the end. */
  readAll: ({ sys }, fd) => readAll(sys, Number(fd)),
  /** All of the bytes, however often the kernel takes only a part. */
  write: ({ sys }, fd, data) => writeAll(sys, Number(fd), bytes(data)),
  pwrite: ({ sys }, fd, data, at) => sys.pwrite(Number(fd), bytes(data), Number(at)),
  stat: async ({ sys }, path) => stat(await sys.stat(text(path))),
  lstat: async ({ sys }, path) => stat(await sys.lstat(text(path))),
  fstat: async ({ sys }, fd) => stat(await sys.fstat(Number(fd))),
  access: ({ sys }, path, mode) => sys.access(text(path), Number(mode)),
  async readdir({ sys }, path) {
    const fd = await sys.open(text(path), O_DIRECTORY);
    try {
      const entries = (await sys.getdents(fd)).filter(({ name }) => name !== '.' && name !== '..');
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      return JSON.stringify(entries.map(({ name, type }) => [name, type]));
    } finally {
      await sys.close(fd);
    }
  },
  mkdir: ({ sys }, path, mode) => sys.mkdir(text(path), Number(mode)),
  rmdir: ({ sys }, path) => sys.rmdir(text(path)),
  unlink: ({ sys }, path) => sys.unlink(text(path)),
  rename: ({ sys }, from, to) => sys.rename(text(from), text(to)),
  link: ({ sys }, from, to) => sys.link(text(from), text(to)),
  symlink: ({ sys }, target, path) => sys.symlink(text(target), text(path)),
  readlink: ({ sys }, path) => sys.readlink(text(path)),
  chmod: ({ sys }, path, mode) => sys.chmod(text(path), Number(mode)),
  chown: ({ sys }, path, uid, gid) => sys.chown(text(path), Number(uid), Number(gid)),
  truncate: ({ sys }, path, size) => sys.truncate(text(path), Number(size)),
  ftruncate: ({ sys }, fd, size) => sys.ftruncate(Number(fd), Number(size)),
  utimes: ({ sys }, path, atime, mtime) =>
    sys.utimens(text(path), { atime: Number(atime), mtime: Number(mtime) }),
  /** realpath(3): every directory on the way is looked at. */
  async realpath({ sys }, path) {
    let resolved = '';
    const rest = text(path).split('/').reverse();
    for (let links = 0; rest.length > 0; ) {
      const name = rest.pop()!;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        resolved = resolved.replace(/\/[^/]*$/, '');
        continue;
      }
      const next = `${resolved}/${name}`;
      const { mode } = await sys.lstat(next);
      if ((mode & S_IFMT) !== S_IFLNK) {
        resolved = next;
        continue;
      }
      if (++links > 40) throw new Errno('ELOOP');
      const target = await sys.readlink(next);
      if (target.startsWith('/')) resolved = '';
      rest.push(...target.split('/').reverse());
    }
    return resolved || '/';
  },
  isatty: ({ sys }, fd) => sys.isatty(Number(fd)),
  /** The terminal's size as [columns, rows]. */
  async windowSize({ sys }, fd) {
    const { columns, rows } = (await sys.ioctl(Number(fd), { request: 'TIOCGWINSZ' })) as WindowSize;
    return JSON.stringify([columns, rows]);
  },
};
