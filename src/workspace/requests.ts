import type { XrayView } from './xray/views.ts';

/**
 * What the text of a lesson asks of the workspace beside it. They are events, for the workspace may not be loaded yet. Only their
 * types are here: the text's small scripts share no code, so that each stands in its page.
 */
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
