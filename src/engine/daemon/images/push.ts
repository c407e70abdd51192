import type { ProgressMessage } from '../../api/progress.ts';
import { concat } from '../../base/bytes.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import { BlobUnknown, RegistryErrors } from '../../distribution/refusal.ts';
import type { Repository, Upload } from '../../distribution/repository.ts';
import { type Digest, digestOf, hexOf } from '../../oci/digest.ts';
import { gzip } from '../../oci/layer/gzip.ts';
import { type Manifest, serializeAsDocker } from '../../oci/manifest.ts';
import { DOCKER } from '../../oci/media-type.ts';
import {
  familiarName,
  familiarString,
  isNameOnly,
  type Reference,
  referenceName,
  trimNamed,
} from '../../oci/reference.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { Engine } from '../engine.ts';
import { atEndpoints } from './endpoints.ts';
import type { Image } from './image-store.ts';
import { type LayerSource, markOf } from './layer-sources.ts';
import { chain, type Layer } from './layer-store.ts';
import { transferring } from './progress.ts';
import { retrying, Slots } from './transfers.ts';

export interface PushOptions {
  /** With a tag, or all tags are pushed. */
  reference: Reference;
  credentials: Credentials;
  report: (message: ProgressMessage) => void;
}

/** How many layers are sent at once (daemon.json `max-concurrent-uploads`). */
const AT_ONCE = 5;

/** Sends images to their registry. Models moby distribution/push_v2.go: words and order of the messages are its. */
export async function pushImage(engine: Engine, options: PushOptions): Promise<void> {
  const { reference, credentials, report } = options;
  report({ status: `The push refers to repository [${referenceName(reference)}]` });
  const known = engine.images.inRepository(reference);
  if (known.length === 0)
    throw new GoError(`An image does not exist locally with the tag: ${familiarName(reference)}`);
  await atEndpoints(
    engine,
    reference,
    { mirrors: false, credentials, actions: 'push,pull' },
    async (repository) => {
      const push = new Push(engine, repository, options);
      if (!isNameOnly(reference)) {
        const id = engine.images.lookup(reference);
        if (id === undefined) throw new GoError(`tag does not exist: ${familiarString(reference)}`);
        if (reference.tag === undefined) throw new GoError('cannot push a digest reference');
        return push.tag(reference, id);
      }
      const tagged = known.filter(({ reference: { digest } }) => digest === undefined);
      if (tagged.length === 0) throw new GoError(`no tags to push for ${familiarName(reference)}`);
      for (const { reference: one, id } of tagged) await push.tag(one, id);
    },
  );
  engine.events.log('image', 'push', familiarString(reference), { name: familiarName(reference) });
}

/** A layer as the registry has it. */
interface Sent {
  digest: Digest;
  size: number;
}

class Push {
  readonly #engine: Engine;
  readonly #repository: Repository;
  readonly #options: PushOptions;
  readonly #name: string;
  readonly #mark: string;
  /** What the registry is known to have: tags share layers. */
  readonly #remote = new Map<Digest, Sent>();

  constructor(engine: Engine, repository: Repository, options: PushOptions) {
    this.#engine = engine;
    this.#repository = repository;
    this.#options = options;
    this.#name = referenceName(options.reference);
    this.#mark = markOf(options.credentials);
  }

  async tag(reference: Reference, id: Digest): Promise<void> {
    const { images } = this.#engine;
    const { report } = this.#options;
    const image = images.byId(id)!;
    const layers = await this.#sendLayers(chain(image.top));
    const manifest = serializeAsDocker(await this.#manifest(image, layers.toReversed()));
    await this.#repository.putManifest(reference.tag!, DOCKER.manifest, manifest);
    const digest = digestOf(manifest);
    report({ status: `${reference.tag}: digest: ${digest} size: ${manifest.length}` });
    const filed = { ...trimNamed(reference), digest };
    if (images.lookup(filed) === undefined) await images.tag(filed, id);
    report({ progressDetail: {}, aux: { Tag: reference.tag, Digest: digest, Size: manifest.length } });
  }

  /** The topmost first. */
  async #sendLayers(layers: readonly Layer[]): Promise<Sent[]> {
    const { report } = this.#options;
    const slots = new Slots(AT_ONCE);
    const uploads = new Map<Digest, Promise<Sent>>();
    const begin = (layer: Layer) => {
      const id = shortId(layer);
      report({ status: 'Preparing', progressDetail: {}, id });
      if (uploads.has(layer.diffId)) return;
      const upload = slots.run(
        () => report({ status: 'Waiting', progressDetail: {}, id }),
        () => retrying(this.#engine.sys, id, report, () => this.#send(layer)),
      );
      upload.catch(() => undefined);
      uploads.set(layer.diffId, upload);
    };
    for (const layer of layers) begin(layer);
    const sent: Sent[] = [];
    for (const { diffId } of layers) sent.push(await uploads.get(diffId)!);
    return sent;
  }

  /** Has the registry have a layer: it has it, or mounts it from another repository, or is sent it. */
  async #send(layer: Layer): Promise<Sent> {
    const known = this.#remote.get(layer.diffId);
    if (known !== undefined) {
      this.#tell(layer, 'Layer already exists');
      return known;
    }
    const { mounts, checks, anywhere } = effort(layer.size);
    const sources = this.#engine.layerSources.of(layer.diffId);
    const checked = new Set<Digest>();
    const present = await this.#find(layer, sources, 1, true, checked);
    if (present !== undefined) return present;
    let upload: Upload | undefined;
    for (const source of this.#mountable(sources, mounts)) {
      const begun = await this.#mount(layer, source);
      if (begun === undefined) continue;
      if ('digest' in begun) return begun;
      upload = begun;
    }
    if (checks > checked.size) {
      const found = await this.#find(layer, sources, checks - checked.size, anywhere, checked);
      if (found !== undefined) return found;
    }
    return this.#upload(layer, upload);
  }

  /** Asks whether the repository has the layer under one of the digests that it is known by. */
  async #find(
    layer: Layer,
    sources: readonly LayerSource[],
    most: number,
    anywhere: boolean,
    checked: Set<Digest>,
  ): Promise<Sent | undefined> {
    const candidates = this.#byLikeness(
      sources.filter(({ repository }) => anywhere || repository === this.#name),
    );
    const wanted = new Map<Digest, LayerSource>();
    for (const source of candidates) {
      if (wanted.size >= most) break;
      if (!wanted.has(source.digest) && !checked.has(source.digest)) wanted.set(source.digest, source);
    }
    for (const [digest, source] of wanted) {
      checked.add(digest);
      try {
        const size = await this.#repository.statBlob(digest);
        await this.#learn(layer, digest);
        return this.#done(layer, 'Layer already exists', { digest, size });
      } catch (error) {
        // Whatever else went wrong, sending the layer will tell.
        if (error instanceof BlobUnknown && source.repository === this.#name)
          await this.#engine.layerSources.remove(source);
      }
    }
    return undefined;
  }

  /** Repositories of the same registry that the layer has been seen in. */
  #mountable(sources: readonly LayerSource[], most: number): LayerSource[] {
    const domain = this.#name.slice(0, this.#name.indexOf('/'));
    const others = sources.filter(
      ({ repository }) => repository.startsWith(`${domain}/`) && repository !== this.#name,
    );
    return this.#byLikeness(others).slice(0, most);
  }

  /** Gives the layer when it could be mounted, an upload when the registry began one instead, else undefined. */
  async #mount(layer: Layer, source: LayerSource): Promise<Sent | Upload | undefined> {
    const from = source.repository.slice(source.repository.indexOf('/') + 1);
    const { digest } = source;
    let begun: Upload | undefined;
    let unauthorized = false;
    try {
      const mounted = await this.#repository.beginUpload({ digest, from });
      if (mounted === true) {
        const size = await this.#repository.statBlob(digest);
        await this.#learn(layer, digest);
        return this.#done(layer, `Mounted from ${from}`, { digest, size });
      }
      begun = mounted;
    } catch (error) {
      if (error instanceof RegistryErrors)
        unauthorized = error.all.some(({ code }) => code === 'UNAUTHORIZED');
      else if (!(error instanceof Error)) throw error;
    }
    const { username, password } = this.#options.credentials;
    if ((!unauthorized || (username && password)) && (source.seenBy === this.#mark || source.seenBy === ''))
      await this.#engine.layerSources.remove(source);
    return begun;
  }

  async #upload(layer: Layer, begun: Upload | undefined): Promise<Sent> {
    const upload = begun ?? (await this.#repository.beginUpload());
    if (upload === true) throw new GoError('unexpected mount');
    const tell = transferring(this.#options.report, 'Pushing', shortId(layer), layer.size);
    const archive: Uint8Array[] = [];
    for await (const part of this.#engine.layers.archive(layer)) archive.push(part);
    const blob = gzip(concat(archive));
    const size = await this.#repository.sendUpload(
      upload,
      pieces(blob, (share) => tell(share * layer.size)),
    );
    const digest = digestOf(blob);
    await this.#repository.commitUpload(upload, digest);
    await this.#learn(layer, digest);
    return this.#done(layer, 'Pushed', { digest, size });
  }

  /** The manifest, whose configuration is sent if the registry has it not. */
  async #manifest({ id, raw }: Image, layers: readonly Sent[]): Promise<Manifest> {
    try {
      await this.#repository.statBlob(id);
    } catch (error) {
      if (!(error instanceof BlobUnknown)) throw error;
      const upload = await this.#repository.beginUpload();
      if (upload === true) throw new GoError('unexpected mount');
      await this.#repository.sendUpload(upload, raw);
      await this.#repository.commitUpload(upload, id);
    }
    return {
      schemaVersion: 2,
      mediaType: DOCKER.manifest,
      config: { mediaType: DOCKER.config, size: raw.length, digest: id },
      layers: layers.map(({ digest, size }) => ({ mediaType: DOCKER.layerGzip, size, digest })),
    };
  }

  #learn(layer: Layer, digest: Digest): Promise<void> {
    return this.#engine.layerSources.add(layer.diffId, {
      digest,
      repository: this.#name,
      seenBy: this.#mark,
    });
  }

  #done(layer: Layer, status: string, sent: Sent): Sent {
    this.#tell(layer, status);
    this.#remote.set(layer.diffId, sent);
    return sent;
  }

  #tell(layer: Layer, status: string): void {
    this.#options.report({ status, progressDetail: {}, id: shortId(layer) });
  }

  /** What the same login has seen comes first, then repositories that are named alike, then the youngest. */
  #byLikeness(sources: readonly LayerSource[]): LayerSource[] {
    const alike = ({ repository }: LayerSource) => {
      const [theirs, ours] = [repository.split('/'), this.#name.split('/')];
      const differ = ours.findIndex((part, i) => theirs[i] !== part);
      return differ === -1 ? ours.length : differ;
    };
    const mine = ({ seenBy }: LayerSource) => Number(seenBy === this.#mark);
    return sources.toReversed().sort((a, b) => mine(b) - mine(a) || alike(b) - alike(a));
  }
}

const shortId = ({ diffId }: Layer): string => hexOf(diffId).slice(0, 12);

/** The larger a layer, the more is tried before it is sent (moby getMaxMountAndExistenceCheckAttempts). */
function effort(size: number): { mounts: number; checks: number; anywhere: boolean } {
  if (size > 10 * 2 ** 20) return { mounts: 4, checks: 3, anywhere: true };
  if (size > 100 * 2 ** 10) return { mounts: 3, checks: 1, anywhere: false };
  return { mounts: 1, checks: 1, anywhere: false };
}

const PIECE = 32 << 10;

/** Content piece by piece, told which share has gone. */
async function* pieces(content: Uint8Array, tell: (share: number) => void): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += PIECE) {
    yield content.subarray(at, at + PIECE);
    tell(Math.min(1, (at + PIECE) / content.length));
  }
}
