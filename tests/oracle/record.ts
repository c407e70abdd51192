/**
 * `npm run oracle:record [SCENARIO …]`: runs our own scenarios on a real Docker Engine and writes what it prints to
 * tests/oracle/recordings. Says what changed against the recordings that were there. Needs DOCKER_HOST (or
 * a local engine) and an image busybox:1.35 on it; every other image is a stand-in made of that one.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { difference } from './diff.ts';
import { normaliser } from './names.ts';
import { hasEngine, RealEngine } from './real-engine.ts';
import { loadScenario, readRecording, recordingPath, scenarioFolder } from './scenario.ts';

if (!hasEngine()) {
  process.stderr.write('oracle:record: no Docker engine answers; set DOCKER_HOST.\n');
  process.exit(1);
}
const engine = new RealEngine();
const wanted = process.argv.slice(2);
for (const file of readdirSync(scenarioFolder).sort()) {
  if (wanted.length > 0 && !wanted.includes(file.replace(/\.yaml$/, ''))) continue;
  const scenario = loadScenario(file);
  const path = recordingPath(scenario.name);
  const before = existsSync(path) ? readRecording(scenario.name) : [];
  engine.prepare(scenario.images);
  const steps = engine.run(scenario.steps.map(({ cmd }) => cmd));
  writeFileSync(path, steps.map((step) => `${JSON.stringify(step)}\n`).join(''));
  const was = normaliser();
  const now = normaliser();
  const changed = steps.flatMap(
    (step, i) =>
      difference(was.step(before[i] ?? { cmd: '', exit: 0, stdout: '', stderr: '' }), now.step(step)) ?? [],
  );
  process.stdout.write(
    `${scenario.name}: ${steps.length} steps, ${changed.length} changed\n${changed.map((text) => `${text}\n`).join('')}`,
  );
}
engine.restore();
