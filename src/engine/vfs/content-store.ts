/**
 * How much of the real computer's memory the contents of files may take, whatever size their disks say they have: repeated bytes and
 * holes take none. Beyond it writes fail with ENOSPC.
 */
export class ContentStore {
  readonly limit: number;
  /** Told once, when something did not fit. */
  readonly #onFull: () => void;
  #kept = 0;
  #hasTold = false;

  /** `limit` in bytes. */
  constructor(limit: number, onFull: () => void) {
    this.limit = limit;
    this.#onFull = onFull;
  }

  /** Bytes kept now. */
  get kept(): number {
    return this.#kept;
  }

  /** Whether `bytes` more fit. */
  fits(bytes: number): boolean {
    if (this.#kept + bytes <= this.limit) return true;
    if (!this.#hasTold) this.#onFull();
    this.#hasTold = true;
    return false;
  }

  /** Accounts for `bytes` more or fewer. */
  add(bytes: number): void {
    this.#kept += bytes;
  }
}
