import { describe, expect, test } from 'vitest';
import { bytesSize, fromHumanSize, humanSize, ramInBytes } from './go-units.ts';

describe('sizes', () => {
  test.each([
    [1000, '1kB'],
    [1024, '1.024kB'],
    [1_000_000, '1MB'],
    [1_048_576, '1.049MB'],
    [2_000_000, '2MB'],
    [3.42e9, '3.42GB'],
    [5.372e12, '5.372TB'],
    [0, '0B'],
    [999.5, '999.5B'],
  ])('%d is %s', (bytes, text) => expect(humanSize(bytes)).toBe(text));

  test('three digits in lists, powers of 1024 for memory', () => {
    expect([humanSize(1_985_748, 3), bytesSize(25276514304)]).toEqual(['1.99MB', '23.54GiB']);
  });

  test('are read', () => {
    expect(['32', '32b', '32 B', '32k', '32.5 K', '32kb', '0.3Mb'].map(fromHumanSize)).toEqual([
      32, 32, 32, 32000, 32500, 32000, 300000,
    ]);
    expect([ramInBytes('32KiB'), ramInBytes('1G')]).toEqual([32768, 1073741824]);
    for (const bad of ['', 'hello', '-32', '.3kB ', ' 32 ', '32m b', '32bm'])
      expect(() => ramInBytes(bad), bad).toThrow(/invalid s/);
  });
});
