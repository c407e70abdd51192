import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../base/clock.ts';
import { fileSystemContract } from './filesystem.contract.ts';
import { S_IFREG } from './inode.ts';
import { mount } from './mounting.ts';
import { mkdir } from './names.ts';
import { flags, TestCaller, testMachine } from './testing.ts';
import { Tmpfs } from './tmpfs.ts';

fileSystemContract('tmpfs', () => {
  const clock = new VirtualClock(1_700_000_000_000);
  return { fs: new Tmpfs({ dev: 1, clock }), clock };
});

describe('a tmpfs with a size', () => {
  const owner = { uid: 0, gid: 0 };
  const small = () => new Tmpfs({ dev: 1, clock: new VirtualClock(0), size: 3 * 4096, inodes: 4 });

  test('writes what fits, then fails; freed space can be used again', () => {
    const fs = small();
    const f = fs.root.create('f', S_IFREG | 0o644, owner);
    expect(f.write(0, new Uint8Array(20_000))).toBe(3 * 4096);
    expect(() => f.write(3 * 4096, new Uint8Array(1))).toThrow('No space left on device');
    expect(f.write(100, new Uint8Array(1))).toBe(1);
    expect(fs.statfs()).toMatchObject({ blocks: 3, bfree: 0 });
    fs.root.unlink('f');
    expect(fs.statfs().bfree).toBe(3);
  });

  test('a deleted file that is still open keeps its space', () => {
    const fs = small();
    const f = fs.root.create('f', S_IFREG | 0o644, owner);
    f.write(0, new Uint8Array(4096));
    const open = f.open(flags('r'), new TestCaller());
    fs.root.unlink('f');
    expect(fs.statfs().bfree).toBe(2);
    open.release();
    expect(fs.statfs().bfree).toBe(3);
  });

  test('inodes run out too', () => {
    const { root } = small();
    for (const name of ['a', 'b', 'c']) root.create(name, S_IFREG, owner);
    expect(() => root.create('d', S_IFREG, owner)).toThrow('No space left on device');
    root.unlink('a');
    root.create('d', S_IFREG, owner);
  });

  test('mount options are read and shown as Linux does', () => {
    const { context } = testMachine();
    mkdir(context, '/m');
    const options = (text: string) =>
      mount(context, { source: 'tmpfs', target: '/m', type: 'tmpfs', options: text }).fs.options();
    expect(options('')).toBe('');
    expect(options('size=65536k,mode=1777')).toBe('size=65536k');
    expect(options('size=5000,mode=0755,uid=3,nr_inodes=1k')).toBe('size=8k,nr_inodes=1024,mode=755,uid=3');
    for (const bad of ['size=', 'size=1x', 'mode=9', 'size', 'foo=1']) {
      expect(() => options(bad)).toThrow('Invalid argument');
    }
  });
});
