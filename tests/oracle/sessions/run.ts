/**
 * `npm run oracle:sessions -- [--seed N] [--first N] [--count N] [--save FILE]`: runs random sessions on a real Docker Engine and on
 * the simulated one, and prints where they part. With `--save`, adds to the file how the real one answered; `--record` does only
 * that, and goes on where the file ends; `--from FILE` compares with that again where there is no engine. `--only N` takes one
 * session of those; `--keep N,N,…` adds sessions to those that are replayed as a test. What differs for a reason (explained.ts) is
 * not printed.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Step } from '../normalise.ts';
import { hasEngine, RealEngine } from '../real-engine.ts';
import { replay } from '../replay.ts';
import { EXPLAINED } from './explained.ts';
import { BEFORE, SESSION_IMAGES, sessions } from './generate.ts';
import { recordedSessions } from './recorded.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '1' },
    count: { type: 'string', default: '20' },
    keep: { type: 'string', default: '' },
    save: { type: 'string' },
    record: { type: 'boolean', default: false },
    from: { type: 'string' },
    only: { type: 'string' },
  },
});
const first = Number(values.first);

/** What was saved, session by session. */
const saved = (path: string): Step[][] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((text) => JSON.parse(text) as Step[]);

/** Sessions as a real engine answers them, or once did, with their numbers. */
function* answered(): Generator<[session: number, steps: Step[]]> {
  if (values.from !== undefined) {
    for (const [i, steps] of saved(values.from).entries()) yield [first + i, steps];
    return;
  }
  if (!hasEngine()) {
    process.stderr.write('oracle:sessions: no Docker engine answers; set DOCKER_HOST.\n');
    process.exit(1);
  }
  const engine = new RealEngine();
  const wanted = sessions(Number(values.seed), first - 1 + Number(values.count));
  const begun = values.record && existsSync(values.save!) ? saved(values.save!).length : 0;
  for (let session = first + begun; session <= wanted.length; session++) {
    engine.prepare(SESSION_IMAGES);
    const steps = engine.run(wanted[session - 1]!);
    if (values.save !== undefined) appendFileSync(values.save, `${JSON.stringify(steps)}\n`);
    yield [session, steps];
  }
  engine.restore();
}

const keep = new Set(values.keep.split(',').filter(Boolean).map(Number));
const count = { sessions: 0, whole: 0, steps: 0, equal: 0, explained: 0 };
for (const [session, steps] of answered()) {
  if (keep.has(session)) appendFileSync(recordedSessions, `${JSON.stringify(steps)}\n`);
  if (values.record || (values.only !== undefined && Number(values.only) !== session)) continue;
  const compared = await replay(SESSION_IMAGES, steps, {
    prefix: `${values.seed}/${session}/`,
    before: BEFORE,
  });
  const apart = compared.filter(({ difference }) => difference !== undefined);
  const strange = apart.filter(({ id }) => !(id in EXPLAINED));
  for (const { id, difference } of strange) process.stdout.write(`── ${id}\n${difference}\n`);
  count.sessions++;
  count.steps += compared.length;
  count.equal += compared.length - apart.length;
  count.explained += apart.length - strange.length;
  if (strange.length === 0) count.whole++;
}
if (!values.record)
  process.stdout.write(
    `══ seed ${values.seed}: ${count.whole} of ${count.sessions} sessions without an unexplained difference, ` +
      `${count.equal} of ${count.steps} steps equal, ${count.explained} explained\n`,
  );
