import { arrangementText } from './arrangement.ts';
import type { Exercise } from './exercise.ts';
import type { Inspection } from './inspection.ts';
import type { ExerciseText, TaskReport } from './protocol.ts';

/** Looks at the world for each task asked for. */
export function reportOn(exercise: Exercise, world: Inspection, task?: string): TaskReport[] {
  return exercise.tasks
    .filter(({ id }) => task === undefined || id === task)
    .map(({ id, checks }) => {
      const results = checks.map((check) => check(world));
      const passed = results.every((result) => result.passed);
      const mistakes = exercise.mistakes.filter(
        (mistake) => mistake.task === id && !passed && mistake.shown(world),
      );
      return { task: id, passed, results, mistakes: mistakes.map((mistake) => mistake.id) };
    });
}

/** What a page shows of an exercise: all but its checks. */
export function textOf(exercise: Exercise): ExerciseText {
  return {
    id: exercise.id,
    title: exercise.title,
    intro: exercise.intro,
    tasks: exercise.tasks.map(({ id, goal, hints, arrange }) => ({
      id,
      goal,
      hints,
      ...(arrange && { arrange: arrangementText(arrange) }),
    })),
    solution: exercise.solution.flatMap(({ commands }) => commands),
    mistakes: exercise.mistakes.map(({ id, explanation }) => ({ id, explanation })),
  };
}
