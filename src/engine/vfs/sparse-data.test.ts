import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SparseData } from './sparse-data.ts';

describe('sparse data', () => {
  test('a hole of any size costs nothing and reads as zeros', () => {
    const data = new SparseData();
    data.write(0, Uint8Array.of(1, 2));
    data.truncate(70_000_000_000);
    data.write(69_999_999_999, Uint8Array.of(3));
    expect([data.pages, data.kept]).toEqual([2, 3]);
    expect([...data.read(1, 3)]).toEqual([2, 0, 0]);
    expect([data.nextHole(0), data.nextData(4096)]).toEqual([4096, 69_999_996_928]);
  });

  test('appending many small pieces takes little more room', () => {
    const data = new SparseData();
    for (let i = 0; i < 10_000; i++) data.write(data.size, Uint8Array.of(i, i >> 8, 0, 0));
    expect(data.kept).toBeLessThan(80_000);
  });

  test('what repeats is kept once', () => {
    const data = new SparseData();
    const zeros = new Uint8Array(1 << 20);
    for (let i = 0; i < 1000; i++) data.write(data.size, zeros);
    expect([data.size, data.pages, data.kept]).toEqual([1000 << 20, 256_000, 1]);
    const yes = new Uint8Array(8192).map((_, i) => (i % 2 === 0 ? 121 : 10));
    for (let i = 0; i < 1000; i++) data.write(data.size, yes);
    expect(data.kept).toBe(8193);
    data.write(1000 << 20, Uint8Array.of(1));
    expect([...data.read((1000 << 20) - 1, 5)]).toEqual([0, 1, 10, 121, 10]);
  });

  test('space set aside reads as zeros, is a hole to look for, and is written to', () => {
    const data = new SparseData();
    data.allocate(0, 100_000);
    data.truncate(100_000);
    expect([data.pages, data.kept, data.nextData(0), data.nextHole(0)]).toEqual([25, 1, undefined, 0]);
    for (let i = 0; i < 1000; i++) data.write(i * 10, Uint8Array.of(i, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    expect([data.pages, data.nextData(0), data.nextHole(0)]).toEqual([25, 0, 12_288]);
    expect(data.kept).toBeLessThan(30_000);
  });

  test('behaves as an array of bytes would, copies too', () => {
    const at = fc.nat(200_000);
    const length = fc.oneof(fc.nat(20), fc.nat(90_000));
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), at, length, period: fc.constantFrom(1, 2, 251) }),
      fc.record({
        kind: fc.constant('append' as const),
        at,
        length: fc.constantFrom(4096, 8192),
        period: fc.nat(3),
      }),
      fc.record({ kind: fc.constantFrom('truncate' as const, 'punch', 'allocate', 'clone'), at, length }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 25 }), (operations) => {
        let data = new SparseData();
        let model = new Model();
        const copies: [SparseData, Model][] = [];
        for (const step of operations) {
          if (step.kind === 'write' || step.kind === 'append') {
            const bytes = new Uint8Array(step.length).map((_, i) => 1 + (i % (step.period || 1)));
            const position = step.kind === 'append' ? data.size : step.at;
            data.write(position, bytes);
            model.write(position, bytes);
          } else if (step.kind === 'clone') {
            copies.push([data, model]);
            [data, model] = [data.clone(), model.clone()];
          } else if (step.kind === 'truncate') {
            data.truncate(step.at);
            model.truncate(step.at);
          } else {
            data[step.kind](step.at, step.at + step.length);
            model[step.kind](step.at, step.at + step.length);
          }
        }
        for (const [copy, bytes] of [...copies, [data, model] as const]) {
          expect([copy.size, copy.pages]).toEqual([bytes.size, bytes.pages()]);
          expect(Buffer.compare(copy.read(0, bytes.size + 5), bytes.bytes.subarray(0, bytes.size))).toBe(0);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

/** The same with a byte for each byte. */
class Model {
  bytes = new Uint8Array(1 << 19);
  present = new Uint8Array(1 << 19);
  size = 0;

  clone(): Model {
    const copy = new Model();
    copy.bytes = this.bytes.slice();
    copy.present = this.present.slice();
    copy.size = this.size;
    return copy;
  }

  write(position: number, data: Uint8Array): void {
    this.bytes.set(data, position);
    this.present.fill(1, position, position + data.length);
    if (data.length > 0) this.size = Math.max(this.size, position + data.length);
  }

  truncate(size: number): void {
    if (size <= this.size) this.punch(size, this.bytes.length);
    this.size = size;
  }

  punch(from: number, to: number): void {
    this.bytes.fill(0, from, to);
    this.present.fill(0, from, to);
  }

  allocate(from: number, to: number): void {
    if (to > from || from % 4096 !== 0) this.present.fill(1, from & ~4095, (to + 4095) & ~4095);
  }

  pages(): number {
    let pages = 0;
    for (let at = 0; at < this.present.length; at += 4096)
      if (this.present.subarray(at, at + 4096).includes(1)) pages++;
    return pages;
  }
}
