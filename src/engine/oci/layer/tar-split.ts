import { concat } from '../../base/bytes.ts';
import type { LayerEntry } from './entry.ts';
import type { TarWitness } from './tar-stream.ts';

/** Whose content stands at a place of an archive. */
export type ContentOf = Pick<LayerEntry, 'path' | 'size' | 'mtime'>;

/**
 * What is kept of a layer's archive once its files lie in a directory: all but their contents, so that the very same archive can be
 * put together again, byte for byte. Models vbatts/tar-split.
 */
export class TarSplit implements TarWitness {
  #pending: Uint8Array[] = [];
  #parts: { before: Uint8Array; file: ContentOf }[] = [];

  raw(bytes: Uint8Array): void {
    // A copy: the bytes may be a view of all of an archive.
    this.#pending.push(bytes.slice());
  }

  content({ path, size, mtime }: LayerEntry): void {
    this.#parts.push({ before: concat(this.#pending), file: { path, size, mtime } });
    this.#pending = [];
  }

  /** The archive, as stretches of its own bytes and the files whose contents stand between them. */
  *parts(): Generator<Uint8Array | ContentOf> {
    for (const { before, file } of this.#parts) {
      yield before;
      yield file;
    }
    yield concat(this.#pending);
  }
}
