/** `docker manifest push`. Models docker/cli `cli/command/manifest/push.go`. */
import { encode } from '../../base/bytes.ts';
import { digestOf } from '../../oci/digest.ts';
import { type Reference, referenceString } from '../../oci/reference.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { indentJson } from '../format/json.ts';
import { blobsOf, type ImageManifest } from '../manifests/image-manifest.ts';
import { listOf, parseManifestName } from '../manifests/list.ts';
import { RegistryClient } from '../manifests/registry-client.ts';
import { ManifestStore } from '../manifests/store.ts';

export const pushManifest: Action = async (cli, { flags, args, config, directory }) => {
  const target = parseManifestName(args[0]!);
  const store = new ManifestStore(cli, directory);
  const images = await store.list(target);
  if (images.length === 0) throw new CliError(`${referenceString(target)} not found`);
  for (const { platform, ref } of images)
    if (!platform?.architecture || !platform.os)
      throw new CliError(
        `manifest ${referenceString(ref)} must have an OS and Architecture to be pushed to a registry`,
      );
  const { mediaType, text } = listOf(target, images);
  // A list names manifests of its own repository: those of others are brought there, after all that they name.
  const foreign = images.filter(({ ref }) => ref.path !== target.path);
  const bodies = foreign.map((image) => ({ image, bytes: bytesOf(image) }));
  const registry = new RegistryClient(cli, config, flags.bool('insecure'));
  for (const image of foreign) await mountBlobs(registry, image, target);
  for (const { image, bytes } of bodies) {
    const at: Reference = { domain: target.domain, path: target.path, digest: image.digest };
    const digest = await registry.putManifest(at, image.mediaType, bytes);
    await cli.out(`Pushed ref ${referenceString(at)} with digest: ${digest}\n`);
  }
  await cli.out(`${await registry.putManifest(target, mediaType, encode(text))}\n`);
  if (flags.bool('purge')) await store.remove(target);
  return undefined;
};

async function mountBlobs(registry: RegistryClient, image: ImageManifest, target: Reference): Promise<void> {
  const { path } = image.ref;
  // Layers of Windows may be elsewhere than in a registry.
  for (const digest of blobsOf(image))
    if (!(await registry.mountBlob(target, path, digest)) && image.platform?.os !== 'windows')
      throw new CliError(`error mounting ${path}@${digest} to ${referenceString(target)}`);
}

/** The manifest as it was when it got its digest. */
function bytesOf({ raw, kind, document, digest, ref }: ImageManifest): Uint8Array {
  // What is stored without it has the white space that docker itself would have written.
  const indent = kind === 'OCIManifest' ? '  ' : '   ';
  const bytes = raw.length > 0 ? raw : encode(indentJson(document, indent));
  const found = digestOf(bytes);
  if (found === digest) return bytes;
  throw new CliError(
    `internal digest mismatch for ${referenceString(ref)}: expected ${digest}, got ${found}`,
  );
}
