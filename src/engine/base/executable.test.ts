import { expect, test } from 'vitest';
import { encode } from './bytes.ts';
import { decodeExecutable, encodeExecutable, isElf } from './executable.ts';

test('a simulated executable names its program behind an ELF header', () => {
  const head = encodeExecutable('containerd-shim-runc-v2');
  expect([...head.subarray(0, 6)]).toEqual([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  expect(decodeExecutable(head)).toBe('containerd-shim-runc-v2');
  const padded = new Uint8Array(4096);
  padded.set(head);
  expect(decodeExecutable(padded)).toBe('containerd-shim-runc-v2');
});

test('a binary of another machine is none here', () => {
  const head = encodeExecutable('ls', 'aarch64');
  expect(isElf(head)).toBe(true);
  expect(decodeExecutable(head)).toBeUndefined();
  expect(decodeExecutable(head, 'aarch64')).toBe('ls');
});

test('scripts, text and foreign binaries name no program', () => {
  const foreign = encodeExecutable('ls');
  foreign[64] = 0;
  expect(isElf(foreign)).toBe(true);
  expect(decodeExecutable(foreign)).toBeUndefined();
  expect(decodeExecutable(encodeExecutable('ls').subarray(0, 73))).toBeUndefined();
  expect(decodeExecutable(encode('#!/bin/sh\n'))).toBeUndefined();
  expect(decodeExecutable(new Uint8Array(0))).toBeUndefined();
});

test('a name that could not be read back is refused', () => {
  for (const name of ['', 'a b', 'a\0b', 'x'.repeat(129)])
    expect(() => encodeExecutable(name)).toThrow(RangeError);
});
