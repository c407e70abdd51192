/**
 * `npm run oracle:sessions -- [--seed N] [--count N] [--keep N]`: runs random sessions on a real Docker Engine and on the simulated
 * one, and prints where they part. With `--keep`, writes the first N recordings to be replayed where there is no engine.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { hasEngine, RealEngine } from '../real-engine.ts';
import { replay } from '../replay.ts';
import { SESSION_IMAGES, sessions } from './generate.ts';
import { recordedSessions } from './recorded.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '20' },
    keep: { type: 'string', default: '0' },
  },
});
if (!hasEngine()) {
  process.stderr.write('oracle:sessions: no Docker engine answers; set DOCKER_HOST.\n');
  process.exit(1);
}
const engine = new RealEngine();
const kept: string[] = [];
let equal = 0;
let all = 0;
for (const [index, commands] of sessions(Number(values.seed), Number(values.count)).entries()) {
  engine.prepare(SESSION_IMAGES);
  const steps = engine.run(commands);
  if (index < Number(values.keep)) kept.push(JSON.stringify(steps));
  const compared = await replay(SESSION_IMAGES, steps, { prefix: `${index + 1}/` });
  for (const { id, difference } of compared)
    if (difference !== undefined) process.stdout.write(`── ${values.seed}/${id}\n${difference}\n`);
  equal += compared.filter(({ difference }) => difference === undefined).length;
  all += compared.length;
}
engine.restore();
if (kept.length > 0) writeFileSync(recordedSessions, `${kept.join('\n')}\n`);
process.stdout.write(`══ seed ${values.seed}: ${equal} of ${all} steps equal\n`);
