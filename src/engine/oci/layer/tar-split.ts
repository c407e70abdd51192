import { decode, encode } from '../../base/bytes.ts';
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
  /** All of the archive's own bytes, with room for more behind them. */
  #bytes = new Uint8Array(1 << 14);
  #length = 0;
  /** Files, each with the place of its content among those bytes. */
  readonly #files: { at: number; file: ContentOf }[] = [];

  raw(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) {
      const more = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      more.set(this.#bytes);
      this.#bytes = more;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
  }

  content({ path, size, mtime }: LayerEntry): void {
    this.#file({ path, size, mtime });
  }

  #file(file: ContentOf): void {
    this.#files.push({ at: this.#length, file });
  }

  /** The archive, as stretches of its own bytes and the files whose contents stand between them. */
  *parts(): Generator<Uint8Array | ContentOf> {
    let from = 0;
    for (const { at, file } of this.#files) {
      yield this.#bytes.subarray(from, at);
      yield file;
      from = at;
    }
    yield this.#bytes.subarray(from, this.#length);
  }

  /** As `tar-split.json.gz` has it, unpacked: a JSON document a line. */
  serialize(): Uint8Array {
    this.#fit();
    const pieces: Piece[] = [];
    let position = 0;
    for (const part of this.parts()) {
      if (!(part instanceof Uint8Array)) {
        const line: Line = { type: FILE, name: part.path, size: part.size, payload: null, position };
        pieces.push(encode(`${JSON.stringify(line)}\n`));
      } else if (part.length > 0) {
        const after = encode(`","position":${position}}\n`);
        pieces.push(BEFORE, { bytes: part, length: Math.ceil(part.length / 3) * 4 }, after);
      } else continue;
      position++;
    }
    return written(pieces);
  }

  static parse(text: Uint8Array): TarSplit {
    const split = new TarSplit();
    for (const line of decode(text).split('\n')) {
      if (line === '') continue;
      const { type, name = '', size = 0, payload } = JSON.parse(line) as Line;
      if (type === SEGMENT) split.raw(Uint8Array.from(atob(payload ?? ''), (c) => c.charCodeAt(0)));
      else split.#file({ path: name, size });
    }
    split.#fit();
    return split;
  }

  /** Gives up the room behind the bytes: a layer's are kept as long as the layer. */
  #fit(): void {
    if (this.#length < this.#bytes.length) this.#bytes = this.#bytes.slice(0, this.#length);
  }
}

const BEFORE = encode(`{"type":${SEGMENT},"payload":"`);

/** Text, or bytes whose base64 has a length. */
type Piece = Uint8Array | { bytes: Uint8Array; length: number };

/** All pieces, each written where it belongs: of most layers this is a megabyte. */
function written(pieces: readonly Piece[]): Uint8Array {
  const text = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) text.set(piece, at);
    else writeBase64(piece.bytes, text.subarray(at, at + piece.length));
    at += piece.length;
  }
  return text;
}

const DIGITS = encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const [ZERO, PADDING] = [DIGITS[0]!, '='.charCodeAt(0)];

function writeBase64(from: Uint8Array, to: Uint8Array): void {
  // Most of an archive's own bytes are zeros, which are passed over in threes of words.
  to.fill(ZERO);
  const aligned = (from.byteOffset & 3) === 0;
  const words = new Uint32Array(from.buffer, aligned ? from.byteOffset : 0, aligned ? from.length >> 2 : 0);
  const last = words.length - 3;
  const whole = from.length - (from.length % 3);
  let at = 0;
  for (let i = 0; i < whole; ) {
    if (i % 12 === 0) {
      let word = i >> 2;
      while (word <= last && (words[word]! | words[word + 1]! | words[word + 2]!) === 0) word += 3;
      const skipped = word - (i >> 2);
      if (skipped > 0) {
        i += skipped * 4;
        at += (skipped / 3) * 16;
        continue;
      }
    }
    const bits = (from[i]! << 16) | (from[i + 1]! << 8) | from[i + 2]!;
    if (bits !== 0) writeDigits(bits, to, at);
    i += 3;
    at += 4;
  }
  const rest = from.length % 3;
  if (rest === 0) return;
  writeDigits((from[whole]! << 16) | ((from[whole + 1] ?? 0) << 8), to, at);
  to.fill(PADDING, to.length - (3 - rest));
}

function writeDigits(bits: number, to: Uint8Array, at: number): void {
  to[at] = DIGITS[bits >> 18]!;
  to[at + 1] = DIGITS[(bits >> 12) & 63]!;
  to[at + 2] = DIGITS[(bits >> 6) & 63]!;
  to[at + 3] = DIGITS[bits & 63]!;
}
