import type { Credentials } from '../../distribution/credentials.ts';
import type { Digest } from '../../oci/digest.ts';
import type { ImageConfig } from '../../oci/image-config.ts';
import { chainId } from '../../oci/image-config.ts';
import type { Platform } from '../../oci/platform.ts';
import {
  familiarName,
  parseNormalizedNamed,
  type Reference,
  referenceString,
  trimNamed,
} from '../../oci/reference.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { Engine } from '../engine.ts';
import { describeError } from '../error.ts';
import { platformMismatch } from '../images/image-store.ts';
import type { Layer } from '../images/layer-store.ts';
import { fetchRemoteLayers, type RemoteImage, resolveRemote } from '../images/pull.ts';
import type { Progress, Step } from './progress.ts';

/** The images that a build begins with: those that are here, and those of registries, which get no name here. */
export class ImageSource {
  readonly #engine: Engine;
  readonly #progress: Progress;
  readonly #pull: boolean;
  readonly #credentials: (domain: string) => Credentials;
  readonly #known = new Map<string, Promise<{ reference: string; config: ImageConfig }>>();
  readonly #remote = new Map<string, RemoteImage>();
  readonly #configs = new Map<string, ImageConfig>();
  readonly #materials = new Map<string, Digest>();

  constructor(
    engine: Engine,
    progress: Progress,
    { pull, credentials }: { pull: boolean; credentials: (domain: string) => Credentials },
  ) {
    this.#engine = engine;
    this.#progress = progress;
    this.#pull = pull;
    this.#credentials = credentials;
  }

  /** The configuration of an image; asked for once. Throws what progress shows. */
  resolve(
    name: string,
    platform: Platform,
    shown = `[internal] load metadata for ${name}`,
  ): Promise<{ reference: string; config: ImageConfig }> {
    const known = this.#known.get(shown);
    if (known !== undefined) return known;
    const resolved = this.#progress.step(shown, () => this.#resolve(name, platform));
    this.#known.set(shown, resolved);
    return resolved;
  }

  async #resolve(name: string, platform: Platform): Promise<{ reference: string; config: ImageConfig }> {
    const engine = this.#engine;
    const reference = parseNormalizedNamed(name);
    const here = this.#pull ? undefined : engine.images.find(name);
    if (here !== undefined && platformMismatch(here, name, platform) === undefined) {
      this.#configs.set(name, here.config);
      // What is here is told of by its files (moby builder-next/adapters/containerimage, CacheKey).
      const { diff_ids } = here.config.rootfs;
      this.#record(reference, platform, diff_ids.length === 0 ? here.id : chainId(diff_ids));
      return { reference: name, config: here.config };
    }
    const remote = await resolveRemote(engine, {
      reference,
      platform,
      credentials: this.#credentials(reference.domain),
    }).catch((error: unknown) => {
      throw new GoError(refusal(name, reference, error));
    });
    const pinned = referenceString({ ...reference, ...trimNamed(reference), digest: remote.digest });
    this.#remote.set(pinned, remote);
    this.#record(reference, platform, remote.digest);
    this.#configs.set(pinned, remote.config);
    return { reference: pinned, config: remote.config };
  }

  /** What was asked for, each by an address and what it was found to be. */
  materials(): { URI: string; Digest: Digest }[] {
    return [...this.#materials]
      .map(([URI, Digest]) => ({ URI, Digest }))
      .sort((a, b) => (a.URI < b.URI ? -1 : 1));
  }

  #record(
    { domain, tag = 'latest', ...name }: Reference,
    { os, architecture }: Platform,
    digest: Digest,
  ): void {
    const short = familiarName({ domain, ...name });
    this.#materials.set(
      `pkg:docker/${short}@${tag}?platform=${encodeURIComponent(`${os}/${architecture}`)}`,
      digest,
    );
  }

  /** What identifies the files of a resolved image. */
  key(reference: string): Digest {
    return chainId(this.#configs.get(reference)!.rootfs.diff_ids);
  }

  /** Whether nothing of it need be fetched. */
  isHere(reference: string): boolean {
    return this.#engine.layers.get(this.key(reference)) !== undefined;
  }

  /** The image's topmost layer, with a reference for the caller; fetches what is not here. */
  async load(reference: string, step: Step): Promise<Layer> {
    const { layers } = this.#engine;
    const config = this.#configs.get(reference)!;
    const here = layers.hold(chainId(config.rootfs.diff_ids));
    if (here !== undefined) return here;
    const remote = this.#remote.get(reference);
    if (remote === undefined) throw new GoError(`${reference}: not found`);
    const parts = new Map<string, (current: number, total: number, done?: boolean) => void>();
    const top = await fetchRemoteLayers(this.#engine, remote, ({ id, status, progressDetail }) => {
      if (id === undefined) return;
      const layer = remote.manifest.layers.find(({ digest }) => digest.includes(id));
      if (layer === undefined) return;
      const name = status === 'Extracting' ? `extracting ${layer.digest}` : layer.digest;
      const tell = parts.get(name) ?? step.report(name);
      parts.set(name, tell);
      const total = layer.size;
      if (status === 'Downloading') tell(progressDetail?.current ?? 0, total);
      else if (status === 'Download complete') tell(total, total, true);
      else if (status === 'Extracting') tell(0, 0);
      else if (status === 'Pull complete') parts.get(`extracting ${layer.digest}`)?.(0, 0, true);
    });
    if (top === undefined) throw new GoError(`${reference}: no layers`);
    return top;
  }
}

/** What BuildKit says where a registry gives no such image. */
export function refusal(name: string, { path, tag = 'latest', digest }: Reference, error: unknown): string {
  const { message, status } = describeError(error);
  if (/denied|unauthorized/i.test(message))
    return 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
  if (status === 404 || /not found|manifest unknown/i.test(message)) return `${name}: not found`;
  // It asks for the manifest at once, where a pull asks for the registry first; what went wrong first is told.
  return message.replace(
    /^Get "https?(:\/\/[^/]+\/v2\/)": /,
    (_, registry) => `failed to do request: Head "https${registry}${path}/manifests/${digest ?? tag}": `,
  );
}
