import { concat } from '../../base/bytes.ts';
import { bytesToText } from './text.ts';

/** Text of UTF-8 that comes in pieces: a character that is cut in two waits for its rest. */
export class WholeCharacters {
  #partial: Uint8Array = new Uint8Array(0);

  take(chunk: Uint8Array): string {
    const bytes = this.#partial.length > 0 ? concat([this.#partial, chunk]) : chunk;
    let stop = bytes.length;
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back]!;
      if ((byte & 0xc0) === 0x80) continue;
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      if (length > back) stop = bytes.length - back;
      break;
    }
    this.#partial = bytes.slice(stop);
    return bytesToText(bytes.subarray(0, stop));
  }
}
