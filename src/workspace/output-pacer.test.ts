import { describe, expect, it } from 'vitest';
import { createOutputPacer } from './output-pacer.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('pacing output', () => {
  it('draws at once, then what came meanwhile in one go', () => {
    const drawn: string[] = [];
    let done = () => {};
    const pacer = createOutputPacer((data, finish) => {
      drawn.push(new TextDecoder().decode(data));
      done = finish;
    });
    for (const text of ['a', 'b', 'c']) pacer.write(bytes(text));
    expect(drawn).toEqual(['a']);
    done();
    expect(drawn).toEqual(['a', 'bc']);
    done();
    pacer.write(bytes('d'));
    expect(drawn).toEqual(['a', 'bc', 'd']);
  });

  it('drops the oldest whole lines of a flood', () => {
    const drawn: Uint8Array[] = [];
    let done = () => {};
    const pacer = createOutputPacer((data, finish) => {
      drawn.push(data);
      done = finish;
    });
    for (let i = 0; i < 100; i++) pacer.write(bytes('y\n'.repeat(50_000)));
    done();
    expect(drawn[1]?.length).toBeLessThan(2_100_000);
    expect(drawn[1]?.[0]).toBe('y'.charCodeAt(0));
  });
});
