/** `npm run oracle:report [SCENARIO …]`: replays recordings and prints every difference. */

import { readdirSync } from 'node:fs';
import { hasTranscripts, loadTranscripts, replay } from './replay.ts';
import { loadScenario, readRecording, scenarioFolder } from './scenario.ts';

const wanted = process.argv.slice(2);
const own = readdirSync(scenarioFolder)
  .filter((file) => wanted.length === 0 || wanted.includes(file.replace(/\.yaml$/, '')))
  .map(loadScenario)
  .map(({ name, images }) => ({ id: name, images, before: [], steps: readRecording(name) }));
const all = [...own, ...(hasTranscripts ? loadTranscripts() : [])];
for (const { id, images, before, steps } of all) {
  if (wanted.length > 0 && !wanted.includes(id)) continue;
  const compared = await replay(images, steps, { prefix: `${id}/`, before });
  const same = compared.filter((one) => one.difference === undefined).length;
  for (const one of compared)
    if (one.difference !== undefined) process.stdout.write(`── ${one.id}\n${one.difference}\n`);
  process.stdout.write(`══ ${id}: ${same} of ${compared.length} equal\n`);
}
