import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DEPARTURES } from '../../../src/engine/client/fidelity/departures.ts';
import { fidelityTable } from '../../../src/engine/client/fidelity/table.ts';
import { GROUPS, LEAVES } from '../../../src/engine/client/tree.ts';
import { ScriptRunner } from '../../../src/lab/script.ts';
import { openWorld } from '../../../src/node/node-host.ts';
import { type RealCommands, readCommands } from './read.ts';

const recorded = JSON.parse(
  readFileSync(fileURLToPath(new URL('commands.json', import.meta.url)), 'utf8'),
) as RealCommands;
/** What the client has, and neither its helps nor its completion name where there is no swarm. */
const UNNAMED = ['docker volume update'];
const commands = fidelityTable()
  .flatMap((group) => group.commands)
  .filter(({ path }) => !UNNAMED.includes(path));

/** What comes with plugins that the simulated machine has not, and what buildx is called by a second name. */
const elsewhere = (path: string): boolean =>
  /^docker (?:compose|bake)\b/.test(path) || /^docker builder (?!build$|prune$)/.test(path);

test('every command of docker 28.5.2 is in the table, and no other', () => {
  const real = Object.keys(recorded).filter((path) => !elsewhere(path));
  expect(commands.map(({ path }) => path).sort()).toEqual(real.sort());
});

test('every flag of docker 28.5.2 is in the table, and no other', () => {
  const told = commands.filter(({ isOpaque }) => !isOpaque);
  const own = Object.fromEntries(
    told.map(({ path, flags }) => [
      path,
      flags
        .map(({ name }) => name)
        .filter((name) => name !== 'help')
        .sort(),
    ]),
  );
  const real = Object.fromEntries(told.map(({ path }) => [path, recorded[path]]));
  expect(own).toEqual(real);
});

// The engine is needed too: without one the real client does not know which flags to hide.
const { stdout: versions } = spawnSync(
  'docker',
  ['version', '-f', '{{.Client.Version}} {{.Server.Version}}'],
  {
    encoding: 'utf8',
  },
);
const isThere = /^28\.5\S* 28\./.test(versions ?? '');

test.skipIf(!isThere)(
  `a real client says of itself what was recorded${isThere ? '' : ' (skipped: no docker 28.5 with an engine)'}`,
  { timeout: 120_000 },
  () => {
    const now = readCommands('docker', process.env);
    // Plugins are not installed everywhere.
    const own = ([path]: [string, unknown]) =>
      !/^docker (?:compose|bake|build|buildx|builder|image build)\b/.test(path);
    expect(Object.fromEntries(Object.entries(now).filter(own))).toEqual(
      Object.fromEntries(Object.entries(recorded).filter(own)),
    );
  },
);

test('departures are of commands and flags that there are', () => {
  for (const [path, { absent = [], simplified = {} }] of Object.entries(DEPARTURES))
    for (const name of [...absent, ...Object.keys(simplified)].filter(Boolean))
      expect(recorded[path], `${path} --${name}`).toContain(name);
});

/** What a flag is given: whatever its type reads. */
const VALUES: Readonly<Record<string, string>> = {
  bool: 'true',
  bytes: '1m',
  int: '1',
  map: 'a=b',
  ulimit: 'nofile=1',
};
const ARGUMENTS: Readonly<Record<string, string>> = {
  create: 'busybox:1.36 true',
  run: 'busybox:1.36 true',
  update: 'made',
  build: '.',
  'network create': '--subnet=10.9.0.0/16 net',
  'volume create': 'vol',
  'buildx imagetools inspect': 'busybox:1.36',
};

test('what is called not modelled is refused', { timeout: 120_000 }, async () => {
  const runner = new ScriptRunner(openWorld('oracle'));
  await runner.prepare(['busybox:1.36']);
  await runner.run({ cmd: 'echo FROM scratch > Dockerfile; docker create --name made busybox:1.36 true' });
  const failures: string[] = [];
  for (const [path, { absent = [] }] of Object.entries(DEPARTURES)) {
    const words = path.split(' ').slice(1);
    const group = GROUPS.find(({ name }) => name === words[0] && words.length > 1);
    const leaf = (group?.leaves ?? LEAVES).find(({ spec }) => spec.name === words.at(-1));
    for (const flag of absent) {
      const type = (leaf?.buildx ?? leaf)?.spec.flags.find(([name]) => name === flag)?.[2] ?? 'bool';
      const value = VALUES[type] ?? 'a=1';
      const rest = ARGUMENTS[words.join(' ')] ?? ARGUMENTS[words.at(-1) ?? ''] ?? '';
      const cmd = `docker ${words.join(' ')} --${flag}=${value} ${rest}`;
      const { exit, stderr } = await runner.run({ cmd });
      if (exit === 0 || !stderr.includes('not modelled')) failures.push(`${cmd}: ${exit} ${stderr}`);
    }
  }
  expect(failures).toEqual([]);
});
