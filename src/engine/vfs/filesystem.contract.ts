import { beforeEach, describe, expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import type { VirtualClock } from '../base/clock.ts';
import { type ErrnoCode, strerror } from '../base/errno.ts';
import type { FileSystem } from './filesystem.ts';
import { type Inode, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_ISGID } from './inode.ts';
import { flags, TestCaller } from './testing.ts';

/** What every file system that can be written to does, at the level of inodes. `make` gives a fresh one with an empty root. */
export function fileSystemContract(name: string, make: () => { fs: FileSystem; clock: VirtualClock }): void {
  const root = { uid: 0, gid: 0 };
  const caller = new TestCaller();
  const failing = (code: ErrnoCode, act: () => unknown) => expect(act).toThrow(strerror(code));
  let fs: FileSystem;
  let clock: VirtualClock;
  let top: Inode;
  beforeEach(() => {
    ({ fs, clock } = make());
    top = fs.root;
  });

  const file = (directory: Inode, as: string, text = '') => {
    const inode = directory.create(as, S_IFREG | 0o644, root);
    if (text !== '') inode.write(0, encode(text));
    return inode;
  };
  const directory = (parent: Inode, as: string) => parent.create(as, S_IFDIR | 0o755, root);
  const text = (inode: Inode | undefined) => decode(inode!.read(0, 1 << 20));
  const names = (inode: Inode) =>
    inode
      .readdir()
      .map((entry) => entry.name)
      .sort();

  describe(`${name} keeps the contract of file systems`, () => {
    test('what is made is found, listed and described', () => {
      const made = top.create('f', S_IFREG | 0o640, { uid: 5, gid: 6 });
      expect(top.lookup('f')).toBe(made);
      expect(top.lookup('g')).toBeUndefined();
      expect(top.readdir()).toEqual([{ name: 'f', ino: made.ino, type: S_IFREG }]);
      expect(made.stat()).toMatchObject({
        mode: S_IFREG | 0o640,
        uid: 5,
        gid: 6,
        nlink: 1,
        size: 0,
        rdev: 0,
      });
      expect(made.stat()).toMatchObject({ dev: fs.dev, ino: made.ino });
      expect(made.fs).toBe(fs);
    });

    test('every kind of file keeps its kind and device number', () => {
      for (const type of [S_IFREG, S_IFDIR, S_IFIFO, S_IFCHR]) {
        const made = top.create(`${type}`, type | 0o600, root, type === S_IFCHR ? 0x103 : 0);
        expect(made.stat().mode & S_IFMT).toBe(type);
      }
      expect(top.lookup(`${S_IFCHR}`)!.stat().rdev).toBe(0x103);
    });

    test('a name is used once', () => {
      file(top, 'f');
      const other = file(top, 'other');
      failing('EEXIST', () => file(top, 'f'));
      failing('EEXIST', () => directory(top, 'f'));
      failing('EEXIST', () => top.symlink('f', 'x', root));
      failing('EEXIST', () => top.link('f', other));
    });

    test('only directories have entries', () => {
      const plain = file(top, 'f');
      failing('ENOTDIR', () => plain.lookup('x'));
      failing('ENOTDIR', () => plain.readdir());
      failing('ENOTDIR', () => file(plain, 'x'));
    });

    test('files are read and written at any place; gaps are zeros', () => {
      const f = file(top, 'f', 'hello');
      expect(f.write(7, encode('you'))).toBe(3);
      expect(text(f)).toBe('hello\0\0you');
      expect(f.stat().size).toBe(10);
      expect(decode(f.read(4, 3))).toBe('o\0\0');
      expect(f.read(10, 5).length).toBe(0);
      f.setattr({ size: 4 });
      f.setattr({ size: 6 });
      expect(text(f)).toBe('hell\0\0');
      failing('EISDIR', () => directory(top, 'd').read(0, 1));
    });

    test('a hole takes no space', () => {
      const f = file(top, 'f');
      f.setattr({ size: 70_000_000 });
      expect(f.stat()).toMatchObject({ size: 70_000_000, blocks: 0 });
      f.write(69_999_999, encode('x'));
      expect(f.stat().blocks).toBe(8);
    });

    test('links count, and the file lives as long as one is left', () => {
      const f = file(top, 'a', 'x');
      const d = directory(top, 'd');
      d.link('b', f);
      expect(f.stat().nlink).toBe(2);
      expect(d.lookup('b')!.ino).toBe(f.ino);
      top.unlink('a');
      expect(text(d.lookup('b'))).toBe('x');
      expect(f.stat().nlink).toBe(1);
      failing('EPERM', () => top.link('dd', d));
    });

    test('a directory counts its subdirectories', () => {
      const d = directory(top, 'd');
      expect(d.stat().nlink).toBe(2);
      directory(d, 'e');
      file(d, 'f');
      expect(d.stat().nlink).toBe(3);
      d.rmdir('e');
      expect(d.stat().nlink).toBe(2);
    });

    test('removing minds the kind and the contents', () => {
      const d = directory(top, 'd');
      file(d, 'f');
      failing('ENOENT', () => top.unlink('x'));
      failing('ENOENT', () => top.rmdir('x'));
      failing('EISDIR', () => top.unlink('d'));
      failing('ENOTDIR', () => d.rmdir('f'));
      failing('ENOTEMPTY', () => top.rmdir('d'));
      d.unlink('f');
      top.rmdir('d');
      expect(names(top)).toEqual([]);
      failing('ENOENT', () => file(d, 'late'));
    });

    test('an open file outlives its name', () => {
      const f = file(top, 'f', 'kept');
      const open = f.open(flags('rw'), caller);
      top.unlink('f');
      expect(decode(open.read(10, caller) as Uint8Array)).toBe('kept');
      expect(open.inode.stat().nlink).toBe(0);
      open.release();
    });

    test('rename moves, replaces what it may, and keeps the inode', () => {
      const d = directory(top, 'd');
      const f = file(top, 'f', 'f');
      file(d, 'g', 'g');
      top.rename('f', d, 'g');
      expect(names(top)).toEqual(['d']);
      expect(d.lookup('g')).toBe(f);
      expect(text(f)).toBe('f');
      failing('ENOENT', () => top.rename('f', d, 'x'));
      failing('EISDIR', () => d.rename('g', top, 'd'));
      const e = directory(top, 'e');
      failing('ENOTEMPTY', () => top.rename('e', top, 'd'));
      failing('ENOTDIR', () => top.rename('e', d, 'g'));
      d.unlink('g');
      top.rename('e', top, 'd');
      expect(top.lookup('d')).toBe(e);
      expect(names(top)).toEqual(['d']);
    });

    test('a moved directory is counted where it is', () => {
      const from = directory(top, 'from');
      const to = directory(top, 'to');
      file(directory(from, 'd'), 'inside');
      from.rename('d', to, 'd');
      expect(from.stat().nlink).toBe(2);
      expect(to.stat().nlink).toBe(3);
      expect(names(to.lookup('d')!)).toEqual(['inside']);
    });

    test('symbolic links keep their text', () => {
      const link = top.symlink('l', 'där/hin', { uid: 3, gid: 4 });
      expect(link.readlink()).toBe('där/hin');
      expect(link.stat()).toMatchObject({ mode: S_IFLNK | 0o777, size: 8, uid: 3, gid: 4 });
      failing('EINVAL', () => file(top, 'f').readlink());
    });

    test('attributes change as told, and the change is noted', () => {
      const f = file(top, 'f');
      clock.spend(1000);
      f.setattr({ mode: 0o4711, uid: 7, gid: 8, atime: 1000, mtime: 2000 });
      expect(f.stat()).toMatchObject({ mode: S_IFREG | 0o4711, uid: 7, gid: 8, atime: 1000, mtime: 2000 });
      expect(f.stat().ctime).toBe(clock.now());
    });

    test('times follow what is done', () => {
      const d = directory(top, 'd');
      const f = file(d, 'f');
      clock.spend(1000);
      f.write(0, encode('x'));
      expect(f.stat()).toMatchObject({ mtime: clock.now(), ctime: clock.now() });
      expect(d.stat().mtime).toBe(clock.now() - 1000);
      clock.spend(1000);
      d.unlink('f');
      expect(d.stat().mtime).toBe(clock.now());
    });

    test('a set-group-id directory hands its group down', () => {
      const d = directory(top, 'd');
      d.setattr({ gid: 50, mode: 0o2775 });
      const below = directory(d, 'below');
      expect(file(d, 'f').stat().gid).toBe(50);
      expect(below.stat()).toMatchObject({ gid: 50, mode: S_IFDIR | S_ISGID | 0o755 });
    });

    test('extended attributes', () => {
      const f = file(top, 'f');
      f.setxattr('user.note', encode('hi'));
      expect(decode(f.getxattr('user.note')!)).toBe('hi');
      expect(f.listxattr()).toEqual(['user.note']);
      f.removexattr('user.note');
      expect(f.getxattr('user.note')).toBeUndefined();
      failing('ENODATA', () => f.removexattr('user.note'));
      failing('EOPNOTSUPP', () => f.setxattr('odd', encode('x')));
    });

    test('contents are handed over whole, and shared until one side writes', () => {
      const a = file(top, 'a', 'shared');
      const b = file(top, 'b');
      b.setContents!(a.contents!().clone());
      b.write(0, encode('S'));
      expect([text(a), text(b)]).toEqual(['shared', 'Shared']);
    });

    test('inode numbers are distinct', () => {
      const inos = ['a', 'b', 'c'].map((one) => file(top, one).ino);
      expect(new Set([top.ino, ...inos]).size).toBe(4);
    });

    test('statfs describes it', () => {
      expect(fs.statfs().type).toBe(fs.type);
      expect(fs.statfs().bfree).toBeGreaterThan(0);
    });
  });
}
