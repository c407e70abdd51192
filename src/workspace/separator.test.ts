import { describe, expect, it } from 'vitest';
import { afterKey, within } from './separator.ts';

const limits = { least: 28, most: 70, first: 50 };

describe('a separator', () => {
  it('keeps within its limits', () => {
    expect(within(limits, 3)).toBe(28);
    expect(within(limits, 99)).toBe(70);
    expect(within(limits, 60.4)).toBe(60);
  });

  it('moves by the keys of its direction only', () => {
    expect(afterKey({ axis: 'width', limits, value: 50 }, 'ArrowLeft')).toBe(52);
    expect(afterKey({ axis: 'width', limits, value: 50 }, 'ArrowUp')).toBeUndefined();
    expect(afterKey({ axis: 'height', limits, value: 50 }, 'ArrowUp')).toBe(52);
    expect(afterKey({ axis: 'width', limits, value: 61 }, 'Enter')).toBe(50);
    expect(afterKey({ axis: 'width', limits, value: 50 }, 'Tab')).toBeUndefined();
  });
});
