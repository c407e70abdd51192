import type { SourceExcerpt } from '../../api/build.ts';
import { DockerfileError, type Location } from '../../builder/ast.ts';
import type { PlanHost } from '../../builder/plan/context.ts';
import { RULES, ruleUrl } from '../../builder/plan/lint.ts';
import { type Plan, planBuild } from '../../builder/plan/plan.ts';
import { sourceDateEpoch } from '../../builder/source-date-epoch.ts';
import type { Engine } from '../engine.ts';
import { BuildContext } from './context.ts';
import { BuildFailure } from './failure.ts';
import { ImageSource } from './image-source.ts';
import { Progress } from './progress.ts';
import type { BuildRequest } from './request.ts';

/** A Dockerfile with what it is read from: all that building it and asking of it share. Models BuildKit frontend/dockerui. */
export class Frontend {
  readonly progress: Progress;
  readonly images: ImageSource;
  readonly #engine: Engine;
  readonly #request: BuildRequest;
  readonly #directory: string;
  #filename: string;
  #text = '';
  /** The time that everything is to bear (SOURCE_DATE_EPOCH), ms; known once the Dockerfile is read. */
  epoch: number | undefined;
  #context: BuildContext | undefined;

  constructor(engine: Engine, request: BuildRequest, directory: string) {
    this.#engine = engine;
    this.#request = request;
    this.#directory = directory;
    this.#filename = request.dockerfile;
    this.progress = new Progress(request.tell, () => engine.now());
    this.images = new ImageSource(engine, this.progress, request);
  }

  /** The Dockerfile, once it is read. */
  get source(): { filename: string; data: string } {
    return { filename: this.#filename, data: this.#text };
  }

  get context(): BuildContext {
    return this.#context!;
  }

  /** Takes in what is sent, and reads the Dockerfile of it. */
  async read(): Promise<string> {
    const { context: kind, body, sharedKey } = this.#request;
    const directory = this.#directory;
    this.epoch = sourceDateEpoch(this.#request.plan.buildArgs);
    const context = await BuildContext.receive(this.#engine, this.progress, {
      directory,
      kind,
      body,
      sharedKey,
      beside: [...this.#request.plan.contexts.keys()],
    });
    this.#context = context;
    this.#filename = context.onlyFile ?? this.#filename;
    this.#text = await context.dockerfile(this.#filename);
    return this.#text;
  }

  async plan(warn: PlanHost['warn']): Promise<Plan> {
    await this.read();
    return planBuild(this.#text, this.#request.plan, {
      resolveImage: (name, platform, shown) => this.images.resolve(name, platform, shown),
      lookAtContext: (name) => this.context.lookAt(name),
      ignored: () => this.context.ignored(this.#filename),
      warn,
    });
  }

  excerpt({ startLine, endLine }: Location): SourceExcerpt {
    return { ...this.source, startLine, endLine };
  }

  /** The lines that an error is about, where it tells. */
  sourceOf(error: unknown): SourceExcerpt | undefined {
    const location =
      error instanceof DockerfileError || error instanceof BuildFailure ? error.location : undefined;
    return location === undefined ? undefined : this.excerpt(location);
  }

  warning(...[rule, message, location]: Parameters<PlanHost['warn']>) {
    return {
      vertex: this.progress.definition,
      short: `${RULES[rule].name}: ${message} (line ${location.startLine})`,
      detail: [RULES[rule].description],
      url: ruleUrl(RULES[rule]),
      source: this.excerpt(location),
    };
  }
}
