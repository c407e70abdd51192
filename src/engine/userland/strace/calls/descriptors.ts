import { O_CREAT } from '../../../kernel/fcntl.ts';
import type { Ioctl, Readiness, SeekFrom } from '../../../vfs/file.ts';
import type { AllocationKind, DirectoryEntry } from '../../../vfs/inode.ts';
import type { TerminalAttributes, WindowSize } from '../../../vfs/tty/attributes.ts';
import { textToBytes } from '../../lib/text.ts';
import { openFlags, permissions } from '../flags.ts';
import { formats, number } from '../format.ts';
import { ADDRESS, type Show } from '../show.ts';

const opening = (show: Show, path: string, flags: number, mode = 0): string[] => [
  show.path(path),
  openFlags(flags),
  ...(flags & O_CREAT ? [permissions(mode)] : []),
];

/** Calls on file descriptors. */
export const descriptorFormats = formats({
  open: {
    name: 'openat',
    entry: (show, path, flags, mode) => [show.here, ...opening(show, path, flags, mode)],
    result: (show, fd) => show.fd(fd),
  },
  openat: {
    name: 'openat',
    entry: (show, directory, path, flags, mode) => [show.fd(directory), ...opening(show, path, flags, mode)],
    result: (show, fd) => show.fd(fd),
  },
  close: { name: 'close', entry: (show, fd) => [show.fd(fd)] },
  read: {
    name: 'read',
    entry: (show, fd) => [show.fd(fd)],
    exit: (show, data, _fd, max) => [data ? show.data(data) : ADDRESS, `${max}`],
    result: (_show, data) => `${data.length}`,
  },
  // To a tracer, one byte at a time.
  readUntil: {
    name: 'read',
    entry: (show, fd) => [show.fd(fd)],
    exit: (show, data) => [data ? show.data(data) : ADDRESS, '1'],
    result: (_show, data) => `${data.length}`,
  },
  write: {
    name: 'write',
    entry: (show, fd, data) => [show.fd(fd), show.data(data), `${data.length}`],
    result: number,
  },
  pread: {
    name: 'pread64',
    entry: (show, fd) => [show.fd(fd)],
    exit: (show, data, _fd, max, position) => [data ? show.data(data) : ADDRESS, `${max}`, `${position}`],
    result: (_show, data) => `${data.length}`,
  },
  pwrite: {
    name: 'pwrite64',
    entry: (show, fd, data, position) => [show.fd(fd), show.data(data), `${data.length}`, `${position}`],
    result: number,
  },
  lseek: {
    name: 'lseek',
    entry: (show, fd, offset, from) => [show.fd(fd), `${offset}`, WHENCE[from]],
    result: number,
  },
  fallocate: {
    name: 'fallocate',
    entry: (show, fd, kind, offset, length) => [show.fd(fd), ALLOCATION[kind], `${offset}`, `${length}`],
  },
  flock: {
    name: 'flock',
    entry: (show, fd, operation, wait = true) => [show.fd(fd), wait ? operation : `${operation}|LOCK_NB`],
  },
  inotify_init: {
    name: 'inotify_init1',
    entry: (_show, nonBlocking) => [nonBlocking ? 'IN_NONBLOCK' : '0'],
    result: (show, fd) => show.fd(fd),
  },
  inotify_add_watch: {
    name: 'inotify_add_watch',
    entry: (show, fd, path, events) => [show.fd(fd), show.path(path), events.join('|')],
    result: number,
  },
  inotify_rm_watch: { name: 'inotify_rm_watch', entry: (show, fd, watch) => [show.fd(fd), `${watch}`] },
  getdents: {
    name: 'getdents64',
    entry: (show, fd) => [show.fd(fd)],
    exit: (_show, entries) => [entries ? `${ADDRESS} /* ${entries.length} entries */` : ADDRESS, '32768'],
    result: (_show, entries) => `${entries.reduce((sum, entry) => sum + recordLength(entry), 0)}`,
  },
  dup: { name: 'dup', entry: (show, fd) => [show.fd(fd)], result: (show, fd) => show.fd(fd) },
  dupfd: {
    name: 'fcntl',
    entry: (show, fd, least, cloexec) => [show.fd(fd), cloexec ? 'F_DUPFD_CLOEXEC' : 'F_DUPFD', `${least}`],
    result: (show, fd) => show.fd(fd),
  },
  dup2: {
    name: 'dup2',
    entry: (show, from, to) => [show.fd(from), show.fd(to)],
    result: (show, fd) => show.fd(fd),
  },
  setCloexec: {
    name: 'fcntl',
    entry: (show, fd, on) => [show.fd(fd), 'F_SETFD', on ? 'FD_CLOEXEC' : '0'],
  },
  setNonBlocking: {
    name: 'fcntl',
    entry: (show, fd, on) => [show.fd(fd), 'F_SETFL', on ? 'O_NONBLOCK' : '0'],
  },
  pipe: {
    name: 'pipe2',
    exit: (show, ends, cloexec) => [
      ends ? `[${show.fd(ends[0])}, ${show.fd(ends[1])}]` : ADDRESS,
      cloexec ? 'O_CLOEXEC' : '0',
    ],
  },
  ioctl: {
    name: 'ioctl',
    entry: (show, fd, call) => [show.fd(fd), call.request, ...given(call)],
    exit: (_show, value, _fd, call) => answered(call, value),
  },
  isatty: {
    name: 'ioctl',
    entry: (show, fd) => [show.fd(fd), 'TCGETS'],
    exit: (_show, terminal) => [terminal ? '{...}' : ADDRESS],
    result: (_show, terminal) => (terminal ? '0' : '-1 ENOTTY (Inappropriate ioctl for device)'),
  },
  poll: {
    name: 'poll',
    entry: (show, fds, timeout) => [
      `[${fds.map(({ fd, read, write }) => `{fd=${show.fd(fd)}, events=${events({ in: read, out: write })}}`).join(', ')}]`,
      `${fds.length}`,
      `${timeout === undefined ? -1 : Math.ceil(timeout)}`,
    ],
    result: (show, ready, fds) => polled(show, ready, fds),
    restart: 'ERESTART_RESTARTBLOCK',
  },
});

const WHENCE: Readonly<Record<SeekFrom, string>> = {
  set: 'SEEK_SET',
  current: 'SEEK_CUR',
  end: 'SEEK_END',
  data: 'SEEK_DATA',
  hole: 'SEEK_HOLE',
};

const ALLOCATION: Readonly<Record<AllocationKind, string>> = {
  allocate: '0',
  'keep size': 'FALLOC_FL_KEEP_SIZE',
  'punch hole': 'FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE',
  'zero range': 'FALLOC_FL_ZERO_RANGE',
};

/** d_reclen of struct linux_dirent64: 19 bytes, the name and its end, in eights. */
const recordLength = ({ name }: DirectoryEntry): number =>
  Math.ceil((19 + textToBytes(name).length + 1) / 8) * 8;

/** What the caller hands to ioctl(2). */
function given(call: Ioctl): string[] {
  switch (call.request) {
    case 'TCSETS':
      return [termios(call.attributes)];
    case 'TIOCSWINSZ':
      return [windowSize(call.size)];
    case 'TIOCSPGRP':
      return [`[${call.processGroup}]`];
    case 'TIOCSCTTY':
      return ['0'];
    default:
      return [];
  }
}

/** What ioctl(2) fills in. */
function answered(call: Ioctl, value: unknown): string[] {
  switch (call.request) {
    case 'TCGETS':
      return [value === undefined ? ADDRESS : termios(value as TerminalAttributes)];
    case 'TIOCGWINSZ':
      return [value === undefined ? ADDRESS : windowSize(value as WindowSize)];
    case 'TIOCGPGRP':
    case 'TIOCGPTN':
    case 'FIONREAD':
      return [value === undefined ? ADDRESS : `[${value}]`];
    default:
      return [];
  }
}

/** What distinguishes a cooked from a raw terminal, as strace sums it up. */
const termios = ({ opost, isig, icanon, echo }: TerminalAttributes): string =>
  `{B38400 ${[`${opost ? '' : '-'}opost`, `${isig ? '' : '-'}isig`, `${icanon ? '' : '-'}icanon`, `${echo ? '' : '-'}echo`].join(' ')} ...}`;

const windowSize = ({ rows, columns }: WindowSize): string =>
  `{ws_row=${rows}, ws_col=${columns}, ws_xpixel=0, ws_ypixel=0}`;

function events(which: { in?: boolean; out?: boolean; hangup?: boolean }): string {
  const names = [which.in && 'POLLIN', which.out && 'POLLOUT', which.hangup && 'POLLHUP'];
  return names.filter(Boolean).join('|') || '0';
}

function polled(show: Show, ready: readonly Readiness[], fds: readonly { fd: number }[]): string {
  const some = ready.flatMap(({ readable, writable, hangup }, i) =>
    readable || writable || hangup
      ? [`{fd=${show.fd(fds[i]!.fd)}, revents=${events({ in: readable, out: writable, hangup })}}`]
      : [],
  );
  return some.length === 0 ? '0 (Timeout)' : `${some.length} ([${some.join(', ')}])`;
}
