import type { ExerciseRequest } from '../workspace/requests.ts';

/** Wires the buttons that open an exercise in the workspace. */
export function wireExerciseButtons(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLElement>('[data-exercise]')) {
    button.addEventListener('click', () => {
      const detail = { exercise: button.dataset['exercise'] ?? '' };
      document.dispatchEvent(new CustomEvent<ExerciseRequest>('drydock:exercise', { detail }));
    });
  }
}
