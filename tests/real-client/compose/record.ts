/** `npm run compose:record`: runs the steps against a real engine (DOCKER_HOST) that has an image busybox:1.35, and keeps what compose says. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasEngine, RealEngine } from '../../oracle/real-engine.ts';
import { Compose, findCompose } from './client.ts';
import { COMPOSE_STEPS } from './steps.ts';

const client = findCompose();
const host = process.env['DOCKER_HOST'];
if (!hasEngine() || client === undefined || host === undefined) {
  process.stderr.write('compose:record: it needs DOCKER_HOST, and docker compose 2.\n');
  process.exit(1);
}
const engine = new RealEngine();
engine.prepare(['busybox:1.36']);
const directory = mkdtempSync(join(tmpdir(), 'compose-'));
const compose = new Compose(client, directory, host);
const steps: string[] = [];
for (const cmd of COMPOSE_STEPS) steps.push(`${JSON.stringify(await compose.run(cmd))}\n`);
writeFileSync(fileURLToPath(new URL('./recording.jsonl', import.meta.url)), steps.join(''));
rmSync(directory, { recursive: true });
engine.restore();
