// Makes the checkout ready: installs what package-lock.json names, once per change of it. Runs on Node 20 and later, needs nothing installed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.drydock-lock');
/** What `prepare` makes (scripts/micropython.mjs). */
const interpreter = join(root, 'src', 'engine', 'userland', 'python', 'interpreter', 'image.ts');

/** Says what is going on, in one line. */
export const say = (text) => process.stdout.write(`drydock: ${text}\n`);

/** Ends with an explanation instead of a stack. */
export function fail(text) {
  process.stderr.write(`drydock: ${text}\n`);
  process.exit(1);
}

/** The Node 24 that the project brings itself; a bare `node` may be an older one. */
export const node = () => join(root, 'node_modules', 'node', 'bin', 'node');

/** Installs the dependencies unless those of this lock file are installed already. */
export function setUp() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) fail(`Node 20 or later is needed, this is ${process.version}. See https://nodejs.org/`);
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const ready = existsSync(stamp) && readFileSync(stamp, 'utf8') === lock && existsSync(node());
  if (ready && existsSync(interpreter)) return;
  say('installing dependencies (npm ci) …');
  const started = Date.now();
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.error) fail(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) fail('npm ci failed; its message is above. Is the npm registry reachable?');
  if (!existsSync(node()))
    fail('npm ci left no node_modules/node/bin/node. Were install scripts switched off (ignore-scripts)?');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
  say(
    `dependencies ready (${((Date.now() - started) / 1000).toFixed(0)} s, Node ${execFileSync(node(), ['-v']).toString().trim()})`,
  );
}

/** The environment of a step: the project's own Node and tools stand in front of PATH. */
function environment(more) {
  const path = [
    join(root, 'node_modules', 'node', 'bin'),
    join(root, 'node_modules', '.bin'),
    process.env.PATH,
  ].join(':');
  return { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', PATH: path, ...more };
}

/** Runs a step; gives its exit status. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    ...options,
    env: environment(options.env),
  });
  if (result.error) fail(`${command} could not be started: ${result.error.message}`);
  return {
    status: result.status ?? 1,
    stdout: result.stdout?.toString() ?? '',
    stderr: result.stderr?.toString() ?? '',
  };
}

/** Runs a step beside others; gives its exit status and what it has printed. */
export function runBeside(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment({}),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    child.on('error', (error) => fail(`${command} could not be started: ${error.message}`));
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
  });
}
