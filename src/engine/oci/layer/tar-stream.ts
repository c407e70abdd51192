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
  /** Each entry before anybody else sees it. */
  member?(entry: LayerEntry): void;
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

  [Symbol.asyncIterator](): AsyncIterator<StreamedEntry> {
    // No generator: what it would wait for at each entry costs more than reading one.
    const headings = new Headings();
    let unfinished: Plain | undefined;
    return {
      next: async () => {
        if (unfinished !== undefined) await this.#finish(unfinished);
        unfinished = undefined;
        for (;;) {
          const block = this.#held(BLOCK) ?? (await this.#block());
          if (block === undefined || isZero(block)) return { done: true, value: undefined };
          const heading = headings.read(block);
          if (heading.kind !== 'member') {
            const content = await this.#raw(padded(heading.size));
            if (heading.kind === 'extension') headings.extend(content.subarray(0, heading.size));
          } else {
            if (heading.sparse)
              unfinished = { entry: await this.#sparse(heading, block), content: NONE, padding: 0 };
            else unfinished = this.#plain(heading);
            this.#witness?.member?.(unfinished.entry);
            return { done: false, value: unfinished };
          }
        }
      },
    };
  }

  /** What stands behind the end of the archive, to the end of the stream. */
  async rest(): Promise<void> {
    for (let bytes = await this.#source.read(); bytes !== null; bytes = await this.#source.read())
      this.#witness?.raw(bytes);
  }

  #plain({ entry, size }: Member): Plain {
    // What is no file has no content, whatever its header says.
    if (entry.type !== 'file' || size === 0) return { entry, content: NONE, padding: padded(size) };
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
    return { entry, content, padding: padded(size) - size };
  }

  /** Passes over what nobody has read of an entry. */
  async #finish({ content, padding }: Plain): Promise<void> {
    if (content !== NONE) while ((await content.read(1 << 20)) !== null);
    if (padding > 0 && this.#held(padding) === undefined) await this.#raw(padding);
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

  /** The next bytes, if they are here already; nobody need wait for them then. */
  #held(length: number): Uint8Array | undefined {
    const bytes = this.#source.held(length);
    if (bytes !== undefined) this.#witness?.raw(bytes);
    return bytes;
  }

  async #raw(length: number): Promise<Uint8Array> {
    if (length === 0) return EMPTY;
    const held = this.#held(length);
    if (held !== undefined) return held;
    const bytes = await this.#source.take(length);
    this.#witness?.raw(bytes);
    return bytes;
  }
}

/** An entry whose content, if it has any, and padding come next. */
interface Plain extends StreamedEntry {
  padding: number;
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

  /** So many bytes, if they have been read; not of none. */
  held(length: number): Uint8Array | undefined {
    if (length > this.#held.length) return undefined;
    const bytes = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return bytes;
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
