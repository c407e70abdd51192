import type { ContainerConfig } from '../../api/containers.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { Engine } from '../engine.ts';
import { describeError } from '../error.ts';
import type { Image } from '../images/image-store.ts';
import type { Layer } from '../images/layer-store.ts';
import type { CacheProbe } from './cache.ts';
import type { Report } from './report.ts';
import type { StageState } from './stage-state.ts';
import type { StepContainers } from './step-containers.ts';

/** What all steps of one build share. */
export class BuildRun {
  readonly engine: Engine;
  readonly report: Report;
  readonly containers: StepContainers;
  readonly cache: CacheProbe;
  /** The character that takes away the meaning of the one behind it. */
  readonly escape: string;
  /** A directory that goes when the build is over. */
  readonly directory: string;
  /** Where the client's files are. */
  readonly context: string;
  /** Gives an image; pulls it where it is not here. */
  readonly imageOf: (name: string) => Promise<Image>;
  /** Those that are through, and the one under way last. */
  readonly stages: StageState[] = [];

  constructor(
    given: Pick<
      BuildRun,
      'engine' | 'report' | 'containers' | 'cache' | 'escape' | 'directory' | 'context' | 'imageOf'
    >,
  ) {
    this.engine = given.engine;
    this.report = given.report;
    this.containers = given.containers;
    this.cache = given.cache;
    this.escape = given.escape;
    this.directory = given.directory;
    this.context = given.context;
    this.imageOf = given.imageOf;
  }

  /** The stage of a name, among those that are through. */
  stageNamed(name: string): StageState | undefined {
    return this.stages.slice(0, -1).find((stage) => stage.name !== '' && stage.name === name.toLowerCase());
  }

  /** The topmost layer of what `--from` names: a stage by name or number, or an image. Throws `GoError`. */
  async layerOf(from: string): Promise<Layer | undefined> {
    let stage = this.stageNamed(from);
    if (stage === undefined && /^[+-]?\d+$/.test(from)) {
      const index = Number(from);
      const isIn = index >= 0 && index < this.stages.length;
      if (!isIn || index === this.stages.length - 1) {
        const why = isIn ? 'refers to current build stage' : 'index out of bounds';
        throw new Error(`invalid from flag value ${from}: ${why}`);
      }
      stage = this.stages[index]!;
    }
    if (stage === undefined) {
      const image = await this.imageOf(from).catch((error: unknown) => {
        throw new GoError(`invalid from flag value ${from}: ${describeError(error).message}`);
      });
      return image.top;
    }
    return stage.imageId === undefined ? undefined : this.engine.images.byId(stage.imageId)?.top;
  }

  /** Whether a step's result is known; the stage goes on from it. */
  isCached(stage: StageState, madeBy: ContainerConfig): boolean {
    const known = this.cache.find(stage.imageId, madeBy);
    if (known === undefined) return false;
    this.report.out(' ---> Using cache\n');
    stage.imageId = known;
    return true;
  }
}
