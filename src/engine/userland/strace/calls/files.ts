import { AT_REMOVEDIR } from '../../../kernel/fcntl.ts';
import { textToBytes } from '../../lib/text.ts';
import { accessMode, fileMode, mountFlags, permissions, renameFlags, umountFlags } from '../flags.ts';
import { formats } from '../format.ts';
import { ADDRESS, datedTimespec, makedev } from '../show.ts';

/** Calls on names: files, and what is mounted. */
export const fileFormats = formats({
  stat: {
    name: 'newfstatat',
    entry: (show, path) => [show.here, show.path(path)],
    exit: (show, stat) => [stat ? show.stat(stat) : ADDRESS, '0'],
  },
  lstat: {
    name: 'newfstatat',
    entry: (show, path) => [show.here, show.path(path)],
    exit: (show, stat) => [stat ? show.stat(stat) : ADDRESS, 'AT_SYMLINK_NOFOLLOW'],
  },
  fstat: {
    name: 'newfstatat',
    entry: (show, fd) => [show.fd(fd), '""'],
    exit: (show, stat) => [stat ? show.stat(stat) : ADDRESS, 'AT_EMPTY_PATH'],
  },
  access: {
    name: 'faccessat2',
    entry: (show, path, mode) => [show.here, show.path(path), accessMode(mode), 'AT_EACCESS'],
  },
  mkdir: { name: 'mkdir', entry: (show, path, mode = 0o777) => [show.path(path), permissions(mode)] },
  rmdir: { name: 'rmdir', entry: (show, path) => [show.path(path)] },
  unlink: { name: 'unlink', entry: (show, path) => [show.path(path)] },
  unlinkat: {
    name: 'unlinkat',
    entry: (show, directory, path, flags = 0) => [
      show.fd(directory),
      show.path(path),
      flags & AT_REMOVEDIR ? 'AT_REMOVEDIR' : '0',
    ],
  },
  link: {
    name: (_from, _to, follow = false) => (follow ? 'linkat' : 'link'),
    entry: (show, from, to, follow = false) =>
      follow
        ? [show.here, show.path(from), show.here, show.path(to), 'AT_SYMLINK_FOLLOW']
        : [show.path(from), show.path(to)],
  },
  symlink: { name: 'symlink', entry: (show, target, path) => [show.path(target), show.path(path)] },
  readlink: {
    name: 'readlink',
    entry: (show, path) => [show.path(path)],
    exit: (show, target) => [target === undefined ? ADDRESS : show.path(target), '4096'],
    result: (_show, target) => `${textToBytes(target).length}`,
  },
  rename: {
    name: (_from, _to, flags) => (flags ? 'renameat2' : 'rename'),
    entry: (show, from, to, flags) =>
      flags
        ? [show.here, show.path(from), show.here, show.path(to), renameFlags(flags)]
        : [show.path(from), show.path(to)],
  },
  mknod: {
    name: 'mknodat',
    entry: (show, path, mode, rdev) => [
      show.here,
      show.path(path),
      fileMode(mode),
      ...(rdev === undefined ? [] : [makedev(rdev)]),
    ],
  },
  chmod: { name: 'fchmodat', entry: (show, path, mode) => [show.here, show.path(path), permissions(mode)] },
  fchmod: { name: 'fchmod', entry: (show, fd, mode) => [show.fd(fd), permissions(mode)] },
  chown: { name: 'chown', entry: (show, path, uid, gid) => [show.path(path), `${uid}`, `${gid}`] },
  lchown: { name: 'lchown', entry: (show, path, uid, gid) => [show.path(path), `${uid}`, `${gid}`] },
  utimens: {
    name: 'utimensat',
    entry: (show, path, { atime, mtime }, follow = true) => [
      show.here,
      show.path(path),
      `[${[atime, mtime].map((time) => (time === undefined ? 'UTIME_OMIT' : datedTimespec(time))).join(', ')}]`,
      follow ? '0' : 'AT_SYMLINK_NOFOLLOW',
    ],
  },
  truncate: { name: 'truncate', entry: (show, path, size) => [show.path(path), `${size}`] },
  ftruncate: { name: 'ftruncate', entry: (show, fd, size) => [show.fd(fd), `${size}`] },
  chdir: { name: 'chdir', entry: (show, path) => [show.path(path)] },
  fchdir: { name: 'fchdir', entry: (show, fd) => [show.fd(fd)] },
  getcwd: {
    name: 'getcwd',
    exit: (show, path) => [path === undefined ? ADDRESS : show.path(path), '4096'],
    result: (_show, path) => `${textToBytes(path).length + 1}`,
  },
  umask: {
    name: 'umask',
    entry: (_show, mask) => [permissions(mask)],
    result: (_show, mask) => permissions(mask),
  },
  statfs: {
    name: 'statfs',
    entry: (show, path) => [show.path(path)],
    exit: (_show, stat) => [
      stat
        ? `{f_type=${MAGIC[stat.type] ?? stat.type}, f_bsize=${stat.bsize}, f_blocks=${stat.blocks}, f_bfree=${stat.bfree}, f_bavail=${stat.bavail}, f_files=${stat.files}, f_ffree=${stat.ffree}, ...}`
        : ADDRESS,
    ],
  },
  sync: { name: 'sync' },
  getxattr: {
    name: (_path, _name, follow = true) => (follow ? 'getxattr' : 'lgetxattr'),
    entry: (show, path, name) => [show.path(path), show.path(name)],
    exit: (show, value) => [value ? show.data(value) : ADDRESS, `${value?.length ?? 0}`],
    result: (_show, value) => `${value.length}`,
  },
  setxattr: {
    name: (_path, _name, _value, follow = true) => (follow ? 'setxattr' : 'lsetxattr'),
    entry: (show, path, name, value) => [
      show.path(path),
      show.path(name),
      show.data(value),
      `${value.length}`,
      '0',
    ],
  },
  removexattr: {
    name: (_path, _name, follow = true) => (follow ? 'removexattr' : 'lremovexattr'),
    entry: (show, path, name) => [show.path(path), show.path(name)],
  },
  listxattr: {
    name: (_path, follow = true) => (follow ? 'listxattr' : 'llistxattr'),
    entry: (show, path) => [show.path(path)],
    exit: (show, names) => [
      names ? show.data(listed(names)) : ADDRESS,
      `${names ? listed(names).length : 0}`,
    ],
    result: (_show, names) => `${listed(names).length}`,
  },
  mount: {
    name: 'mount',
    entry: (show, source, target, type, flags, data = '') => [
      show.pathOrNull(source),
      show.path(target),
      show.pathOrNull(type),
      mountFlags(flags),
      data === '' ? 'NULL' : show.data(data),
    ],
  },
  umount: { name: 'umount2', entry: (show, target, flags = 0) => [show.path(target), umountFlags(flags)] },
  pivot_root: { name: 'pivot_root', entry: (show, root, old) => [show.path(root), show.path(old)] },
  chroot: { name: 'chroot', entry: (show, path) => [show.path(path)] },
});

const listed = (names: readonly string[]): Uint8Array =>
  textToBytes(names.map((name) => `${name}\0`).join(''));

/** Magic numbers of file systems by their types (statfs(2)). */
const MAGIC: Readonly<Record<string, string>> = {
  ext4: 'EXT2_SUPER_MAGIC',
  overlay: 'OVERLAYFS_SUPER_MAGIC',
  tmpfs: 'TMPFS_MAGIC',
  devtmpfs: 'TMPFS_MAGIC',
  proc: 'PROC_SUPER_MAGIC',
  sysfs: 'SYSFS_MAGIC',
  cgroup: 'CGROUP_SUPER_MAGIC',
  cgroup2: 'CGROUP2_SUPER_MAGIC',
  devpts: 'DEVPTS_SUPER_MAGIC',
};
