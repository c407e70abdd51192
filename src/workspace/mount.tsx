import { render } from 'preact';
import { createSession } from './session.ts';
import type { Locale } from './words/index.ts';
import { workspaceWords } from './words/index.ts';
import { createControls, Workspace } from './workspace.tsx';
import './workspace.css';

export interface WorkspaceOptions {
  lab: string;
  scenario: string | undefined;
  exercises: string[];
  /** A command to type, without Enter, at the first prompt of a fresh lab. */
  typed: string | undefined;
  locale: Locale;
}

/** What the page may ask of a workspace. */
export interface WorkspaceHandle {
  /** Types a command into the terminal and presses Enter. */
  run(command: string): void;
  openExercise(exercise: string): void;
}

/** Puts the workspace into its pane and starts its lab. */
export function mountWorkspace(pane: HTMLElement, options: WorkspaceOptions): WorkspaceHandle {
  const session = createSession(options);
  const controls = createControls(session, options);
  pane.replaceChildren();
  render(
    <Workspace
      session={session}
      controls={controls}
      options={options}
      words={workspaceWords(options.locale)}
    />,
    pane,
  );
  return controls;
}
