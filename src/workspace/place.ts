import type { Locale } from './words/index.ts';

export interface WorkspaceOptions {
  /** The lesson's lab. */
  lab: string;
  scenario: string | undefined;
  exercises: string[];
  /** A command to type, without Enter, at the first prompt of a fresh lab. */
  typed: string | undefined;
  locale: Locale;
}

/** A lab, and the scenario that it starts from where that is not the lab's own. */
export interface LabChoice {
  lab: string;
  scenario?: string;
}

/** The lab that a page opens first: where the reader was when they left it in this tab. */
export function labAtFirst(options: WorkspaceOptions): LabChoice {
  return labOf(options, rememberedPlace(options));
}

/** The lab of the lesson, or of one of its exercises. */
export function labOf({ lab, scenario }: WorkspaceOptions, exercise: string | undefined): LabChoice {
  if (exercise !== undefined) return { lab: exercise };
  return scenario === undefined ? { lab } : { lab, scenario };
}

/** The exercise that the reader was at in this tab, if it was one of this lesson. */
export function rememberedPlace(options: WorkspaceOptions): string | undefined {
  try {
    const exercise = sessionStorage.getItem(`drydock.place.${options.lab}`) ?? '';
    return options.exercises.includes(exercise) ? exercise : undefined;
  } catch {
    return undefined;
  }
}

export function rememberPlace(lab: string, exercise: string | undefined): void {
  try {
    sessionStorage.setItem(`drydock.place.${lab}`, exercise ?? '');
  } catch {
    // The page then opens on the lesson's machine.
  }
}
