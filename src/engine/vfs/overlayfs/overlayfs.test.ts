import { beforeEach, describe, expect, test } from 'vitest';
import { decode, encode } from '../../base/bytes.ts';
import { type ErrnoCode, strerror } from '../../base/errno.ts';
import { chmod, stat } from '../attributes.ts';
import type { OpenFile } from '../file.ts';
import { S_IFCHR } from '../inode.ts';
import { mounts } from '../mountinfo.ts';
import { mount, remount, umount } from '../mounting.ts';
import type { LookupContext } from '../namei.ts';
import { link, mkdir, mknod, rename, rmdir, unlink } from '../names.ts';
import { close, open } from '../open.ts';
import { flags, testMachine } from '../testing.ts';
import { getxattr, listxattr, setxattr } from '../xattr.ts';
import { overlayType } from './mount.ts';

let context: LookupContext;
const put = (path: string, text = '') => {
  const file = open(context, path, flags('wct'), 0o644) as OpenFile;
  file.write(encode(text), context.caller);
  close(file);
};
const get = (path: string) => {
  const file = open(context, path, flags('r')) as OpenFile;
  return decode(file.read(1 << 20, context.caller) as Uint8Array);
};
const list = (path: string) =>
  (open(context, path, flags('rd')) as OpenFile)
    .readdir(context.caller)
    .map((entry) => entry.name)
    .slice(2);
const failing = (code: ErrnoCode, act: () => unknown) => expect(act).toThrow(strerror(code));
const overlay = (options: string, target = '/merged') =>
  mount(context, { source: 'overlay', target, type: 'overlay', options });
const LAYERS = 'lowerdir=/l2:/l1,upperdir=/upper,workdir=/work';

beforeEach(() => {
  const machine = testMachine();
  machine.vfs.register(overlayType);
  context = machine.context;
  for (const name of ['/l1', '/l2', '/upper', '/work', '/merged', '/l1/etc', '/l2/etc']) mkdir(context, name);
  put('/l1/etc/passwd', 'root');
  put('/l1/etc/group', 'old');
  put('/l2/etc/group', 'new');
});

describe('overlayfs', () => {
  test('shows the topmost file, and directories merged', () => {
    overlay(LAYERS);
    expect(get('/merged/etc/group')).toBe('new');
    expect(get('/merged/etc/passwd')).toBe('root');
    expect(list('/merged/etc').sort()).toEqual(['group', 'passwd']);
    expect(stat(context, '/merged/etc').nlink).toBe(1);
    expect(list('/upper')).toEqual([]);
  });

  test('the first write copies a file up, with its directories; the lower one stays', () => {
    overlay(LAYERS);
    const { ino, dev } = stat(context, '/merged/etc/passwd');
    chmod(context, '/merged/etc/passwd', 0o600);
    expect(stat(context, '/upper/etc/passwd').mode & 0o777).toBe(0o600);
    expect(get('/upper/etc/passwd')).toBe('root');
    expect(stat(context, '/l1/etc/passwd').mode & 0o777).toBe(0o644);
    expect(stat(context, '/merged/etc/passwd')).toMatchObject({ ino, dev });
  });

  test('a deleted lower file leaves a whiteout, and its name can be used again', () => {
    overlay(LAYERS);
    unlink(context, '/merged/etc/group');
    expect(stat(context, '/upper/etc/group')).toMatchObject({ mode: S_IFCHR, rdev: 0 });
    failing('ENOENT', () => get('/merged/etc/group'));
    expect(list('/merged/etc')).toEqual(['passwd']);
    put('/merged/etc/group', 'again');
    expect(get('/upper/etc/group')).toBe('again');
  });

  test('a directory made where one was removed is opaque', () => {
    overlay(LAYERS);
    failing('ENOTEMPTY', () => rmdir(context, '/merged/etc'));
    unlink(context, '/merged/etc/group');
    unlink(context, '/merged/etc/passwd');
    rmdir(context, '/merged/etc');
    expect(stat(context, '/upper/etc').rdev).toBe(0);
    mkdir(context, '/merged/etc');
    expect(decode(getxattr(context, '/upper/etc', 'trusted.overlay.opaque'))).toBe('y');
    expect(list('/merged/etc')).toEqual([]);
    expect(listxattr(context, '/merged/etc')).toEqual([]);
  });

  test('a directory of a lower layer cannot be renamed, a new one can', () => {
    overlay(LAYERS);
    failing('EXDEV', () => rename(context, '/merged/etc', '/merged/etc2'));
    mkdir(context, '/merged/mine');
    rename(context, '/merged/mine', '/merged/yours');
    rename(context, '/merged/etc/group', '/merged/yours/group');
    expect(get('/merged/yours/group')).toBe('new');
    expect(stat(context, '/upper/etc/group').mode).toBe(S_IFCHR);
  });

  test('hard links of a lower file part when one is changed', () => {
    link(context, '/l1/etc/passwd', '/l1/etc/passwd-');
    overlay(LAYERS);
    put('/merged/etc/passwd', 'changed');
    expect(get('/merged/etc/passwd-')).toBe('root');
    link(context, '/merged/etc/passwd', '/merged/etc/third');
    put('/merged/etc/third', 'both');
    expect(get('/merged/etc/passwd')).toBe('both');
  });

  test('a sparse file is copied up without its holes', () => {
    const file = open(context, '/l1/big', flags('wc'), 0o644) as OpenFile;
    file.pwrite(70_000_000_000, encode('x'));
    overlay(LAYERS);
    chmod(context, '/merged/big', 0o600);
    expect(stat(context, '/upper/big')).toMatchObject({ size: 70_000_000_001, blocks: 8 });
  });

  test('a reader sees what is written after it opened the lower file', () => {
    overlay(LAYERS);
    const reader = open(context, '/merged/etc/passwd', flags('r')) as OpenFile;
    put('/merged/etc/passwd', 'toor');
    expect(decode(reader.read(10, context.caller) as Uint8Array)).toBe('toor');
  });

  test('without an upper directory nothing can be written', () => {
    overlay('lowerdir=/l2:/l1');
    failing('EROFS', () => put('/merged/new'));
    failing('EROFS', () => unlink(context, '/merged/etc/group'));
    failing('EROFS', () => remount(context, '/merged', {}, { data: 'volatile' }));
    expect(get('/merged/etc/passwd')).toBe('root');
  });

  test('whiteouts cannot be made by hand, private attributes are kept apart', () => {
    overlay(LAYERS);
    failing('EPERM', () => mknod(context, '/merged/wh', S_IFCHR));
    setxattr(context, '/merged/etc', 'trusted.overlay.opaque', encode('y'));
    expect(list('/merged/etc').length).toBe(2);
    expect(listxattr(context, '/upper/etc')).toEqual(['trusted.overlay.overlay.opaque']);
    expect(listxattr(context, '/merged/etc')).toEqual(['trusted.overlay.opaque']);
  });

  test('mounts are refused as the kernel refuses them', () => {
    failing('EINVAL', () => overlay('lowerdir=/l1'));
    failing('EINVAL', () => overlay('lowerdir=/l1,upperdir=/upper'));
    failing('EINVAL', () =>
      overlay('lowerdir=/l1,upperdir=/upper,workdir=/upper/w'.replace('/w', '/../upper')),
    );
    failing('EINVAL', () => overlay(`${LAYERS},nonsense`));
    failing('EINVAL', () => overlay(`${LAYERS},metacopy=on`));
    failing('ENOENT', () => overlay('lowerdir=/l1:/nowhere'));
    failing('ELOOP', () => overlay('lowerdir=/l1:/l1'));
    failing('ELOOP', () => overlay('lowerdir=/l1:/l1/etc'));
    overlay(`${LAYERS},index=off`);
    expect(mounts(context.namespace, context.root).split('\n').at(-2)).toBe(
      `overlay /merged overlay rw,relatime,${LAYERS} 0 0`,
    );
  });

  test('an upper directory inside a lower one cannot be reached through it', () => {
    overlay('lowerdir=/,upperdir=/upper,workdir=/work');
    expect(get('/merged/l1/etc/passwd')).toBe('root');
    failing('ELOOP', () => list('/merged/upper'));
  });

  test('an overlay may lie upon an overlay', () => {
    overlay(LAYERS);
    for (const name of ['/u2', '/w2', '/m2']) mkdir(context, name);
    overlay('lowerdir=/merged,upperdir=/u2,workdir=/w2', '/m2');
    unlink(context, '/m2/etc/group');
    expect(list('/m2/etc')).toEqual(['passwd']);
    expect(get('/merged/etc/group')).toBe('new');
  });

  test('what is mounted again is what was left', () => {
    overlay(LAYERS);
    unlink(context, '/merged/etc/group');
    put('/merged/etc/new', 'n');
    umount(context, '/merged');
    overlay(LAYERS);
    expect(list('/merged/etc').sort()).toEqual(['new', 'passwd']);
    put('/merged/etc/group');
  });

  // What it costs is measured by bench/run.ts.
  test('a file of the lowest of 127 layers is found', () => {
    for (let i = 0; i < 127; i++) mkdir(context, `/x${i}`);
    mkdir(context, '/x126/d');
    put('/x126/d/f', 'deep');
    mkdir(context, '/deep');
    const all = Array.from({ length: 127 }, (_, i) => `/x${i}`).join(':');
    overlay(`lowerdir=${all},upperdir=/upper,workdir=/work`, '/deep');
    expect(get('/deep/d/f')).toBe('deep');
  });
});
