/** `docker manifest inspect`. Models docker/cli `cli/command/manifest/inspect.go`. */
import type { Reference } from '../../oci/reference.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { indentJson } from '../format/json.ts';
import { type ImageManifest, toJson } from '../manifests/image-manifest.ts';
import { listOf, parseManifestName } from '../manifests/list.ts';
import { RegistryClient } from '../manifests/registry-client.ts';
import { ManifestStore } from '../manifests/store.ts';

export const inspectManifest: Action = async (cli, { flags, args, config, directory }) => {
  const verbose = flags.bool('verbose');
  const reference = parseManifestName(args.at(-1)!);
  const store = new ManifestStore(cli, directory);
  const text = await (async () => {
    if (args.length === 2) return one(await store.get(parseManifestName(args[0]!), reference), verbose);
    // A list that is being put together here comes before what a registry has of that name.
    const local = await store.list(reference).catch(() => undefined);
    if (local !== undefined) return all(reference, local, verbose);
    const registry = new RegistryClient(cli, config, flags.bool('insecure'));
    const image = await registry.manifest(reference).catch((error: unknown) => {
      if (!(error instanceof CliError)) throw error;
    });
    if (image !== undefined) return one(image, verbose);
    return all(reference, await registry.manifestsOf(reference), verbose);
  })();
  await cli.out(`${text}\n`);
  return undefined;
};

const one = (image: ImageManifest, verbose: boolean): string =>
  indentJson(verbose ? toJson(image) : image.document, '\t');

function all(reference: Reference, images: readonly ImageManifest[], verbose: boolean): string {
  if (verbose) return indentJson(`[${images.map(toJson).join(',')}]`, '\t');
  try {
    return listOf(reference, images).text;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`failed to assemble ManifestDescriptor: ${error.message}`);
  }
}
