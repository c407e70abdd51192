/** Registries as `docker manifest` asks them, without the engine. Models docker/cli `internal/registryclient`. */
import { decode } from '../../base/bytes.ts';
import { RegistryError, RegistryErrors, UnexpectedAnswer } from '../../distribution/refusal.ts';
import type { RemoteManifest, Repository } from '../../distribution/repository.ts';
import { UrlError } from '../../distribution/transport.ts';
import { type Digest, digestOf, parseDigest } from '../../oci/digest.ts';
import { isIndex, type Manifest, parseManifest } from '../../oci/manifest.ts';
import { type Platform, platformOf } from '../../oci/platform.ts';
import { type Reference, referenceString } from '../../oci/reference.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { ClientConfig } from '../config-file.ts';
import { authFor } from '../credential-store.ts';
import { type ImageManifest, imageManifest } from './image-manifest.ts';

export class RegistryClient {
  readonly #cli: Cli;
  readonly #config: ClientConfig;
  readonly #insecure: boolean;

  /** @param insecure whether certificates may be anybody's, and TLS may be missing */
  constructor(cli: Cli, config: ClientConfig, insecure: boolean) {
    this.#cli = cli;
    this.#config = config;
    this.#insecure = insecure;
  }

  /** The manifest of one image. Fails where the name is a list's. */
  manifest(reference: Reference): Promise<ImageManifest> {
    return this.#read(reference, async (repository) => {
      const found = await fetch(repository, reference);
      const document = parseManifest(found.bytes, found.type);
      if (isIndex(document)) throw new CliError(`${referenceString(reference)} is a manifest list`);
      return complete(repository, reference, found, document);
    });
  }

  /** All manifests of a list. */
  manifestsOf(reference: Reference): Promise<ImageManifest[]> {
    return this.#read(reference, async (repository) => {
      const found = await fetch(repository, reference);
      const list = parseManifest(found.bytes, found.type);
      if (!isIndex(list)) throw new CliError(`unsupported manifest format: ${found.type}`);
      const all: ImageManifest[] = [];
      for (const { digest, platform } of list.manifests) {
        const inner = await repository.manifest(digest);
        const document = parseManifest(inner.bytes, inner.type);
        if (isIndex(document))
          throw new CliError('unsupported manifest type: *manifestlist.DeserializedManifestList');
        const image = await complete(repository, { ...reference, digest }, inner, document);
        // The list has the last word on what an image is for.
        all.push({ ...image, platform: platformOf(platform ?? {}) });
      }
      return all.length === 0 ? undefined : all;
    });
  }

  /** Lets a repository have a blob of another one on the same registry. Gives whether the registry could. */
  async mountBlob(target: Reference, from: string, digest: Digest): Promise<boolean> {
    const repository = await this.#openToPush(target);
    return told(`failed to mount blob ${from}@${digest} to ${referenceString(target)}`, async () => {
      const upload = await repository.beginUpload({ digest, from });
      if (upload === true) await repository.statBlob(digest);
      else await repository.cancelUpload(upload);
      return upload === true;
    });
  }

  /** Gives the digest that the registry tells. */
  async putManifest(reference: Reference, type: string, bytes: Uint8Array): Promise<Digest> {
    const repository = await this.#openToPush(reference);
    return told(`failed to put manifest ${referenceString(reference)}`, async () =>
      parseDigest(await repository.putManifest(reference.tag ?? digestOf(bytes), type, bytes)),
    );
  }

  async #openToPush(reference: Reference): Promise<Repository> {
    const { repository, refusal } = await this.#open(reference, 'pull,push');
    if (repository === undefined) throw refusal;
    return repository;
  }

  /** Goes on to the next endpoint where one does not have it; after the last there is no such manifest. */
  async #read<T>(reference: Reference, work: (repository: Repository) => Promise<T | undefined>): Promise<T> {
    try {
      const { repository } = await this.#open(reference, 'pull');
      const found = repository && (await work(repository));
      if (found !== undefined) return found;
    } catch (error) {
      if (error instanceof CliError || !(error instanceof Error)) throw error;
      if (!mayContinue(error)) throw new CliError(error.message);
    }
    throw new CliError(`no such manifest: ${referenceString(reference)}`);
  }

  /** Over TLS, or without it where there is none and that is allowed; else the refusal. */
  async #open(
    { domain, path }: Reference,
    actions: string,
  ): Promise<{ repository: Repository; refusal?: never } | { repository?: undefined; refusal: CliError }> {
    const insecure = this.#insecure;
    const credentials = await authFor(this.#cli, this.#config, domain).catch(() => ({}));
    const open = (scheme: string) =>
      this.#cli.openRepository({ scheme, domain, path, actions, insecure, credentials });
    for (const scheme of ['https', 'http']) {
      try {
        return { repository: await open(scheme) };
      } catch (error) {
        if (!(error instanceof UrlError)) throw error;
        const { message } = error;
        const refusal = new CliError(`failed to configure transport: error pinging v2 registry: ${message}`);
        if (!message.endsWith('server gave HTTP response to HTTPS client')) throw refusal;
        if (!insecure) return { refusal };
      }
    }
    throw new Error('HTTP was answered with HTTP');
  }
}

/** A tag counts before a digest, which is compared afterwards. */
async function fetch(repository: Repository, reference: Reference): Promise<RemoteManifest> {
  const found = await repository.manifest(reference.tag ?? reference.digest!);
  verify(reference, found.digest);
  return found;
}

function verify({ digest }: Reference, found: Digest): void {
  if (digest !== undefined && digest !== found)
    throw new CliError(`manifest verification failed for digest ${digest}`);
}

/** Adds what the image's configuration says of its platform. */
async function complete(
  repository: Repository,
  reference: Reference,
  found: RemoteManifest,
  { config }: Manifest,
): Promise<ImageManifest> {
  verify(reference, found.digest);
  const bytes = await repository.blob(config.digest);
  if (digestOf(bytes) !== config.digest)
    throw new CliError(`image config verification failed for digest ${config.digest}`);
  return imageManifest(reference, found, JSON.parse(decode(bytes)) as Platform);
}

function mayContinue(error: unknown): boolean {
  if (error instanceof RegistryErrors) return mayContinue(error.all[0]);
  if (error instanceof RegistryError)
    return ['UNAUTHORIZED', 'MANIFEST_UNKNOWN', 'NAME_UNKNOWN'].includes(error.code);
  return error instanceof UnexpectedAnswer;
}

/** Says what was being done before what it failed of. */
async function told<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CliError(`${doing}: ${error.message}`);
  }
}
