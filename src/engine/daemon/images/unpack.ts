import { encode } from '../../base/bytes.ts';
import { O_CREAT, O_EXCL, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { LayerEntry } from '../../oci/layer/entry.ts';
import { changeOf } from '../../oci/layer/whiteout.ts';
import { dirname, mkdirAll, removeAll } from '../../runtime/files.ts';
import { makedev } from '../../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFIFO } from '../../vfs/inode.ts';

/**
 * Unpacks a layer into its directory as the overlay2 driver does: whiteouts become 0/0 character devices, opaque markers
 * become the attribute. Only what is written in the layer is written: holes of sparse files stay holes.
 */
export async function unpackLayer(
  sys: Syscalls,
  directory: string,
  entries: Iterable<LayerEntry>,
): Promise<void> {
  const made = new Set<string>(['']);
  const directoryTimes: [string, number][] = [];
  for (const raw of entries) {
    const change = changeOf(raw);
    if (change === undefined) continue;
    if (change.kind === 'opaque') {
      await ensureDirectory(sys, directory, change.path, made);
      await sys.setxattr(join(directory, change.path), 'trusted.overlay.opaque', encode('y'));
      continue;
    }
    if (change.kind === 'whiteout') {
      await ensureDirectory(sys, directory, parentOf(change.path), made);
      await sys.mknod(join(directory, change.path), S_IFCHR, 0);
      continue;
    }
    const { entry } = change;
    await ensureDirectory(sys, directory, parentOf(entry.path), made);
    if (entry.type === 'directory') {
      await makeDirectory(sys, directory, entry, made);
      directoryTimes.push([join(directory, entry.path), entry.mtime]);
    } else {
      // A second entry of one name takes the first's place.
      if (made.has(entry.path)) await removeAll(sys, join(directory, entry.path));
      made.add(entry.path);
      await makeEntry(sys, directory, entry);
    }
  }
  for (const [path, mtime] of directoryTimes.reverse()) await sys.utimens(path, { mtime });
}

async function ensureDirectory(sys: Syscalls, root: string, path: string, made: Set<string>): Promise<void> {
  if (made.has(path)) return;
  await mkdirAll(sys, join(root, path));
  made.add(path);
}

async function makeDirectory(
  sys: Syscalls,
  root: string,
  entry: LayerEntry,
  made: Set<string>,
): Promise<void> {
  const path = join(root, entry.path);
  if (made.has(entry.path)) await sys.chmod(path, entry.mode);
  else {
    await sys.mkdir(path, entry.mode);
    if (needsChmod(entry.mode)) await sys.chmod(path, entry.mode);
    made.add(entry.path);
  }
  if (entry.uid !== 0 || entry.gid !== 0) await sys.chown(path, entry.uid, entry.gid);
  await setAttributes(sys, path, entry);
}

async function makeEntry(sys: Syscalls, root: string, entry: LayerEntry): Promise<void> {
  const path = join(root, entry.path);
  switch (entry.type) {
    case 'file':
      await makeFile(sys, path, entry);
      break;
    case 'hardlink':
      await sys.link(join(root, entry.linkname), path);
      return;
    case 'symlink':
      await sys.symlink(entry.linkname, path);
      if (entry.uid !== 0 || entry.gid !== 0) await sys.lchown(path, entry.uid, entry.gid);
      await sys.utimens(path, { mtime: entry.mtime }, false);
      return;
    case 'fifo':
      await sys.mknod(path, S_IFIFO | entry.mode);
      break;
    default:
      await sys.mknod(
        path,
        (entry.type === 'character' ? S_IFCHR : S_IFBLK) | entry.mode,
        makedev(entry.devmajor, entry.devminor),
      );
  }
  if (entry.uid !== 0 || entry.gid !== 0) await sys.lchown(path, entry.uid, entry.gid);
  if (needsChmod(entry.mode)) await sys.chmod(path, entry.mode);
  await setAttributes(sys, path, entry);
  await sys.utimens(path, { mtime: entry.mtime });
}

async function makeFile(sys: Syscalls, path: string, entry: LayerEntry): Promise<void> {
  const fd = await sys.open(path, O_WRONLY | O_CREAT | O_EXCL, entry.mode);
  let end = 0;
  for (const { offset, bytes } of entry.extents) {
    for (let at = 0; at < bytes.length; )
      at += await sys.pwrite(fd, at === 0 ? bytes : bytes.subarray(at), offset + at);
    end = offset + bytes.length;
  }
  if (end !== entry.size) await sys.ftruncate(fd, entry.size);
  await sys.close(fd);
}

async function setAttributes(sys: Syscalls, path: string, { xattrs }: LayerEntry): Promise<void> {
  for (const [name, value] of Object.entries(xattrs)) await sys.setxattr(path, name, value);
}

/** The daemon's umask of 022 takes these away, and some calls take the special bits. */
const needsChmod = (mode: number): boolean => (mode & 0o7022) !== 0;

const join = (root: string, path: string): string => (path === '' ? root : `${root}/${path}`);
const parentOf = (path: string): string => (path.includes('/') ? dirname(path) : '');
