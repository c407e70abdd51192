import { describe, expect, it } from 'vitest';
import { keystrokes } from './keystrokes.ts';

describe('what a line of a lesson sends', () => {
  it('is the line and Enter', () => {
    expect(keystrokes('docker ps')).toBe('docker ps\r');
    expect(keystrokes('grep ^P file')).toBe('grep ^P file\r');
  });

  it('is keys alone, where it is nothing else', () => {
    expect(keystrokes('^P^Q')).toBe('\x10\x11');
    expect(keystrokes('^C')).toBe('\x03');
  });
});
