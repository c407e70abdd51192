import { toMicroseconds } from '../../base/clock.ts';
import { Errno, isErrno } from '../../base/errno.ts';
import type { MaybePromise } from '../../base/maybe-promise.ts';
import { fallocate } from '../../vfs/attributes.ts';
import type { OpenFile, Readiness } from '../../vfs/file.ts';
import { type OpenFlags, S_IFCHR, S_IFMT } from '../../vfs/inode.ts';
import { InotifyFile } from '../../vfs/inotify.ts';
import { type LookupContext, walk } from '../../vfs/namei.ts';
import { open } from '../../vfs/open.ts';
import { MAY_READ, requirePermission } from '../../vfs/permission.ts';
import { controlForeground } from '../controlling-terminal.ts';
import { CALL_COST } from '../door.ts';
import {
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOATIME,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
} from '../fcntl.ts';
import { Description } from '../fd-table.ts';
import { ownerSeenBy, parentSeenBy } from '../namespaces.ts';
import { namespaceOf } from '../nsfs.ts';
import { send } from '../signal-delivery.ts';
import type { Task } from '../task.ts';
import { lookupAt } from './files.ts';
import type { Handlers } from './handlers.ts';

/** Calls that work on file descriptors. */
export const DESCRIPTOR_CALLS: Handlers<
  | 'open'
  | 'openat'
  | 'close'
  | 'read'
  | 'readUntil'
  | 'write'
  | 'pread'
  | 'pwrite'
  | 'lseek'
  | 'fallocate'
  | 'flock'
  | 'inotify_init'
  | 'inotify_add_watch'
  | 'inotify_rm_watch'
  | 'getdents'
  | 'dup'
  | 'dupfd'
  | 'dup2'
  | 'setCloexec'
  | 'setNonBlocking'
  | 'pipe'
  | 'ioctl'
  | 'isatty'
  | 'poll'
> = {
  open: (task, path, flags, mode) => openFrom(task, task, path, flags, mode),
  openat: (task, directory, path, flags, mode) =>
    openFrom(task, lookupAt(task, directory, path), path, flags, mode),
  close(task, fd) {
    task.fds.close(fd);
  },
  read(task, fd, max) {
    const file = task.fds.get(fd);
    if (!file.readable) throw new Errno('EBADF');
    const data = file.read(max, task);
    if (!(data instanceof Promise)) chargeCopy(task, data.length);
    return data;
  },
  readUntil(task, fd, max, ends) {
    const file = task.fds.get(fd);
    if (!file.readable) throw new Errno('EBADF');
    const first = file.read(1, task);
    // A tracer sees each of the reads that this stands for.
    if (task.tracing !== undefined) return first;
    if (first instanceof Promise) return first.then((byte) => readOn(task, file, byte, max, ends));
    return readOn(task, file, first, max, ends);
  },
  write(task, fd, data) {
    const file = task.fds.get(fd);
    if (!file.writable) throw new Errno('EBADF');
    chargeCopy(task, data.length);
    try {
      const written = file.write(data, task);
      return written instanceof Promise ? written.catch((error) => brokenPipe(task, error)) : written;
    } catch (error) {
      return brokenPipe(task, error);
    }
  },
  pread: (task, fd, max, position) => task.fds.get(fd).pread(position, max),
  pwrite: (task, fd, data, position) => task.fds.get(fd).pwrite(position, data),
  lseek: (task, fd, offset, from) => task.fds.get(fd).seek(offset, from),
  fallocate: (task, fd, kind, offset, length) => fallocate(task.fds.get(fd), kind, offset, length),
  flock: (task, fd, operation, wait = true) =>
    task.kernel.locks.lock(task, task.fds.description(fd), operation, wait),
  inotify_init(task, nonBlocking = false) {
    const { vfs } = task.kernel;
    const { uid, gid } = task.cred;
    return install(
      task,
      new Description(new InotifyFile(vfs.pipefs.inode(0o600, { uid, gid }), nonBlocking)),
    );
  },
  inotify_add_watch(task, fd, path, events) {
    const { inode } = walk(task, path).dentry;
    requirePermission(task, inode, MAY_READ);
    return inotifyOf(task, fd).watch(inode, events);
  },
  inotify_rm_watch(task, fd, watch) {
    inotifyOf(task, fd).unwatch(watch);
  },
  getdents: (task, fd) => task.fds.get(fd).readdir(task),
  dup: (task, fd) => install(task, task.fds.description(fd)),
  dupfd(task, fd, least, cloexec = false) {
    if (least < 0 || least >= task.limits.nofile.soft) throw new Errno('EINVAL');
    return install(task, task.fds.description(fd), cloexec, least);
  },
  dup2(task, from, to) {
    const description = task.fds.description(from);
    if (to < 0 || to >= task.limits.nofile.soft) throw new Errno('EBADF');
    if (from !== to) task.fds.replace(to, description, false);
    return to;
  },
  setCloexec(task, fd, on) {
    task.fds.setCloexec(fd, on);
  },
  setNonBlocking(task, fd, on) {
    task.fds.get(fd).nonBlocking = on;
  },
  pipe(task, cloexec = false) {
    const [reader, writer] = task.kernel.vfs.pipe(task.cred);
    const readEnd = install(task, new Description(reader), cloexec);
    return [readEnd, install(task, new Description(writer), cloexec)];
  },
  ioctl(task, fd, call) {
    const file = task.fds.get(fd);
    if (call.request === 'TIOCGPGRP' || call.request === 'TIOCSPGRP')
      return controlForeground(task, file, call);
    if (call.request === 'NS_GET_USERNS' || call.request === 'NS_GET_PARENT')
      return openRelative(task, file, call.request);
    return file.ioctl(call, task);
  },
  isatty: (task, fd) => isTerminal(task, task.fds.get(fd)),
  poll(task, fds, timeout) {
    const ready = look(task, fds);
    if (ready.some(isReady) || timeout === 0) return ready;
    const until = timeout === undefined ? undefined : toMicroseconds(task.kernel.clock.now() + timeout);
    return sleepUntilReady(task, fds, until);
  },
};

function openFrom(
  task: Task,
  context: LookupContext,
  path: string,
  flags: number,
  mode = 0,
): MaybePromise<number> {
  const cloexec = (flags & O_CLOEXEC) !== 0;
  const file = open(context, path, parseOpenFlags(flags), mode);
  if (file instanceof Promise) return file.then((opened) => install(task, new Description(opened), cloexec));
  return install(task, new Description(file), cloexec);
}

/** A descriptor of the namespace that owns, or lies around, the one behind a descriptor (ioctl_ns(2)). */
function openRelative(task: Task, { inode }: OpenFile, request: 'NS_GET_USERNS' | 'NS_GET_PARENT'): number {
  const namespace = namespaceOf(inode);
  if (!namespace) throw new Errno('ENOTTY');
  const found = request === 'NS_GET_USERNS' ? ownerSeenBy(task, namespace) : parentSeenBy(task, namespace);
  const path = task.kernel.nsfs.pathOf(found);
  return install(task, new Description(path.dentry.inode.open(parseOpenFlags(O_RDONLY), task)), true);
}

/** Puts an open file at the lowest free descriptor. */
export function install(task: Task, description: Description, cloexec = false, least = 0): number {
  try {
    return task.fds.install(description, cloexec, task.limits.nofile.soft, least);
  } catch (error) {
    // An open file that found no descriptor goes again at once.
    description.hold().drop();
    throw error;
  }
}

export function parseOpenFlags(flags: number): OpenFlags {
  const path = (flags & O_PATH) !== 0;
  const access = flags & 3;
  const tmpfile = (flags & O_TMPFILE) === O_TMPFILE && !path;
  if (tmpfile && access !== O_WRONLY && access !== O_RDWR) throw new Errno('EINVAL');
  return {
    read: access !== O_WRONLY && !path,
    write: (access === O_WRONLY || access === O_RDWR) && !path,
    append: (flags & O_APPEND) !== 0,
    create: (flags & O_CREAT) !== 0,
    exclusive: (flags & O_EXCL) !== 0,
    truncate: (flags & O_TRUNC) !== 0 && !path,
    directory: (flags & O_DIRECTORY) !== 0,
    noFollow: (flags & O_NOFOLLOW) !== 0,
    nonBlocking: (flags & O_NONBLOCK) !== 0,
    noctty: (flags & O_NOCTTY) !== 0,
    noatime: (flags & O_NOATIME) !== 0,
    path,
    tmpfile,
  };
}

/** Bytes that the kernel copies in a microsecond; what fits into a page costs nothing beside the call itself. */
const COPY_RATE = 5000;

function chargeCopy(task: Task, bytes: number): void {
  if (bytes <= 4096) return;
  task.spendSystem(Math.ceil(bytes / COPY_RATE));
}

/** Reads byte after byte as long as one is there. */
function readOn(
  task: Task,
  file: OpenFile,
  first: Uint8Array,
  max: number,
  ends: readonly number[],
): Uint8Array {
  const bytes = [...first];
  while (bytes.length > 0 && bytes.length < max && !ends.includes(bytes.at(-1)!) && file.poll().readable) {
    const next = file.read(1, task);
    if (next instanceof Promise) throw new Error(`${file.describe()} said that it can be read`);
    if (next.length === 0) break;
    bytes.push(next[0]!);
  }
  if (bytes.length > 1) task.spendSystem((bytes.length - 1) * CALL_COST);
  return Uint8Array.from(bytes);
}

/** A writer that nobody reads gets SIGPIPE, then EPIPE if it lives on. */
function brokenPipe(task: Task, error: unknown): never {
  if (isErrno(error, 'EPIPE')) send(task, 'SIGPIPE', task);
  throw error;
}

function isTerminal(task: Task, file: OpenFile): boolean {
  if ((file.inode.stat().mode & S_IFMT) !== S_IFCHR) return false;
  try {
    file.ioctl({ request: 'TCGETS' }, task);
    return true;
  } catch {
    return false;
  }
}

type Polled = readonly { fd: number; read?: boolean; write?: boolean }[];

function look(task: Task, fds: Polled): Readiness[] {
  return fds.map(({ fd, read = false, write = false }) => {
    const { readable, writable, hangup } = task.fds.get(fd).poll();
    return { readable: read && readable, writable: write && writable, hangup };
  });
}

const isReady = ({ readable, writable, hangup }: Readiness) => readable || writable || hangup;

async function sleepUntilReady(task: Task, fds: Polled, until: number | undefined): Promise<Readiness[]> {
  for (;;) {
    // A handled signal always ends poll(2), whatever SA_RESTART says.
    await task.sleepOn(
      fds.map(({ fd }) => task.fds.get(fd).changed),
      'interrupt',
      until,
    );
    const ready = look(task, fds);
    if (ready.some(isReady) || (until !== undefined && task.kernel.clock.now() >= until)) return ready;
  }
}

/** The descriptor as what inotify_init(2) gave; EINVAL for anything else. */
function inotifyOf(task: Task, fd: number): InotifyFile {
  const file = task.fds.get(fd);
  if (!(file instanceof InotifyFile)) throw new Errno('EINVAL');
  return file;
}
