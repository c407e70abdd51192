import type { ProgressMessage } from '../../api/progress.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import type { Platform } from '../../oci/platform.ts';
import { InvalidReference, parseNormalizedNamed, tagNameOnly } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { invalidParameter } from '../error.ts';
import type { Image } from '../images/image-store.ts';
import { pullImage } from '../images/pull.ts';

export interface BaseImageOptions {
  /** Asks the registry even where the image is here. */
  pull: boolean;
  platform: Platform | undefined;
  credentials: (domain: string) => Credentials;
  report: (message: ProgressMessage) => void;
}

/** The image that FROM or `COPY --from` names; pulls it where it is not here. Models moby GetImageAndReleasableLayer. */
export async function baseImage(engine: Engine, name: string, options: BaseImageOptions): Promise<Image> {
  const { pull, platform, credentials, report } = options;
  const here = pull ? undefined : engine.images.find(name);
  // One for another platform is taken, too: the real builder does not look.
  if (here !== undefined) return here;
  let reference: ReturnType<typeof parseNormalizedNamed>;
  try {
    reference = tagNameOnly(parseNormalizedNamed(name));
  } catch (error) {
    if (error instanceof InvalidReference) throw invalidParameter(error.message);
    throw error;
  }
  await pullImage(engine, { reference, platform, credentials: credentials(reference.domain), report });
  return engine.images.get(name);
}
