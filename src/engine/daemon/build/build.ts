import type { Root } from '../../builder/plan/vertex.ts';
import type { Digest } from '../../oci/digest.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { Engine } from '../engine.ts';
import { withTemporary } from '../temporary.ts';
import { importCaches } from './cache-transfer/import.ts';
import { exportFiles } from './export-files.ts';
import { exportImage } from './export-image.ts';
import { Frontend } from './frontend.ts';
import type { ImageSource } from './image-source.ts';
import { readOutput } from './output.ts';
import { BuildError, type BuildRequest, messageOf } from './request.ts';
import { Solver } from './solver.ts';
import { inOrder } from './steps.ts';

/**
 * Builds what a Dockerfile says, and makes of it what is asked for; gives the id of the image, if one of them is one, and what all was
 * made of. Models moby builder-next with BuildKit's dockerfile frontend. Throws `BuildError`.
 */
export function build(
  engine: Engine,
  request: BuildRequest,
): Promise<{ id: Digest | undefined; materials: ReturnType<ImageSource['materials']> | null }> {
  return withTemporary(engine, 'buildkit-context-', async (directory) => {
    const frontend = new Frontend(engine, request, directory);
    const notes = engine.builds.begin(request);
    try {
      const outputs = request.outputs.map(readOutput);
      notes.called(outputs.flatMap((output) => (output.type === 'moby' ? output.names : [])));
      const { root, image, stages } = await frontend.plan((rule, message, location) =>
        request.tell({ warnings: [frontend.warning(rule, message, location)] }),
      );
      notes.planned(stages);
      const leftOut = await frontend.context.leftOut();
      if (leftOut !== undefined) notes.leftOut(leftOut);
      if (request.plan.network !== 'host') refuseHostNetwork(root);
      const { secrets, extraHosts, cancelled } = request;
      const { progress, images, context } = frontend;
      // Where there is nothing to do nothing is looked for.
      const imports = root === undefined ? [] : request.cacheImports;
      const imported = await importCaches(engine, progress, imports, request);
      const solver = new Solver(engine, {
        progress,
        images,
        context,
        secrets,
        extraHosts,
        cancelled,
        notes,
        imported,
      });
      const result = await solver.solve(root);
      const steps = request.isCacheInline
        ? (chain: readonly Digest[]) => solver.steps(root, chain)
        : undefined;
      let id: Digest | undefined;
      for (const [i, output] of outputs.entries())
        if (output.type === 'moby')
          id = await exportImage(engine, progress, result, image, output.names, steps);
        else {
          const from = { platform: image, epoch: frontend.epoch };
          await exportFiles(engine, progress, result, output, from, (bytes) => request.send(i, bytes));
        }
      notes.done(id);
      return { id, materials: root === undefined ? null : images.materials() };
    } catch (error) {
      notes.broke(error);
      throw new BuildError(messageOf(error), frontend.sourceOf(error));
    }
  });
}

/** Only whoever builds may hand out the host's network (BuildKit util/entitlements). */
function refuseHostNetwork(root: Root): void {
  const all = root === undefined ? [] : inOrder(root);
  if (all.some(({ op }) => op.kind === 'exec' && op.network === 'host'))
    throw new GoError('failed to load LLB: network.host is not allowed');
}
