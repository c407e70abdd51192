import { expect, it } from 'vitest';
import { LATE_PROGRAMS } from './late-program-names.ts';
import { latePrograms } from './late-programs.ts';

/** They are there at once (programs.ts), whatever else has them. */
const EARLY = ['init', 'systemd', 'bash', 'dash', 'sh', 'id'];

it('names every program that is loaded late, so that executing one finds it', () => {
  const there = [...latePrograms().keys()].filter((name) => !EARLY.includes(name));
  expect([...LATE_PROGRAMS]).toEqual(there.sort());
});
