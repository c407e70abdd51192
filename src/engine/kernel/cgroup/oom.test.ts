import { expect, test } from 'vitest';
import type { Program } from '../program.ts';
import { bootTestMachine } from '../testing.ts';

const MEBIBYTE = 1024 * 1024;

const hog: Program = async ({ sys }) => {
  for (let size = MEBIBYTE; ; size += MEBIBYTE) await sys.brk(size);
};

test('a program that takes more memory than the machine has is killed, and the others live on', async () => {
  const machine = bootTestMachine({ programs: { hog, quiet: async () => 0 }, memory: 256 * MEBIBYTE });
  expect(await machine.run(['hog'])).toMatchObject({ exit: 137 });
  expect(machine.kernel.messages.records.at(-1)?.text).toMatch(/^Out of memory: Killed process \d+ \(hog\)/);
  expect(await machine.run(['quiet'])).toMatchObject({ exit: 0 });
});
