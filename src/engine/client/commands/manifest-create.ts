/** `docker manifest create`. Models docker/cli `cli/command/manifest/create_list.go`. */
import { type Reference, referenceString } from '../../oci/reference.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import type { ImageManifest } from '../manifests/image-manifest.ts';
import { parseManifestName } from '../manifests/list.ts';
import { RegistryClient } from '../manifests/registry-client.ts';
import { ManifestStore, NoSuchManifest } from '../manifests/store.ts';

export const createManifest: Action = async (cli, { flags, args, config, directory }) => {
  const [name, ...members] = args;
  const list = named(name!, 'error parsing name for manifest list');
  const store = new ManifestStore(cli, directory);
  const registry = new RegistryClient(cli, config, flags.bool('insecure'));
  const isThere = await store.list(list).then(() => true, unlessMissing);
  if (isThere && !flags.bool('amend'))
    throw new CliError('refusing to amend an existing manifest list with no --amend flag');
  // What came before one that fails stays: the list is then there.
  for (const text of members) {
    const reference = parseManifestName(text);
    const kept = await store.get(list, reference).catch(unlessMissing);
    const image: ImageManifest = kept?.raw.length ? kept : await registry.manifest(reference);
    await store.save(list, reference, image);
  }
  await cli.out(`Created manifest list ${referenceString(list)}\n`);
  return undefined;
};

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof NoSuchManifest)) throw error;
}

/** A name, refused with what it was to be. */
export function named(text: string, doing: string): Reference {
  try {
    return parseManifestName(text);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`${doing} ${text}: ${error.message}`);
  }
}
