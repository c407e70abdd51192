/** `docker manifest inspect`. Models docker/cli `cli/command/manifest/inspect.go`: it asks the registry itself, not the engine. */
import { decode } from '../../base/bytes.ts';
import { RegistryError, RegistryErrors, UnexpectedAnswer } from '../../distribution/refusal.ts';
import type { RemoteManifest, Repository } from '../../distribution/repository.ts';
import { UrlError } from '../../distribution/transport.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { type Index, isIndex, type Manifest, parseManifest } from '../../oci/manifest.ts';
import { OCI } from '../../oci/media-type.ts';
import type { Platform } from '../../oci/platform.ts';
import { type Reference, referenceString, tagNameOnly, trimNamed } from '../../oci/reference.ts';
import { encodeBase64Bytes } from '../base64.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { authFor } from '../credential-store.ts';
import { indentJson } from '../format/json.ts';
import { parseImageName } from './pull.ts';

export const inspectManifest: Action = async (cli, { flags, args, config }) => {
  const named = args.map((text) => tagNameOnly(parseImageName(text)));
  const reference = named.at(-1)!;
  // Lists that are being put together here are not modelled, so there are none.
  if (named.length === 2) throw new CliError(`No such manifest: ${referenceString(reference)}`);
  const insecure = flags.bool('insecure');
  const verbose = flags.bool('verbose');
  const credentials = await authFor(cli, config, reference.domain).catch(() => ({}));
  const open = (scheme: string) =>
    cli.openRepository({ scheme, domain: reference.domain, path: reference.path, insecure, credentials });
  try {
    const text = await atEndpoints(reference, insecure, open, (repository) =>
      show(repository, reference, verbose),
    );
    await cli.out(`${text}\n`);
  } catch (error) {
    if (error instanceof CliError || !(error instanceof Error)) throw error;
    throw new CliError(error.message);
  }
  return undefined;
};

/** HTTPS first; HTTP only where it was allowed. */
async function atEndpoints<T>(
  reference: Reference,
  insecure: boolean,
  open: (scheme: string) => Promise<Repository>,
  work: (repository: Repository) => Promise<T>,
): Promise<T> {
  const opened = async (scheme: string) => {
    try {
      return await open(scheme);
    } catch (error) {
      if (!(error instanceof UrlError)) throw error;
      const speaksHttp = error.message.endsWith('server gave HTTP response to HTTPS client');
      if (speaksHttp && insecure && scheme === 'https') return await opened('http');
      if (speaksHttp) return undefined;
      throw new CliError(`failed to configure transport: error pinging v2 registry: ${error.message}`);
    }
  };
  const repository = await opened('https');
  try {
    if (repository !== undefined) return await work(repository);
  } catch (error) {
    if (!mayContinue(error)) throw error;
  }
  throw new CliError(`no such manifest: ${referenceString(reference)}`);
}

function mayContinue(error: unknown): boolean {
  if (error instanceof RegistryErrors) return mayContinue(error.all[0]);
  if (error instanceof RegistryError)
    return ['UNAUTHORIZED', 'MANIFEST_UNKNOWN', 'NAME_UNKNOWN'].includes(error.code);
  return error instanceof UnexpectedAnswer;
}

async function show(repository: Repository, reference: Reference, verbose: boolean): Promise<string> {
  const found = await repository.manifest(reference.digest ?? reference.tag!);
  const document = parseManifest(found.bytes, found.type);
  if (!isIndex(document)) {
    if (!verbose) return indentJson(decode(found.bytes), '\t');
    const whole = await describe(repository, referenceString(reference), found, document, undefined);
    return JSON.stringify(whole, undefined, '\t');
  }
  if (!verbose) return JSON.stringify(listOf(document), undefined, 3);
  const all: unknown[] = [];
  for (const { digest, platform } of document.manifests) {
    const inner = await repository.manifest(digest);
    const manifest = parseManifest(inner.bytes, inner.type);
    if (isIndex(manifest)) continue;
    const named = `${referenceString({ ...trimNamed(reference), tag: reference.tag })}@${digest}`;
    all.push(await describe(repository, named, inner, manifest, platform));
  }
  return JSON.stringify(all, undefined, '\t');
}

/** As docker's own list type prints it, whatever else the index says. */
function listOf(index: Index): unknown {
  const manifests = index.manifests.map(({ mediaType, size, digest, platform }) => ({
    mediaType,
    size,
    digest,
    platform: platform && ordered(platform),
  }));
  return { schemaVersion: 2, mediaType: index.mediaType ?? OCI.index, manifests };
}

async function describe(
  repository: Repository,
  name: string,
  { bytes, type, digest }: RemoteManifest,
  manifest: Manifest,
  platform: Platform | undefined,
): Promise<unknown> {
  const of = platform ?? (JSON.parse(decode(await repository.blob(manifest.config.digest))) as Platform);
  const descriptor = ({ mediaType, size, digest: at }: Descriptor) => ({ mediaType, size, digest: at });
  return {
    Ref: name,
    Descriptor: { mediaType: type, digest, size: bytes.length, platform: ordered(of) },
    Raw: encodeBase64Bytes(bytes),
    [type === OCI.manifest ? 'OCIManifest' : 'SchemaV2Manifest']: {
      schemaVersion: 2,
      mediaType: manifest.mediaType ?? type,
      config: descriptor(manifest.config),
      layers: manifest.layers.map(descriptor),
    },
  };
}

const ordered = ({ architecture, os, variant }: Platform) => ({ architecture, os, variant });
