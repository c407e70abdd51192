import { expect, test } from 'vitest';
import { concat, decode, encode } from '../base/bytes.ts';
import { encodeFrame, FrameDecoder, STDERR, STDOUT } from './stdcopy.ts';

test('a frame is a stream number, three zeros, a big-endian length and the payload', () => {
  expect([...encodeFrame(STDOUT, encode('gone\n'))]).toEqual([
    1, 0, 0, 0, 0, 0, 0, 5, 103, 111, 110, 101, 10,
  ]);
});

test.each([1, 3, 8, 9, 100])('frames cut into pieces of %i bytes come out whole', (size) => {
  const wire = concat([
    encodeFrame(STDOUT, encode('out')),
    encodeFrame(STDERR, encode('')),
    encodeFrame(STDERR, encode('error')),
  ]);
  const decoder = new FrameDecoder();
  const text: Record<number, string> = {};
  for (let at = 0; at < wire.length; at += size)
    for (const { stream, payload } of decoder.push(wire.slice(at, at + size)))
      text[stream] = (text[stream] ?? '') + decode(payload);
  expect(text).toEqual({ [STDOUT]: 'out', [STDERR]: 'error' });
});

test('an unknown stream number is refused', () => {
  expect(() => new FrameDecoder().push(new Uint8Array([9, 0, 0, 0, 0, 0, 0, 0]))).toThrow(
    'unrecognized stream: 9',
  );
});
