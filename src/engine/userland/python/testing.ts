import { bootTestMachine, type RunOptions, type TestMachine } from '../../kernel/testing.ts';
import { ash } from '../shell/index.ts';
import { python } from './python.ts';

/** A machine with Python. Not for use outside tests. */
export const pythonMachine = (files: Record<string, string> = {}, version = '3.14.0'): TestMachine =>
  bootTestMachine({ programs: { python: python(version), sh: ash }, files });

/** What `python -c` prints, with the exit status where that is not 0. */
export async function ran(m: TestMachine, program: string, options?: RunOptions): Promise<string> {
  const { exit, stdout, stderr } = await m.run(['python', '-c', program], options);
  return stdout + stderr + (exit === 0 ? '' : `(${exit})`);
}
