import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quickGzip } from './quick-gzip.ts';

const survives = (bytes: Uint8Array) =>
  expect(Buffer.from(gunzipSync(quickGzip(bytes)))).toEqual(Buffer.from(bytes));

test('what is packed unpacks again', () => {
  survives(new Uint8Array(0));
  for (const size of [1, 3, 4, 5, 257, 258, 259, 1000, 100_000]) survives(new Uint8Array(size));
  // Repetitions of every length, from every distance.
  const grain = Uint8Array.from({ length: 40_000 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 255);
  for (let length = 3; length < 300; length++)
    survives(Uint8Array.from([...grain.subarray(0, 400), ...grain.subarray(0, length), 7]));
  for (const distance of [1, 2, 3, 4, 5, 8, 9, 100, 1025, 4096, 4097, 24_576, 24_577, 32_767, 32_768, 32_769])
    survives(
      Uint8Array.from([...grain.subarray(0, distance), ...grain.subarray(0, Math.min(distance, 300))]),
    );
});

test('runs of one byte, wherever they begin and however long they are', () => {
  for (const length of [47, 48, 51, 52, 259, 260, 261, 262, 263, 515, 516, 520, 521, 70_001])
    for (const before of [0, 1, 2, 3, 4, 7])
      for (const byte of [0, 65, 255]) {
        const whole = new Uint8Array(before + 2 * length + 9).map((_, i) => (i * 37) & 127);
        whole.fill(byte, before, before + length);
        whole.fill(byte ^ 1, before + length + 2, before + 2 * length + 2);
        survives(whole);
        // A view that begins within a word.
        survives(whole.subarray(1));
      }
});

test('whatever it is', () => {
  const parts = fc.array(
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 60 })),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(parts, (all) => {
      survives(
        Uint8Array.from(
          all.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat()),
        ),
      );
    }),
    { numRuns: 100 },
  );
});
