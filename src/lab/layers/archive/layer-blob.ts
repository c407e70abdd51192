import { Gunzip } from 'fflate';
import { concat } from '../../../engine/base/bytes.ts';
import { type Digest, digester } from '../../../engine/oci/digest.ts';
import { isGzip } from '../../../engine/oci/layer/gzip.ts';
import { changeOf } from '../../../engine/oci/layer/whiteout.ts';
import type { LayerChange, LayerFile } from '../layer-change.ts';
import { ChunkSource, chunksOf } from './byte-source.ts';
import type { Allowance } from './limits.ts';
import { ArchiveProblem, asProblem } from './problem.ts';
import { type ScannedEntry, scanTar } from './tar-scan.ts';

/** A layer's blob, read through once. */
export interface ReadLayer {
  /** Of the blob as it stands. */
  digest: Digest;
  /** Of the archive within: what an image's configuration names. */
  diffId: Digest;
  changes: LayerChange[];
}

/** The most of a file's content that is shown. */
const MOST_CONTENT = 4 << 20;

/**
 * Reads a layer chunk by chunk, of which only the list of its files is kept; a content is fetched again when somebody wants to see it.
 * Throws `ArchiveProblem`; `name` says whose layer it is there.
 */
export async function readLayerBlob(
  blob: Blob,
  name: string,
  allowance: Allowance,
  progress: (bytes: number) => void,
): Promise<ReadLayer> {
  const packed = digester();
  const unpacked = digester();
  async function* passing() {
    for await (const chunk of chunksOf(blob)) {
      packed.update(chunk);
      progress(chunk.length);
      yield chunk;
    }
  }
  async function* within() {
    for await (const chunk of unpack(passing(), name)) {
      allowance.bytes(chunk.length, name);
      unpacked.update(chunk);
      yield chunk;
    }
  }
  const source = new ChunkSource(within());
  const changes: LayerChange[] = [];
  try {
    for await (const scanned of scanTar(source)) {
      allowance.entry(name);
      const change = toChange(scanned, blob, name);
      if (change) changes.push(change);
    }
    // What stands behind the end of the archive belongs to its digest.
    while ((await source.skip(1 << 20)) > 0);
  } catch (error) {
    throw asProblem(error, name);
  }
  return { digest: packed.digest(), diffId: unpacked.digest(), changes };
}

function toChange(scanned: ScannedEntry, blob: Blob, name: string): LayerChange | undefined {
  const change = changeOf(scanned.entry);
  if (change?.kind !== 'entry') return change;
  const { path, type, mode, uid, gid, size, linkname, devmajor, devminor } = change.entry;
  const common = { mode, uid, gid };
  const file = (): LayerFile => {
    if (type === 'symlink') return { ...common, type, size: linkname.length, target: linkname };
    if (type === 'hardlink') return { ...common, type, size: 0, target: linkname };
    if (type === 'character' || type === 'block')
      return { ...common, type: 'device', size: 0, target: `${devmajor}:${devminor}` };
    if (type !== 'file') return { ...common, type, size: 0 };
    const read = () => contentOf(blob, scanned, name);
    return { ...common, type, size, ...(scanned.sparse ? {} : { read }) };
  };
  return { kind: 'file', path, file: file() };
}

async function contentOf(blob: Blob, { at, stored }: ScannedEntry, name: string): Promise<Uint8Array> {
  if (stored > MOST_CONTENT) throw new ArchiveProblem('large', name);
  const source = new ChunkSource(unpack(chunksOf(blob), name));
  await source.skip(at);
  return source.read(stored);
}

/** The archive within a blob; what it begins with says how it is compressed. */
export async function* unpack(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let gunzip: GunzipStream | undefined;
  let first: Uint8Array = new Uint8Array(0);
  let begun = false;
  for await (const chunk of chunks) {
    if (!begun) {
      first = concat([first, chunk]);
      if (first.length < 4) continue;
      begun = true;
      if (isZstd(first)) throw new ArchiveProblem('compression', name);
      if (isGzip(first)) gunzip = new GunzipStream(name);
      yield* gunzip ? gunzip.push(first) : [first];
    } else yield* gunzip ? gunzip.push(chunk) : [chunk];
  }
  if (!begun && first.length > 0) yield first;
  if (gunzip) yield* gunzip.end();
}

const isZstd = ([a, b, c, d]: Uint8Array) => a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd;

/** How much is given to the decompressor at once: it unpacks all of it before it shows any. */
const PIECE = 1 << 14;

/** Gzip of any number of members (RFC 1952), piece by piece. */
class GunzipStream {
  readonly #name: string;
  readonly #gunzip: Gunzip;
  #out: Uint8Array[] = [];
  #inMember = 0;
  #tail: Uint8Array = new Uint8Array(0);

  constructor(name: string) {
    this.#name = name;
    this.#gunzip = new Gunzip((chunk) => {
      this.#inMember += chunk.length;
      if (chunk.length > 0) this.#out.push(chunk);
    });
    this.#gunzip.onmember = () => {
      this.#inMember = 0;
    };
  }

  *push(chunk: Uint8Array): Generator<Uint8Array> {
    this.#tail = concat([this.#tail, chunk]).slice(-4);
    for (let at = 0; at < chunk.length; at += PIECE) yield* this.#feed(chunk.slice(at, at + PIECE), false);
  }

  *end(): Generator<Uint8Array> {
    yield* this.#feed(new Uint8Array(0), true);
    // The decompressor takes a stream that stops early for one that ends; the member's own word on its size tells.
    const { buffer, byteOffset } = this.#tail;
    if (
      this.#tail.length < 4 ||
      new DataView(buffer, byteOffset).getUint32(0, true) !== this.#inMember % 2 ** 32
    )
      throw new ArchiveProblem('cut', this.#name);
  }

  *#feed(piece: Uint8Array, last: boolean): Generator<Uint8Array> {
    try {
      this.#gunzip.push(piece, last);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason === 'unexpected EOF') throw new ArchiveProblem('cut', this.#name);
      throw new ArchiveProblem('damaged', `${this.#name}: gzip: ${reason}`);
    }
    const out = this.#out;
    this.#out = [];
    yield* out;
  }
}
