import type { Platform } from '../../oci/platform.ts';
import type { Location } from '../ast.ts';
import type { Command, Stage } from '../instructions/command.ts';
import { Environment } from './environment.ts';
import { Parameters } from './parameters.ts';
import { emptyImage, type TargetImage } from './target-image.ts';
import type { Root, Vertex } from './vertex.ts';

/** A command of a stage, with the stages that it takes from. */
export interface PlannedCommand {
  command: Command;
  /** For COPY one; for RUN one for each mount. */
  sources: StageState[];
  isOnBuild: boolean;
  /** Once it is dispatched: the step that it comes to, where it is one, and the names of ARG where it stands. */
  vertex?: Vertex | undefined;
  args?: string[];
}

/** A stage while it is planned. Models dockerfile2llb's dispatchState. */
export class StageState {
  readonly baseName: string;
  readonly stageName: string;
  readonly code: string;
  readonly description: string;
  readonly location: Location;
  readonly commands: readonly Command[];
  /** Names an image that some command takes from, rather than a stage that was written. */
  readonly isImplicit: boolean;
  /** How progress calls it; empty where it is the only one. */
  label: string;
  platform: Platform | undefined;
  /** The stage that it begins with, where that is no image. */
  base: StageState | undefined;
  planned: PlannedCommand[] = [];
  /** The stages that its commands take from, and where one of them does. */
  readonly dependencies = new Map<StageState, Location>();
  ignoreCache = false;
  isResolved = false;
  isDispatched = false;
  /** How many steps progress counts, and how many have a name. */
  total = 0;
  #index = 0;

  root: Root;
  /** What its own commands begin with. */
  begin: Root;
  image: TargetImage = emptyImage('amd64');
  environment = new Environment();
  /** ARG so far, with the value that each had. */
  buildArgs: { key: string; value: string | undefined }[] = [];
  cwd = '/';
  user = '';
  isWorkdirSet = false;
  /** What whoever builds may give it. */
  parameters = new Parameters();
  /** The command that the next of its kind takes the place of. */
  readonly last = new Map<'cmd' | 'entrypoint' | 'healthcheck', Location>();

  constructor(stage: Stage, label: string) {
    this.baseName = stage.baseName;
    this.stageName = stage.stageName;
    this.code = stage.code;
    this.description = stage.description;
    this.location = stage.location;
    this.commands = stage.commands;
    this.isImplicit = false;
    this.label = label;
  }

  /** An image that a command takes from. */
  static ofImage(reference: string, location: Location): StageState {
    const stage: Stage = {
      kind: 'from',
      name: 'FROM',
      code: '',
      location,
      baseName: reference,
      stageName: '',
      platform: '',
      description: '',
      commands: [],
    };
    const state = new StageState(stage, '');
    Object.assign(state, { isImplicit: true });
    return state;
  }

  /** What it has from the stage that it begins with. */
  inherit(): void {
    const { base } = this;
    if (base === undefined) return;
    this.root = base.root;
    this.platform = base.platform;
    this.image = structuredClone(base.image);
    delete this.image.config.OnBuild;
    this.environment = base.environment;
    this.isWorkdirSet = base.isWorkdirSet;
    this.buildArgs = [...base.buildArgs];
  }

  /** `[base 2/5] `, and counts on. */
  prefix(isOnBuild = false): string {
    if (this.total === 0) return '';
    this.#index++;
    const index = String(this.#index).padStart(String(this.total).length);
    const label = this.label === '' ? '' : `${this.label} `;
    return `[${label}${index}/${this.total}] ${isOnBuild ? 'ONBUILD ' : ''}`;
  }
}

/** The stages that the commands of one take from, in order. */
export const takenFrom = (stage: StageState): StageState[] => stage.planned.flatMap(({ sources }) => sources);

/** A stage and all that it is made from. */
export function reachable(stage: StageState, seen = new Set<StageState>()): Set<StageState> {
  if (seen.has(stage)) return seen;
  seen.add(stage);
  if (stage.base) reachable(stage.base, seen);
  for (const dependency of stage.dependencies.keys()) reachable(dependency, seen);
  return seen;
}
