import type { SolveStatus, SourceExcerpt } from '../../api/build.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { DockerfileError, type Location } from '../../builder/ast.ts';
import type { PlanHost, PlanOptions } from '../../builder/plan/context.ts';
import { RULES, ruleUrl } from '../../builder/plan/lint.ts';
import { planBuild } from '../../builder/plan/plan.ts';
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
    const progress = new Progress(request.tell, () => engine.now());
    const filename = request.dockerfile.split('/').at(-1)!;
    let text = '';
    try {
      const { context: kind, body } = request;
      const context = await BuildContext.receive(engine, progress, { directory, kind, body });
      text = await context.dockerfile(request.dockerfile, filename);
      const images = new ImageSource(engine, progress, request);
      const excerpt = (location: Location): SourceExcerpt => ({ filename, data: text, ...location });
      const host: PlanHost = {
        resolveImage: (name, platform) => images.resolve(name, platform),
        ignored: () => context.ignored(request.dockerfile),
        warn: (rule, message, location) =>
          request.tell({
            warnings: [
              {
                vertex: progress.first,
                short: `${RULES[rule].name}: ${message} (line ${location.startLine})`,
                detail: [RULES[rule].description],
                url: ruleUrl(RULES[rule]),
                source: excerpt(location),
              },
            ],
          }),
      };
      const { root, image } = await planBuild(text, request.plan, host);
      const { secrets, extraHosts, cancelled } = request;
      const solver = new Solver(engine, { progress, images, context, secrets, extraHosts, cancelled });
      const result = await solver.solve(root);
      return await exportImage(engine, progress, result, image, request.names);
    } catch (error) {
      const location =
        error instanceof DockerfileError || error instanceof BuildFailure ? error.location : undefined;
      const source = location === undefined ? undefined : { filename, data: text, ...location };
      throw new BuildError(error instanceof Error ? error.message : String(error), source);
    }
  });
}
