import { concat, decode } from '../base/bytes.ts';
import { readAll } from '../net/http/body.ts';
import type { HttpClientResponse } from '../net/http/message.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { DOCKER, OCI } from '../oci/media-type.ts';
import { GoError } from '../runtime/go-error.ts';
import { BlobUnknown, refusalOf } from './refusal.ts';
import { Session, type SessionOptions } from './session.ts';
import type { Request } from './transport.ts';
import { resolveUrl, withParameters } from './url.ts';

/** In the order in which docker accepts them. */
const MANIFEST_TYPES = [
  DOCKER.manifestSchema1Signed,
  DOCKER.manifestSchema1,
  DOCKER.manifest,
  DOCKER.index,
  OCI.index,
  OCI.manifest,
];

/** A manifest as it came. */
export interface RemoteManifest {
  bytes: Uint8Array;
  type: string;
  digest: Digest;
}

/** A place that an upload goes on at; whatever an answer says last counts. */
export interface Upload {
  location: string;
}

/** One repository on a registry (distribution-spec). Models distribution's client. */
export class Repository {
  readonly #options: SessionOptions;
  readonly #session: Session;
  readonly #base: string;

  private constructor(options: SessionOptions, session: Session, name: string) {
    this.#options = options;
    this.#session = session;
    this.#base = `${options.base}/v2/${name}`;
  }

  /** Pings the registry first. */
  static async open(options: SessionOptions, name: string): Promise<Repository> {
    return new Repository(options, await Session.open(options), name);
  }

  /** What a tag points to, without fetching it. */
  async resolve(tag: string): Promise<{ digest: Digest; type: string }> {
    const url = `${this.#base}/manifests/${tag}`;
    const head = await this.#send({ method: 'HEAD', url, headers: ACCEPT });
    let digest = head.headers.get('Docker-Content-Digest');
    if (head.status < 400 && digest !== undefined)
      return { digest, type: head.headers.get('Content-Type') ?? '' };
    // A server that knows no HEAD, or an error of which only the body tells.
    const answer = await this.#send({ method: 'GET', url, headers: ACCEPT });
    if (answer.status >= 400) throw await refusalOf(answer);
    const bytes = await readAll(answer.body);
    digest = answer.headers.get('Docker-Content-Digest') ?? digestOf(bytes);
    return { digest, type: answer.headers.get('Content-Type') ?? '' };
  }

  async manifest(reference: string): Promise<RemoteManifest> {
    const url = `${this.#base}/manifests/${reference}`;
    const answer = await this.#send({ method: 'GET', url, headers: ACCEPT });
    if (answer.status >= 400) throw await refusalOf(answer);
    const bytes = await readAll(answer.body);
    return { bytes, type: answer.headers.get('Content-Type') ?? '', digest: digestOf(bytes) };
  }

  async hasManifest(digest: Digest): Promise<boolean> {
    const answer = await this.#send({ method: 'HEAD', url: `${this.#base}/manifests/${digest}` });
    if (answer.status === 404) return false;
    if (answer.status >= 400) throw await refusalOf(answer);
    return true;
  }

  /** Gives the digest under which the registry says that it keeps it. */
  async putManifest(reference: string, type: string, bytes: Uint8Array): Promise<string> {
    const url = `${this.#base}/manifests/${reference}`;
    const answer = await this.#send({ method: 'PUT', url, headers: [['Content-Type', type]], body: bytes });
    if (answer.status >= 400) throw await refusalOf(answer);
    await readAll(answer.body);
    return answer.headers.get('Docker-Content-Digest') ?? '';
  }

  async tags(): Promise<string[]> {
    const tags: string[] = [];
    let url = `${this.#base}/tags/list`;
    for (;;) {
      const answer = await this.#send({ method: 'GET', url });
      if (answer.status >= 400) throw await refusalOf(answer);
      tags.push(
        ...((JSON.parse(decode(await readAll(answer.body))) as { tags: string[] | null }).tags ?? []),
      );
      const next = /^<([^>]*)>/.exec(answer.headers.get('Link') ?? '')?.[1];
      if (next === undefined) return tags;
      url = resolveUrl(url, next);
    }
  }

  /** The size of a blob that the repository has. Throws `BlobUnknown`. */
  async statBlob(digest: Digest): Promise<number> {
    const answer = await this.#send({ method: 'HEAD', url: `${this.#base}/blobs/${digest}` });
    if (answer.status === 404) throw new BlobUnknown();
    if (answer.status >= 400) throw await refusalOf(answer);
    return Number(answer.headers.get('Content-Length') ?? 0);
  }

  /**
   * A blob, told about as it comes. `so` is what came of it before a break: the rest is asked for.
   * Throws `BlobUnknown`.
   */
  async blob(
    digest: Digest,
    progress: (current: number) => void = () => {},
    so: Uint8Array[] = [],
  ): Promise<Uint8Array> {
    let current = so.reduce((sum, chunk) => sum + chunk.length, 0);
    const headers: [string, string][] = current === 0 ? [] : [['Range', `bytes=${current}-`]];
    const answer = await this.#send({ method: 'GET', url: `${this.#base}/blobs/${digest}`, headers });
    if (answer.status === 404) throw new BlobUnknown();
    if (answer.status >= 400) throw await refusalOf(answer);
    if (current > 0 && answer.status !== 206) {
      so.length = 0;
      current = 0;
    }
    for (let chunk = await answer.body.read(PIECE); chunk !== null; chunk = await answer.body.read(PIECE)) {
      so.push(chunk);
      current += chunk.length;
      progress(current);
    }
    return concat(so);
  }

  /** Begins an upload; or gives true when the blob was mounted from another repository instead. */
  async beginUpload(mount?: { digest: Digest; from: string }): Promise<Upload | true> {
    const parameters: [string, string][] = mount
      ? [
          ['from', mount.from],
          ['mount', mount.digest],
        ]
      : [];
    const url = withParameters(`${this.#base}/blobs/uploads/`, parameters);
    const answer = await this.#send({ method: 'POST', url });
    if (answer.status === 201) {
      await readAll(answer.body);
      return true;
    }
    if (answer.status !== 202) throw await refusalOf(answer);
    await readAll(answer.body);
    return { location: resolveUrl(url, answer.headers.get('Location') ?? '') };
  }

  /** Sends content in one piece; gives how much the registry has now. */
  async sendUpload(upload: Upload, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<number> {
    const headers: [string, string][] = [['Content-Type', 'application/octet-stream']];
    const answer = await this.#send({ method: 'PATCH', url: upload.location, headers, body: content });
    if (answer.status >= 400) throw await this.#uploadRefusal(answer);
    await readAll(answer.body);
    upload.location = resolveUrl(upload.location, answer.headers.get('Location') ?? '');
    const range = answer.headers.get('Range') ?? '';
    const [, first, last] = /^(\d+)-(\d+)$/.exec(range) ?? [];
    if (last === undefined) throw new GoError(`bad range format: ${range}`);
    return Number(last) - Number(first) + 1;
  }

  async commitUpload(upload: Upload, digest: Digest): Promise<void> {
    const url = withParameters(upload.location, [['digest', digest]]);
    const answer = await this.#send({ method: 'PUT', url });
    if (answer.status >= 400) throw await this.#uploadRefusal(answer);
    await readAll(answer.body);
  }

  /** Gives an upload up. */
  async cancelUpload(upload: Upload): Promise<void> {
    const answer = await this.#send({ method: 'DELETE', url: upload.location });
    await readAll(answer.body);
  }

  async #uploadRefusal(answer: HttpClientResponse): Promise<Error> {
    return answer.status === 404 ? new GoError('blob upload unknown') : refusalOf(answer);
  }

  #send(request: Request): Promise<HttpClientResponse> {
    return this.#options.transport.send(request, { authorize: (asked) => this.#session.authorize(asked) });
  }
}

/** How much of a blob is taken at once. */
const PIECE = 1 << 18;

const ACCEPT: readonly (readonly [string, string])[] = MANIFEST_TYPES.map((type) => ['Accept', type]);
