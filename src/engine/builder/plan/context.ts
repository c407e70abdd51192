import type { NamedContext } from '../../api/build.ts';
import type { UlimitSetting } from '../../api/containers.ts';
import type { PatternMatcher } from '../../base/pattern-matcher.ts';
import type { ImageConfig } from '../../oci/image-config.ts';
import type { Platform } from '../../oci/platform.ts';
import type { Location } from '../ast.ts';
import type { Environment } from './environment.ts';
import type { RULES } from './lint.ts';

export type RuleName = keyof typeof RULES;

/** What every RUN is held to; what is not said is left as it is. */
export interface StepLimits {
  cgroupParent?: string;
  /** Of /dev/shm, in bytes. */
  shmSize?: number;
  ulimits?: readonly UlimitSetting[];
}

/** What a build was asked for. */
export interface PlanOptions {
  target: string;
  buildArgs: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  platform: Platform;
  /** Whether the client named the platform. */
  isPlatformAsked: boolean;
  network: 'default' | 'none' | 'host';
  /** Files beside the context, by their names. */
  contexts: ReadonlyMap<string, NamedContext>;
  limits: StepLimits;
  noCache: boolean;
  /** Stages that are built anew (`--no-cache-filter`). */
  noCacheFilter: readonly string[];
}

/** What the plan asks of whoever builds. */
export interface PlanHost {
  /**
   * The configuration of an image, and the name under which its files are to be had. Rejects with what progress shows.
   *
   * @param shown how progress calls it, where that is not as usual
   */
  resolveImage(
    reference: string,
    platform: Platform,
    shown?: string,
  ): Promise<{ reference: string; config: ImageConfig }>;
  /** What of a directory beside the context is left out is looked for. */
  lookAtContext(name: string): Promise<void>;
  /** What of the context is left out; undefined where nothing is said. */
  ignored(): Promise<PatternMatcher | undefined>;
  warn(rule: RuleName, message: string, location: Location): void;
}

/** What all stages of a plan share. */
export interface PlanContext {
  readonly options: PlanOptions;
  readonly host: PlanHost;
  readonly escape: string;
  /** The time that everything is to bear (SOURCE_DATE_EPOCH), ms. */
  readonly epoch: number | undefined;
  /** ARG before the first FROM, and those that are always there. */
  globalArgs: Environment;
  ignored: PatternMatcher | undefined;
  /** Some RUN has nothing to run. */
  isIncomplete: boolean;
}
