import { describe, expect, it } from 'vitest';
import { afterKey, within } from './divider.ts';

describe('the divider', () => {
  it('keeps within its limits', () => {
    expect(within('width', 3)).toBe(28);
    expect(within('width', 99)).toBe(70);
    expect(within('height', 60.4)).toBe(60);
  });

  it('moves by the keys of its direction only', () => {
    expect(afterKey('width', 50, 'ArrowLeft')).toBe(52);
    expect(afterKey('width', 50, 'ArrowUp')).toBeUndefined();
    expect(afterKey('height', 50, 'ArrowUp')).toBe(52);
    expect(afterKey('width', 61, 'Enter')).toBe(50);
    expect(afterKey('width', 50, 'Tab')).toBeUndefined();
  });
});
