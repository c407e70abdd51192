/**
 * `npm run oracle:sessions -- [--seed N] [--count N] [--save FILE]`: runs random sessions on a real Docker Engine and on the simulated
 * one, and prints where they part. With `--save`, adds to the file how the real one answered; `--from FILE` compares
 * with that again where there is no engine. `--keep N` writes the first N to be replayed as a test.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Step } from '../normalise.ts';
import { hasEngine, RealEngine } from '../real-engine.ts';
import { replay } from '../replay.ts';
import { BEFORE, SESSION_IMAGES, sessions } from './generate.ts';
import { recordedSessions } from './recorded.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '20' },
    keep: { type: 'string', default: '0' },
    save: { type: 'string' },
    from: { type: 'string' },
  },
});

/** Sessions as a real engine answers them, or once did. */
function* answered(): Generator<Step[]> {
  if (values.from !== undefined) {
    for (const text of readFileSync(values.from, 'utf8').split('\n').filter(Boolean)) yield JSON.parse(text);
    return;
  }
  if (!hasEngine()) {
    process.stderr.write('oracle:sessions: no Docker engine answers; set DOCKER_HOST.\n');
    process.exit(1);
  }
  const engine = new RealEngine();
  for (const commands of sessions(Number(values.seed), Number(values.count))) {
    engine.prepare(SESSION_IMAGES);
    const steps = engine.run(commands);
    if (values.save !== undefined) appendFileSync(values.save, `${JSON.stringify(steps)}\n`);
    yield steps;
  }
  engine.restore();
}

const kept: string[] = [];
let session = 0;
let whole = 0;
let equal = 0;
let all = 0;
for (const steps of answered()) {
  if (session++ < Number(values.keep)) kept.push(JSON.stringify(steps));
  const compared = await replay(SESSION_IMAGES, steps, { prefix: `${session}/`, before: BEFORE });
  const apart = compared.filter(({ difference }) => difference !== undefined);
  for (const { id, difference } of apart) process.stdout.write(`── ${values.seed}/${id}\n${difference}\n`);
  if (apart.length === 0) whole++;
  equal += compared.length - apart.length;
  all += compared.length;
}
if (kept.length > 0) writeFileSync(recordedSessions, `${kept.join('\n')}\n`);
process.stdout.write(
  `══ seed ${values.seed}: ${whole} of ${session} sessions, ${equal} of ${all} steps equal\n`,
);
