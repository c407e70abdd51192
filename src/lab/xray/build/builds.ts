import { BUILD_RECORD } from '../../../engine/daemon/build/record/builds.ts';
import type { KeyPart } from '../../../engine/daemon/build/record/key-parts.ts';
import type { MissReason } from '../../../engine/daemon/build/record/miss.ts';
import type {
  BuildRecord,
  ContextRecord,
  StepRecord,
  StepState,
} from '../../../engine/daemon/build/record/model.ts';
import type { ImageModel } from '../../../engine/daemon/model.ts';
import type { Simulation } from '../../../engine/world/simulation.ts';
import { inspect } from '../../inspect.ts';

export type { MissReason } from '../../../engine/daemon/build/record/miss.ts';
export type { ContextRecord } from '../../../engine/daemon/build/record/model.ts';

/** A build, as far as it has come. */
export interface BuildView {
  id: number;
  names: string[];
  dockerfile: string;
  target: string;
  is: 'running' | 'done' | 'failed';
  /** On the machine's clock, ms. */
  started: number;
  took?: number;
  error?: string;
  context?: ContextRecord;
  stages: StageView[];
}

export interface StageView {
  label: string;
  /** The line of FROM; empty where the stage is an image that some step takes from. */
  code: string;
  base?: number;
  isNeeded: boolean;
  /** The target, of which the image is made. */
  isTarget: boolean;
  steps: StepView[];
}

export interface StepView
  extends Pick<
    StepRecord,
    'id' | 'code' | 'keyword' | 'stage' | 'sources' | 'key' | 'error' | 'image' | 'same'
  > {
  state: StepState;
  why: MissReason[];
  /** What its key is made of: how much of each kind. */
  made: Record<KeyPart['is'], number> & { files: number };
  took?: number;
  layer?: {
    diffId: string;
    size: number;
    /** An image on the machine that has it. */
    of?: { image: string; name: string };
  };
}

/** The builds of the daemon that runs now, the newest first. */
export function buildsView(simulation: Simulation): BuildView[] {
  const images = inspect(simulation).images();
  return recorded(simulation)
    .map((build) => buildView(build, images))
    .reverse();
}

function recorded({ host }: Simulation): readonly BuildRecord[] {
  for (const { published } of host.kernel.tasks) {
    const record = published.get(BUILD_RECORD);
    if (record) return record() as readonly BuildRecord[];
  }
  return [];
}

function buildView(build: BuildRecord, images: readonly ImageModel[]): BuildView {
  const { id, names, dockerfile, target, started, ended, error, context, stages } = build;
  const holders = holdersOf(images, build.image);
  const targetStage =
    target === ''
      ? stages.length - 1
      : stages.findLastIndex(({ label, code }) => code !== '' && label === target.toLowerCase());
  return {
    id,
    names,
    dockerfile,
    target,
    is: ended === undefined ? 'running' : error === undefined ? 'done' : 'failed',
    started,
    ...(ended !== undefined && { took: ended - started }),
    ...(error !== undefined && { error }),
    ...(context !== undefined && { context }),
    stages: stages.map(({ steps, ...stage }, at) => ({
      ...stage,
      isTarget: at === targetStage,
      steps: steps.map((step) => stepView(step, holders)),
    })),
  };
}

/** By their layers the images that have them: that of the build before all others. */
function holdersOf(images: readonly ImageModel[], built: string | undefined) {
  const holders = new Map<string, { image: string; name: string }>();
  for (const { id, references, layers } of images.toSorted(
    (a, b) => Number(a.id === built) - Number(b.id === built),
  ))
    for (const { diffId } of layers) holders.set(diffId, { image: id, name: references[0] ?? '' });
  return holders;
}

function stepView(step: StepRecord, holders: ReturnType<typeof holdersOf>): StepView {
  const { args: _, place: __, parts, layer, started, ended, ...rest } = step;
  const of = layer && holders.get(layer.diffId);
  return {
    ...rest,
    made: madeOf(parts),
    // What was here took no time.
    ...(started !== undefined && ended !== undefined && step.state !== 'cached' && { took: ended - started }),
    ...(layer && { layer: { ...layer, ...(of && { of }) } }),
  };
}

function madeOf(parts: readonly KeyPart[]): StepView['made'] {
  const made = { instruction: 0, variable: 0, setting: 0, content: 0, parent: 0, files: 0 };
  for (const { is, value, files } of parts) {
    if (value !== '') made[is]++;
    made.files += files?.size ?? 0;
  }
  return made;
}
