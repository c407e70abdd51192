import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Program } from '../../kernel/program.ts';
import { bootTestMachine, type TestMachine } from '../../kernel/testing.ts';
import { dash } from '../shell/index.ts';
import { utilities } from '../utilities.ts';
import { program } from '../utility.ts';
import { jq } from './jq.ts';
import { COMMANDS, PROGRAMS, TEXTS } from './jq-cases.ts';

/** Programs, texts and command lines through the real jq 1.6 and through ours: output, messages and status are the same. */
const JQ = '/usr/bin/jq';
const hasJq = (() => {
  try {
    return execFileSync(JQ, ['--version'], { encoding: 'utf8' }).trim() === 'jq-1.6';
  } catch {
    return false;
  }
})();

const FILES = { in: '{"a":[1,2],"b":"x"}\n', 'prog.jq': '.a\n' };

function boot(): TestMachine {
  const programs: Record<string, Program> = { dash, sh: dash };
  for (const [name, tool] of [...utilities('gnu'), ['jq', jq] as const])
    programs[name] = program(tool, 'gnu');
  const machine = bootTestMachine({ programs });
  for (const [name, text] of Object.entries(FILES)) machine.write(`/lab/${name}`, text);
  return machine;
}

const shown = ({ exit, stdout, stderr }: { exit: number | null; stdout: string; stderr: string }): string =>
  `${stdout}--- ${exit}\n${stderr}`;

describe('as the real jq', () => {
  let machine: TestMachine;
  let directory: string;
  beforeAll(() => {
    machine = boot();
    directory = mkdtempSync(join(tmpdir(), 'jq-'));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const real = (argv: string[], input = ''): string => {
    const { status, stdout, stderr } = spawnSync(argv[0]!, argv.slice(1), {
      cwd: directory,
      input,
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    });
    return shown({ exit: status, stdout, stderr });
  };
  const ours = async (argv: string[], stdin = ''): Promise<string> =>
    shown(await machine.run(argv, { stdin, cwd: '/lab', env: { LC_ALL: 'C' } }));

  test.skipIf(!hasJq).each(PROGRAMS)('jq -nc %s', async (text) => {
    expect(await ours(['jq', '-nc', text])).toBe(real([JQ, '-nc', text]));
  });

  test.skipIf(!hasJq).each(TEXTS)('jq -c . of %s', async (text) => {
    expect(await ours(['jq', '-c', '.'], text)).toBe(real([JQ, '-c', '.'], text));
  });

  test.skipIf(!hasJq).each(COMMANDS)('%s', async (line) => {
    expect(await ours(['dash', '-c', line])).toBe(real(['/bin/dash', '-c', line]));
  });
});

describe('on its own', () => {
  test('a program without end gives way, and ends with a signal', async () => {
    const machine = boot();
    const result = await machine.run(['timeout', '1', 'jq', '-n', 'last(range(1; infinite))']);
    expect(result.exit).toBe(124);
  });

  test('a long loop needs no stack', async () => {
    const machine = boot();
    const { stdout } = await machine.run([
      'jq',
      '-n',
      '[limit(30000; repeat(1))] | length, (0 | until(. > 30000; . + 1))',
    ]);
    expect(stdout).toBe('30000\n30001\n');
  });
});
