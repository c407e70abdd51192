import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode } from '../../engine/base/bytes.ts';
import { isErrno } from '../../engine/base/errno.ts';
import { S_IFDIR } from '../../engine/vfs/inode.ts';
import { mount } from '../../engine/vfs/mounting.ts';
import { walk } from '../../engine/vfs/namei.ts';
import { mkdir, rename, rmdir, unlink } from '../../engine/vfs/names.ts';
import { close, open } from '../../engine/vfs/open.ts';
import { overlayType } from '../../engine/vfs/overlayfs/mount.ts';
import { flags, testMachine } from '../../engine/vfs/testing.ts';
import { changesIn } from './directory-layer.ts';
import type { LayerChange } from './layer-change.ts';
import { LayerStack } from './layer-stack.ts';

const file = (path: string, size = 1): LayerChange => ({
  kind: 'file',
  path,
  file: { type: 'file', mode: 0o644, uid: 0, gid: 0, size },
});
const directory = (path: string, mode = 0o755): LayerChange => ({
  kind: 'file',
  path,
  file: { type: 'directory', mode, uid: 0, gid: 0, size: 0 },
});
const whiteout = (path: string): LayerChange => ({ kind: 'whiteout', path });
const stack = (...layers: LayerChange[][]) => new LayerStack(layers.map((changes) => ({ changes })));
const names = (of: LayerStack, layer: number, path: string) =>
  of.list(layer, path)?.map(({ name, change }) => `${name} ${change}`);

describe('a stack of layers', () => {
  test('says of each path what each layer did to it', () => {
    const three = stack(
      [directory('etc'), file('etc/motd', 10), file('etc/hosts', 4)],
      [directory('etc'), file('etc/motd', 12)],
      [directory('etc'), whiteout('etc/motd'), file('etc/new', 1)],
    );
    expect(names(three, 0, 'etc')).toEqual(['hosts added', 'motd added']);
    expect(names(three, 1, 'etc')).toEqual(['hosts same', 'motd changed']);
    expect(names(three, 2, 'etc')).toEqual(['hosts same', 'motd removed', 'new added']);
    expect(three.history('etc/motd').map(({ layer, change, size }) => [layer, change, size])).toEqual([
      [0, 'added', 10],
      [1, 'changed', 12],
      [2, 'removed', undefined],
    ]);
    expect(three.layers.map(({ added, changed, removed, size }) => [added, changed, removed, size])).toEqual([
      [2, 0, 0, 14],
      [0, 1, 0, 12],
      [1, 0, 1, 1],
    ]);
    expect(three.waste()).toEqual([{ path: 'etc/motd', bytes: 22, copies: 2, removed: true }]);
  });

  test('a directory named only for what is in it is unchanged, one with another mode is not', () => {
    const two = stack([directory('a'), directory('b')], [directory('a'), file('a/x'), directory('b', 0o700)]);
    expect(two.list(1, '')).toMatchObject([
      { name: 'a', change: 'same', touched: true, layer: 1 },
      { name: 'b', change: 'changed', touched: false },
    ]);
  });

  test('an opaque marker hides what is below it, and not what stands before it in its own layer', () => {
    const two = stack(
      [directory('d'), file('d/old'), directory('d/sub'), file('d/sub/deep')],
      [directory('d'), file('d/new'), { kind: 'opaque', path: 'd' }],
    );
    expect(names(two, 1, 'd')).toEqual(['sub removed', 'new added', 'old removed']);
    expect(names(two, 1, 'd/sub')).toEqual(['deep removed']);
  });

  test('a file in the place of a directory takes all along that was in it', () => {
    const two = stack([directory('d'), file('d/x', 5)], [file('d', 2)]);
    expect(two.list(1, '')).toMatchObject([{ name: 'd', type: 'file', change: 'changed', size: 2 }]);
    expect(two.list(1, 'd')).toBeUndefined();
    expect(two.waste()).toEqual([{ path: 'd/x', bytes: 5, copies: 1, removed: true }]);
  });

  test('a name that comes back is added, not changed', () => {
    const three = stack([file('a', 3)], [whiteout('a')], [file('a', 4)]);
    expect(three.history('a').map(({ change }) => change)).toEqual(['added', 'removed', 'added']);
  });

  test('directories that an archive left out are there all the same, as long as something is in them', () => {
    const two = stack([file('a/b/c')], [whiteout('a/b/c')]);
    expect(names(two, 0, 'a')).toEqual(['b same']);
    expect(two.list(1, 'a')).toEqual([]);
  });
});

describe('beside overlayfs', () => {
  // Few names, so that what one layer made is removed and made again by another.
  const path = fc
    .array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 2 })
    .map((parts) => parts.join('/'));
  const operation = fc.oneof(
    fc.record({ what: fc.constantFrom('write', 'mkdir', 'remove'), path, to: path }),
    fc.record({ what: fc.constant('rename'), path, to: path }),
  );

  test('every layer on those below shows the tree that a mount of them shows', () => {
    const rounds = fc.array(fc.array(operation, { maxLength: 12 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(rounds, (layers) => {
        const machine = testMachine();
        machine.vfs.register(overlayType);
        const { context } = machine;
        for (const name of ['/l', '/l/empty']) mkdir(context, name);
        const trees = layers.map((operations, at) => {
          for (const name of ['', '/diff', '/work', '/merged']) mkdir(context, `/l/${at}${name}`);
          const lower = [...Array(at).keys()].reverse().map((below) => `/l/${below}/diff`);
          mount(context, {
            source: 'overlay',
            target: `/l/${at}/merged`,
            type: 'overlay',
            options: `lowerdir=${lower.join(':') || '/l/empty'},upperdir=/l/${at}/diff,workdir=/l/${at}/work`,
          });
          for (const one of operations) apply(context, `/l/${at}/merged`, one);
          return treeOf(context, `/l/${at}/merged`);
        });
        const shown = new LayerStack(
          layers.map((_, at) => ({ changes: changesIn(walk(context, `/l/${at}/diff`).dentry.inode) })),
        );
        expect(layers.map((_, at) => shownTree(shown, at))).toEqual(trees);
      }),
      { numRuns: 300 },
    );
  });
});

type Context = ReturnType<typeof testMachine>['context'];

function apply(
  context: Context,
  root: string,
  { what, path, to }: { what: string; path: string; to: string },
) {
  const at = `${root}/${path}`;
  try {
    if (what === 'mkdir') mkdir(context, at);
    else if (what === 'rename') rename(context, at, `${root}/${to}`);
    else if (what === 'remove') removeAny(context, at);
    else {
      const opened = open(context, at, flags('wct'), 0o644);
      if (opened instanceof Promise) throw new Error('no regular file');
      opened.write(encode(to), context.caller);
      close(opened);
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}

function removeAny(context: Context, path: string): void {
  const { inode } = walk(context, path).dentry;
  if (inode.type === S_IFDIR) {
    for (const { name } of inode.readdir()) removeAny(context, `${path}/${name}`);
    rmdir(context, path);
  } else unlink(context, path);
}

/** Every path with its type and size. */
function treeOf(context: Context, root: string, path = ''): string[] {
  const { inode } = walk(context, `${root}/${path}`).dentry;
  return inode
    .readdir()
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => {
      const full = path === '' ? name : `${path}/${name}`;
      const found = walk(context, `${root}/${full}`).dentry.inode;
      return found.type === S_IFDIR
        ? [`${full}/`, ...treeOf(context, root, full)]
        : [`${full} ${found.stat().size}`];
    })
    .sort();
}

function shownTree(of: LayerStack, layer: number, path = ''): string[] {
  return (of.list(layer, path) ?? [])
    .filter(({ change }) => change !== 'removed')
    .flatMap(({ name, type, size }) => {
      const full = path === '' ? name : `${path}/${name}`;
      return type === 'directory' ? [`${full}/`, ...shownTree(of, layer, full)] : [`${full} ${size}`];
    })
    .sort();
}
