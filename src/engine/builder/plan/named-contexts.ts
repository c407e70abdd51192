import type { NamedContext } from '../../api/build.ts';
import {
  familiarString,
  InvalidReference,
  parseNormalizedNamed,
  referenceString,
  tagNameOnly,
} from '../../oci/reference.ts';
import { DockerfileError } from '../ast.ts';
import type { PlanContext } from './context.ts';
import type { StageState } from './stage-state.ts';
import { emptyImage, imageFrom } from './target-image.ts';

/** The context that stands for what a stage begins with, or for a stage: `--build-context NAME=…`. */
export function contextOf({ options }: PlanContext, name: string): NamedContext | undefined {
  if (options.contexts.size === 0 || name === '') return undefined;
  try {
    return options.contexts.get(familiarString(parseNormalizedNamed(name)).replace(/:latest$/, ''));
  } catch (error) {
    if (!(error instanceof InvalidReference)) throw error;
    return undefined;
  }
}

/** Gives a stage the files of a context in place of an image's. Models BuildKit frontend/dockerui/namedcontext.go. */
export async function beginWithContext(
  state: StageState,
  { name, image }: NamedContext,
  { options, host }: PlanContext,
): Promise<void> {
  state.isResolved = true;
  const { location } = state;
  if (image === undefined) {
    if (!state.isImplicit && state.commands.length > 0)
      throw new DockerfileError('a stage that begins with a directory is not modelled by Drydock');
    await host.lookAtContext(name);
    state.image = emptyImage(options.platform.architecture);
    state.isDispatched = true;
    state.root = {
      op: { kind: 'context', name },
      name: `[context ${name}] load from client`,
      location,
      ignoreCache: false,
    };
    return;
  }
  let full: string;
  try {
    full = referenceString(tagNameOnly(parseNormalizedNamed(image)));
  } catch (error) {
    if (error instanceof InvalidReference) throw new DockerfileError('invalid reference format');
    throw error;
  }
  const { reference, config } = await host
    .resolveImage(full, state.platform ?? options.platform, `[context ${name}] load metadata for ${image}`)
    .catch((error: unknown) => {
      throw new DockerfileError(`failed to resolve source metadata for ${full}: ${(error as Error).message}`);
    });
  state.image = imageFrom(config);
  state.isDispatched = state.isImplicit;
  if (config.rootfs.diff_ids.length > 0)
    state.root = {
      op: { kind: 'image', reference },
      name: `[context ${name}] ${image}`,
      location,
      ignoreCache: false,
    };
}
