import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../base/random.ts';
import { generateName } from './names.ts';

test('a name is an adjective and a surname, and one that is free', () => {
  const random = seededRandom('names');
  const taken = new Set<string>();
  for (let i = 0; i < 2000; i++) {
    const name = generateName(random, (candidate) => taken.has(candidate));
    expect(name).toMatch(/^[a-z]+_[a-z]+\d?$/);
    expect(taken.has(name)).toBe(false);
    taken.add(name);
  }
});

const FIXTURE = '../shared/conformance/moby-namesgenerator.json';

describe.skipIf(!existsSync(FIXTURE))('against moby', () => {
  test('nobody is called boring_wozniak', () => {
    expect(readFileSync(FIXTURE, 'utf8')).toContain('wozniak');
    const random = seededRandom('steve');
    for (let i = 0; i < 20_000; i++) expect(generateName(random, () => false)).not.toBe('boring_wozniak');
  });
});
