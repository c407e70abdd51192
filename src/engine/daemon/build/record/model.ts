import type { LeftOut } from '../../../api/build.ts';
import type { KeyPart } from './key-parts.ts';
import type { MissReason } from './miss.ts';

/** A build as those see it who look at the machine from outside: its stages as they were written, and what became of each step. */
export interface BuildRecord {
  /** Counts the builds from the daemon's start. */
  id: number;
  names: string[];
  /** Where the Dockerfile was found. */
  dockerfile: string;
  /** As it was asked for; empty for the last stage. */
  target: string;
  /** Builds of one project are compared with each other: what the directory or address of their files is known by. */
  project: string;
  /** When it began and ended; ms. */
  started: number;
  ended?: number;
  /** The image that came of it. */
  image?: string;
  error?: string;
  stages: StageRecord[];
  context?: ContextRecord;
}

/** What has come of a directory that the client has built from. */
export interface ContextRecord {
  /** The files that steps take from, in their order; of an earlier build those that it has brought already. */
  files: { path: string; size: number; isKnown: boolean }[];
  /** How many more there are than are kept by name. */
  more: number;
  /** How many files have been sent, of how many bytes, and how many were known. */
  sent: number;
  bytes: number;
  known: number;
  leftOut: LeftOut;
}

export interface StageRecord {
  label: string;
  /** The line of FROM; empty where the stage is an image that some step takes from. */
  code: string;
  /** The stage that it begins with, by its place. */
  base?: number;
  isNeeded: boolean;
  steps: StepRecord[];
}

export type StepState =
  /** Its turn may come. */
  | 'waiting'
  | 'running'
  /** Its result was known. */
  | 'cached'
  | 'run'
  | 'failed'
  /** The target does not need it. */
  | 'skipped'
  /** The build ended before its turn came. */
  | 'unreached'
  /** It changes the image's configuration and is no step of the build. */
  | 'configuration';

export interface StepRecord {
  /** Its place among all steps of the build. */
  id: number;
  /** The line of the Dockerfile; of an image its reference. */
  code: string;
  /** `copy` */
  keyword: string;
  /** Its place in its stage, and that stage's place. */
  place: number;
  stage: number;
  state: StepState;
  /** The stages that it takes files from, by their places. */
  sources: number[];
  /** The variables that are arguments of the build (ARG) where it stands. */
  args: string[];
  /** What identifies it, and what that is made of. */
  key?: string;
  parts: KeyPart[];
  /** Why its result was not known; the first is what counts most. */
  why: MissReason[];
  layer?: LayerRecord;
  started?: number;
  ended?: number;
  error?: string;
  /** Of an image: it was here, was fetched, or was not needed beyond its name, since all that stands on it was known. */
  image?: 'here' | 'fetched' | 'unread';
  /** An earlier step of the build, in another stage, that does the same: both were done once. */
  same?: number;
}

/** The layer that a step made. */
export interface LayerRecord {
  diffId: string;
  size: number;
}
