import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bootTestMachine } from '../../kernel/testing.ts';
import { userlandPrograms } from '../index.ts';
import { CASES } from './differential-cases.ts';
import { ash } from './index.ts';

const programs = { ...Object.fromEntries(userlandPrograms()), ash };

const SHELLS = [
  { name: 'bash', real: ['bash'] },
  { name: 'dash', real: ['dash'] },
  { name: 'ash', real: ['busybox', 'sh'] },
];

/** Empty, here and there: what happens to lie about must not match a pattern. */
const cwd = mkdtempSync(join(tmpdir(), 'shell-'));
afterAll(() => rmSync(cwd, { recursive: true }));

/** The versions whose words were taken; others may differ. */
const isThere = (real: readonly string[]): boolean =>
  spawnSync(real[0]!, [...real.slice(1), '-c', 'exit 42']).status === 42;

/** BusyBox counts the lines of `-c` from 0, and process ids differ. */
const comparable = (text: string): string => text.replace(/\b\d+ (Killed|Terminated)/g, 'PID $1');

describe.each(SHELLS)('$name does as the real one', ({ name, real }) => {
  describe.skipIf(!isThere(real))(`(${real.join(' ')} on this machine)`, () => {
    it.each(CASES)('%s', async (script) => {
      const theirs = spawnSync(real[0]!, [...real.slice(1), '-c', script, 'sh0'], {
        encoding: 'utf8',
        cwd,
        env: { PATH: '/bin', HOME: '/root' },
        input: '',
      });
      const machine = bootTestMachine({
        programs,
        files: { '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n' },
      });
      machine.mkdir(cwd);
      const ours = await machine.run([name, '-c', script, 'sh0'], { cwd });
      expect({ ...ours, stderr: comparable(ours.stderr) }).toEqual({
        exit: theirs.status,
        stdout: theirs.stdout,
        stderr: comparable(theirs.stderr),
      });
    });
  });
});
