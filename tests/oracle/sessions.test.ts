import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { knowsRealNames } from './names.ts';
import type { Step } from './normalise.ts';
import { replay } from './replay.ts';
import { BEFORE, SESSION_IMAGES } from './sessions/generate.ts';
import { recordedSessions } from './sessions/recorded.ts';

const sessions = readFileSync(recordedSessions, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((text) => JSON.parse(text) as Step[]);
const why = knowsRealNames ? '' : ' (skipped: the words of generated names are not at hand)';

test.skipIf(!knowsRealNames).each(sessions.map((steps, i) => [i + 1, steps] as const))(
  `random session %i: every step is as a real engine answered it${why}`,
  async (number, steps) => {
    const compared = await replay(SESSION_IMAGES, steps, { prefix: `${number}/`, before: BEFORE });
    expect(compared.flatMap(({ difference }) => difference ?? []).join('\n')).toBe('');
  },
);
