import { parentPort } from 'node:worker_threads';
import { type Job, verifyJob } from './job.ts';

/** One of the threads of `drydock verify`: takes a job, answers with its report, and waits for the next. */
parentPort?.on('message', async ({ job, update }: { job: Job; update: boolean }) => {
  const { passes, failures } = await verifyJob(job, update);
  parentPort?.postMessage({ passes, failures });
});
