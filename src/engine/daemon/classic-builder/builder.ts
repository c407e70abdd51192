import type { HostConfig } from '../../api/containers.ts';
import type { ProgressMessage } from '../../api/progress.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { type Dockerfile, DockerfileError } from '../../builder/ast.ts';
import type { ArgCommand, Command, Stage } from '../../builder/instructions/command.ts';
import { parseInstruction } from '../../builder/instructions/parse.ts';
import { parseStages } from '../../builder/instructions/stages.ts';
import { parseDockerfile } from '../../builder/parser.ts';
import { expandWord } from '../../builder/shell-lex.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import { type Digest, shortId } from '../../oci/digest.ts';
import { type Platform, parsePlatform } from '../../oci/platform.ts';
import { familiarString, type Reference, tagNameOnly } from '../../oci/reference.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { Engine } from '../engine.ts';
import { invalidParameter } from '../error.ts';
import { tagImage } from '../images/tag.ts';
import { withTemporary } from '../temporary.ts';
import { baseImage } from './base-images.ts';
import { BuildArgs } from './build-args.ts';
import { BuildRun } from './build-run.ts';
import { CacheProbe } from './cache.ts';
import { receiveContext, takeDockerfile } from './context.ts';
import { dispatch } from './dispatch.ts';
import { Report } from './report.ts';
import { StageState } from './stage-state.ts';
import { StepContainers } from './step-containers.ts';

export interface ClassicBuildRequest {
  body: ByteReader;
  /** A URL to fetch the context from; empty where the client sends it. */
  remote: string;
  dockerfile: string;
  names: readonly Reference[];
  target: string;
  /** null for a name without a value */
  buildArgs: ReadonlyMap<string, string | null>;
  labels: Readonly<Record<string, string>>;
  platform: Platform | undefined;
  pull: boolean;
  noCache: boolean;
  /** Containers of steps go when the step has succeeded. */
  remove: boolean;
  /** They go even when it has not. */
  forceRemove: boolean;
  /** What the containers of steps are given. */
  hostConfig: HostConfig;
  credentials: (domain: string) => Credentials;
  send: (message: ProgressMessage) => void;
  /** Settles when nobody waits any more. */
  cancelled: Promise<unknown>;
}

/**
 * Builds an image as Docker did before BuildKit: instruction by instruction, each in a container of its own that becomes an image. Gives
 * its id. Models moby builder/dockerfile/builder.go. Throws before the first word what the request is answered with, and after it what
 * the stream ends with.
 */
export function classicBuild(engine: Engine, request: ClassicBuildRequest): Promise<Digest> {
  return withTemporary(engine, 'docker-builder', async (directory) => {
    const context = `${directory}/context`;
    await receiveContext(engine, context, request);
    const text = await takeDockerfile(engine, context, request.dockerfile);
    const { dockerfile, stages, metaArgs } = parse(text, request);
    const report = new Report(request.send);
    warn(report, dockerfile);
    const { platform, pull, credentials, send, noCache, hostConfig, cancelled } = request;
    const run = new BuildRun({
      engine,
      report,
      containers: new StepContainers(engine, report, { hostConfig, cancelled }),
      cache: new CacheProbe(engine, noCache),
      escape: dockerfile.escape,
      directory,
      context,
      imageOf: (name) => baseImage(engine, name, { pull, platform, credentials, report: send }),
    });
    const id = await new Build(run, request, stages, metaArgs).run();
    report.out(`Successfully built ${shortId(id)}\n`);
    for (const name of request.names) {
      await tagImage(engine, id, tagNameOnly(name));
      report.out(`Successfully tagged ${familiarString(tagNameOnly(name))}\n`);
    }
    return id;
  });
}

interface Parsed {
  dockerfile: Dockerfile;
  stages: Stage[];
  metaArgs: ArgCommand[];
}

function parse(text: string, { dockerfile: name, target, labels }: ClassicBuildRequest): Parsed {
  try {
    const dockerfile = read(text, name);
    // The frontend that a directive names is not fetched: this builder is its own.
    const { stages, metaArgs } = parseStages({ ...dockerfile, syntax: '' }, () => undefined);
    const last = target === '' ? stages.length - 1 : indexOf(stages, target);
    if (last === -1) throw new DockerfileError(`target stage ${JSON.stringify(target)} could not be found`);
    const wanted = stages.slice(0, last + 1);
    wanted.at(-1)!.commands.push(...labelCommands(labels, wanted.at(-1)!));
    return { dockerfile, stages: wanted, metaArgs };
  } catch (error) {
    if (error instanceof DockerfileError) throw invalidParameter(error.message);
    throw error;
  }
}

function read(text: string, name: string): Dockerfile {
  try {
    const dockerfile = parseDockerfile(text);
    if (dockerfile.instructions.length === 0) throw new DockerfileError('file with no instructions');
    return dockerfile;
  } catch (error) {
    if (error instanceof DockerfileError) error.message = `failed to parse ${name}: ${error.message}`;
    throw error;
  }
}

/** A stage by name, or by number. */
function indexOf(stages: readonly Stage[], target: string): number {
  const named = stages.findLastIndex(({ stageName }) => stageName === target.toLowerCase());
  if (named !== -1 || !/^\d+$/.test(target)) return named;
  return Number(target) < stages.length ? Number(target) : -1;
}

/** `--label` as instructions at the end. */
function labelCommands(labels: Readonly<Record<string, string>>, { location }: Stage): Command[] {
  return Object.keys(labels)
    .sort()
    .map((key) => ({
      kind: 'label',
      name: 'LABEL',
      code: `LABEL ${key}=${labels[key]}`,
      location,
      // Nothing in it is expanded.
      pairs: [{ key: literally(key), value: literally(labels[key]!), noDelimiter: false }],
    }));
}

const literally = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;

function warn(report: Report, { instructions, emptyContinuations }: Dockerfile): void {
  const found = instructions.filter(({ endLine }) => emptyContinuations.includes(endLine));
  for (const { original } of found)
    report.error(`[WARNING]: Empty continuation line found in: ${original}\n`);
  if (found.length > 0)
    report.error('[WARNING]: Empty continuation lines will become errors in a future release.\n');
}

class Build {
  readonly #run: BuildRun;
  readonly #request: ClassicBuildRequest;
  readonly #stages: readonly Stage[];
  readonly #metaArgs: readonly ArgCommand[];
  readonly #args: BuildArgs;
  readonly #total: number;
  #step = 0;
  #isCancelled = false;

  constructor(
    run: BuildRun,
    request: ClassicBuildRequest,
    stages: readonly Stage[],
    metaArgs: readonly ArgCommand[],
  ) {
    this.#run = run;
    this.#request = request;
    this.#stages = stages;
    this.#metaArgs = metaArgs;
    this.#args = new BuildArgs(request.buildArgs);
    this.#total = stages.reduce((sum, { commands }) => sum + 1 + commands.length, metaArgs.length);
    void request.cancelled.then(() => {
      this.#isCancelled = true;
    });
  }

  async run(): Promise<Digest> {
    const { report } = this.#run;
    for (const command of this.#metaArgs) {
      this.#announce(command);
      for (const { key, value } of command.args)
        this.#args.addMeta(key, value === undefined ? undefined : this.#expand(value));
    }
    let id: Digest | undefined;
    for (const stage of this.#stages) id = await this.#stage(stage);
    const unused = this.#args.unused();
    if (unused.length > 0)
      report.out(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed\n`);
    if (id === undefined) throw new GoError('No image was generated. Is your Dockerfile empty?');
    return id;
  }

  #announce({ code }: { code: string }): void {
    this.#step++;
    this.#run.report.out(`Step ${this.#step}/${this.#total} : ${code}`);
    this.#run.report.out('\n');
  }

  #expand(word: string): string {
    return expandWord(word, (name) => this.#args.meta(name), { escape: this.#run.escape });
  }

  async #stage(stage: Stage): Promise<Digest | undefined> {
    const run = this.#run;
    if (stage.stageName !== '' && run.stages.some(({ name }) => name === stage.stageName))
      throw new GoError(`${stage.stageName} stage name already used`);
    const state = new StageState(stage.stageName, this.#args.forStage());
    run.stages.push(state);
    this.#announce(stage);
    await this.#begin(state, stage);
    run.report.out(` ---> ${state.imageId === undefined ? '' : shortId(state.imageId)}\n`);
    for (const command of stage.commands) {
      if (this.#isCancelled) throw new GoError('Build cancelled');
      this.#announce(command);
      await this.#dispatch(state, command);
      run.report.out(` ---> ${state.imageId === undefined ? '' : shortId(state.imageId)}\n`);
    }
    if (state.imageId !== undefined) run.report.image(state.imageId);
    this.#args.mergeReferenced(state.args);
    return state.imageId;
  }

  /** FROM, with what the image keeps for those who build on it. */
  async #begin(state: StageState, { baseName, platform }: Stage): Promise<void> {
    const run = this.#run;
    run.cache.reset();
    if (platform !== '') checkPlatform(this.#expand(platform));
    const name = this.#expand(baseName);
    if (name === '') throw new DockerfileError(`base name (${baseName}) should not be blank`);
    const before = run.stageNamed(name);
    if (before !== undefined)
      state.begin(before.imageId === undefined ? undefined : run.engine.images.byId(before.imageId));
    else state.begin(name === 'scratch' ? undefined : await run.imageOf(name));
    const kept = state.config.OnBuild ?? [];
    if (kept.length === 0) return;
    state.config.OnBuild = null;
    run.report.out(`# Executing ${kept.length} build trigger${kept.length > 1 ? 's' : ''}\n`);
    for (const text of kept) {
      const { instructions } = parseDockerfile(text);
      if (instructions.length !== 1) throw new GoError('onbuild trigger should be a single expression');
      await this.#dispatch(state, parseInstruction(instructions[0]!) as Command);
    }
  }

  async #dispatch(state: StageState, command: Command): Promise<void> {
    const { containers } = this.#run;
    try {
      await dispatch(this.#run, state, command);
    } catch (error) {
      if (this.#request.forceRemove) await containers.removeAll();
      throw error;
    }
    if (this.#request.remove) await containers.removeAll();
  }
}

function checkPlatform(text: string): void {
  try {
    parsePlatform(text);
  } catch (error) {
    throw new GoError(`failed to parse platform ${text}: ${(error as Error).message}`);
  }
}
