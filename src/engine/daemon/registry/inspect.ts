import type { DistributionInspect } from '../../api/images.ts';
import { decode } from '../../base/bytes.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import { RegistryError, RegistryErrors } from '../../distribution/refusal.ts';
import type { Repository } from '../../distribution/repository.ts';
import { isIndex, mediaTypeOf, parseManifest } from '../../oci/manifest.ts';
import { type Platform, platformOf } from '../../oci/platform.ts';
import { type Reference, tagNameOnly } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { EngineError } from '../error.ts';
import { atEndpoints } from '../images/endpoints.ts';

/** What a registry says of an image, none of which is kept. Models moby api/server/router/distribution. */
export async function inspectAtRegistry(
  engine: Engine,
  name: Reference,
  credentials: Credentials,
): Promise<DistributionInspect> {
  const reference = tagNameOnly(name);
  try {
    return await atEndpoints(
      engine,
      reference,
      { mirrors: true, credentials, actions: 'pull' },
      (repository) => inspect(repository, reference),
    );
  } catch (error) {
    throw withStatus(error);
  }
}

async function inspect(repository: Repository, reference: Reference): Promise<DistributionInspect> {
  const digest = reference.digest ?? (await repository.resolve(reference.tag!)).digest;
  const { bytes, type } = await repository.manifest(digest);
  const document = parseManifest(bytes, type);
  const descriptor = { mediaType: mediaTypeOf(document), digest, size: bytes.length };
  if (isIndex(document))
    return {
      Descriptor: descriptor,
      Platforms: document.manifests.map(({ platform }) => platformOf(platform)),
    };
  // For which machine an image is, its configuration says.
  const platform = JSON.parse(decode(await repository.blob(document.config.digest))) as Partial<Platform>;
  return {
    Descriptor: descriptor,
    Platforms: platform.os || platform.architecture ? [platformOf(platform)] : [],
  };
}

/** The statuses that the distribution-spec gives its codes (distribution errcode); others are the engine's fault. */
const STATUSES: Readonly<Record<string, number>> = {
  DENIED: 403,
  MANIFEST_UNKNOWN: 404,
  NAME_UNKNOWN: 404,
  TOOMANYREQUESTS: 429,
  UNAUTHORIZED: 401,
};

/** A registry's refusal is the answer's: moby api/server/httpstatus, statusCodeFromDistributionError. */
function withStatus(error: unknown): unknown {
  const first = error instanceof RegistryErrors ? error.all[0] : error;
  if (!(first instanceof RegistryError)) return error;
  return new EngineError(STATUSES[first.code] ?? 500, (error as Error).message);
}
