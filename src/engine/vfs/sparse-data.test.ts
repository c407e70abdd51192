import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SparseData } from './sparse-data.ts';

describe('sparse data', () => {
  test('a hole of any size costs nothing and reads as zeros', () => {
    const data = new SparseData();
    data.write(0, Uint8Array.of(1, 2));
    data.truncate(70_000_000_000);
    data.write(69_999_999_999, Uint8Array.of(3));
    expect(data.pages()).toBe(2);
    expect([...data.read(1, 3)]).toEqual([2, 0, 0]);
    expect([...data.extents()].map((extent) => extent.start)).toEqual([0, 69_999_999_999]);
  });

  test('appending many small pieces makes few extents', () => {
    const data = new SparseData();
    for (let i = 0; i < 10_000; i++) data.write(data.size, new Uint8Array(100));
    expect([...data.extents()].length).toBe(1);
  });

  test('behaves as an array of bytes would, copies too', () => {
    const operation = fc.oneof(
      fc.record({
        kind: fc.constant('write' as const),
        at: fc.nat(200_000),
        length: fc.oneof(fc.nat(20), fc.nat(90_000)),
        byte: fc.integer({ min: 1, max: 255 }),
      }),
      fc.record({ kind: fc.constant('truncate' as const), at: fc.nat(250_000) }),
      fc.record({ kind: fc.constant('clone' as const) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 25 }), (operations) => {
        let data = new SparseData();
        let model = new Uint8Array(0);
        const frozen: [SparseData, Uint8Array][] = [];
        for (const step of operations) {
          if (step.kind === 'write') {
            const bytes = new Uint8Array(step.length).fill(step.byte);
            data.write(step.at, bytes);
            if (step.length > 0) {
              const grown = new Uint8Array(Math.max(model.length, step.at + step.length));
              grown.set(model);
              grown.set(bytes, step.at);
              model = grown;
            }
          } else if (step.kind === 'truncate') {
            data.truncate(step.at);
            const cut = new Uint8Array(step.at);
            cut.set(model.subarray(0, step.at));
            model = cut;
          } else {
            frozen.push([data, model.slice()]);
            data = data.clone();
          }
        }
        for (const [copy, bytes] of [...frozen, [data, model] as const]) {
          expect(copy.size).toBe(bytes.length);
          expect(Buffer.compare(copy.read(0, bytes.length + 5), bytes)).toBe(0);
          let end = -1;
          for (const { start, data: piece } of copy.extents()) {
            expect(start).toBeGreaterThanOrEqual(end);
            expect(piece.length).toBeGreaterThan(0);
            end = start + piece.length;
          }
          expect(end).toBeLessThanOrEqual(copy.size);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
