import { encode } from '../../../base/bytes.ts';
import { Errno, isErrno } from '../../../base/errno.ts';
import type { MaybePromise } from '../../../base/maybe-promise.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import type { DirectoryEntry, Stat } from '../../../vfs/inode.ts';
import { errnoNumber } from './errno.ts';
import type { Memory } from './memory.ts';
import type { Suspension } from './suspension.ts';

/** Where text is gathered before the kernel gets it: standard output and error. */
export interface Streams {
  /** Takes what is written to a descriptor that is buffered; undefined for another. */
  write(fd: number, data: Uint8Array): MaybePromise<void> | undefined;
  buffers(fd: number): boolean;
  flush(fd: number): MaybePromise<void>;
}

/** What a library gives for one of its directories. */
export const DIRECTORY = Symbol('directory');

/** Files that come with the interpreter instead of lying on the disk: its library. */
export type Library = (path: string) => string | typeof DIRECTORY | undefined;

interface BuiltIn {
  content: Uint8Array;
  at: number;
}

/** Descriptors of files of the library are above all of the kernel's. */
const LIBRARY_FDS = 1 << 20;
const ENTRY = 280;
const SEEK = ['set', 'current', 'end'] as const;
const AT_REMOVEDIR = 0x200;
const READ_AT_ONCE = 1 << 16;

const stateOf = (size: number): Stat => ({
  dev: 1,
  ino: 1,
  mode: 0o100644,
  nlink: 1,
  uid: 0,
  gid: 0,
  rdev: 0,
  size,
  blksize: 4096,
  blocks: Math.ceil(size / 512),
  atime: 0,
  mtime: 0,
  ctime: 0,
});

type Import = (...args: number[]) => number;
type Call = (...args: number[]) => MaybePromise<number>;

export interface FileCalls {
  system: Record<string, Import>;
  wasi: Record<string, Import>;
  /** Runs a collection, which may find files that nobody closed. It cannot wait, so they are closed afterwards. */
  collected(collect: () => void): Promise<void>;
}

/** The system calls of the interpreter's C library, made of those of the simulated kernel. */
export function fileCalls(
  sys: Syscalls,
  memory: () => Memory,
  suspension: Suspension,
  streams: Streams,
  library: Library,
  collect: () => Promise<unknown>,
): FileCalls {
  const builtIn = new Map<number, BuiltIn>();
  const directories = new Map<number, { entries: DirectoryEntry[]; at: number }>();
  let nextBuiltIn = LIBRARY_FDS;
  const path = (at: number): string => memory().string(at);

  function setStat(at: number, stat: Stat): number {
    const m = memory();
    m.setU32(at, stat.dev);
    m.setU32(at + 4, stat.mode);
    m.setU32(at + 8, stat.nlink);
    m.setU32(at + 12, stat.uid);
    m.setU32(at + 16, stat.gid);
    m.setU32(at + 20, stat.rdev);
    m.setI64(at + 24, stat.size);
    m.setU32(at + 32, stat.blksize);
    m.setU32(at + 36, stat.blocks);
    for (const [offset, time] of [
      [40, stat.atime],
      [56, stat.mtime],
      [72, stat.ctime],
    ] as const) {
      m.setI64(at + offset, Math.floor(time / 1000));
      m.setU32(at + offset + 8, Math.round((time % 1000) * 1e6));
    }
    m.setI64(at + 88, stat.ino);
    return 0;
  }

  const stat = (which: 'stat' | 'lstat') => async (name: number, at: number) => {
    const file = path(name);
    try {
      return setStat(at, await sys[which](file));
    } catch (error) {
      const own = isErrno(error, 'ENOENT', 'ENOTDIR') ? library(file) : undefined;
      if (own === undefined) throw error;
      return setStat(at, own === DIRECTORY ? { ...stateOf(0), mode: 0o40755 } : stateOf(own.length));
    }
  };

  async function open(_directory: number, name: number, flags: number, rest: number): Promise<number> {
    const file = path(name);
    const mode = rest === 0 ? 0o666 : memory().u32(rest);
    const opened = () => sys.open(file, flags & ~0o100000, mode);
    try {
      return await opened();
    } catch (error) {
      if (isErrno(error, 'EMFILE')) {
        // Where CPython closes a file that nobody holds any more at once, here it waits for the collector.
        await collect();
        return opened();
      }
      const own = isErrno(error, 'ENOENT', 'ENOTDIR') && (flags & 0o101) === 0 ? library(file) : undefined;
      if (own === undefined || own === DIRECTORY) throw error;
      builtIn.set(nextBuiltIn, { content: encode(own), at: 0 });
      return nextBuiltIn++;
    }
  }

  async function entries(fd: number, at: number, room: number): Promise<number> {
    const m = memory();
    const directory = directories.get(fd) ?? { entries: await sys.getdents(fd), at: 0 };
    directories.set(fd, directory);
    let used = 0;
    while (used + ENTRY <= room && directory.at < directory.entries.length) {
      const { name, ino, type } = directory.entries[directory.at++]!;
      m.setI64(at + used, ino);
      m.setI64(at + used + 8, directory.at);
      m.view.setUint16(at + used + 16, ENTRY, true);
      m.bytes[at + used + 18] = type >> 12;
      m.setString(at + used + 19, name, 256);
      used += ENTRY;
    }
    return used;
  }

  async function read(fd: number, vectors: number, _count: number, done: number): Promise<number> {
    const to = memory().u32(vectors);
    const max = Math.min(memory().u32(vectors + 4), READ_AT_ONCE);
    const own = builtIn.get(fd);
    let data: Uint8Array;
    if (own) {
      data = own.content.subarray(own.at, own.at + max);
      own.at += data.length;
    } else {
      if (fd === 0) for (const stream of [1, 2]) await streams.flush(stream);
      data = await sys.read(fd, max);
    }
    memory().bytes.set(data, to);
    memory().setU32(done, data.length);
    return 0;
  }

  function write(fd: number, vectors: number, count: number, done: number): MaybePromise<number> {
    const m = memory();
    let all = 0;
    for (let i = 0; i < count; i++) all += m.u32(vectors + 8 * i + 4);
    const data = new Uint8Array(all);
    let filled = 0;
    for (let i = 0; i < count; i++) {
      const [at, length] = [m.u32(vectors + 8 * i), m.u32(vectors + 8 * i + 4)];
      data.set(m.bytes.subarray(at, at + length), filled);
      filled += length;
    }
    const written = (taken: number): number => {
      memory().setU32(done, taken);
      return 0;
    };
    if (!streams.buffers(fd)) return sys.write(fd, data).then(written);
    const flushed = streams.write(fd, data);
    return flushed instanceof Promise ? flushed.then(() => written(all)) : written(all);
  }

  async function seek(fd: number, offset: number, whence: number, done: number): Promise<number> {
    // The offset is a 64-bit number.
    const by = Number(offset);
    const own = builtIn.get(fd);
    if (own) own.at = by + (whence === 0 ? 0 : whence === 1 ? own.at : own.content.length);
    const position = own ? own.at : await sys.lseek(fd, by, SEEK[whence] ?? 'set');
    memory().setI64(done, position);
    return 0;
  }

  async function close(fd: number): Promise<number> {
    directories.delete(fd);
    if (!builtIn.delete(fd)) await sys.close(fd);
    return 0;
  }

  async function statfs(name: number, _size: number, at: number): Promise<number> {
    const found = await sys.statfs(path(name));
    const m = memory();
    m.setU32(at + 4, found.bsize);
    m.setU32(at + 8, found.blocks);
    m.setU32(at + 12, found.bfree);
    m.setU32(at + 16, found.bavail);
    m.setU32(at + 20, found.files);
    m.setU32(at + 24, found.ffree);
    m.setU32(at + 36, 255);
    m.setU32(at + 60, found.bsize);
    return 0;
  }

  async function getcwd(at: number, room: number): Promise<number> {
    const cwd = await sys.getcwd();
    const length = encode(cwd).length + 1;
    if (length > room) throw new Errno('ERANGE');
    memory().setString(at, cwd, room);
    return length;
  }

  async function poll(fds: number, count: number, timeout: number): Promise<number> {
    const m = memory();
    const asked = Array.from({ length: count }, (_, i) => {
      const events = m.view.getInt16(fds + 8 * i + 4, true);
      return { fd: m.i32(fds + 8 * i), read: (events & 1) !== 0, write: (events & 4) !== 0 };
    });
    const ready = await sys.poll(asked, timeout < 0 ? undefined : timeout);
    let some = 0;
    ready.forEach((state, i) => {
      const { read: reads, write: writes } = asked[i]!;
      const events =
        (reads && state.readable ? 1 : 0) | (writes && state.writable ? 4 : 0) | (state.hangup ? 16 : 0);
      memory().view.setInt16(fds + 8 * i + 6, events, true);
      if (events !== 0) some++;
    });
    return some;
  }

  const nothing = (done: Promise<void>): Promise<number> => done.then(() => 0);
  const system: Record<string, Call> = {
    __syscall_chdir: (name) => nothing(sys.chdir(path(name))),
    __syscall_getcwd: getcwd,
    __syscall_mkdirat: (_, name, mode) => nothing(sys.mkdir(path(name), mode)),
    __syscall_openat: open,
    __syscall_poll: poll,
    __syscall_getdents64: entries,
    __syscall_renameat: (_, from, __, to) => nothing(sys.rename(path(from), path(to))),
    __syscall_rmdir: (name) => nothing(sys.rmdir(path(name))),
    __syscall_fstat64: async (fd, at) => {
      const own = builtIn.get(fd);
      return setStat(at, own ? stateOf(own.content.length) : await sys.fstat(fd));
    },
    __syscall_stat64: stat('stat'),
    __syscall_lstat64: stat('lstat'),
    __syscall_newfstatat: (_, name, at) => stat('stat')(name, at),
    __syscall_statfs64: statfs,
    __syscall_unlinkat: (_, name, flags) =>
      nothing((flags & AT_REMOVEDIR) !== 0 ? sys.rmdir(path(name)) : sys.unlink(path(name))),
  };
  const wasi: Record<string, Call> = {
    fd_close: close,
    fd_sync: async (fd) => {
      await streams.flush(fd);
      return 0;
    },
    fd_seek: seek,
    fd_read: read,
    fd_write: write,
  };
  const abandoned: number[] = [];
  let collecting = false;
  const imported = (call: Call, sign: 1 | -1): Import => {
    const failed = (error: unknown): number => {
      if (!isErrno(error)) throw error;
      return sign * errnoNumber(error.code);
    };
    return (...args) =>
      suspension.wait(() => {
        try {
          const result = call(...args);
          return result instanceof Promise ? result.catch(failed) : result;
        } catch (error) {
          return failed(error);
        }
      });
  };
  const all = (calls: Record<string, Call>, sign: 1 | -1) =>
    Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, imported(call, sign)]));
  const waiting = all(wasi, 1);
  const closing: Import = (fd) => {
    if (!collecting) return waiting['fd_close']!(fd!);
    abandoned.push(fd!);
    return 0;
  };
  return {
    system: all(system, -1),
    wasi: { ...waiting, fd_close: closing },
    async collected(collect) {
      collecting = true;
      collect();
      collecting = false;
      for (const fd of abandoned.splice(0)) await close(fd).catch(() => 0);
    },
  };
}
