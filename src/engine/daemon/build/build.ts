import type { Digest } from '../../oci/digest.ts';
import type { Engine } from '../engine.ts';
import { withTemporary } from '../temporary.ts';
import { exportImage } from './export-image.ts';
import { Frontend } from './frontend.ts';
import { BuildError, type BuildRequest, messageOf } from './request.ts';
import { Solver } from './solver.ts';

/** Builds an image of a Dockerfile; gives its id. Models moby builder-next with BuildKit's dockerfile frontend. Throws `BuildError`. */
export function build(engine: Engine, request: BuildRequest): Promise<Digest> {
  return withTemporary(engine, 'buildkit-context-', async (directory) => {
    const frontend = new Frontend(engine, request, directory);
    const notes = engine.builds.begin(request);
    try {
      const { root, image, stages } = await frontend.plan((rule, message, location) =>
        request.tell({ warnings: [frontend.warning(rule, message, location)] }),
      );
      notes.planned(stages);
      const { secrets, extraHosts, cancelled } = request;
      const { progress, images, context } = frontend;
      const solver = new Solver(engine, { progress, images, context, secrets, extraHosts, cancelled, notes });
      const id = await exportImage(engine, progress, await solver.solve(root), image, request.names);
      notes.done(id);
      return id;
    } catch (error) {
      notes.broke(error);
      throw new BuildError(messageOf(error), frontend.sourceOf(error));
    }
  });
}
