import { verifyExercise } from './exercises.ts';
import { verifyLesson } from './lessons.ts';
import { Report } from './report.ts';

/** A lesson (its path below `content/<locale>/`) or an exercise (its id): what is verified by itself, on machines of its own. */
export interface Job {
  readonly kind: 'lesson' | 'exercise';
  readonly name: string;
}

export async function verifyJob({ kind, name }: Job, update: boolean): Promise<Report> {
  const report = new Report();
  try {
    if (kind === 'lesson') await verifyLesson(name, report, update);
    else await verifyExercise(name, report);
  } catch (error) {
    report.failed(`${kind} ${name}`, (error as Error)?.stack ?? String(error));
  }
  return report;
}
