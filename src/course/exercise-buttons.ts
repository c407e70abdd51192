import { requestExercise } from '../workspace/requests.ts';

/** Wires the buttons that open an exercise in the workspace. */
export function wireExerciseButtons(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLElement>('[data-exercise]')) {
    button.addEventListener('click', () => requestExercise({ exercise: button.dataset['exercise'] ?? '' }));
  }
}
