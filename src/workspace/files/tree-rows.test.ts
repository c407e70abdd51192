import { describe, expect, test } from 'vitest';
import type { FileEntry } from '../../lab/protocol.ts';
import { afterKey, folderOf, isWithin, type Listing, rowKey, rowsOf } from './tree-rows.ts';

const folder = (name: string): FileEntry => ({ name, type: 'directory', size: 0, unfolds: true });
const file = (name: string): FileEntry => ({ name, type: 'file', size: 0, unfolds: false });
const listings = new Map<string, Listing>([
  ['/home/me', [folder('app'), file('note.txt')]],
  ['/home/me/app', [file('Dockerfile')]],
  ['/', [folder('home')]],
]);
const unfolded = (...keys: [root: string, path: string][]) => new Set(keys.map((one) => rowKey(...one)));
const tree = (...keys: [root: string, path: string][]) =>
  rowsOf(['/home/me', '/'], unfolded(...keys), listings);

describe('the tree of files', () => {
  test('shows what is unfolded, each line with its place', () => {
    const rows = tree(['/home/me', '/home/me'], ['/home/me', '/home/me/app']);
    expect(rows.map(({ name, level, place, of }) => [name, level, place, of])).toEqual([
      ['/home/me', 1, 1, 2],
      ['app', 2, 1, 2],
      ['Dockerfile', 3, 1, 1],
      ['note.txt', 2, 2, 2],
      ['/', 1, 2, 2],
    ]);
  });

  test('goes where the keys of a tree go', () => {
    const rows = tree(['/home/me', '/home/me']);
    const [me, app, note, root] = rows.map(({ key }) => key);
    expect(afterKey(rows, 0, 'ArrowDown')).toEqual({ to: app });
    expect(afterKey(rows, 0, 'ArrowUp')).toEqual({ to: me });
    expect(afterKey(rows, 0, 'ArrowRight')).toEqual({ to: app });
    expect(afterKey(rows, 0, 'ArrowLeft')).toEqual({ toggle: me });
    expect(afterKey(rows, 1, 'ArrowRight')).toEqual({ toggle: app });
    expect(afterKey(rows, 2, 'ArrowRight')).toEqual({});
    expect(afterKey(rows, 2, 'ArrowLeft')).toEqual({ to: me });
    expect(afterKey(rows, 3, 'ArrowLeft')).toEqual({});
    expect(afterKey(rows, 0, 'End')).toEqual({ to: root });
    expect(afterKey(rows, 3, 'n')).toEqual({ to: note });
    expect(afterKey(rows, 0, 'z')).toEqual({});
  });

  test('knows what lies within a folder', () => {
    expect(isWithin('/home/me', '/home/me/app')).toBe(true);
    expect(isWithin('/home/me', '/home/meg')).toBe(false);
    expect(isWithin('/', '/etc')).toBe(true);
    expect(folderOf('/etc')).toBe('/');
    expect(folderOf('/etc/motd')).toBe('/etc');
  });
});
