import type { Order, Report } from '../engine/userland/node/outside/messages.ts';
import type { ArrangementText } from './arrangement.ts';
import type { CheckResult, Localised } from './check.ts';
import type { Client } from './client.ts';
import type { FileView, StackSubject, StackView } from './layers/explorer.ts';
import type { TreeEntry } from './layers/layer-stack.ts';
import type { BuildView } from './xray/build/builds.ts';
import type { CgroupsView } from './xray/cgroups.ts';
import type { ImagesView } from './xray/images.ts';
import type { NetworkLook } from './xray/networks/ways.ts';
import type { FenceView } from './xray/processes.ts';
import type { RegistryNode } from './xray/registries.ts';
import type { LifeView } from './xray/states.ts';
import type { TraceView } from './xray/trace/model.ts';
import type { WireCallDetail, WireCommand } from './xray/wire/wire.ts';

/** What passes between a page and the worker in which its lab runs. */
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
  /** A directory, or a link that leads to one. */
  unfolds: boolean;
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
  tasks: { id: string; goal: Localised; hints: Localised[]; arrange?: ArrangementText }[];
  solution: string[];
  mistakes: { id: string; explanation: Localised }[];
}

/** What the explorer of layers answers: for the machine, or for an archive that the reader has opened. */
export interface ExplorerMethods {
  'layers.list': [undefined, StackSubject[]];
  'layers.open': [{ key: string }, StackView | undefined];
  'layers.directory': [{ key: string; layer: number; path: string }, TreeEntry[]];
  'layers.file': [{ key: string; layer: number; path: string }, FileView];
}

/** Method name → [parameters, answer]. */
export interface LabMethods extends ExplorerMethods {
  /** Boots a lab ahead of `open`, which says how large the terminal is. Optional. */
  prepare: [{ lab: string; scenario?: string }, undefined];
  open: [{ lab: string; scenario?: string; columns: number; rows: number }, LabInfo];
  'terminal.input': [{ data: string }, undefined];
  'terminal.resize': [{ columns: number; rows: number }, undefined];
  'files.list': [{ path: string }, FileEntry[]];
  'files.read': [{ path: string; isRoot?: boolean }, Uint8Array];
  /** `over` is what the file must still hold, null where there must be none yet; else nothing is written and the answer is false. */
  'files.write': [{ path: string; content: Uint8Array; over?: Uint8Array | null; isRoot?: boolean }, boolean];
  'files.mkdir': [{ path: string }, undefined];
  'files.rename': [{ path: string; to: string }, undefined];
  'files.remove': [{ path: string }, undefined];
  /** A directory, or one file, as a zip archive. */
  'files.zip': [{ path: string }, Uint8Array];
  'browser.ports': [undefined, PublishedPort[]];
  'browser.fetch': [{ method: string; url: string }, PageResponse | PageFailure];
  /** Where programs of Node run from now on. */
  'javascript.host': [{ host: 'embedded' | 'webcontainer' }, undefined];
  /** What the WebContainer tells of a program that was given to it. */
  'javascript.report': [Report, undefined];
  'exercise.text': [{ exercise: string }, ExerciseText];
  'exercise.check': [{ exercise: string; task?: string }, TaskReport[]];
  /** What the X-ray shows, as it is at this instant. */
  'xray.processes': [undefined, FenceView];
  'xray.cgroups': [undefined, CgroupsView];
  'xray.states': [undefined, LifeView[]];
  'xray.network': [{ from?: string; to?: string }, NetworkLook];
  'xray.images': [undefined, ImagesView];
  'xray.registries': [undefined, RegistryNode[]];
  'xray.builds': [undefined, BuildView[]];
  'xray.wire': [undefined, WireCommand[]];
  /** One of its calls, by id; undefined once it is not kept any more. */
  'wire.call': [{ id: number }, WireCallDetail | undefined];
  /** What the last commands set going; the first look starts the recording. */
  'trace.runs': [undefined, TraceView];
  'trace.stop': [undefined, undefined];
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
  /** Something for the WebContainer. */
  'javascript.order': Order;
  /** The simulator itself failed: told apart from anything that the simulated machine prints. */
  problem: { message: string };
}

/** The page's end. What was journaled stays saved when it is closed. */
export type LabClient = Client<LabMethods, LabEvents>;
