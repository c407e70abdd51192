import { verifyExercises } from './verify/exercises.ts';
import { verifyLessons } from './verify/lessons.ts';
import { Report } from './verify/report.ts';

/** `drydock verify`: every lesson's transcripts and every exercise's proof. With `update`, lessons are filled in instead. */
export async function verify({ update }: { update: boolean }): Promise<number> {
  const report = new Report();
  await verifyLessons(report, update);
  if (!update) await verifyExercises(report);
  process.stdout.write(`${report.passes} passed, ${report.failures} failed, 0 skipped\n`);
  return report.failures === 0 ? 0 : 1;
}
