import type { Outline } from '../../api/build-requests.ts';
import { formatPlatform, type Platform, parsePlatform } from '../../oci/platform.ts';
import { InvalidReference, parseNormalizedNamed, referenceString, tagNameOnly } from '../../oci/reference.ts';
import { type Dockerfile, DockerfileError, type Location, located } from '../ast.ts';
import { splitVariable } from '../change-config.ts';
import type { ArgCommand, Command, Stage } from '../instructions/command.ts';
import { parseInstruction } from '../instructions/parse.ts';
import { parseStages } from '../instructions/stages.ts';
import { parseDockerfile } from '../parser.ts';
import { expandWord } from '../shell-lex.ts';
import { sourceDateEpoch } from '../source-date-epoch.ts';
import { didYouMean, nearest } from '../suggest.ts';
import { joinWorkdir } from '../workdir.ts';
import { Checks, parseCheckOptions } from './check-options.ts';
import type { PlanContext, PlanHost, PlanOptions } from './context.ts';
import { dispatch } from './dispatch.ts';
import { Environment } from './environment.ts';
import { SAYS } from './lint.ts';
import { checkCasing, checkInstruction, checkStageNames } from './lint-stages.ts';
import { metaArgsOf } from './meta-args.ts';
import { beginWithContext, contextOf } from './named-contexts.ts';
import { outlineOf } from './outline.ts';
import { Parameters } from './parameters.ts';
import { sourceOfMount } from './run-mount.ts';
import { type StageOutline, stageOutlines } from './stage-outlines.ts';
import { type PlannedCommand, reachable, StageState } from './stage-state.ts';
import { emptyImage, imageFrom, type TargetImage, withPath } from './target-image.ts';
import type { Root } from './vertex.ts';

/** What is to be done for a target, and the image that comes of it. */
export interface Plan {
  root: Root;
  image: TargetImage;
  /** What of it whoever builds may give. */
  outline: Outline;
  stages: StageOutline[];
}

/** What a Dockerfile asks for. Models BuildKit frontend/dockerfile/dockerfile2llb. Throws `DockerfileError`. */
export async function planBuild(text: string, options: PlanOptions, host: PlanHost): Promise<Plan> {
  if (text === '') throw new DockerfileError('the Dockerfile cannot be empty');
  const dockerfile = parseDockerfile(text);
  const given = options.buildArgs['BUILDKIT_DOCKERFILE_CHECK'];
  const checks = new Checks(parseCheckOptions(given ?? dockerfile.check), (...found) => host.warn(...found));
  const plan = await new Planner(dockerfile, options, { ...host, warn: checks.warn }).plan();
  checks.refuse();
  return plan;
}

const SCRATCH = 'scratch';

class Planner {
  readonly #dockerfile: Dockerfile;
  readonly #context: PlanContext;
  readonly #states: StageState[] = [];
  readonly #byName = new Map<string, StageState>();
  #parameters = new Parameters();

  constructor(dockerfile: Dockerfile, options: PlanOptions, host: PlanHost) {
    this.#dockerfile = dockerfile;
    this.#context = {
      options,
      host,
      escape: dockerfile.escape,
      epoch: sourceDateEpoch(options.buildArgs),
      globalArgs: new Environment(),
      ignored: undefined,
      isIncomplete: false,
    };
  }

  async plan(): Promise<Plan> {
    const context = this.#context;
    const { options, host } = context;
    const warn: PlanHost['warn'] = (rule, message, location) => host.warn(rule, message, location);
    for (const line of this.#dockerfile.emptyContinuations)
      warn('noEmptyContinuation', SAYS.noEmptyContinuation(), { startLine: line, endLine: line });
    const { stages, metaArgs } = parseStages(this.#dockerfile, (one) => checkInstruction(one, warn));
    if (stages.length === 0) throw new DockerfileError('dockerfile contains no stages to build');
    checkStageNames(stages, warn);
    checkCasing(stages, warn);
    const preset = presetArgs(options, options.target || stages.at(-1)!.stageName);
    this.#checkDefaults(stages, metaArgs, preset);
    const { environment, parameters } = metaArgsOf(metaArgs, preset, options.buildArgs, context.escape);
    context.globalArgs = environment;
    this.#parameters = parameters;
    for (const [i, stage] of stages.entries()) this.#addStage(stage, i, metaArgs);
    const target = this.#target();
    for (const state of [...this.#states]) this.#linkCommands(state);
    this.#refuseCircles();
    if (this.#states.length === 1) this.#states[0]!.label = '';
    const needed = await this.#resolve(target);
    context.ignored = await host.ignored();
    for (const state of this.#states) if (needed.has(state) && !state.isDispatched) this.#dispatch(state);
    if (context.isIncomplete)
      throw new DockerfileError('failed to marshal LLB definition: arguments are required');
    const { image } = target;
    if (Object.keys(options.labels).length > 0)
      image.config.Labels = { ...image.config.Labels, ...options.labels };
    if (options.isPlatformAsked) Object.assign(image, platformFields(options.platform));
    const outlines = stageOutlines(this.#states, needed);
    return { root: target.root, image, outline: outlineOf(target), stages: outlines };
  }

  #expand(word: string, args: Environment): string {
    return expandWord(word, (name) => args.get(name), { escape: this.#context.escape });
  }

  /** Warns of an image's name that is none where no arguments are given. */
  #checkDefaults(stages: readonly Stage[], metaArgs: readonly ArgCommand[], preset: Environment): void {
    const args = metaArgsOf(metaArgs, preset, {}, this.#context.escape).environment;
    for (const { baseName, location } of stages) {
      let isName = false;
      try {
        const name = this.#expand(baseName, args);
        if (name !== '') parseNormalizedNamed(name);
        isName = name !== '';
      } catch (error) {
        if (!(error instanceof InvalidReference || error instanceof DockerfileError)) throw error;
      }
      if (!isName)
        this.#context.host.warn('invalidDefaultArgInFrom', SAYS.invalidDefaultArgInFrom(baseName), location);
    }
  }

  #addStage(stage: Stage, index: number, metaArgs: readonly ArgCommand[]): void {
    const { options } = this.#context;
    const { location } = stage;
    located(location, () => {
      const used = new Set<string>();
      const baseName = this.#expandNoting(stage, stage.baseName, metaArgs, used);
      if (baseName === '') throw new DockerfileError(`base name (${stage.baseName}) should not be blank`);
      const label = stage.stageName || `stage-${index}`;
      // A context of its name stands for all of it.
      const replaced = contextOf(this.#context, stage.stageName);
      const written = replaced
        ? { ...stage, baseName: stage.stageName, commands: [] }
        : { ...stage, baseName };
      const state = new StageState(written, label);
      if (stage.platform !== '') state.platform = this.#platformOf(stage, metaArgs, used);
      this.#add(state);
      for (const name of used) state.parameters.use(name);
      const counted = ['add', 'copy', 'run', 'workdir'];
      const ownBase = baseName !== SCRATCH && state.base === undefined ? 1 : 0;
      state.total = ownBase + written.commands.filter(({ kind }) => counted.includes(kind)).length;
      state.ignoreCache =
        options.noCache || (stage.stageName !== '' && options.noCacheFilter.includes(stage.stageName));
    });
  }

  #add(state: StageState): void {
    this.#states.push(state);
    state.base = this.#byName.get(state.baseName);
    state.parameters = new Parameters(state.base?.parameters ?? this.#parameters);
    if (state.stageName !== '') this.#byName.set(state.stageName, state);
  }

  /** The value of a word in FROM, and what it is made of; warns of arguments that nobody has declared. */
  #expandNoting(stage: Stage, word: string, metaArgs: readonly ArgCommand[], used: Set<string>): string {
    const { globalArgs, host } = this.#context;
    const declared = new Set([
      ...globalArgs.names(),
      ...metaArgs.flatMap(({ args }) => args.map(({ key }) => key)),
    ]);
    return expandWord(
      word,
      (name) => {
        const value = globalArgs.get(name);
        if (value === undefined && !declared.has(name))
          host.warn(
            'undefinedArgInFrom',
            SAYS.undefinedArgInFrom(name, nearest(name, [...declared])),
            stage.location,
          );
        if (value !== undefined) used.add(name);
        return value;
      },
      { escape: this.#context.escape },
    );
  }

  #platformOf(stage: Stage, metaArgs: readonly ArgCommand[], used: Set<string>): Platform {
    const { globalArgs, host } = this.#context;
    const text = this.#expandNoting(stage, stage.platform, metaArgs, used);
    if (text === '') throw new DockerfileError(`empty platform value from expression ${stage.platform}`);
    let platform: Platform;
    try {
      platform = parsePlatform(text);
    } catch (error) {
      throw new DockerfileError(`failed to parse platform ${stage.platform}: ${(error as Error).message}`);
    }
    if (
      /^\$(?:TARGETPLATFORM|\{TARGETPLATFORM\})$/.test(stage.platform) &&
      text === globalArgs.get('TARGETPLATFORM')
    )
      host.warn('redundantTargetPlatform', SAYS.redundantTargetPlatform(stage.platform), stage.location);
    const isNamed = [platform.os, platform.architecture].some((part) => stage.stageName.includes(part));
    if (!stage.platform.includes('$') && !isNamed)
      host.warn(
        'fromPlatformFlagConstDisallowed',
        SAYS.fromPlatformFlagConstDisallowed(text),
        stage.location,
      );
    return platform;
  }

  #target(): StageState {
    const { target } = this.#context.options;
    if (target === '') return this.#states.at(-1)!;
    const found = this.#byName.get(target.toLowerCase());
    if (found !== undefined) return found;
    const names = this.#states.map(({ label }) => label);
    throw new DockerfileError(`target stage "${target}" could not be found${didYouMean(target, names)}`);
  }

  /** Finds out from which stages the commands of one take. */
  #linkCommands(state: StageState): void {
    state.planned = state.commands.map((command) => this.#link(state, command));
  }

  #link(state: StageState, command: Command, isOnBuild = false): PlannedCommand {
    const sources = this.#sourcesOf(command);
    for (const source of sources) state.dependencies.set(source, command.location);
    return { command, sources, isOnBuild };
  }

  /** Of a COPY one; of a RUN one for each mount, an empty one where it takes from none. */
  #sourcesOf(command: Command): StageState[] {
    if (command.kind === 'copy') return command.from === '' ? [] : [this.#source(command.from, command)];
    if (command.kind !== 'run') return [];
    return command.mounts.map((mount) => this.#source(sourceOfMount(mount) || SCRATCH, command));
  }

  /** The stage, by name or number, or the image that a command takes from. */
  #source(from: string, command: Command): StageState {
    if (command.kind === 'copy' && this.#expand(from, new Environment()) !== from)
      throw new DockerfileError(
        'variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround',
      );
    if (command.kind === 'copy' && /^[+-]?\d+$/.test(from)) {
      const found = this.#states[Number(from)];
      if (found === undefined) throw new DockerfileError(`invalid stage index ${Number(from)}`);
      return found;
    }
    const found = this.#byName.get(from.toLowerCase());
    if (found !== undefined) return found;
    const state = StageState.ofImage(from, command.location);
    this.#add(state);
    return state;
  }

  #refuseCircles(): void {
    const done = new Set<StageState>();
    const path = new Set<StageState>();
    const visit = (state: StageState): Location | undefined => {
      done.add(state);
      path.add(state);
      for (const [dependency, location] of state.dependencies) {
        if (path.has(dependency)) return location;
        const found = done.has(dependency) ? undefined : visit(dependency);
        if (found !== undefined) return found;
      }
      path.delete(state);
      return undefined;
    };
    for (const state of this.#states) {
      const location = done.has(state) ? undefined : visit(state);
      if (location !== undefined)
        throw new DockerfileError(`circular dependency detected on stage: ${state.label}`, location);
    }
  }

  /** Gets the images that are needed, and what their ONBUILD adds. Gives the stages that the target is made from. */
  async #resolve(target: StageState): Promise<Set<StageState>> {
    for (;;) {
      const needed = reachable(target);
      for (const state of this.#states)
        if (state.base === undefined && !state.isResolved) await this.#resolveBase(state, needed.has(state));
      let isDone = true;
      for (const state of needed) if (this.#trigger(state)) isDone = false;
      if (isDone) return needed;
    }
  }

  async #resolveBase(state: StageState, isNeeded: boolean): Promise<void> {
    const { options, host } = this.#context;
    const { baseName, location } = state;
    try {
      const beside = contextOf(this.#context, baseName);
      if (beside !== undefined) {
        if (isNeeded) await beginWithContext(state, beside, this.#context);
        return;
      }
      if (baseName === SCRATCH) {
        state.isResolved = true;
        state.image = emptyImage(options.platform.architecture);
        state.isDispatched = state.isImplicit;
        return;
      }
      let name: string;
      try {
        name = referenceString(tagNameOnly(parseNormalizedNamed(baseName)));
      } catch (error) {
        if (!(error instanceof InvalidReference)) throw error;
        throw new DockerfileError(`failed to parse stage name "${baseName}": ${error.message}`);
      }
      if (!isNeeded) return;
      state.isResolved = true;
      const { reference, config } = await host
        .resolveImage(name, state.platform ?? options.platform)
        .catch((error: unknown) => {
          throw new DockerfileError(
            `${baseName}: failed to resolve source metadata for ${name}: ${(error as Error).message}`,
          );
        });
      state.image = imageFrom(config);
      state.isDispatched = state.isImplicit;
      if (config.rootfs.diff_ids.length > 0)
        state.root = {
          op: { kind: 'image', reference },
          name: `${state.prefix()}FROM ${reference}`,
          location,
          ignoreCache: false,
        };
    } catch (error) {
      if (error instanceof DockerfileError) error.location ??= location;
      throw error;
    }
  }

  /** Adds the commands that the image below keeps for those who build on it; whether they need more stages. */
  #trigger(state: StageState): boolean {
    if (state.isDispatched) return false;
    const { base } = state;
    const kept =
      base === undefined
        ? (state.image.config.OnBuild ?? [])
        : base.commands.flatMap((command) => (command.kind === 'onbuild' ? [command.expression] : []));
    if (kept.length === 0 || state.planned.some(({ isOnBuild }) => isOnBuild)) return false;
    delete state.image.config.OnBuild;
    const planned = kept.map((text) =>
      located(state.location, () => {
        const { instructions } = parseDockerfile(text);
        if (instructions.length !== 1)
          throw new DockerfileError('onbuild trigger should be a single expression');
        const command = parseInstruction(Object.assign(instructions[0]!, state.location)) as Command;
        return this.#link(state, command, true);
      }),
    );
    state.planned.unshift(...planned);
    state.total += planned.length;
    return planned.some(({ sources }) => sources.length > 0);
  }

  #dispatch(state: StageState): void {
    state.inherit();
    state.begin = state.root;
    state.isDispatched = true;
    const { config } = state.image;
    config.Env = withPath(config.Env);
    if (state.base === undefined)
      for (const entry of config.Env) state.environment = state.environment.with(...splitVariable(entry));
    if (config.WorkingDir) state.cwd = joinWorkdir('/', config.WorkingDir);
    state.user = config.User ?? '';
    for (const planned of state.planned) {
      const before = state.root;
      located(planned.command.location, () => dispatch(state, planned, this.#context));
      planned.vertex = state.root === before ? undefined : state.root;
      planned.args = state.buildArgs.map(({ key }) => key);
    }
  }
}

/** What is set in every build. */
function presetArgs({ platform, buildArgs }: PlanOptions, target: string): Environment {
  const text = formatPlatform(platform);
  const values: Record<string, string> = {
    BUILDPLATFORM: 'linux/amd64',
    BUILDOS: 'linux',
    BUILDOSVERSION: '',
    BUILDARCH: 'amd64',
    BUILDVARIANT: '',
    TARGETPLATFORM: text,
    TARGETOS: platform.os,
    TARGETOSVERSION: '',
    TARGETARCH: platform.architecture,
    TARGETVARIANT: platform.variant ?? '',
    TARGETSTAGE: target || 'default',
  };
  return new Environment(
    new Map(Object.entries(values).map(([name, value]) => [name, buildArgs[name] ?? value])),
  );
}

const platformFields = ({ os, architecture, variant }: Platform) => ({
  os,
  architecture,
  ...(variant === undefined ? {} : { variant }),
});
