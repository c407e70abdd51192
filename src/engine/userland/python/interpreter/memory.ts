import { decode, encode } from '../../../base/bytes.ts';

/** The interpreter's memory. Its views are made anew where it has grown. */
export class Memory {
  readonly #memory: WebAssembly.Memory;
  #view: DataView;
  #bytes: Uint8Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#view = new DataView(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
  }

  get view(): DataView {
    if (this.#view.buffer !== this.#memory.buffer) this.#renew();
    return this.#view;
  }

  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.#memory.buffer) this.#renew();
    return this.#bytes;
  }

  #renew(): void {
    this.#view = new DataView(this.#memory.buffer);
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }

  get size(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Makes it at least `size` bytes large; false where the platform has no more. */
  grow(size: number): boolean {
    try {
      this.#memory.grow(Math.ceil((size - this.size) / 65_536));
      return true;
    } catch {
      return false;
    }
  }

  i32(at: number): number {
    return this.view.getInt32(at, true);
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  setI32(at: number, value: number): void {
    this.view.setInt32(at, value, true);
  }

  setU32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  setI64(at: number, value: number): void {
    this.view.setBigInt64(at, BigInt(Math.trunc(value)), true);
  }

  /** A copy. */
  slice(at: number, length: number): Uint8Array {
    return this.bytes.slice(at, at + length);
  }

  text(at: number, length: number): string {
    return decode(this.bytes.subarray(at, at + length));
  }

  /** Text up to a NUL. */
  string(at: number): string {
    return decode(this.bytes.subarray(at, this.bytes.indexOf(0, at)));
  }

  /** Text with a NUL behind it, cut where it does not fit into `room` bytes. */
  setString(at: number, text: string, room: number): void {
    const bytes = encode(text).subarray(0, room - 1);
    this.bytes.set(bytes, at);
    this.bytes[at + bytes.length] = 0;
  }
}
