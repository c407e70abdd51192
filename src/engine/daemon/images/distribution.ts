import type { DistributionInspect } from '../../api/images.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import { parseImageConfig } from '../../oci/image-config.ts';
import { isIndex, parseManifest } from '../../oci/manifest.ts';
import type { Reference } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { EngineError } from '../error.ts';
import { atEndpoints, translatePullError } from './endpoints.ts';
import { fetchConfig, manifestOf } from './pull.ts';

/** What a registry has under a name, without fetching it. Models moby api/server/router/distribution. Throws `EngineError`. */
export async function inspectDistribution(
  engine: Engine,
  reference: Reference,
  credentials: Credentials,
): Promise<DistributionInspect> {
  const options = { mirrors: true, credentials, actions: 'pull' };
  try {
    return await atEndpoints(engine, reference, options, async (repository) => {
      const digest = reference.digest ?? (await repository.resolve(reference.tag!)).digest;
      const { bytes, type } = await manifestOf(engine, repository, reference, digest);
      const document = parseManifest(bytes, type);
      const descriptor = { mediaType: type, digest, size: bytes.length };
      if (isIndex(document))
        return {
          Descriptor: descriptor,
          Platforms: document.manifests.flatMap(({ platform }) => (platform ? [platform] : [])),
        };
      const { architecture, os, variant } = parseImageConfig(
        await fetchConfig(engine, repository, document.config.digest),
      );
      const platform = { architecture, os, ...(variant === undefined ? {} : { variant }) };
      return { Descriptor: descriptor, Platforms: [platform] };
    });
  } catch (error) {
    const told = translatePullError(error, reference);
    // Where it may not be looked for or is not there, the API has one answer.
    if (told instanceof EngineError && [403, 404].includes(told.status))
      throw new EngineError(401, told.message);
    throw told;
  }
}
