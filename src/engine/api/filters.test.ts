import { expect, test } from 'vitest';
import { Filters } from './filters.ts';

test('filters are sent as maps of maps, in order', () => {
  const filters = new Filters([
    ['status', 'running'],
    ['name', 'web'],
    ['status', 'exited'],
  ]);
  expect(filters.toJson()).toBe('{"name":{"web":true},"status":{"exited":true,"running":true}}');
});

test('both forms are read', () => {
  expect(Filters.fromJson('{"a":{"x":true,"y":false}}')!.values('a')).toEqual(['x']);
  expect(Filters.fromJson('{"a":["x","y"]}')!.values('a')).toEqual(['x', 'y']);
  expect(Filters.fromJson('{"a":3}')).toBeUndefined();
  expect(Filters.fromJson('{')).toBeUndefined();
});
