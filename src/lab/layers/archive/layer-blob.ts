import { readerOf } from '../../../engine/base/byte-stream.ts';
import { type Digest, digester } from '../../../engine/oci/digest.ts';
import { decompressed } from '../../../engine/oci/layer/compression.ts';
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
    for await (const chunk of unpack(passing())) {
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
  const source = new ChunkSource(unpack(chunksOf(blob)));
  await source.skip(at);
  return source.read(stored);
}

/** The archive within a blob; what it begins with says how it is compressed. */
export async function* unpack(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = await decompressed(readerOf(chunks));
  for (let bytes = await source.read(); bytes !== null; bytes = await source.read()) yield bytes;
}
