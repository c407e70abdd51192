/**
 * `npm run openapi:record`: makes the calls of calls.ts to a real Docker Engine (DOCKER_HOST) and writes down where its answers depart
 * from its own description. It must have an image busybox:1.35.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasEngine, RealEngine } from '../oracle/real-engine.ts';
import { departuresFile } from './departures.ts';
import { Description } from './description.ts';
import { problemsOf } from './machine.ts';

if (!hasEngine()) {
  process.stderr.write('openapi:record: no Docker engine answers; set DOCKER_HOST.\n');
  process.exit(1);
}
const engine = new RealEngine();
engine.prepare(['busybox:1.36', 'alpine:3.19']);
const cwd = mkdtempSync(join(tmpdir(), 'openapi-'));
const socket = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace('unix://', '');
const run = async (cmd: string) => spawnSync('bash', ['-c', cmd], { cwd, encoding: 'utf8' }).stdout;
const problems = await problemsOf(new Description(), run, socket);
writeFileSync(departuresFile, `${JSON.stringify(problems, null, 2)}\n`);
rmSync(cwd, { recursive: true });
engine.restore();
process.stdout.write(`${problems.length} departures of the real engine from its description\n`);
