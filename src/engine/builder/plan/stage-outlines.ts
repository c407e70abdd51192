import { type StageState, takenFrom } from './stage-state.ts';
import type { Vertex } from './vertex.ts';

/** A Dockerfile as it was written, with the steps that were planned for it: for those who look at a build from outside. */
export interface StageOutline {
  /** Its name, `stage-1`, or the image that it stands for. */
  label: string;
  /** The line of FROM; empty where the stage is an image that some command takes from. */
  code: string;
  /** The stage that it begins with, by its place. */
  base: number | undefined;
  /** The image that it begins with; undefined where it begins with a stage, with nothing, or is not needed. */
  image: Vertex | undefined;
  /** Whether the target is made from it. */
  isNeeded: boolean;
  steps: StepOutline[];
}

export interface StepOutline {
  /** The line, without comments. */
  code: string;
  /** `copy` */
  keyword: string;
  /** What is to be done for it; undefined where it changes the image's configuration alone, or is not needed. */
  vertex: Vertex | undefined;
  /** The stages that it takes files from, by their places. */
  sources: number[];
  /** The variables that are arguments of the build (ARG) where it stands. */
  args: string[];
}

/** The stages in the order of the file, each image that is only taken from before the first stage that does. */
export function stageOutlines(
  states: readonly StageState[],
  needed: ReadonlySet<StageState>,
): StageOutline[] {
  const ordered: StageState[] = [];
  for (const state of states) {
    if (state.isImplicit) continue;
    for (const image of sourcesOf(state))
      if (image.isImplicit && !ordered.includes(image)) ordered.push(image);
    ordered.push(state);
  }
  const placesOf = (sources: readonly StageState[]) =>
    [...new Set(sources)].map((source) => ordered.indexOf(source)).filter((place) => place >= 0);
  return ordered.map((state) => ({
    label: state.isImplicit ? state.baseName : state.stageName || `stage-${states.indexOf(state)}`,
    code: state.code,
    base: state.base === undefined ? undefined : ordered.indexOf(state.base),
    image: state.isImplicit ? state.root : state.base === undefined ? state.begin : undefined,
    isNeeded: needed.has(state),
    steps: state.planned.map(({ command, sources, vertex, args = [] }) => ({
      code: command.code,
      keyword: command.kind,
      vertex,
      sources: placesOf(sources),
      args,
    })),
  }));
}

/** The stages that its commands take from; of an empty one nothing can be taken. */
const sourcesOf = (state: StageState): StageState[] =>
  takenFrom(state).filter(({ isImplicit, baseName }) => !(isImplicit && baseName === 'scratch'));
