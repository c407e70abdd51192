import {
  MNT_DETACH,
  MNT_EXPIRE,
  MNT_FORCE,
  MS_BIND,
  MS_DIRSYNC,
  MS_I_VERSION,
  MS_LAZYTIME,
  MS_MANDLOCK,
  MS_MOVE,
  MS_NOATIME,
  MS_NODEV,
  MS_NODIRATIME,
  MS_NOEXEC,
  MS_NOSUID,
  MS_NOSYMFOLLOW,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_RELATIME,
  MS_REMOUNT,
  MS_SHARED,
  MS_SILENT,
  MS_SLAVE,
  MS_STRICTATIME,
  MS_SYNCHRONOUS,
  MS_UNBINDABLE,
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
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  R_OK,
  UMOUNT_NOFOLLOW,
  W_OK,
  X_OK,
} from '../../kernel/fcntl.ts';
import type { NamespaceKind } from '../../kernel/syscalls.ts';
import {
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
} from '../../vfs/inode.ts';
import type { RenameFlags } from '../../vfs/names.ts';

/** Bits by their names, in the order in which strace prints them. */
export type Bits = readonly (readonly [number, string])[];

/** `A|B`, and what has no name in hexadecimal; `none` where no bit is set. */
export function bits(table: Bits, value: number, none = '0'): string {
  const out: string[] = [];
  let rest = value;
  for (const [bit, name] of table) {
    if ((rest & bit) !== bit) continue;
    out.push(name);
    rest &= ~bit;
  }
  if (rest !== 0) out.push(`0x${(rest >>> 0).toString(16)}`);
  return out.join('|') || none;
}

const OPEN: Bits = [
  [O_CREAT, 'O_CREAT'],
  [O_EXCL, 'O_EXCL'],
  [O_NOCTTY, 'O_NOCTTY'],
  [O_TRUNC, 'O_TRUNC'],
  [O_APPEND, 'O_APPEND'],
  [O_NONBLOCK, 'O_NONBLOCK'],
  [O_NOFOLLOW, 'O_NOFOLLOW'],
  [O_NOATIME, 'O_NOATIME'],
  [O_CLOEXEC, 'O_CLOEXEC'],
  [O_PATH, 'O_PATH'],
  [O_TMPFILE, 'O_TMPFILE'],
  [O_DIRECTORY, 'O_DIRECTORY'],
];

export function openFlags(flags: number): string {
  const access = flags & O_RDWR ? 'O_RDWR' : flags & O_WRONLY ? 'O_WRONLY' : 'O_RDONLY';
  const rest = bits(OPEN, flags & ~3, '');
  return rest === '' ? access : `${access}|${rest}`;
}

export function renameFlags({ noReplace, exchange, whiteout }: RenameFlags): string {
  const shown = [
    noReplace ? 'RENAME_NOREPLACE' : '',
    exchange ? 'RENAME_EXCHANGE' : '',
    whiteout ? 'RENAME_WHITEOUT' : '',
  ];
  return shown.filter(Boolean).join('|') || '0';
}

const MOUNT: Bits = [
  [MS_RDONLY, 'MS_RDONLY'],
  [MS_NOSUID, 'MS_NOSUID'],
  [MS_NODEV, 'MS_NODEV'],
  [MS_NOEXEC, 'MS_NOEXEC'],
  [MS_SYNCHRONOUS, 'MS_SYNCHRONOUS'],
  [MS_REMOUNT, 'MS_REMOUNT'],
  [MS_MANDLOCK, 'MS_MANDLOCK'],
  [MS_DIRSYNC, 'MS_DIRSYNC'],
  [MS_NOSYMFOLLOW, 'MS_NOSYMFOLLOW'],
  [MS_NOATIME, 'MS_NOATIME'],
  [MS_NODIRATIME, 'MS_NODIRATIME'],
  [MS_BIND, 'MS_BIND'],
  [MS_MOVE, 'MS_MOVE'],
  [MS_REC, 'MS_REC'],
  [MS_SILENT, 'MS_SILENT'],
  [MS_UNBINDABLE, 'MS_UNBINDABLE'],
  [MS_PRIVATE, 'MS_PRIVATE'],
  [MS_SLAVE, 'MS_SLAVE'],
  [MS_SHARED, 'MS_SHARED'],
  [MS_RELATIME, 'MS_RELATIME'],
  [MS_I_VERSION, 'MS_I_VERSION'],
  [MS_STRICTATIME, 'MS_STRICTATIME'],
  [MS_LAZYTIME, 'MS_LAZYTIME'],
];
export const mountFlags = (flags: number): string => bits(MOUNT, flags);

const UMOUNT: Bits = [
  [MNT_FORCE, 'MNT_FORCE'],
  [MNT_DETACH, 'MNT_DETACH'],
  [MNT_EXPIRE, 'MNT_EXPIRE'],
  [UMOUNT_NOFOLLOW, 'UMOUNT_NOFOLLOW'],
];
export const umountFlags = (flags: number): string => bits(UMOUNT, flags);

const ACCESS: Bits = [
  [R_OK, 'R_OK'],
  [W_OK, 'W_OK'],
  [X_OK, 'X_OK'],
];
export const accessMode = (mode: number): string => bits(ACCESS, mode, 'F_OK');

const TYPES: Readonly<Record<number, string>> = {
  [S_IFSOCK]: 'S_IFSOCK',
  [S_IFLNK]: 'S_IFLNK',
  [S_IFREG]: 'S_IFREG',
  [S_IFBLK]: 'S_IFBLK',
  [S_IFDIR]: 'S_IFDIR',
  [S_IFCHR]: 'S_IFCHR',
  [S_IFIFO]: 'S_IFIFO',
};
const SPECIAL: Bits = [
  [S_ISUID, 'S_ISUID'],
  [S_ISGID, 'S_ISGID'],
  [S_ISVTX, 'S_ISVTX'],
];

/** Permission bits as octal number. */
export const permissions = (mode: number): string =>
  `0${mode.toString(8).padStart(3, '0')}`.replace(/^0+(?=0\d{3})/, '');

/** `S_IFDIR|S_ISVTX|0777` */
export function fileMode(mode: number): string {
  const special = bits(SPECIAL, mode & 0o7000, '');
  const parts = [TYPES[mode & S_IFMT] ?? '', special, permissions(mode & 0o777)];
  return parts.filter((part) => part !== '').join('|');
}

const NAMESPACES: readonly (readonly [NamespaceKind, string])[] = [
  ['time', 'CLONE_NEWTIME'],
  ['mnt', 'CLONE_NEWNS'],
  ['cgroup', 'CLONE_NEWCGROUP'],
  ['uts', 'CLONE_NEWUTS'],
  ['ipc', 'CLONE_NEWIPC'],
  ['user', 'CLONE_NEWUSER'],
  ['pid', 'CLONE_NEWPID'],
  ['net', 'CLONE_NEWNET'],
];

/** Kinds of namespaces as flags of clone(2), unshare(2) and setns(2). */
export const namespaceFlags = (kinds: readonly NamespaceKind[]): string[] =>
  NAMESPACES.filter(([kind]) => kinds.includes(kind)).map(([, flag]) => flag);
