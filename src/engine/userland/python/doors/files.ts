import { isErrno } from '../../../base/errno.ts';
import type { Stat } from '../../../vfs/inode.ts';
import { readFile } from '../../lib/stdio.ts';
import { bytesToText } from '../../lib/text.ts';
import type { Value } from '../interpreter/values.ts';
import type { Functions, Running } from '../running.ts';

/** A number as JSON that Python reads as a float. */
const seconds = (ms: number): string => (ms / 1000).toFixed(6);

const shown = (s: Stat): string =>
  `[${[s.mode, s.ino, s.dev, s.nlink, s.uid, s.gid, s.size].join(',')},${seconds(s.atime)},${seconds(s.mtime)},${seconds(s.ctime)}]`;

/** What `os` and `open` need of files beyond MicroPython's own. */
export function fileFunctions(running: Running): Functions {
  const { sys } = running.process;
  const text = (value: Value): string => String(value);
  const state = (path: string, follow: boolean): Promise<Stat> => (follow ? sys.stat(path) : sys.lstat(path));
  const done = (work: Promise<unknown>): Promise<undefined> => work.then(() => undefined);
  const modeOf = async (path: Value, follow: boolean): Promise<number> => {
    try {
      return (await state(text(path), follow)).mode;
    } catch (error) {
      if (isErrno(error)) return 0;
      throw error;
    }
  };
  return {
    stat: async (path) =>
      shown(typeof path === 'number' ? await sys.fstat(path) : await sys.stat(text(path))),
    lstat: async (path) => shown(await sys.lstat(text(path))),
    mode: (path, follow) => modeOf(path, follow === 1),
    exists: async (path) =>
      typeof path === 'number' ? Number(path >= 0) : Number((await modeOf(path, true)) !== 0),
    isdir: async (path) => Number(((await modeOf(path, true)) & 0o170000) === 0o040000),
    async listdir(path) {
      const fd = await sys.open(text(path), 0o200000);
      try {
        const entries = await sys.getdents(fd);
        return JSON.stringify(
          entries.map(({ name }) => name).filter((name) => name !== '.' && name !== '..'),
        );
      } finally {
        await sys.close(fd);
      }
    },
    mkdir: (path, mode) => done(sys.mkdir(text(path), Number(mode))),
    unlink: (path) => done(sys.unlink(text(path))),
    symlink: (target, path) => done(sys.symlink(text(target), text(path))),
    link: (from, to) => done(sys.link(text(from), text(to))),
    readlink: (path) => sys.readlink(text(path)),
    chmod: (path, mode) => done(sys.chmod(text(path), Number(mode))),
    chown: (path, uid, gid) => done(sys.chown(text(path), Number(uid), Number(gid))),
    truncate: (path, size) => done(sys.truncate(text(path), Number(size))),
    umask: (mask) => sys.umask(Number(mask)),
    close: (fd) => done(sys.close(Number(fd))),
    isatty: async (fd) => Number(await sys.isatty(Number(fd)).catch(() => false)),
    access: (path, mode) =>
      sys.access(text(path), Number(mode)).then(
        () => 1,
        () => 0,
      ),
    async realpath(path) {
      // A path that is not there stays as it is.
      try {
        const fd = await sys.open(text(path), 0o10000000);
        const found = await sys.readlink(`/proc/self/fd/${fd}`).catch(() => text(path));
        await sys.close(fd);
        return found;
      } catch (error) {
        if (isErrno(error)) return text(path);
        throw error;
      }
    },
    read_text: async (path) => bytesToText(await readFile(sys, text(path))),
  };
}
