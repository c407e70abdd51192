import { chainIds, type ImageConfig } from '../../../oci/image-config.ts';
import { mediaTypeOf } from '../../../oci/manifest.ts';
import type { Platform } from '../../../oci/platform.ts';
import {
  InvalidReference,
  parseNormalizedNamed,
  type Reference,
  referenceString,
  tagNameOnly,
} from '../../../oci/reference.ts';
import { GoError } from '../../../runtime/go-error.ts';
import type { Engine } from '../../engine.ts';
import type { Layer } from '../../images/layer-store.ts';
import { fetchRemoteLayers, type RemoteImage, resolveRemote } from '../../images/pull.ts';
import { refusal } from '../image-source.ts';
import type { Progress, Step } from '../progress.ts';
import type { BuildRequest } from '../request.ts';
import type { Result } from '../result.ts';
import { cacheEntryHash } from './entry-hash.ts';
import { CACHE_FIELD, readInlineCache } from './record.ts';

/** Where a client says that results may be found (`--cache-from`). */
export interface CacheImport {
  Type: string;
  Attrs?: Record<string, string> | null;
}

/** What an image that was built elsewhere tells of one step. */
export interface ImportedStep {
  /** How many of the image's layers its files are made of; undefined where they are no part of the image. */
  readonly count: number | undefined;
  readonly image: ImportedImage;
}

/** What is known of steps from elsewhere, by what identifies them. */
export type ImportedSteps = ReadonlyMap<string, ImportedStep>;

/** An image in whose configuration the steps of its build stand, and its layers. */
export class ImportedImage {
  readonly config: ImageConfig;
  readonly #engine: Engine;
  readonly #remote: RemoteImage | undefined;

  constructor(engine: Engine, config: ImageConfig, remote?: RemoteImage) {
    this.#engine = engine;
    this.config = config;
    this.#remote = remote;
  }

  /** The result of a step, if its layers are here. The caller holds its topmost layer. */
  here(count: number): Result | undefined {
    const { rootfs, history = [] } = this.config;
    const top = this.#engine.layers.hold(chainIds(rootfs.diff_ids)[count - 1]!);
    const lines = history.filter((line) => !line.empty_layer);
    return top && { top, created: rootfs.diff_ids.slice(0, count).map((_, i) => lines[i]?.created) };
  }

  /** The same; what is not here is fetched, and told of as a part of a step. */
  async load(count: number, step: Step): Promise<Result> {
    const result = this.here(count);
    if (result !== undefined) return result;
    const remote = this.#remote;
    // What BuildKit says where the image that told of the step has no layers to give.
    if (remote === undefined) throw new GoError('ReaderAt not implemented for empty provider');
    const { manifest, config } = remote;
    const layers = manifest.layers.slice(0, count);
    const diff_ids = config.rootfs.diff_ids.slice(0, count);
    const parts = new Map<string, ReturnType<Step['report']>>();
    const part: RemoteImage = {
      ...remote,
      manifest: { ...manifest, layers },
      config: { ...config, rootfs: { ...config.rootfs, diff_ids } },
    };
    const fetched: Layer | undefined = await fetchRemoteLayers(this.#engine, part, ({ id = '', status }) => {
      const layer = layers.find(({ digest }) => id !== '' && digest.includes(id));
      if (layer === undefined || status === 'Already exists') return;
      const tell = parts.get(id) ?? step.report(`pulling ${layer.digest}`);
      if (!parts.has(id)) tell(0, 0);
      parts.set(id, tell);
      if (status === 'Pull complete') tell(0, 0, true);
    });
    const whole = this.here(count);
    if (fetched !== undefined) await this.#engine.layers.release(fetched);
    if (whole === undefined) throw new GoError(`${referenceString(remote.reference)}: no layers`);
    return whole;
  }
}

/** Reads what a client says may be of use; what cannot be read is told of, and the build goes on. Models llbsolver's importers. */
export async function importCaches(
  engine: Engine,
  progress: Progress,
  imports: readonly CacheImport[],
  { credentials, plan }: Pick<BuildRequest, 'credentials' | 'plan'>,
): Promise<ImportedSteps> {
  const steps = new Map<string, ImportedStep>();
  for (const { Type: type, Attrs: attributes } of imports) {
    const name = type === 'registry' ? attributes?.['ref'] : undefined;
    const title = name ?? `${type}:${cacheEntryHash(type, attributes ?? {})}`;
    await progress
      .step(`importing cache manifest from ${title}`, async (step) => {
        if (name === undefined) throw new GoError(`unknown cache importer: ${type}`);
        const image = await find(engine, name, credentials, plan.platform, step);
        const fields = image.config as unknown as Record<string, unknown>;
        for (const { digest, layers } of readInlineCache(fields[CACHE_FIELD])) {
          const index = layers?.[0]?.layer;
          const count = index === undefined ? undefined : index + 1;
          if (count === undefined || count <= image.config.rootfs.diff_ids.length)
            if (steps.get(digest)?.count === undefined) steps.set(digest, { count, image });
        }
      })
      .catch(() => undefined);
  }
  return steps;
}

/** An image that is here under the name, else the registry's. Models moby builder-next/adapters/localinlinecache. */
async function find(
  engine: Engine,
  name: string,
  credentials: BuildRequest['credentials'],
  platform: Platform,
  step: Step,
): Promise<ImportedImage> {
  try {
    const reference: Reference = tagNameOnly(parseNormalizedNamed(name));
    const here = engine.images.lookup(reference);
    if (here !== undefined) return new ImportedImage(engine, engine.images.byId(here)!.config);
    const options = { reference, platform, credentials: credentials(reference.domain) };
    const remote = await resolveRemote(engine, options).catch((error: unknown) => {
      throw new GoError(refusal(referenceString(reference), reference, error));
    });
    await step.part(`inferred cache manifest type: ${mediaTypeOf(remote.manifest)}`, async () => undefined);
    return new ImportedImage(engine, remote.config, remote);
  } catch (error) {
    if (!(error instanceof InvalidReference || error instanceof GoError)) throw error;
    throw new GoError(`failed to configure registry cache importer: ${error.message}`);
  }
}
