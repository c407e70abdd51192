import { describe, expect, test } from 'vitest';
import { CASES, type Case, FILES } from './differential-cases.ts';
import { OPTION_CASES } from './option-cases.ts';
import { asked, real, shown, simulated } from './testing.ts';

/** The same command lines through the real tools of this machine and through ours: output, errors and status must be the same. */
const hasGnu = /GNU coreutils/.test(asked('/bin/ls', '--help'));
const hasBusybox = /BusyBox v1\.35/.test(asked('/bin/busybox', '--help'));

const selected = (flavour: 'gnu' | 'busybox'): Case[] =>
  [...CASES, ...OPTION_CASES].filter((one) => (one.only ?? flavour) === flavour);

describe.each([
  ['gnu', hasGnu],
  ['busybox', hasBusybox],
] as const)('%s', (flavour, there) => {
  test.skipIf(!there).each(selected(flavour).map((one) => [one.line, one] as const))(
    '%s',
    async (line, { stdin }) => {
      const lab = { files: FILES, stdin };
      expect(shown(await simulated(line, flavour, lab))).toBe(shown(real(line, flavour, lab)));
    },
  );
});
