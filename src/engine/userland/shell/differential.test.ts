import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bootTestMachine, type RunResult } from '../../kernel/testing.ts';
import { userlandPrograms } from '../index.ts';
import { EXCEPTIONS } from './differential/exceptions.ts';
import { CASE_FILES, type Case, readCases } from './differential/testing.ts';
import { ash } from './index.ts';

const SHELLS = [
  { name: 'bash', real: ['bash'] },
  { name: 'dash', real: ['dash'] },
  { name: 'ash', real: ['busybox', 'sh'] },
] as const;

/** The programs that the scripts use. */
const PROGRAMS =
  'bash dash sh cat chmod cut date diff echo env expr false grep head ls mkdir od paste printf rm sed sleep sort tail test touch tr true wc yes'.split(
    ' ',
  );
const userland = userlandPrograms();
const programs = { ...Object.fromEntries(PROGRAMS.map((name) => [name, userland.get(name)!])), ash };

/** Where each script runs: the same path in both worlds, fresh for each. */
const DIRECTORY = mkdtempSync(join(tmpdir(), 'shell-'));
afterAll(() => rmSync(DIRECTORY, { recursive: true, force: true }));

const LOCALE = { LC_ALL: 'C.UTF-8' };

/** The arguments after the shell's name. */
const argumentsOf = ({ mode, script }: Case): string[] =>
  mode === 'command' ? ['-c', script, 'sh0'] : mode === 'file' ? ['script'] : [];

function runReal(command: readonly string[], one: Case): Promise<RunResult> {
  rmSync(DIRECTORY, { recursive: true, force: true });
  mkdirSync(DIRECTORY);
  if (one.mode === 'file') writeFileSync(join(DIRECTORY, 'script'), one.script);
  return new Promise((resolve) => {
    const child = spawn(command[0]!, [...command.slice(1), ...argumentsOf(one)], {
      cwd: DIRECTORY,
      env: { PATH: '/bin', HOME: '/root', ...LOCALE },
      stdio: [one.mode === 'stdin' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const out = { stdout: '', stderr: '' };
    child.stdout!.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
    child.stdin?.end(one.script);
    child.on('close', (code, signal) => resolve({ exit: code ?? (signal ? 1000 : -1), ...out }));
    // What a script leaves running holds its output open.
    child.on('exit', () => setTimeout(() => killGroup(child.pid!), 50));
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All have ended.
  }
}

async function runOurs(name: string, one: Case): Promise<RunResult> {
  const machine = bootTestMachine({
    programs,
    files: {
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
      [`${DIRECTORY}/`]: '',
      ...(one.mode === 'file' && { [`${DIRECTORY}/script`]: one.script }),
    },
  });
  return machine.run([name, ...argumentsOf(one)], {
    cwd: DIRECTORY,
    env: LOCALE,
    ...(one.mode === 'stdin' && { stdin: one.script }),
  });
}

/** Process ids differ from machine to machine. */
const comparable = (result: RunResult): RunResult => ({
  // Node tells of the signal alone.
  exit: result.exit > 128 && result.exit < 160 ? 1000 : result.exit,
  stdout: result.stdout,
  stderr: result.stderr
    .replace(/ *\b\d+ (Killed|Terminated|Segmentation|Aborted|Hangup|Quit)/g, ' PID $1')
    .replace(/^\[(\d+)\] \d+$/gm, '[$1] PID'),
});

const there = new Map(
  await Promise.all(SHELLS.map(async ({ name, real }) => [name, await isThere(real)] as const)),
);

async function isThere(real: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(real[0]!, [...real.slice(1), '-c', 'exit 42'], { stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 42));
  });
}

describe.each(SHELLS)('$name does as the real one', ({ name, real }) => {
  describe.skipIf(!there.get(name))(`(${real.join(' ')} on this machine)`, () => {
    describe.each(CASE_FILES)('%s', (file) => {
      it.each(readCases(file))('$script', async (one) => {
        const [theirs, ours] = await Promise.all([runReal(real, one), runOurs(name, one)]);
        const exception = EXCEPTIONS.find((it) => it.shell === name && one.script.startsWith(it.script));
        if (exception === undefined) {
          expect(comparable(ours)).toEqual(comparable(theirs));
          return;
        }
        // An exception that is none any more must go.
        if (!exception.varies) expect(comparable(ours)).not.toEqual(comparable(theirs));
      });
    });
  });
});
