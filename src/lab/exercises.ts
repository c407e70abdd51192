import type { Exercise } from './exercise.ts';

/** All exercises, each loaded when it is first wanted. The folder's name is the id. */
const MODULES = import.meta.glob<{ default: Exercise }>('../../exercises/*/exercise.ts');

/** The exercise of an id; undefined if there is none. */
export async function loadExercise(id: string): Promise<Exercise | undefined> {
  const load = MODULES[`../../exercises/${id}/exercise.ts`];
  return load === undefined ? undefined : (await load()).default;
}
