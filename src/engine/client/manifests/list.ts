/** A manifest list made of the manifests that it names. Models docker/cli `cli/command/manifest`. */
import { marshal } from '../../base/go-json.ts';
import { DOCKER, OCI } from '../../oci/media-type.ts';
import { type Reference, tagNameOnly } from '../../oci/reference.ts';
import { CliError } from '../cli-error.ts';
import { parseImageName } from '../commands/pull.ts';
import { indentJson } from '../format/json.ts';
import type { ImageManifest } from './image-manifest.ts';

/** A name as a person types it: `:latest` where it has neither tag nor digest. */
export const parseManifestName = (text: string): Reference => tagNameOnly(parseImageName(text));

/** The list as it is pushed, and its media type: that of OCI where its first manifest is. Throws for images of another registry. */
export function listOf(
  { domain }: Reference,
  images: readonly ImageManifest[],
): { mediaType: string; text: string } {
  const manifests = images.map(({ ref, mediaType, size, digest, platform }) => {
    if (ref.domain !== domain)
      throw new CliError(
        `cannot use source images from a different registry than the target image: ${ref.domain} != ${domain}`,
      );
    return { mediaType, size, digest, platform: platform ?? { architecture: '', os: '' } };
  });
  const mediaType = images[0]?.mediaType === OCI.manifest ? OCI.index : DOCKER.index;
  return { mediaType, text: indentJson(marshal({ schemaVersion: 2, mediaType, manifests }), '   ') };
}
