/**
 * Standard output and error of a container over one stream: frames of a header (stream number, three zeros,
 * big-endian length) and a payload. Used by attach, exec and logs when there is no tty.
 * Models moby `pkg/stdcopy`.
 */
import { concat, EMPTY } from '../base/bytes.ts';

export type StreamNumber = 0 | 1 | 2 | 3;
export const STDOUT = 1;
export const STDERR = 2;
/** The daemon's own error, which ends the stream. */
export const SYSTEM_ERROR = 3;

const HEADER = 8;

/** One frame. */
export function encodeFrame(stream: StreamNumber, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER + payload.length);
  frame[0] = stream;
  new DataView(frame.buffer).setUint32(4, payload.length);
  frame.set(payload, HEADER);
  return frame;
}

export interface Frame {
  stream: StreamNumber;
  payload: Uint8Array;
}

/** Takes bytes as they arrive and gives what they complete. A long payload is given in the pieces that came. */
export class FrameDecoder {
  #buffer: Uint8Array = EMPTY;
  #stream: StreamNumber = STDOUT;
  #left = 0;

  /** Throws `Error` for a stream number that does not exist. */
  push(bytes: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let data = this.#buffer.length === 0 ? bytes : concat([this.#buffer, bytes]);
    for (;;) {
      if (this.#left > 0) {
        if (data.length === 0) break;
        const payload = data.subarray(0, this.#left);
        frames.push({ stream: this.#stream, payload });
        this.#left -= payload.length;
        data = data.subarray(payload.length);
        continue;
      }
      if (data.length < HEADER) break;
      const stream = data[0]!;
      if (stream > 3) throw new Error(`unrecognized stream: ${stream}`);
      this.#stream = stream as StreamNumber;
      this.#left = new DataView(data.buffer, data.byteOffset).getUint32(4);
      data = data.subarray(HEADER);
    }
    this.#buffer = data.length === 0 ? EMPTY : data.slice();
    return frames;
  }
}
