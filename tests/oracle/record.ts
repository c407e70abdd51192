/**
 * `npm run oracle:record`: runs our own scenarios on a real Docker Engine and writes what it prints to
 * tests/oracle/recordings. Says what changed against the recordings that were there. Needs DOCKER_HOST (or
 * a local engine) and an image busybox:1.35 on it; every other image is a stand-in made of that one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { difference } from './diff.ts';
import { normaliser } from './names.ts';
import type { Step } from './normalise.ts';
import { loadScenario, readRecording, recordingPath, type Scenario, scenarioFolder } from './scenario.ts';

/** What the simulated machine of the recordings serves (src/engine/images), made of a real BusyBox. */
const STAND_INS: Record<string, string> = {
  // A label makes it an image of its own, so that nobody else's containers are in the way.
  'busybox:1.36': 'FROM busybox:1.35\nLABEL recorded=true',
  'alpine:3.19': 'FROM busybox:1.35\nRUN echo 3.19.1 >/etc/alpine-release\nCMD ["/bin/sh"]',
  nginx: `FROM busybox:1.35
LABEL maintainer=lab
ENV NGINX_VERSION=1.25.3
RUN mkdir -p /usr/share/nginx/html /etc/nginx && echo '<h1>Welcome to nginx!</h1>' >/usr/share/nginx/html/index.html
EXPOSE 80
CMD ["httpd","-f","-v","-p","80","-h","/usr/share/nginx/html"]`,
  'hello-world': 'FROM busybox:1.35\nRUN echo Hello from Docker! >/hello\nCMD ["cat","/hello"]',
};

function docker(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('docker', args, { encoding: 'utf8' });
}

/** Leaves the engine with the scenario's images and no containers. */
function prepare(scenario: Scenario): void {
  const containers = docker('ps', '-aq').stdout.split('\n').filter(Boolean);
  if (containers.length > 0) docker('rm', '-f', ...containers);
  docker('image', 'rm', '-f', ...Object.keys(STAND_INS));
  for (const image of scenario.images) {
    const recipe = STAND_INS[image];
    if (!recipe) throw new Error(`${scenario.name}: no stand-in for ${image}`);
    const built = spawnSync('docker', ['build', '-q', '-t', image, '-'], { input: recipe, encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`${image}: ${built.stderr}`);
  }
  docker('rmi', 'busybox:1.35');
  // The build cache would keep the layers of an image that is removed.
  docker('builder', 'prune', '-af');
}

function record(scenario: Scenario): Step[] {
  prepare(scenario);
  const cwd = mkdtempSync(join(tmpdir(), 'oracle-'));
  try {
    return scenario.steps.map(({ cmd }) => {
      const run = spawnSync('bash', ['-c', cmd], {
        cwd,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return { cmd, exit: run.status ?? 128, stdout: run.stdout, stderr: run.stderr };
    });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

if (docker('version').status !== 0) {
  process.stderr.write('oracle:record: no Docker engine answers; set DOCKER_HOST.\n');
  process.exit(1);
}
const kept = join(mkdtempSync(join(tmpdir(), 'oracle-')), 'busybox.tar');
docker('save', '-o', kept, 'busybox:1.35');
for (const file of readdirSync(scenarioFolder).sort()) {
  docker('load', '-i', kept);
  const scenario = loadScenario(file);
  const path = recordingPath(scenario.name);
  const before = existsSync(path) ? readRecording(scenario.name) : [];
  const steps = record(scenario);
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
docker('load', '-i', kept);
