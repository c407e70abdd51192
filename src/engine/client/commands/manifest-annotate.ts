/** `docker manifest annotate`. Models docker/cli `cli/command/manifest/annotate.go`. */

import { platformOf } from '../../oci/platform.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { ManifestStore, NoSuchManifest } from '../manifests/store.ts';
import { named } from './manifest-create.ts';

/** The architectures that a system can be annotated with. */
const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = {
  darwin: ['386', 'amd64', 'arm', 'arm64'],
  dragonfly: ['amd64'],
  freebsd: ['386', 'amd64', 'arm'],
  linux: ['386', 'amd64', 'arm', 'arm64', 'ppc64le', 'mips64', 'mips64le', 'riscv64', 's390x'],
  netbsd: ['386', 'amd64', 'arm'],
  openbsd: ['386', 'amd64', 'arm'],
  plan9: ['386', 'amd64'],
  solaris: ['amd64'],
  windows: ['386', 'amd64'],
};

export const annotateManifest: Action = async (cli, { flags, args, directory }) => {
  const [listName, imageName] = args as [string, string];
  const list = named(listName, 'annotate: error parsing name for manifest list');
  const reference = named(imageName, 'annotate: error parsing name for manifest');
  const store = new ManifestStore(cli, directory);
  const image = await store.get(list, reference).catch((error: unknown) => {
    if (!(error instanceof NoSuchManifest)) throw error;
    throw new CliError(`manifest for image ${imageName} does not exist in ${listName}`);
  });
  const before = platformOf(image.platform ?? {});
  const [os, arch] = [flags.string('os'), flags.string('arch')];
  const platform = platformOf({
    architecture: arch || before.architecture,
    os: os || before.os,
    'os.version': flags.string('os-version') || before['os.version'] || '',
    'os.features': [...new Set([...(before['os.features'] ?? []), ...flags.list('os-features')])],
    variant: flags.string('variant') || before.variant || '',
  });
  if (ARCHITECTURES[platform.os]?.includes(platform.architecture) !== true)
    throw new CliError(`manifest entry for image has unsupported os/arch combination: ${os}/${arch}`);
  await store.save(list, reference, { ...image, platform });
  return undefined;
};
