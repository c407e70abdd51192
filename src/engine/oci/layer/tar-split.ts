import { concat, decode, encode } from '../../base/bytes.ts';
import type { LayerEntry } from './entry.ts';
import type { TarWitness } from './tar-stream.ts';

/** Whose content stands at a place of an archive. */
export interface ContentOf extends Pick<LayerEntry, 'path' | 'size'> {
  /** ms; unknown once it was read back. */
  mtime?: number;
}

/** A line of the file that keeps it: bytes of the archive's own, or a file whose content comes here (tar/storage/entry.go). */
interface Line {
  type: typeof FILE | typeof SEGMENT;
  name?: string;
  size?: number;
  /** Base64. Where tar-split keeps a file's checksum nothing is kept here: the whole layer's digest tells. */
  payload: string | null;
  position: number;
}

const FILE = 1;
const SEGMENT = 2;

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
    this.#file({ path, size, mtime });
  }

  #file(file: ContentOf): void {
    this.#parts.push({ before: concat(this.#pending), file });
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

  /** As `tar-split.json.gz` has it, unpacked: a JSON document a line. */
  serialize(): Uint8Array {
    const lines: Line[] = [];
    for (const part of this.parts()) {
      const position = lines.length;
      if (!(part instanceof Uint8Array))
        lines.push({ type: FILE, name: part.path, size: part.size, payload: null, position });
      else if (part.length > 0) lines.push({ type: SEGMENT, payload: base64(part), position });
    }
    return encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  static parse(text: Uint8Array): TarSplit {
    const split = new TarSplit();
    for (const line of decode(text).split('\n')) {
      if (line === '') continue;
      const { type, name = '', size = 0, payload } = JSON.parse(line) as Line;
      if (type === SEGMENT) split.#pending.push(Uint8Array.from(atob(payload ?? ''), (c) => c.charCodeAt(0)));
      else split.#file({ path: name, size });
    }
    return split;
  }
}

/** In stretches: a call takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
