import {
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
} from '../../vfs/inode.ts';

/** A file's mode as Go's os.FileMode has it: permissions, and bits of its own for the rest. */
export function goFileMode(mode: number): number {
  const bits = [mode & 0o777, TYPES.get(mode & S_IFMT) ?? 0];
  if (mode & S_ISUID) bits.push(2 ** 23);
  if (mode & S_ISGID) bits.push(2 ** 22);
  if (mode & S_ISVTX) bits.push(2 ** 20);
  return bits.reduce((sum, bit) => sum + bit, 0);
}

const DEVICE = 2 ** 26;
const CHARACTER_DEVICE = 2 ** 21;

const TYPES: ReadonlyMap<number, number> = new Map([
  [S_IFDIR, 2 ** 31],
  [S_IFLNK, 2 ** 27],
  [S_IFBLK, DEVICE],
  [S_IFCHR, DEVICE + CHARACTER_DEVICE],
  [S_IFIFO, 2 ** 25],
  [S_IFSOCK, 2 ** 24],
]);
