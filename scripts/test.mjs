// `npm test`: sets up and runs every check. Ends with one line, `N passed, N failed, N skipped`, over all of them.
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { debianTools } from './debian.mjs';
import { root, run, runBeside, say, setUp } from './setup.mjs';

setUp();
const browser = debianTools();
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
/** What failed, said once more at the end: a long run's beginning is far away by then. */
const details = [];

/** Counts a check that is one thing: it passes or fails as its command does. */
function count(name, ok, started) {
  total[ok ? 'passed' : 'failed']++;
  if (!ok) failures.push(name);
  say(`${name}: ${ok ? 'ok' : 'FAILED'} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

function check(name, command, args) {
  say(name);
  const started = Date.now();
  count(name, run(command, args).status === 0, started);
}

/** Checks that take one core each, side by side; what each has printed stands together. */
async function checks(...all) {
  say(all.map(([name]) => name).join(', '));
  const started = Date.now();
  await Promise.all(
    all.map(async ([name, command, args]) => {
      const { status, output } = await runBeside(command, args);
      process.stdout.write(output);
      count(name, status === 0, started);
    }),
  );
}

/** Vitest, whose every test counts. */
function vitest(name, projects) {
  say(name);
  const report = join(root, '.cache', `vitest-${projects[0]}.json`);
  rmSync(report, { force: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = run('vitest', [...args, ...projects.map((project) => `--project=${project}`)], {
    env: { DRYDOCK_CHROMIUM: browser ?? '' },
  });
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    total.passed += result.numPassedTests;
    total.failed += result.numFailedTests;
    total.skipped += result.numPendingTests + result.numTodoTests;
    const broken = result.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    total.failed += broken.length;
    for (const file of result.testResults) {
      const name = relative(root, file.name);
      if (broken.includes(file)) details.push([name, file.message]);
      for (const test of file.assertionResults)
        if (test.status === 'failed')
          details.push([`${name}: ${test.fullName}`, test.failureMessages.join('\n')]);
    }
    if (status !== 0 && result.numFailedTests + broken.length === 0) total.failed++;
  } catch {
    total.failed++;
  }
  if (status !== 0) failures.push(name);
}

/** The beginning of a message, without the places in the code. */
function head(message) {
  const lines = (message ?? '').split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  return lines.slice(0, 12).join('\n');
}

await checks(
  ['types', 'tsc', ['--noEmit']],
  ['lint', 'biome', ['ci', '--error-on-warnings', '.']],
  ['import directions', 'depcruise', ['src', '--config', '.dependency-cruiser.cjs']],
  ['unused code', 'knip', []],
);
vitest('unit, property and oracle tests', ['engine', 'spanning']);
await checks(
  ['lessons and exercises', 'node', ['src/node/bin.mjs', 'verify']],
  ['build', 'astro', ['build']],
);
check('size budgets', 'node', ['scripts/budgets.mjs']);
vitest('browser tests', ['browser']);

for (const [name, message] of details) say(`FAILED ${name}\n${head(message)}`);
if (failures.length > 0) say(`failed: ${failures.join(', ')}`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exit(total.failed === 0 ? 0 : 1);
