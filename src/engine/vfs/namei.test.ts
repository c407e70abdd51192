import { beforeEach, describe, expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import { type ErrnoCode, strerror } from '../base/errno.ts';
import { access, chmod, chownPath, stat, truncate } from './attributes.ts';
import type { OpenFile } from './file.ts';
import { S_IFCHR, S_IFDIR, S_IFIFO, S_IFREG } from './inode.ts';
import { mountinfo, mounts } from './mountinfo.ts';
import { bindMount, mount, pivotRoot, remount, umount } from './mounting.ts';
import { getcwd, type LookupContext, walk } from './namei.ts';
import { bindSocket, link, mkdir, mknod, readlink, rename, rmdir, symlink, unlink } from './names.ts';
import { close, open } from './open.ts';
import { pathName } from './path.ts';
import { as, flags, TestCaller, testMachine } from './testing.ts';
import { INITIAL_USER_NAMESPACE } from './user-namespace.ts';

let context: LookupContext;
beforeEach(() => {
  context = testMachine().context;
});

const put = (path: string, text = '', at = context) => {
  const file = open(at, path, flags('wct'), 0o666) as OpenFile;
  file.write(encode(text), at.caller);
  close(file);
};
const get = (path: string, at = context) => {
  const file = open(at, path, flags('r')) as OpenFile;
  const text = decode(file.read(1 << 20, at.caller) as Uint8Array);
  close(file);
  return text;
};
const failing = (code: ErrnoCode, act: () => unknown) => expect(act).toThrow(strerror(code));
const chown = (at: LookupContext, path: string, uid: number, gid: number) =>
  chownPath(at.caller, walk(at, path), uid, gid);
const within = (path: string): LookupContext => ({ ...context, cwd: walk(context, path) });

describe('path walk', () => {
  test('files are found by absolute and relative paths, through . and .. and doubled slashes', () => {
    mkdir(context, '/a');
    mkdir(context, '/a/b');
    put('/a/b/f', 'hello');
    expect(get('//a/./b/../b//f')).toBe('hello');
    expect(get('b/f', within('/a'))).toBe('hello');
    expect(get('/../../a/b/f')).toBe('hello');
    expect(getcwd(within('/a/b'))).toBe('/a/b');
  });

  test('a path that leads nowhere says why', () => {
    put('/f');
    failing('ENOENT', () => walk(context, ''));
    failing('ENOENT', () => walk(context, '/x'));
    failing('ENOENT', () => walk(context, '/x/y'));
    failing('ENOTDIR', () => walk(context, '/f/'));
    failing('ENOTDIR', () => walk(context, '/f/x'));
    failing('ENOTDIR', () => walk(context, '/f/.'));
    failing('ENAMETOOLONG', () => walk(context, `/${'n'.repeat(256)}`));
    failing('ENAMETOOLONG', () => walk(context, '/x'.repeat(2048)));
  });

  test('what has been found once is looked for again when the directory has changed past the path walk', () => {
    mkdir(context, '/d');
    put('/d/f', 'old');
    expect(get('/d/f')).toBe('old');
    expect(get('/d/f')).toBe('old');
    const { inode } = walk(context, '/d').dentry;
    inode.unlink('f');
    failing('ENOENT', () => walk(context, '/d/f'));
    const fresh = inode.create('f', S_IFREG | 0o644, { uid: 0, gid: 0 });
    expect(walk(context, '/d/f').dentry.inode).toBe(fresh);
    expect(get('/d/f')).toBe('');
    mkdir(context, '/e');
    put('/e/g', 'other');
    const { inode: other } = walk(context, '/e').dentry;
    expect(get('/e/g')).toBe('other');
    other.rename('g', inode, 'f');
    failing('ENOENT', () => walk(context, '/e/g'));
    expect(get('/d/f')).toBe('other');
  });

  test('what has been moved is in its new directory as often as one looks', () => {
    for (const name of ['/a', '/b']) mkdir(context, name);
    put('/a/f', 'x');
    for (const [from, to] of [
      ['/a/f', '/b/f'],
      ['/b/f', '/a/g'],
      ['/a/g', '/b/g'],
    ] as const) {
      expect(get(from)).toBe('x');
      rename(context, from, to);
      expect(get(to)).toBe('x');
      failing('ENOENT', () => walk(context, from));
    }
    put('/a/h', 'h');
    rename(context, '/a/h', '/b/g', { exchange: true });
    expect([get('/a/h'), get('/b/g')]).toEqual(['x', 'h']);
    walk(context, '/b').dentry.inode.unlink('g');
    failing('ENOENT', () => walk(context, '/b/g'));
  });

  test('links are followed in the middle always, at the end unless told not to, and with a slash after all', () => {
    mkdir(context, '/dir');
    put('/dir/f', 'x');
    symlink(context, 'dir', '/link');
    symlink(context, 'link/f', '/chain');
    expect(get('/chain')).toBe('x');
    expect(get('/link/f')).toBe('x');
    expect(readlink(context, '/link')).toBe('dir');
    expect(pathName(walk(context, '/link', { follow: false }))).toBe('/link');
    expect(pathName(walk(context, '/link/', { follow: false }))).toBe('/dir');
    failing('EINVAL', () => readlink(context, '/dir'));
  });

  test('forty links are followed and no more', () => {
    put('/l0', 'end');
    for (let i = 1; i <= 41; i++) symlink(context, `l${i - 1}`, `/l${i}`);
    expect(get('/l40')).toBe('end');
    failing('ELOOP', () => get('/l41'));
    symlink(context, 'self', '/self');
    failing('ELOOP', () => stat(context, '/self'));
    expect(stat(context, '/self', { follow: false }).size).toBe(4);
  });

  test('a removed working directory has no name and takes no files', () => {
    mkdir(context, '/d');
    const inside = within('/d');
    rmdir(context, '/d');
    failing('ENOENT', () => getcwd(inside));
    failing('ENOENT', () => put('f', '', inside));
    failing('ENOENT', () => mkdir(inside, 'x'));
    expect(pathName(inside.cwd)).toBe('/d (deleted)');
  });

  test('a root set by chroot cannot be left by ..', () => {
    mkdir(context, '/jail');
    put('/secret');
    const jailed = { ...context, root: walk(context, '/jail'), cwd: walk(context, '/jail') };
    failing('ENOENT', () => walk(jailed, '../secret'));
    symlink(context, '/secret', '/jail/link');
    failing('ENOENT', () => walk(jailed, 'link'));
    expect(getcwd(jailed)).toBe('/');
    expect(getcwd({ ...jailed, cwd: context.root })).toBe('(unreachable)/');
  });
});

describe('open', () => {
  test('creation, exclusion and truncation', () => {
    failing('ENOENT', () => open(context, '/f', flags('r')));
    put('/f', 'one');
    expect(stat(context, '/f').mode & 0o777).toBe(0o644);
    failing('EEXIST', () => open(context, '/f', flags('wcx')));
    put('/f', '2');
    expect(get('/f')).toBe('2');
    failing('EISDIR', () => open(context, '/new/', flags('wc')));
    failing('ENOTDIR', () => open(context, '/f', flags('rd')));
  });

  test('a dangling link is created through, but not exclusively', () => {
    symlink(context, 'target', '/link');
    failing('EEXIST', () => open(context, '/link', flags('wcx')));
    put('/link', 'through');
    expect(get('/target')).toBe('through');
    failing('ELOOP', () => open(context, '/link', flags('rl')));
  });

  test('directories open for reading only', () => {
    failing('EISDIR', () => open(context, '/', flags('w')));
    failing('EISDIR', () => open(context, '/', flags('rc')));
    failing('EISDIR', () => open(context, '/', flags('rt')));
    put('/b');
    const dir = open(context, '/', flags('rd')) as OpenFile;
    expect(dir.readdir(context.caller).map((entry) => entry.name)).toEqual(['.', '..', 'b']);
  });

  test('appending writes at the end wherever it is', () => {
    put('/log', 'a');
    const first = open(context, '/log', flags('a')) as OpenFile;
    const second = open(context, '/log', flags('a')) as OpenFile;
    first.write(encode('1'), context.caller);
    second.write(encode('2'), context.caller);
    first.write(encode('3'), context.caller);
    expect(get('/log')).toBe('a123');
  });

  test('sockets and devices without a driver give ENXIO, the null device swallows', () => {
    bindSocket(context, '/sock');
    failing('ENXIO', () => open(context, '/sock', flags('r')));
    failing('EADDRINUSE', () => bindSocket(context, '/sock'));
    mknod(context, '/odd', S_IFCHR | 0o666, 0xfff);
    failing('ENXIO', () => open(context, '/odd', flags('r')));
    mknod(context, '/null', S_IFCHR | 0o666, 0x103);
    put('/null', 'gone');
    expect(get('/null')).toBe('');
  });

  test('O_PATH opens a link itself and reads nothing', () => {
    symlink(context, 'x', '/l');
    const place = open(context, '/l', flags('lp')) as OpenFile;
    expect(place.describe()).toBe('/l');
    failing('EBADF', () => place.read(1, context.caller));
  });
});

describe('permissions', () => {
  const alice = new TestCaller(1000, { gid: 1000, groups: [50] });
  const bob = new TestCaller(1001);

  test('owner, group and others are told apart; root passes', () => {
    put('/f', 'x');
    chown(context, '/f', 1000, 50);
    chmod(context, '/f', 0o040);
    failing('EACCES', () => get('/f', as(context, alice)));
    chmod(context, '/f', 0o400);
    expect(get('/f', as(context, alice))).toBe('x');
    failing('EACCES', () => get('/f', as(context, bob)));
    failing('EACCES', () => put('/f', '', as(context, alice)));
    expect(get('/f')).toBe('x');
    chown(context, '/f', 0, 50);
    chmod(context, '/f', 0o640);
    expect(get('/f', as(context, alice))).toBe('x');
  });

  test('a directory without x cannot be searched, one without w takes no names', () => {
    mkdir(context, '/d', 0o700);
    put('/d/f');
    failing('EACCES', () => stat(as(context, alice), '/d/f'));
    failing('EACCES', () => mkdir(as(context, alice), '/x'));
    failing('EACCES', () => unlink(as(context, alice), '/d/f'));
    // Existence is found before the right to write is missed.
    failing('EEXIST', () => mkdir(as(context, alice), '/d'));
  });

  test('in a sticky directory only owners remove', () => {
    mkdir(context, '/tmp');
    chmod(context, '/tmp', 0o1777);
    put('/tmp/a', '', as(context, alice));
    failing('EPERM', () => unlink(as(context, bob), '/tmp/a'));
    failing('EPERM', () => rename(as(context, bob), '/tmp/a', '/tmp/b'));
    rename(as(context, alice), '/tmp/a', '/tmp/b');
    unlink(as(context, alice), '/tmp/b');
  });

  test('only the owner changes modes, only root gives files away', () => {
    put('/f');
    failing('EPERM', () => chmod(as(context, bob), '/f', 0o777));
    chown(context, '/f', 1000, 1000);
    chmod(as(context, alice), '/f', 0o4755);
    failing('EPERM', () => chown(as(context, alice), '/f', 1001, -1));
    chown(as(context, alice), '/f', -1, 50);
    expect(stat(context, '/f').mode & 0o7777).toBe(0o755);
    mkdir(context, '/tmp');
    chmod(context, '/tmp', 0o1777);
    failing('EPERM', () => mknod(as(context, alice), '/tmp/null', S_IFCHR | 0o600, 0x103));
  });

  test('access says what open would', () => {
    put('/f');
    access(as(context, bob), '/f', 4);
    failing('EACCES', () => access(as(context, bob), '/f', 2));
    failing('EACCES', () => access(context, '/f', 1));
    chmod(context, '/f', 0o100);
    access(context, '/f', 1);
  });
});

describe('names', () => {
  test('making over what exists, removing what does not, each in its own words', () => {
    put('/f');
    mkdir(context, '/d');
    failing('EEXIST', () => mkdir(context, '/f'));
    failing('EEXIST', () => mkdir(context, '/'));
    failing('EEXIST', () => mkdir(context, '/d/.'));
    failing('ENOENT', () => mkdir(context, '/x/y'));
    failing('ENOTDIR', () => mkdir(context, '/f/y'));
    failing('ENOENT', () => symlink(context, 't', '/n/'));
    failing('EISDIR', () => unlink(context, '/d'));
    failing('ENOTDIR', () => unlink(context, '/f/'));
    failing('ENOTDIR', () => rmdir(context, '/f'));
    failing('EINVAL', () => rmdir(context, '/d/.'));
    failing('ENOTEMPTY', () => rmdir(context, '/d/..'));
    failing('EBUSY', () => rmdir(context, '/'));
    put('/d/g');
    failing('ENOTEMPTY', () => rmdir(context, '/d'));
  });

  test('rename replaces files and empty directories, never across kinds, never into itself', () => {
    put('/f', 'f');
    put('/g', 'g');
    mkdir(context, '/d');
    mkdir(context, '/d/in');
    mkdir(context, '/e');
    rename(context, '/f', '/g');
    expect(get('/g')).toBe('f');
    failing('ENOENT', () => rename(context, '/f', '/h'));
    failing('EISDIR', () => rename(context, '/g', '/d'));
    failing('ENOTDIR', () => rename(context, '/d', '/g'));
    failing('EINVAL', () => rename(context, '/d', '/d/in/x'));
    failing('ENOTEMPTY', () => rename(context, '/e', '/d'));
    failing('ENOTEMPTY', () => rename(context, '/d/in', '/d'));
    failing('ENOTDIR', () => rename(context, '/g', '/x/'));
    const inside = within('/d/in');
    rename(context, '/d', '/e');
    expect(getcwd(inside)).toBe('/e/in');
    expect(stat(context, '/').nlink).toBe(3);
  });

  test('hard links share one inode until the last goes', () => {
    put('/a', 'x');
    link(context, '/a', '/b');
    expect(stat(context, '/a').ino).toBe(stat(context, '/b').ino);
    expect(stat(context, '/a').nlink).toBe(2);
    unlink(context, '/a');
    expect(get('/b')).toBe('x');
    mkdir(context, '/d');
    failing('EPERM', () => link(context, '/d', '/e'));
    rename(context, '/b', '/b');
    expect(stat(context, '/b').nlink).toBe(1);
  });

  test('truncate cuts and grows; not directories', () => {
    put('/f', 'abcdef');
    truncate(context, '/f', 3);
    truncate(context, '/f', 5);
    expect(get('/f')).toBe('abc\0\0');
    failing('EISDIR', () => truncate(context, '/', 0));
    mknod(context, '/p', S_IFIFO | 0o600);
    failing('EINVAL', () => truncate(context, '/p', 0));
  });
});

describe('mounts', () => {
  const tmp = (target: string, options = '') =>
    mount(context, { source: 'tmpfs', target, type: 'tmpfs', options });

  test('a mount hides what is below, and gives it back', () => {
    mkdir(context, '/m');
    put('/m/old');
    tmp('/m', 'size=1m,mode=755');
    failing('ENOENT', () => stat(context, '/m/old'));
    put('/m/new');
    expect(getcwd(within('/m'))).toBe('/m');
    expect(walk(context, '/m/..').dentry).toBe(context.root.dentry);
    failing('EBUSY', () => rmdir(context, '/m'));
    failing('EBUSY', () => rename(context, '/m', '/n'));
    failing('EXDEV', () => rename(context, '/m/new', '/new'));
    failing('EXDEV', () => link(context, '/m/new', '/new'));
    umount(context, '/m');
    stat(context, '/m/old');
    rmdirEmptyAfter();
    function rmdirEmptyAfter() {
      unlink(context, '/m/old');
      rmdir(context, '/m');
    }
  });

  test('a mount in use is busy unless detached', () => {
    mkdir(context, '/m');
    tmp('/m');
    put('/m/f', 'kept');
    const file = open(context, '/m/f', flags('r')) as OpenFile;
    failing('EBUSY', () => umount(context, '/m'));
    umount(context, '/m', { detach: true });
    failing('ENOENT', () => stat(context, '/m/f'));
    expect(decode(file.read(10, context.caller) as Uint8Array)).toBe('kept');
    failing('EINVAL', () => umount(context, '/m'));
  });

  test('bind mounts show the same files, of directories and of single files', () => {
    mkdir(context, '/a');
    mkdir(context, '/a/sub');
    mkdir(context, '/b');
    tmp('/a/sub');
    put('/a/sub/deep');
    put('/a/f', '1');
    bindMount(context, '/a', '/b');
    expect(get('/b/f')).toBe('1');
    failing('ENOENT', () => stat(context, '/b/sub/deep'));
    umount(context, '/b');
    bindMount(context, '/a', '/b', { recursive: true });
    stat(context, '/b/sub/deep');
    put('/target');
    bindMount(context, '/a/f', '/target');
    expect(get('/target')).toBe('1');
    failing('ENOTDIR', () => bindMount(context, '/a', '/target'));
    expect(pathName(walk(context, '/b/sub/deep'))).toBe('/b/sub/deep');
  });

  test('read-only by mount: EROFS, after existence', () => {
    mkdir(context, '/a');
    put('/a/f');
    bindMount(context, '/a', '/a');
    remount(context, '/a', { readonly: true }, { bind: true });
    failing('EROFS', () => put('/a/new'));
    failing('EROFS', () => mkdir(context, '/a/d'));
    failing('EEXIST', () => mkdir(context, '/a/f'));
    failing('EROFS', () => unlink(context, '/a/f'));
    failing('EROFS', () => chmod(context, '/a/f', 0o600));
    failing('EROFS', () => open(context, '/a/f', flags('w')));
    expect(get('/a/f')).toBe('');
  });

  test('nodev, noexec', () => {
    mkdir(context, '/m');
    mount(context, { source: 't', target: '/m', type: 'tmpfs', flags: { nodev: true, noexec: true } });
    mknod(context, '/m/null', S_IFCHR | 0o666, 0x103);
    failing('EACCES', () => open(context, '/m/null', flags('r')));
    put('/m/x');
    chmod(context, '/m/x', 0o755);
    failing('EACCES', () => access(context, '/m/x', 1));
  });

  test('the mount call refuses what it cannot do', () => {
    mkdir(context, '/m');
    put('/f');
    failing('ENODEV', () => mount(context, { source: 'x', target: '/m', type: 'nofs' }));
    failing('EINVAL', () => tmp('/m', 'nonsense'));
    failing('ENOENT', () => tmp('/nowhere'));
    failing('ENOTDIR', () => tmp('/f'));
    failing('EINVAL', () => umount(context, '/m'));
    failing('EPERM', () =>
      mount(as(context, new TestCaller(5)), { source: '', target: '/m', type: 'tmpfs' }),
    );
  });

  test('a cloned namespace has its own mounts', () => {
    mkdir(context, '/m');
    const { namespace, translate } = context.namespace.clone(INITIAL_USER_NAMESPACE);
    const other = { ...context, namespace, root: translate(context.root), cwd: translate(context.cwd) };
    mount(other, { source: 'tmpfs', target: '/m', type: 'tmpfs' });
    put('/m/inside', 'x', other);
    failing('ENOENT', () => stat(context, '/m/inside'));
    expect(mountinfo(namespace, other.root).split('\n').length).toBe(3);
    expect(mountinfo(context.namespace, context.root).split('\n').length).toBe(2);
  });

  test('pivot_root(".", ".") as runc does it', () => {
    mkdir(context, '/new');
    const { namespace, translate } = context.namespace.clone(INITIAL_USER_NAMESPACE);
    let inside = { ...context, namespace, root: translate(context.root), cwd: translate(context.cwd) };
    tmpIn(inside, '/new');
    put('/new/marker', 'here', inside);
    inside = { ...inside, cwd: walk(inside, '/new') };
    const { from, to } = pivotRoot(inside, '.', '.');
    inside = { ...inside, root: to, cwd: from };
    umount(inside, '.', { detach: true });
    inside = { ...inside, cwd: to };
    expect(get('/marker', inside)).toBe('here');
    failing('ENOENT', () => stat(inside, '/new'));
    expect(mounts(namespace, inside.root)).toBe('tmpfs / tmpfs rw,relatime 0 0\n');
    function tmpIn(at: LookupContext, target: string) {
      mount(at, { source: 'tmpfs', target, type: 'tmpfs' });
    }
  });

  test('mountinfo shows ids, places, flags and options as proc_pid_mountinfo(5) has them', () => {
    mkdir(context, '/my dir');
    mkdir(context, '/a');
    mkdir(context, '/a/sub');
    mount(context, {
      source: 'tmpfs',
      target: '/my dir',
      type: 'tmpfs',
      flags: { nosuid: true, readonly: true },
      options: 'size=64m,mode=755',
    });
    bindMount(context, '/a/sub', '/a');
    expect(mountinfo(context.namespace, context.root)).toBe(
      [
        '4 3 0:3 / / rw,relatime - ext4 /dev/vda1 rw',
        '5 4 0:5 / /my\\040dir ro,nosuid,relatime - tmpfs tmpfs ro,size=65536k,mode=755',
        '6 4 0:3 /a/sub /a rw,relatime - ext4 /dev/vda1 rw',
        '',
      ].join('\n'),
    );
  });

  test('stat of a directory counts its subdirectories', () => {
    mkdir(context, '/d');
    mkdir(context, '/d/e');
    expect(stat(context, '/d')).toMatchObject({ mode: S_IFDIR | 0o755, nlink: 3, size: 4096 });
  });
});
