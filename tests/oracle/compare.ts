import { describe, expect, test } from 'vitest';
import { EXCEPTIONS } from './exceptions.ts';
import { knowsRealNames } from './names.ts';
import { type Compared, hasTranscripts, loadTranscripts, replay } from './replay.ts';
import { loadScenario, readRecording } from './scenario.ts';

/** A test for one of our own recordings: every step equals what a real engine answered. */
export function replaysOwn(name: string): void {
  const { images } = loadScenario(`${name}.yaml`);
  const steps = readRecording(name);
  const isStrange = !knowsRealNames && steps.some(({ stdout }) => /\bname=[a-z]+_[a-z]+\d?\b/.test(stdout));
  const why = isStrange ? ' (skipped: the words of generated names are not at hand)' : '';
  test.skipIf(isStrange)(`${name}: every step is as a real engine answered it${why}`, async () => {
    const compared = await replay(images, steps, { prefix: `${name}/` });
    expect(unexplained(compared)).toBe('');
  });
}

/**
 * Tests for scenarios of the shared recordings; skipped where those are not at hand.
 *
 * @param floors the share of steps of each scenario that are equal, below which it must not fall
 */
export function replaysShared(floors: Readonly<Record<string, number>>): void {
  describe.skipIf(!hasTranscripts)('shared recordings', () => {
    test.each(Object.entries(floors))('%s', async (name, floor) => {
      const scenario = loadTranscripts().find(({ id }) => id === name)!;
      const { images, steps, before } = scenario;
      const compared = await replay(images, steps, { before });
      const equal = compared.filter(({ difference }) => difference === undefined).length;
      expect(unexplained(compared)).toBe('');
      expect(equal / compared.length, `${equal} of ${compared.length} equal`).toBeGreaterThanOrEqual(floor);
      const stale = compared.filter(({ id, difference }) => difference === undefined && id in EXCEPTIONS);
      expect(
        stale.map(({ id }) => id),
        'exceptions that no longer differ',
      ).toEqual([]);
    });
  });
}

/** What differs without a reason on the list, to read. */
const unexplained = (compared: readonly Compared[]): string =>
  compared
    .filter(({ id, difference }) => difference !== undefined && !(id in EXCEPTIONS))
    .map(({ id, difference }) => `── ${id}\n${difference}`)
    .join('\n');
