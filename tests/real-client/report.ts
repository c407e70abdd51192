/**
 * `npm run oracle:client [SCENARIO …]`: the recordings played by the real client against `drydock serve`, with every difference from
 * what the real engine answered. Needs a client of the version that we model (tests/real-client/real-docker.ts).
 */
import { readdirSync } from 'node:fs';
import { hasTranscripts, loadTranscripts, replay } from '../oracle/replay.ts';
import { loadScenario, readRecording, scenarioFolder } from '../oracle/scenario.ts';
import { ClientPlayer } from './client-player.ts';
import { findDockers } from './real-docker.ts';

/** Scenarios that need more of the machine than its daemon, or BuildKit's own protocol. */
const ELSEWHERE = ['build', 'swarm', 'swarm2', 'daemon', 'daemon2', 'kernel'];

const [client] = findDockers();
if (client === undefined) {
  process.stderr.write('oracle:client: no client of Docker 28 found; set DRYDOCK_DOCKER.\n');
  process.exit(1);
}
const wanted = process.argv.slice(2);
const own = readdirSync(scenarioFolder)
  .map(loadScenario)
  .map(({ name, images }) => ({ id: name, images, steps: readRecording(name) }));
const shared = hasTranscripts ? loadTranscripts().filter(({ id }) => !ELSEWHERE.includes(id)) : [];
for (const { id, images, steps } of [...shared, ...own]) {
  if (wanted.length > 0 ? !wanted.includes(id) : own.some((scenario) => scenario.id === id)) continue;
  const player = await ClientPlayer.open(images, client.path);
  const compared = await replay(images, steps, { prefix: `${id}/`, player });
  await player.close();
  const same = compared.filter((one) => one.difference === undefined).length;
  for (const one of compared)
    if (one.difference !== undefined) process.stdout.write(`── ${one.id}\n${one.difference}\n`);
  process.stdout.write(`══ ${id}: ${same} of ${compared.length} equal\n`);
}
