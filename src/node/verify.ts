import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { exerciseIds } from './verify/exercises.ts';
import type { Job } from './verify/job.ts';
import { lessonPaths } from './verify/lessons.ts';
import type { Report } from './verify/report.ts';

type Result = Pick<Report, 'passes' | 'failures'>;

/**
 * `drydock verify`: every lesson's transcripts and every exercise's proof. With `update`, lessons are filled in instead. `names` chooses
 * those whose path or id has one of them in it.
 */
export async function verify(options: { update: boolean; names: readonly string[] }): Promise<number> {
  const { update, names } = options;
  const jobs: Job[] = [
    ...lessonPaths().map((name) => ({ kind: 'lesson' as const, name })),
    ...(update ? [] : exerciseIds().map((name) => ({ kind: 'exercise' as const, name }))),
  ].filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)));
  if (jobs.length === 0) {
    process.stderr.write(`drydock: no lesson and no exercise is called ${names.join(' or ')}\n`);
    return 1;
  }
  let passed = 0;
  let failed = 0;
  await inThreads(jobs, update, ({ passes, failures }) => {
    passed += passes;
    failed += failures.length;
    for (const { what, detail } of failures)
      process.stdout.write(`✗ ${what}\n${detail.replace(/^/gm, '    ')}\n`);
  });
  process.stdout.write(`${passed} passed, ${failed} failed, 0 skipped\n`);
  return failed === 0 ? 0 : 1;
}

/** Runs the jobs on as many threads as there are processors: each has machines of its own. Tells of each job as it ends. */
async function inThreads(
  jobs: readonly Job[],
  update: boolean,
  tell: (result: Result) => void,
): Promise<void> {
  const queue = [...jobs];
  const threads = Array.from({ length: Math.min(availableParallelism(), jobs.length) }, async () => {
    const worker = new Worker(new URL('./verify/worker.ts', import.meta.url));
    try {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        worker.postMessage({ job, update });
        tell(await answer(worker));
      }
    } finally {
      await worker.terminate();
    }
  });
  await Promise.all(threads);
}

const answer = (worker: Worker): Promise<Result> =>
  new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (result: Result) => {
      worker.off('error', reject);
      resolve(result);
    });
  });
