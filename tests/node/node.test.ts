import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawnCaptured } from '../../src/engine/kernel/capture.ts';
import type { Program } from '../../src/engine/kernel/program.ts';
import { send } from '../../src/engine/kernel/signal-delivery.ts';
import { exitCode, type Signal } from '../../src/engine/kernel/signals.ts';
import { bootTestMachine, type TestMachine } from '../../src/engine/kernel/testing.ts';
import { node } from '../../src/engine/userland/node/program.ts';
import { hostParts } from '../../src/node/host-parts.ts';
import { coreutils } from './programs.ts';

/** The simulated `node` beside the one that runs these tests: the same programs, the same lines and the same exit status. */

const CASES = join(import.meta.dirname, 'cases');
const names = readdirSync(CASES, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(m?js|cjs|json)$/.test(name),
);
const programs = [...names.filter((name) => !name.includes('/')), 'esm/main.mjs'];

/** Away from this project's package.json, which makes modules of all files. */
const elsewhere = mkdtempSync(join(tmpdir(), 'cases-'));
cpSync(CASES, elsewhere, { recursive: true });
afterAll(() => rmSync(elsewhere, { recursive: true }));

let program: Program;
beforeAll(async () => {
  program = node(await hostParts.quickjs(), await hostParts.nodeLibrary())('24.11.1');
});

const machine = async (files: Record<string, string> = {}): Promise<TestMachine> => {
  const m = bootTestMachine({
    programs: { node: program, ...coreutils() },
    files: {
      '/etc/hosts': '127.0.0.1\tlocalhost\n',
      ...Object.fromEntries(names.map((name) => [`/cases/${name}`, readFileSync(join(CASES, name), 'utf8')])),
      ...files,
    },
  });
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  return m;
};

/** Starts it, lets it run for a while, sends it a signal. */
const interrupted = async (code: string, signal: Signal): Promise<number> => {
  const m = await machine();
  const argv = ['node', '-e', code];
  const heard = () => undefined;
  const { task, exited } = spawnCaptured(m.kernel, {
    path: '/bin/node',
    argv,
    env: new Map(),
    stdout: heard,
    stderr: heard,
  });
  const from = m.clock.now();
  await m.runUntil(() => m.clock.now() > from + 60);
  send(task, signal);
  await m.runUntil(() => task.zombie);
  return exitCode(await exited);
};

describe('on the simulated machine', () => {
  test.each(['while (true);', 'for (;;) [3, 1, 2].sort((a, b) => a - b)', 'setInterval(() => {}, 10)'])(
    '%s ends with Ctrl-C, and with kill',
    async (code) => {
      expect(await interrupted(code, 'SIGINT')).toBe(130);
      expect(await interrupted(code, 'SIGKILL')).toBe(137);
    },
  );

  test('time is the machine’s, in UTC', async () => {
    const m = bootTestMachine({ programs: { node: program }, time: Date.UTC(2026, 0, 2, 3, 4, 5) });
    const code =
      'const d = new Date(); console.log(d.toISOString(), d.getHours(), d.getTimezoneOffset(), String(d))';
    const { stdout } = await m.run(['node', '-e', code]);
    expect(stdout).toMatch(/^2026-01-02T03:04:05\.\d{3}Z 3 0 Fri Jan 02 2026 03:04:05 GMT\+0000/);
  });

  test('what it does is the same each time', async () => {
    const code =
      'console.log(Math.random(), require("crypto").randomUUID(), Date.now(), process.hrtime(), process.cpuUsage())';
    const first = await (await machine()).run(['node', '-e', code]);
    expect(first.stderr).toBe('');
    expect(await (await machine()).run(['node', '-e', code])).toEqual(first);
  });

  test('what is not simulated says so', async () => {
    const m = await machine();
    const { stderr, exit } = await m.run(['node', '-e', 'require("https").get("https://example.com")']);
    expect(exit).toBe(1);
    expect(stderr).toContain('https.get is not simulated in Drydock');
    expect(await m.run(['node', '--watch', 'x.js'])).toEqual({
      exit: 9,
      stdout: '',
      stderr: 'node: --watch is not simulated in Drydock\n',
    });
    expect((await m.run(['node', '--nonsense'])).stderr).toBe('node: bad option: --nonsense\n');
  });
});

describe('beside the real one', () => {
  test.each(programs)('%s', async (name) => {
    const input = 'first\nsecond\nlast';
    const real = spawnSync(process.execPath, [join(elsewhere, name), 'a', '--b'], {
      encoding: 'utf8',
      input,
      cwd: elsewhere,
      env: { PATH: process.env['PATH'], GIVEN: 'given', NO_COLOR: '1' },
    });
    const m = await machine();
    const ours = await m.run(['node', `/cases/${name}`, 'a', '--b'], {
      stdin: input,
      cwd: '/cases',
      env: { GIVEN: 'given', NO_COLOR: '1' },
    });
    expect({ status: ours.exit, stdout: ours.stdout }).toEqual({ status: real.status, stdout: real.stdout });
  });
});
