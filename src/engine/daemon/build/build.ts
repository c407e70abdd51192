import type { CheckResult, SolveStatus, SourceExcerpt } from '../../api/build.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { DockerfileError, type Location } from '../../builder/ast.ts';
import type { PlanHost, PlanOptions } from '../../builder/plan/context.ts';
import { RULES, ruleUrl } from '../../builder/plan/lint.ts';
import { type Plan, planBuild } from '../../builder/plan/plan.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Reference } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { withTemporary } from '../temporary.ts';
import { BuildContext, type ContextKind } from './context.ts';
import { exportImage } from './export-image.ts';
import { BuildFailure } from './failure.ts';
import { ImageSource } from './image-source.ts';
import { Progress } from './progress.ts';
import { Solver } from './solver.ts';

export interface BuildRequest {
  context: ContextKind;
  body: ByteReader;
  /** What the client's directory is known by, from one build to the next. */
  sharedKey: string;
  /** Its name in the context. */
  dockerfile: string;
  names: readonly Reference[];
  plan: PlanOptions;
  pull: boolean;
  credentials: (domain: string) => Credentials;
  extraHosts: readonly string[];
  secrets: ReadonlyMap<string, string>;
  tell: (status: SolveStatus) => void;
  /** Settles when nobody waits any more. */
  cancelled: Promise<unknown>;
}

/** A build that failed, with the lines that it failed for. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly source: SourceExcerpt | undefined;

  constructor(message: string, source: SourceExcerpt | undefined) {
    super(message);
    this.source = source;
  }
}

/** Builds an image of a Dockerfile; gives its id. Models moby builder-next with BuildKit's dockerfile frontend. Throws `BuildError`. */
export function build(engine: Engine, request: BuildRequest): Promise<Digest> {
  return withTemporary(engine, 'buildkit-context-', async (directory) => {
    const build = new Build(engine, request, directory);
    try {
      const { root, image } = await build.plan((rule, message, location) =>
        request.tell({ warnings: [build.warning(rule, message, location)] }),
      );
      const { secrets, extraHosts, cancelled } = request;
      const { progress, images, context } = build;
      const solver = new Solver(engine, { progress, images, context, secrets, extraHosts, cancelled });
      return await exportImage(engine, progress, await solver.solve(root), image, request.names);
    } catch (error) {
      throw new BuildError(messageOf(error), build.sourceOf(error));
    }
  });
}

/** What the build checks find in a Dockerfile, of which nothing is built. Models BuildKit frontend/subrequests/lint. */
export function check(engine: Engine, request: BuildRequest): Promise<CheckResult> {
  return withTemporary(engine, 'buildkit-context-', async (directory) => {
    const build = new Build(engine, request, directory);
    const warnings: CheckResult['warnings'] = [];
    try {
      await build.plan((rule, message, { ...location }) => {
        const { name, description } = RULES[rule];
        const source = build.excerpt(location);
        warnings.push({ rule: name, description, detail: message, url: ruleUrl(RULES[rule]), source });
      });
      return { warnings };
    } catch (error) {
      if (!(error instanceof DockerfileError)) throw error;
      const source = build.sourceOf(error);
      return { warnings, error: { message: messageOf(error), ...(source === undefined ? {} : { source }) } };
    }
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What building and checking share. */
class Build {
  readonly progress: Progress;
  readonly images: ImageSource;
  readonly #engine: Engine;
  readonly #request: BuildRequest;
  readonly #directory: string;
  readonly #filename: string;
  #text = '';
  #context: BuildContext | undefined;

  constructor(engine: Engine, request: BuildRequest, directory: string) {
    this.#engine = engine;
    this.#request = request;
    this.#directory = directory;
    this.#filename = request.dockerfile.split('/').at(-1)!;
    this.progress = new Progress(request.tell, () => engine.now());
    this.images = new ImageSource(engine, this.progress, request);
  }

  get context(): BuildContext {
    return this.#context!;
  }

  async plan(warn: PlanHost['warn']): Promise<Plan> {
    const { context: kind, body, sharedKey, dockerfile } = this.#request;
    const directory = this.#directory;
    const context = await BuildContext.receive(this.#engine, this.progress, {
      directory,
      kind,
      body,
      sharedKey,
    });
    this.#context = context;
    this.#text = await context.dockerfile(dockerfile, this.#filename);
    return planBuild(this.#text, this.#request.plan, {
      resolveImage: (name, platform) => this.images.resolve(name, platform),
      ignored: () => context.ignored(dockerfile),
      warn,
    });
  }

  excerpt({ startLine, endLine }: Location): SourceExcerpt {
    return { filename: this.#filename, data: this.#text, startLine, endLine };
  }

  /** The lines that an error is about, where it tells. */
  sourceOf(error: unknown): SourceExcerpt | undefined {
    const location =
      error instanceof DockerfileError || error instanceof BuildFailure ? error.location : undefined;
    return location === undefined ? undefined : this.excerpt(location);
  }

  warning(...[rule, message, location]: Parameters<PlanHost['warn']>) {
    return {
      vertex: this.progress.first,
      short: `${RULES[rule].name}: ${message} (line ${location.startLine})`,
      detail: [RULES[rule].description],
      url: ruleUrl(RULES[rule]),
      source: this.excerpt(location),
    };
  }
}
