import type { CheckResult, Localised } from './check.ts';
import type { CgroupsView } from './xray/cgroups.ts';
import type { FenceView } from './xray/processes.ts';

/**
 * What passes between a page and the worker in which its lab runs: calls with an answer, and events. Written
 * by hand over `postMessage`, because it is a dozen messages and terminals send many of them.
 */
export interface LabInfo {
  /** Name of the machine that the terminal is on, as its prompt shows it. */
  machine: string;
  /** The learner's home directory there. */
  home: string;
  /** Whether a saved lab was brought back, and if it could not be, why. */
  restored: boolean;
  problem?: string;
}

export interface FileEntry {
  name: string;
  type: 'file' | 'directory' | 'link' | 'other';
  size: number;
}

export interface PublishedPort {
  /** Port on the machine. */
  port: number;
  /** Container that it leads to. */
  container: string;
}

export interface PageResponse {
  status: number;
  headers: [string, string][];
  body: Uint8Array;
}

/** What is shown when the simulated network gives no page, in curl's words. */
export interface PageFailure {
  failure: string;
}

/** What pressing "Check" gives for a task. */
export interface TaskReport {
  task: string;
  passed: boolean;
  results: CheckResult[];
  /** Ids of known mistakes that the state of the world shows; their explanations are part of the exercise's texts. */
  mistakes: string[];
}

/** The texts of an exercise that the page shows; checks stay in the worker. */
export interface ExerciseText {
  id: string;
  title: Localised;
  intro: Localised;
  tasks: { id: string; goal: Localised; hints: Localised[] }[];
  solution: string[];
  mistakes: { id: string; explanation: Localised }[];
}

/** Method name → [parameters, answer]. */
export interface LabMethods {
  /** Boots a lab ahead of `open`, which says how large the terminal is. Optional. */
  prepare: [{ lab: string; scenario?: string }, undefined];
  open: [{ lab: string; scenario?: string; columns: number; rows: number }, LabInfo];
  'terminal.input': [{ data: string }, undefined];
  'terminal.resize': [{ columns: number; rows: number }, undefined];
  'files.list': [{ path: string }, FileEntry[]];
  'files.read': [{ path: string }, Uint8Array];
  'files.write': [{ path: string; content: Uint8Array }, undefined];
  'browser.ports': [undefined, PublishedPort[]];
  'browser.fetch': [{ method: string; url: string }, PageResponse | PageFailure];
  'exercise.text': [{ exercise: string }, ExerciseText];
  'exercise.check': [{ exercise: string; task?: string }, TaskReport[]];
  /** What the X-ray shows, as it is at this instant. */
  'xray.processes': [undefined, FenceView];
  'xray.cgroups': [undefined, CgroupsView];
  /** Throws the lab's state away and boots it afresh. */
  reset: [undefined, LabInfo];
}

/** Event name → what it carries. */
export interface LabEvents {
  'terminal.output': { data: Uint8Array };
  /** The shell on the terminal has ended; a new one starts. */
  'terminal.closed': Record<string, never>;
  /** Files, containers or ports may have changed; sent at most a few times a second. */
  changed: Record<string, never>;
  /** The simulator itself failed: told apart from anything that the simulated machine prints. */
  problem: { message: string };
}

export type Method = keyof LabMethods;
export type LabEvent = keyof LabEvents;

export type ToWorker = { [M in Method]: { id: number; method: M; parameters: LabMethods[M][0] } }[Method];

export type FromWorker =
  | { id: number; answer: unknown }
  | { id: number; error: string }
  | { [E in LabEvent]: { event: E; data: LabEvents[E] } }[LabEvent];

/** The page's end. */
export interface LabClient {
  call<M extends Method>(
    method: M,
    ...parameters: LabMethods[M][0] extends undefined ? [] : [LabMethods[M][0]]
  ): Promise<LabMethods[M][1]>;
  on<E extends LabEvent>(event: E, listener: (data: LabEvents[E]) => void): () => void;
  /** Ends the worker. What was journaled stays saved. */
  close(): void;
}
