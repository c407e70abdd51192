import { encode } from '../../base/bytes.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { type Digest, digestOf, hexOf } from '../../oci/digest.ts';
import { mkdirAll, namesIn, readText, writeFile } from '../../runtime/files.ts';
import { StateFile } from '../state-file.ts';

/** Where a layer has been seen packed: under which digest, in which repository, and whose login saw it. */
export interface LayerSource {
  digest: Digest;
  /** `docker.io/library/nginx` */
  repository: string;
  /** A mark of the credentials, empty where the layer was pulled. */
  seenBy: string;
}

/** How many sources of one layer are remembered. */
const MOST = 50;

/**
 * What pulls and pushes teach about layers: the digests under which registries keep them. By it a push knows what it need not
 * send, and a pull what it has already. Models moby distribution/metadata.
 */
export class LayerSources {
  readonly #sys: Syscalls;
  readonly #root: string;
  readonly #byDiffId = new Map<Digest, LayerSource[]>();
  readonly #files = new Map<Digest, StateFile>();
  readonly #byDigest = new Map<Digest, Digest>();

  /** @param root `/var/lib/docker/image/overlay2/distribution` */
  constructor(sys: Syscalls, root: string) {
    this.#sys = sys;
    this.#root = root;
  }

  /** Takes up what an earlier daemon learnt. */
  async prepare(): Promise<void> {
    for (const directory of [BY_DIFF_ID, BY_DIGEST])
      await mkdirAll(this.#sys, `${this.#root}/${directory}/sha256`, 0o755);
    const read = async (directory: string, use: (digest: Digest, text: string) => void): Promise<void> => {
      for (const hex of (await namesIn(this.#sys, `${this.#root}/${directory}/sha256`)).sort())
        use(`sha256:${hex}`, await readText(this.#sys, `${this.#root}/${directory}/sha256/${hex}`));
    };
    await read(BY_DIGEST, (digest, diffId) => this.#byDigest.set(digest, diffId));
    await read(BY_DIFF_ID, (diffId, text) =>
      this.#byDiffId.set(diffId, (JSON.parse(text) as StoredSource[]).map(restored)),
    );
  }

  /** The oldest first. */
  of(diffId: Digest): readonly LayerSource[] {
    return this.#byDiffId.get(diffId) ?? [];
  }

  diffIdOf(digest: Digest): Digest | undefined {
    return this.#byDigest.get(digest);
  }

  async add(diffId: Digest, source: LayerSource): Promise<void> {
    const others = this.of(diffId).filter((known) => !same(known, source));
    await this.#keep(diffId, [...others, source].slice(-MOST));
    this.#byDigest.set(source.digest, diffId);
    await writeFile(this.#sys, `${this.#root}/${BY_DIGEST}/sha256/${hexOf(source.digest)}`, diffId);
  }

  async remove(source: LayerSource): Promise<void> {
    const diffId = this.#byDigest.get(source.digest);
    if (diffId === undefined) return;
    await this.#keep(
      diffId,
      this.of(diffId).filter((known) => !same(known, source)),
    );
  }

  #fileOf(diffId: Digest): StateFile {
    let file = this.#files.get(diffId);
    if (file === undefined) {
      file = new StateFile(this.#sys, `${this.#root}/${BY_DIFF_ID}/sha256/${hexOf(diffId)}`);
      this.#files.set(diffId, file);
    }
    return file;
  }

  async #keep(diffId: Digest, sources: LayerSource[]): Promise<void> {
    this.#byDiffId.set(diffId, sources);
    await this.#fileOf(diffId).write(() => this.of(diffId).map(stored));
  }
}

const BY_DIFF_ID = 'v2metadata-by-diffid';
const BY_DIGEST = 'diffid-by-digest';

/** A source as its file has it. */
interface StoredSource {
  Digest: Digest;
  SourceRepository: string;
  HMAC: string;
}

const stored = ({ digest, repository, seenBy }: LayerSource): StoredSource => ({
  Digest: digest,
  SourceRepository: repository,
  HMAC: seenBy,
});

const restored = ({ Digest, SourceRepository, HMAC }: StoredSource): LayerSource => ({
  digest: Digest,
  repository: SourceRepository,
  seenBy: HMAC,
});

const same = (a: LayerSource, b: LayerSource) =>
  a.digest === b.digest && a.repository === b.repository && a.seenBy === b.seenBy;

/** A mark by which the same credentials are known again. */
export function markOf({ username, password, auth, identitytoken, registrytoken }: Credentials): string {
  return digestOf(encode(JSON.stringify([username, password, auth, identitytoken, registrytoken])));
}
