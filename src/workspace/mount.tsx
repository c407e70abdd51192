import { signal } from '@preact/signals';
import { render } from 'preact';
import type { LabClient } from '../lab/protocol.ts';
import { type Controls, createControls } from './controls.ts';
import { labAtFirst, labOf, rememberedPlace, rememberPlace, type WorkspaceOptions } from './place.ts';
import { createSession, type Session } from './session.ts';
import { workspaceWords } from './words/index.ts';
import { Workspace } from './workspace.tsx';
import type { XrayView } from './xray/views.ts';
import './workspace.css';

/** What the page may ask of a workspace. */
export interface WorkspaceHandle {
  /** Types a command into the terminal of the lesson's machine and presses Enter. */
  run(command: string): void;
  /** Goes to the exercise's own machine and shows its tasks. */
  openExercise(exercise: string): void;
  /** Opens the X-ray of the machine that the workspace stands on. */
  openXray(view: XrayView): void;
}

/** The machine that the workspace stands on: the lesson's, or an exercise's own. */
interface Place {
  exercise: string | undefined;
  session: Session;
  controls: Controls;
}

/**
 * Puts the workspace into its pane and starts its lab.
 * @param first the worker of the lab that `labAtFirst` names, which boots it already
 */
export function mountWorkspace(
  pane: HTMLElement,
  options: WorkspaceOptions,
  first: LabClient,
): WorkspaceHandle {
  const words = workspaceWords(options.locale);
  const enter = (exercise: string | undefined, session: Session): Place => ({
    exercise,
    session,
    controls: createControls(
      session,
      { exercise: exercise ?? options.exercises[0], onMachine: exercise },
      go,
    ),
  });
  const go = (exercise: string | undefined): Controls => {
    const now = place.peek();
    if (now.exercise === exercise) return now.controls;
    now.session.close();
    rememberPlace(options.lab, exercise);
    place.value = enter(exercise, createSession(labOf(options, exercise)));
    return place.peek().controls;
  };
  const place = signal<Place>(undefined as never);
  place.value = enter(rememberedPlace(options), createSession(labAtFirst(options), first));

  const App = () => {
    const { exercise, session, controls } = place.value;
    return (
      <Workspace
        key={exercise ?? ''}
        session={session}
        controls={controls}
        typed={exercise === undefined ? options.typed : undefined}
        locale={options.locale}
        words={words}
      />
    );
  };
  pane.replaceChildren();
  render(<App />, pane);
  return {
    run: (command) => go(undefined).run(command),
    openExercise: (exercise) => go(exercise).showTasks(),
    openXray: (view) => place.peek().controls.showXray(view),
  };
}
