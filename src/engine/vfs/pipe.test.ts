import { beforeEach, describe, expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import type { OpenFile } from './file.ts';
import type { LookupContext } from './namei.ts';
import { mknod } from './names.ts';
import { close, open } from './open.ts';
import { PIPE_CAPACITY } from './pipe.ts';
import { flags, TestCaller, testMachine } from './testing.ts';

const caller = new TestCaller();
let context: LookupContext;
let reader: OpenFile;
let writer: OpenFile;
beforeEach(() => {
  const machine = testMachine();
  context = machine.context;
  [reader, writer] = machine.vfs.pipe({ uid: 0, gid: 0 });
});

describe('pipe', () => {
  test('bytes come out as they went in, at once when they are there', () => {
    writer.write(encode('hello '), caller);
    writer.write(encode('world'), caller);
    expect(decode(reader.read(8, caller) as Uint8Array)).toBe('hello wo');
    expect(decode(reader.read(100, caller) as Uint8Array)).toBe('rld');
    expect(reader.describe()).toMatch(/^pipe:\[\d+\]$/);
  });

  test('a reader waits for bytes, and gets the end when the last writer goes', async () => {
    const read = reader.read(10, caller);
    writer.write(encode('x'), caller);
    expect(decode(await read)).toBe('x');
    const end = reader.read(10, caller);
    writer.release();
    expect((await end).length).toBe(0);
  });

  test('a writer waits for room, and fails when the last reader goes', async () => {
    writer.write(new Uint8Array(PIPE_CAPACITY), caller);
    const write = writer.write(encode('x'), caller) as Promise<number>;
    reader.read(1, caller);
    expect(await write).toBe(1);
    const broken = writer.write(encode('y'), caller) as Promise<number>;
    reader.release();
    await expect(broken).rejects.toThrow('Broken pipe');
    expect(() => writer.write(encode('z'), caller)).toThrow('Broken pipe');
  });

  test('small writes are never split', async () => {
    writer.write(new Uint8Array(PIPE_CAPACITY - 10), caller);
    let done = false;
    const write = (writer.write(new Uint8Array(100), caller) as Promise<number>).then(() => (done = true));
    reader.read(50, caller);
    await Promise.resolve();
    await Promise.resolve();
    expect(done).toBe(false);
    reader.read(50, caller);
    await write;
  });

  test('without blocking there is EAGAIN', () => {
    reader.nonBlocking = writer.nonBlocking = true;
    expect(() => reader.read(1, caller)).toThrow('Resource temporarily unavailable');
    expect(writer.write(new Uint8Array(100_000), caller)).toBe(PIPE_CAPACITY);
    expect(() => writer.write(encode('x'), caller)).toThrow('Resource temporarily unavailable');
    expect(writer.poll().writable).toBe(false);
  });
});

describe('fifo', () => {
  test('each end waits for the other to be opened', async () => {
    mknod(context, '/fifo', 0o010666);
    const reading = open(context, '/fifo', flags('r'));
    expect(reading).toBeInstanceOf(Promise);
    const out = open(context, '/fifo', flags('w')) as OpenFile;
    out.write(encode('through'), caller);
    close(out);
    const file = await reading;
    expect(decode(file.read(100, caller) as Uint8Array)).toBe('through');
    expect(file.read(100, caller)).toEqual(new Uint8Array(0));
    expect(file.describe()).toBe('/fifo');
  });

  test('without blocking a reader opens at once and a lone writer fails', () => {
    mknod(context, '/fifo', 0o010666);
    expect(() => open(context, '/fifo', flags('wn'))).toThrow('No such device or address');
    open(context, '/fifo', flags('rn'));
    open(context, '/fifo', flags('wn'));
  });
});
