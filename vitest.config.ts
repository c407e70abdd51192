import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Two files at a time even where there are two cores: each waits now and then, for a program or a clock. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

/** Three projects: what sits beside the code, what spans rooms, and what needs the built site and a browser. */
export default defineConfig({
  test: {
    maxWorkers,
    projects: [
      {
        test: {
          name: 'engine',
          include: ['src/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'spanning',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/browser/**'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          maxConcurrency: 2,
          // A page settles in its own time (scrolling is smooth, fonts and workers load): a second is no measure.
          expect: { poll: { timeout: 15_000, interval: 50 } },
        },
      },
    ],
  },
});
