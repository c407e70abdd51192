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
    const lines: Uint8Array[] = [];
    for (const part of this.parts()) {
      const position = lines.length;
      if (!(part instanceof Uint8Array)) {
        const line: Line = { type: FILE, name: part.path, size: part.size, payload: null, position };
        lines.push(encode(`${JSON.stringify(line)}\n`));
      } else if (part.length > 0) lines.push(segmentLine(part, position));
    }
    return concat(lines);
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

const BEFORE = encode(`{"type":${SEGMENT},"payload":"`);

/** The line of a stretch, whose base64 is written where it belongs: a layer has a megabyte of them. */
function segmentLine(bytes: Uint8Array, position: number): Uint8Array {
  const after = encode(`","position":${position}}\n`);
  const length = Math.ceil(bytes.length / 3) * 4;
  const line = new Uint8Array(BEFORE.length + length + after.length);
  line.set(BEFORE);
  writeBase64(bytes, line.subarray(BEFORE.length, BEFORE.length + length));
  line.set(after, BEFORE.length + length);
  return line;
}

const DIGITS = encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const [ZERO, PADDING] = [DIGITS[0]!, '='.charCodeAt(0)];

function writeBase64(from: Uint8Array, to: Uint8Array): void {
  // Most of an archive's own bytes are zeros.
  to.fill(ZERO);
  let at = 0;
  for (let i = 0; i < from.length; i += 3, at += 4) {
    const bits = (from[i]! << 16) | ((from[i + 1] ?? 0) << 8) | (from[i + 2] ?? 0);
    if (bits === 0) continue;
    to[at] = DIGITS[bits >> 18]!;
    to[at + 1] = DIGITS[(bits >> 12) & 63]!;
    to[at + 2] = DIGITS[(bits >> 6) & 63]!;
    to[at + 3] = DIGITS[bits & 63]!;
  }
  const rest = from.length % 3;
  if (rest > 0) to.fill(PADDING, to.length - (3 - rest));
}
