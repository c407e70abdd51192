import { beforeEach, describe, expect, test } from 'vitest';
import { decode, encode } from '../../base/bytes.ts';
import { devtmpfsType } from '../devtmpfs.ts';
import type { OpenFile } from '../file.ts';
import { mount } from '../mounting.ts';
import type { LookupContext } from '../namei.ts';
import { mkdir } from '../names.ts';
import { close, open } from '../open.ts';
import { as, flags, TestCaller, testMachine } from '../testing.ts';
import type { Vfs } from '../vfs.ts';
import { type Devpts, devptsType } from './devpts.ts';

let vfs: Vfs;
let context: LookupContext;
let devpts: Devpts;
let signals: [number, string][];
/** The leader of a session, and one of a background group in it. */
const leader = Object.assign(new TestCaller(), { pid: 10, processGroup: 10, session: 10 });
const background = Object.assign(new TestCaller(), { pid: 11, processGroup: 11, session: 10 });

beforeEach(() => {
  ({ vfs, context } = testMachine());
  vfs.register(devtmpfsType);
  vfs.register(devptsType);
  signals = [];
  vfs.signalGroup = (group, signal) => signals.push([group, signal]);
  mkdir(context, '/dev');
  mount(context, { source: 'udev', target: '/dev', type: 'devtmpfs' });
  const { fs } = mount(context, {
    source: 'devpts',
    target: '/dev/pts',
    type: 'devpts',
    options: 'gid=5,mode=620,ptmxmode=000',
  });
  devpts = fs as Devpts;
});

const openAs = (caller: TestCaller, path: string, letters = 'rw') =>
  open(as(context, caller), path, flags(letters)) as OpenFile;

describe('a terminal whose window is outside', () => {
  let shown: string;
  const window = () => {
    shown = '';
    return devpts.outside({ uid: 0, gid: 0 }, { onOutput: (bytes) => (shown += decode(bytes)) });
  };

  test('shows output with carriage returns and gives typed lines', async () => {
    const master = window();
    const tty = openAs(leader, '/dev/pts/0');
    tty.write(encode('$ \n'), leader);
    expect(shown).toBe('$ \r\n');
    const line = tty.read(100, leader);
    expect(line).toBeInstanceOf(Promise);
    master.write(encode('ls\r'));
    expect(decode(await line)).toBe('ls\n');
    expect(shown).toBe('$ \r\nls\r\n');
  });

  test('becomes the controlling terminal of the session leader that opens it', () => {
    expect(() => openAs(leader, '/dev/tty')).toThrow('No such device or address');
    const master = window();
    const tty = openAs(leader, '/dev/pts/0');
    expect(tty.ioctl({ request: 'TIOCGPGRP' }, leader)).toBe(10);
    expect(openAs(background, '/dev/tty').describe()).toBe('/dev/tty');
    master.write(encode('\x03'));
    tty.ioctl({ request: 'TIOCSPGRP', processGroup: 11 }, leader);
    master.write(encode('\x1a'));
    master.resize({ columns: 80, rows: 24 });
    expect(tty.ioctl({ request: 'TIOCGWINSZ' }, leader)).toEqual({ columns: 80, rows: 24 });
    expect(signals).toEqual([
      [10, 'SIGINT'],
      [11, 'SIGTSTP'],
      [11, 'SIGWINCH'],
    ]);
  });

  test('stops a background reader until it comes to the foreground', async () => {
    const master = window();
    const tty = openAs(leader, '/dev/pts/0');
    master.write(encode('x\r'));
    const read = tty.read(10, background);
    expect(signals).toEqual([[11, 'SIGTTIN']]);
    tty.ioctl({ request: 'TIOCSPGRP', processGroup: 11 }, leader);
    expect(decode(await read)).toBe('x\n');
  });

  test('when the window closes, readers get the end and the session is told', async () => {
    const master = window();
    const tty = openAs(leader, '/dev/pts/0');
    const read = tty.read(10, leader);
    master.hangup();
    expect((await read).length).toBe(0);
    expect(() => tty.write(encode('x'), leader)).toThrow('Input/output error');
    expect(signals).toEqual([
      [10, 'SIGHUP'],
      [10, 'SIGCONT'],
    ]);
    expect(() => openAs(leader, '/dev/pts/0')).toThrow('No such file');
  });

  test('ten megabytes pasted are all read, and Ctrl-C after them is heard at once', async () => {
    const master = window();
    const tty = openAs(leader, '/dev/pts/0');
    const line = `${'x'.repeat(99)}\r`;
    master.write(encode(line.repeat(100_000)));
    let read = 0;
    while (tty.poll().readable && read < 1_000_000)
      read += ((await tty.read(4096, leader)) as Uint8Array).length;
    expect(read).toBe(1_000_000);
    master.write(encode('\x03'));
    expect(signals).toEqual([[10, 'SIGINT']]);
    expect(tty.poll().readable).toBe(false);
  });
});

describe('a terminal whose master a program holds', () => {
  test('opening ptmx makes a terminal beside it; closing takes it away', async () => {
    const master = openAs(background, '/dev/ptmx');
    expect(master.ioctl({ request: 'TIOCGPTN' }, background)).toBe(0);
    const tty = openAs(leader, '/dev/pts/0');
    expect(tty.inode.stat()).toMatchObject({ mode: 0o20620, gid: 5, rdev: 136 << 8 });
    tty.write(encode('hi\n'), leader);
    expect(decode(await master.read(100, background))).toBe('hi\r\n');
    const next = master.read(100, background);
    close(tty);
    await expect(next).rejects.toThrow('Input/output error');
    close(master);
    expect(() => openAs(leader, '/dev/pts/0')).toThrow('No such file');
  });

  test('a writer waits when the master does not read', async () => {
    const master = openAs(background, '/dev/ptmx');
    const tty = openAs(leader, '/dev/pts/0');
    while (tty.poll().writable) tty.write(new Uint8Array(8192), leader);
    const write = tty.write(encode('x'), leader);
    expect(write).toBeInstanceOf(Promise);
    await master.read(1 << 20, background);
    expect(await write).toBe(1);
  });
});
