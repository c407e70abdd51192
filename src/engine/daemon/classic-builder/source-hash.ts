import { encode } from '../../base/bytes.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { digester, digestOf, hexOf } from '../../oci/digest.ts';
import { namesIn, readFile, statOf } from '../../runtime/files.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import { major, minor } from '../../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFMT, type Stat } from '../../vfs/inode.ts';

/**
 * What identifies a source of COPY in the history and in the cache: `file:HEX`, or `dir:HEX` of all that is in it. Times do not count.
 * Models moby builder/remotecontext (lazycontext.go, filehash.go) and pkg/tarsum.
 *
 * @param path in the root, without a slash before it
 */
export async function sourceHash(sys: Syscalls, root: string, path: string): Promise<string> {
  const own = await followed(sys, root, path);
  const stat = await sys.stat(own);
  if ((stat.mode & S_IFMT) !== S_IFDIR) return `file:${await hashOf(sys, root, own, stat)}`;
  const hashes: string[] = [];
  const walk = async (at: string): Promise<void> => {
    const real = await followed(sys, root, at);
    const found = await statOf(sys, real);
    // Of a link that leads nowhere nothing is known.
    if (found !== undefined && at !== '') hashes.push(await hashOf(sys, root, real, found));
    const itself = await statOf(sys, join(root, at), false);
    if (itself === undefined || (itself.mode & S_IFMT) !== S_IFDIR) return;
    for (const name of await namesIn(sys, join(root, at))) await walk(at === '' ? name : `${at}/${name}`);
  };
  await walk(own.slice(root.length + 1));
  return `dir:${hexOf(digestOf(hashes.sort().join(',')))}`;
}

/** One for several sources. */
export const hashOfAll = (hashes: readonly string[]): string =>
  hashes.length === 1 ? hashes[0]! : `multi:${hexOf(digestOf(hashes.join(',')))}`;

const join = (root: string, path: string): string => (path === '' ? root : `${root}/${path}`);

const followed = (sys: Syscalls, root: string, path: string): Promise<string> =>
  resolveInRoot(sys, root, `/${path}`);

/** Of the header that an archive would have, and what is in the file. */
async function hashOf(sys: Syscalls, root: string, path: string, stat: Stat): Promise<string> {
  const kind = stat.mode & S_IFMT;
  const isDirectory = kind === S_IFDIR;
  const isDevice = kind === S_IFCHR || kind === S_IFBLK;
  const type = isDirectory
    ? '5'
    : kind === S_IFCHR
      ? '3'
      : kind === S_IFBLK
        ? '4'
        : kind === S_IFIFO
          ? '6'
          : '0';
  const header: [string, string | number][] = [
    ['name', path.slice(root.length + 1) + (isDirectory ? '/' : '')],
    ['mode', stat.mode & 0o7777],
    ['uid', stat.uid],
    ['gid', stat.gid],
    ['size', type === '0' ? stat.size : 0],
    ['typeflag', type],
    ['linkname', ''],
    ['uname', ''],
    ['gname', ''],
    ['devmajor', isDevice ? major(stat.rdev) : 0],
    ['devminor', isDevice ? minor(stat.rdev) : 0],
  ];
  const hash = digester();
  hash.update(encode(header.flat().join('')));
  if (type === '0') hash.update(await readFile(sys, path));
  return hexOf(hash.digest());
}
