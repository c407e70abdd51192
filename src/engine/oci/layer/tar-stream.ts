import type { ByteReader } from '../../base/byte-stream.ts';
import { concat, EMPTY } from '../../base/bytes.ts';
import { InvalidLayer, type LayerEntry } from './entry.ts';
import { readOldGnuMap } from './sparse.ts';
import { BLOCK, isZero, padded } from './tar-header.ts';
import { Headings, type Member, withContent } from './tar-headings.ts';
import { isOldGnuSparse } from './tar-reader.ts';

/** A member of an archive that is read as it comes. */
export interface StreamedEntry {
  /** Of a plain file without extents: its content comes as a stream. */
  entry: LayerEntry;
  /** The content of a plain file; at its end for all else. What is not read of it is passed over. */
  content: ByteReader;
}

/** Is told of all bytes of an archive in their order: of the contents of plain files only whose they are. */
export interface TarWitness {
  raw(bytes: Uint8Array): void;
  content(of: LayerEntry): void;
}

/**
 * Reads an archive as `readTar` does, from a stream: plain files of any size need no memory here. Reading one member after the other
 * is all that can be done.
 */
export class TarStream implements AsyncIterable<StreamedEntry> {
  readonly #source: Buffered;
  readonly #witness: TarWitness | undefined;

  constructor(source: ByteReader, witness?: TarWitness) {
    this.#source = new Buffered(source);
    this.#witness = witness;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StreamedEntry> {
    const headings = new Headings();
    for (;;) {
      const block = await this.#block();
      if (block === undefined || isZero(block)) return;
      const heading = headings.read(block);
      if (heading.kind !== 'member') {
        const content = await this.#raw(padded(heading.size));
        if (heading.kind === 'extension') headings.extend(content.subarray(0, heading.size));
      } else if (heading.sparse) yield { entry: await this.#sparse(heading, block), content: NONE };
      else yield* this.#plain(heading);
    }
  }

  /** What stands behind the end of the archive, to the end of the stream. */
  async rest(): Promise<void> {
    for (let bytes = await this.#source.read(); bytes !== null; bytes = await this.#source.read())
      this.#witness?.raw(bytes);
  }

  async *#plain({ entry, size }: Member): AsyncGenerator<StreamedEntry> {
    // What is no file has no content, whatever its header says.
    if (entry.type !== 'file' || size === 0) {
      yield { entry, content: NONE };
      await this.#raw(padded(size));
      return;
    }
    this.#witness?.content(entry);
    let left = size;
    const content: ByteReader = {
      read: async (max = 65536) => {
        if (left === 0) return null;
        const bytes = await this.#source.read(Math.min(max, left));
        if (bytes === null) throw new InvalidLayer('unexpected EOF');
        left -= bytes.length;
        return bytes;
      },
    };
    yield { entry, content };
    while ((await content.read(1 << 20)) !== null);
    await this.#raw(padded(size) - size);
  }

  async #sparse(heading: Member, block: Uint8Array): Promise<LayerEntry> {
    if (!isOldGnuSparse(block)) {
      const content = await this.#raw(padded(heading.size));
      return withContent(heading, content.subarray(0, heading.size));
    }
    let head = block;
    while (isContinued(head)) head = concat([head, await this.#raw(BLOCK)]);
    const content = await this.#raw(padded(heading.size));
    return withContent(heading, content.subarray(0, heading.size), readOldGnuMap(head, 0));
  }

  /** The next block; undefined at the end of the stream. */
  async #block(): Promise<Uint8Array | undefined> {
    if (await this.#source.ended()) return undefined;
    return this.#raw(BLOCK);
  }

  async #raw(length: number): Promise<Uint8Array> {
    if (length === 0) return EMPTY;
    const bytes = await this.#source.take(length);
    this.#witness?.raw(bytes);
    return bytes;
  }
}

const NONE: ByteReader = { read: async () => null };

/** Whether the map of an old GNU sparse file goes on in one more block. */
const isContinued = (head: Uint8Array): boolean => head.at(head.length === BLOCK ? 482 : -8) === 1;

/** A stream from which exact amounts can be taken. */
class Buffered implements ByteReader {
  readonly #source: ByteReader;
  #held: Uint8Array = EMPTY;

  constructor(source: ByteReader) {
    this.#source = source;
  }

  /** Whether nothing more comes. */
  async ended(): Promise<boolean> {
    if (this.#held.length > 0) return false;
    const bytes = await this.#source.read(CHUNK);
    this.#held = bytes ?? EMPTY;
    return bytes === null;
  }

  async read(max = CHUNK): Promise<Uint8Array | null> {
    if (this.#held.length === 0) return this.#source.read(max);
    const bytes = this.#held.subarray(0, max);
    this.#held = this.#held.subarray(bytes.length);
    return bytes;
  }

  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let left = length; left > 0; ) {
      if (await this.ended()) throw new InvalidLayer('unexpected EOF');
      const bytes = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(bytes.length);
      parts.push(bytes);
      left -= bytes.length;
    }
    return concat(parts);
  }
}

const CHUNK = 1 << 16;
