import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { LinuxOverlay } from './linux-overlay.ts';
import { sequence } from './sequence.ts';
import { KernelBug, type Outcome, simulate } from './simulated-overlay.ts';

/** More with OVERLAY_SEQUENCES, others with OVERLAY_SEED. */
const SEQUENCES = Number(process.env['OVERLAY_SEQUENCES'] ?? 2000);
const SEED = Number(process.env['OVERLAY_SEED'] ?? 20261121);

const linux = await LinuxOverlay.start();
if (typeof linux === 'string') console.warn(`overlayfs is not compared with the kernel: ${linux}`);
afterAll(() => {
  if (typeof linux !== 'string') linux.stop();
});

test.skipIf(typeof linux === 'string')(
  `${SEQUENCES} random sequences end as on the Linux kernel's overlayfs, error for error`,
  { timeout: 600_000 },
  async () => {
    if (typeof linux === 'string') return;
    await fc.assert(
      fc.asyncProperty(sequence, async (one) => {
        const ours = comparable(one, linux.settings);
        fc.pre(ours !== undefined);
        expect(ours).toEqual(await linux.run(one));
      }),
      { seed: SEED, numRuns: SEQUENCES },
    );
  },
);

function comparable(...args: Parameters<typeof simulate>): Outcome | undefined {
  try {
    return simulate(...args);
  } catch (error) {
    if (error instanceof KernelBug) return undefined;
    throw error;
  }
}
