import type { XrayView } from './xray/views.ts';

/** What the text of a lesson asks of the workspace beside it. They are events, for the workspace may not be loaded yet. */
export interface CommandRequest {
  command: string;
  machine: string;
}
export interface ExerciseRequest {
  exercise: string;
}
export interface XrayRequest {
  view: XrayView;
}

declare global {
  interface DocumentEventMap {
    'drydock:command': CustomEvent<CommandRequest>;
    'drydock:exercise': CustomEvent<ExerciseRequest>;
    'drydock:xray': CustomEvent<XrayRequest>;
    'drydock:appearance': CustomEvent<null>;
  }
}

export function requestCommand(detail: CommandRequest): void {
  document.dispatchEvent(new CustomEvent('drydock:command', { detail }));
}

export function requestExercise(detail: ExerciseRequest): void {
  document.dispatchEvent(new CustomEvent('drydock:exercise', { detail }));
}

export function requestXray(detail: XrayRequest): void {
  document.dispatchEvent(new CustomEvent('drydock:xray', { detail }));
}
