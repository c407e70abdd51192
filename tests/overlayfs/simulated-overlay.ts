import { decode, encode } from '../../src/engine/base/bytes.ts';
import { VirtualClock } from '../../src/engine/base/clock.ts';
import { Errno } from '../../src/engine/base/errno.ts';
import { seededRandom } from '../../src/engine/base/random.ts';
import {
  access,
  chmod,
  chmodPath,
  chownPath,
  fallocate,
  stat,
  truncate,
  truncateInode,
  utimens,
} from '../../src/engine/vfs/attributes.ts';
import type { OpenFile } from '../../src/engine/vfs/file.ts';
import { S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../../src/engine/vfs/inode.ts';
import { mount, remount, umount } from '../../src/engine/vfs/mounting.ts';
import { type LookupContext, walk } from '../../src/engine/vfs/namei.ts';
import {
  link,
  linkPath,
  mkdir,
  mknod,
  readlink,
  rename,
  rmdir,
  symlink,
  unlink,
} from '../../src/engine/vfs/names.ts';
import { close, open } from '../../src/engine/vfs/open.ts';
import { overlayType } from '../../src/engine/vfs/overlayfs/mount.ts';
import { as, flags, TestCaller } from '../../src/engine/vfs/testing.ts';
import { Tmpfs, tmpfsType } from '../../src/engine/vfs/tmpfs.ts';
import { Vfs } from '../../src/engine/vfs/vfs.ts';
import { getxattr, listxattr, removexattr, setxattr } from '../../src/engine/vfs/xattr.ts';
import type { Node, Operation, Sequence } from './sequence.ts';

export type Result = { value: unknown } | { error: string };

export interface Outcome {
  results: Result[];
  merged: unknown[];
  upper: unknown[];
}

/**
 * Here the kernel does what nobody wants: changing the mode of an open FIFO or device of a lower layer after it was
 * unlinked puts its name back. Such sequences are not compared.
 */
export class KernelBug extends Error {}

/** Does with our overlayfs what linux-overlay.py does with the kernel's. */
export function simulate(sequence: Sequence, settings: Vfs['sysctl']): Outcome {
  const clock = new VirtualClock(1_700_000_000_000);
  const vfs = new Vfs({ clock, random: seededRandom('overlay') });
  Object.assign(vfs.sysctl, settings);
  vfs.register(overlayType);
  vfs.register(tmpfsType);
  const namespace = vfs.boot(new Tmpfs({ dev: vfs.anonymousDev(), clock }), 'disk');
  const top = namespace.rootPath;
  const root: LookupContext = { caller: new TestCaller(), root: top, cwd: top, namespace };
  const layers = sequence.lower.map((_, i) => `/l${i}`);
  for (const name of [...layers, '/m', '/u', '/w']) mkdir(root, name);
  for (const [i, layer] of layers.entries())
    if (sequence.apart.includes(i))
      mount(root, { source: 'apart', target: layer, type: 'tmpfs', options: 'mode=755' });
  const attributes = sequence.userxattr ? 'user.overlay.' : 'trusted.overlay.';
  for (const [i, nodes] of sequence.lower.entries()) build(root, layers[i]!, nodes, attributes);
  build(root, '/u', sequence.upper ?? [], attributes);
  const userxattr = sequence.userxattr ? 'userxattr,' : '';
  const upper = sequence.upper === null ? '' : ',upperdir=/u,workdir=/w';
  mount(root, {
    source: 'overlay',
    target: '/m',
    type: 'overlay',
    options: `${userxattr}lowerdir=${layers.join(':')}${upper},redirect_dir=nofollow,index=off,metacopy=off,xino=off`,
  });
  const before = JSON.stringify(layers.map((layer) => dump(root, layer, new Inodes())));
  const merged = walk(root, '/m');
  const inside: LookupContext = { ...root, root: merged, cwd: merged };
  const user = new TestCaller(1000);
  const held = new Map<number, OpenFile>();
  const inodes = new Inodes();
  const results = sequence.operations.map((operation): Result => {
    clock.spend(1);
    try {
      const context = operation.user ? as(inside, user) : inside;
      return { value: perform(context, operation, held, inodes) ?? null };
    } catch (error) {
      if (error instanceof Errno) return { error: operation.op === 'access' ? 'none' : error.code };
      throw error;
    }
  });
  const tree = dump(inside, '', inodes);
  for (const file of held.values()) close(file);
  umount(root, '/m');
  if (JSON.stringify(layers.map((layer) => dump(root, layer, new Inodes()))) !== before) {
    throw new Error('a lower layer has changed');
  }
  return { results, merged: tree, upper: dump(root, '/u', new Inodes()) };
}

function build(root: LookupContext, directory: string, nodes: Node[], attributes: string): void {
  for (const node of nodes) {
    const path = directory + node.path;
    if (node.kind === 'directory') {
      mkdir(root, path);
      if (node.opaque) setxattr(root, path, `${attributes}opaque`, encode(node.opaque));
    } else if (node.kind === 'file') put(root, path, 'wc', 0o644, node.data);
    else if (node.kind === 'link') symlink(root, node.target, path);
    else if (node.kind === 'hardlink') link(root, directory + node.target, path);
    else if (node.kind === 'xwhiteout') {
      put(root, path, 'wc', 0o644, '');
      setxattr(root, path, `${attributes}whiteout`, encode('y'));
    } else if (node.kind === 'whiteout') mknod(root, path, S_IFCHR, 0);
    else mknod(root, path, node.type, 0x103);
  }
  const backwards = nodes.toReversed().filter((node) => node.kind !== 'hardlink');
  for (const node of backwards) {
    const path = directory + node.path;
    if (node.kind !== 'whiteout') {
      chownPath(root.caller, walk(root, path, { follow: false }), node.uid, node.gid);
      if (node.kind !== 'link') chmod(root, path, node.mode);
    }
    for (const [name, value] of Object.entries(node.xattrs)) {
      setxattr(root, path, name, encode(value), { follow: false });
    }
  }
  for (const node of backwards) touch(root, directory + node.path, node.mtime, false);
  touch(root, directory, 1000, true);
}

function perform(context: LookupContext, o: Operation, held: Map<number, OpenFile>, inodes: Inodes): unknown {
  const { caller } = context;
  switch (o.op) {
    case 'put':
      return put(context, o.path, o.flags, o.mode, o.data);
    case 'get': {
      const file = open(context, o.path, flags('rn')) as OpenFile;
      try {
        return latin1(file.read(4096, caller) as Uint8Array);
      } finally {
        close(file);
      }
    }
    case 'list': {
      const file = open(context, o.path, flags('rd')) as OpenFile;
      const entries = file.readdir(caller).slice(2);
      close(file);
      const statOf = (name: string) => stat(context, `${o.path}/${name}`, { follow: false });
      return entries.map(({ name, type, ino }) => [
        name,
        kindOf(type),
        type === S_IFDIR || ino === statOf(name).ino,
      ]);
    }
    case 'stat':
      return describe(stat(context, o.path, o), inodes);
    case 'access':
      return access(context, o.path, o.wanted);
    case 'truncate':
      return truncate(context, o.path, o.size);
    case 'chmod':
      return chmod(context, o.path, o.mode);
    case 'chown':
      return chownPath(context.caller, walk(context, o.path, o), o.uid, o.gid);
    case 'mkdir':
      return mkdir(context, o.path, o.mode);
    case 'rmdir':
      return rmdir(context, o.path);
    case 'unlink':
      return unlink(context, o.path);
    case 'rename':
      return rename(context, o.from, o.to, Object.fromEntries(o.flags.map((flag) => [flag, true])));
    case 'link':
      return link(context, o.from, o.to, o);
    case 'remount':
      return remount(context, '/', { readonly: o.readonly });
    case 'tmpfile': {
      const file = open(context, o.path, { ...flags('rw'), tmpfile: true }, o.mode) as OpenFile;
      try {
        file.write(encode(o.data), caller);
        if (o.to !== '') linkPath(context, file.path!, o.to);
        return describe(file.inode.stat(), inodes);
      } finally {
        close(file);
      }
    }
    case 'symlink':
      return symlink(context, o.target, o.path);
    case 'readlink':
      return readlink(context, o.path);
    case 'mknod':
      return mknod(context, o.path, o.mode, o.rdev);
    case 'utimens':
      return touch(context, o.path, o.mtime, o.follow);
    case 'setxattr':
      return setxattr(context, o.path, o.name, encode(o.value));
    case 'getxattr':
      return decode(getxattr(context, o.path, o.name));
    case 'removexattr':
      return removexattr(context, o.path, o.name);
    case 'listxattr':
      return listxattr(context, o.path).sort();
    case 'hold': {
      const file = open(context, o.path, flags(`${o.flags}n`), o.mode) as OpenFile;
      if (held.has(o.slot)) close(held.get(o.slot)!);
      held.set(o.slot, file);
      return null;
    }
  }
  const file = held.get(o.slot);
  if (file === undefined) return null;
  switch (o.op) {
    case 'fread':
      if (!file.readable) throw new Errno('EBADF');
      return latin1(file.pread(0, 4096));
    case 'fwrite':
      if (!file.writable) throw new Errno('EBADF');
      return file.write(encode(o.data), caller);
    case 'fstat':
      return describe(file.inode.stat(), inodes);
    case 'fchmod':
      if (file.path!.dentry.deleted && (file.inode.stat().mode & S_IFMT) !== S_IFREG) throw new KernelBug();
      return chmodPath(caller, file.path!, o.mode);
    case 'ftruncate':
      if (!file.writable || (file.inode.stat().mode & S_IFMT) !== S_IFREG) throw new Errno('EINVAL');
      return truncateInode(caller, file.inode, o.size, context.namespace.vfs.clock.now());
    case 'fallocate':
      return fallocate(file, o.kind, o.position, o.length);
    case 'seek':
      return file.seek(o.position, o.what);
    case 'close':
      close(file);
      held.delete(o.slot);
      return null;
  }
}

function put(context: LookupContext, path: string, letters: string, mode: number, text: string): unknown {
  const file = open(context, path, flags(`${letters}n`), mode) as OpenFile;
  try {
    if (!file.writable) throw new Errno('EBADF');
    return file.write(encode(text), context.caller);
  } finally {
    close(file);
  }
}

function touch(context: LookupContext, path: string, seconds: number, follow: boolean): void {
  utimens(context, path, { atime: seconds * 1000, mtime: seconds * 1000 }, { follow });
}

/** The n-th distinct inode is the n-th on both sides. */
class Inodes {
  readonly #seen = new Map<string, number>();

  number({ dev, ino }: Stat): number {
    const key = `${dev}:${ino}`;
    const number = this.#seen.get(key) ?? this.#seen.size;
    this.#seen.set(key, number);
    return number;
  }
}

function describe(found: Stat, inodes: Inodes): Record<string, unknown> {
  const { mode, nlink, uid, gid, rdev, size, mtime } = found;
  const seconds = Math.floor(mtime / 1000);
  return {
    mode,
    nlink,
    uid,
    gid,
    rdev,
    size: (mode & S_IFMT) === S_IFDIR ? -1 : size,
    mtime: seconds < 1_500_000_000 ? seconds : 'now',
    ino: inodes.number(found),
  };
}

function dump(context: LookupContext, directory: string, inodes: Inodes, prefix = ''): unknown[] {
  const rows: unknown[] = [];
  const list = open(context, directory + (prefix || '/'), flags('rd')) as OpenFile;
  const names = list
    .readdir(context.caller)
    .slice(2)
    .map((entry) => entry.name);
  close(list);
  for (const name of names.sort()) {
    const path = `${prefix}/${name}`;
    const full = directory + path;
    let found: Stat;
    try {
      found = stat(context, full, { follow: false });
    } catch (error) {
      rows.push([path, (error as Errno).code]);
      continue;
    }
    const type = found.mode & S_IFMT;
    if (type === S_IFCHR && found.rdev === 0) {
      rows.push([path, { whiteout: true, mode: found.mode, uid: found.uid }]);
      continue;
    }
    const row = describe(found, inodes);
    const names = listxattr(context, full, { follow: false }).sort();
    row['xattrs'] = Object.fromEntries(
      names.map((each) => [each, decode(getxattr(context, full, each, { follow: false }))]),
    );
    if (type === S_IFREG) {
      const file = open(context, full, flags('r')) as OpenFile;
      row['data'] = latin1(file.pread(0, found.size));
      close(file);
    } else if (type === S_IFLNK) row['target'] = readlink(context, full);
    rows.push([path, row]);
    if (type === S_IFDIR) rows.push(...dump(context, directory, inodes, path));
  }
  return rows;
}

const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes);

function kindOf(type: number): string {
  if (type === S_IFLNK) return 'link';
  if (type === S_IFDIR) return 'directory';
  return type === S_IFREG ? 'file' : 'special';
}
