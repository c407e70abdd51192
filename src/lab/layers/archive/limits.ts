import { ArchiveProblem } from './problem.ts';

/** The largest archive that is read, bytes. */
export const LARGEST_ARCHIVE = 512 << 20;
/** What all layers together may unpack to, bytes, and how many files they may hold: what a page can list. */
const MOST_UNPACKED = 4 * 2 ** 30;
const MOST_ENTRIES = 500_000;

/** What one exploration may still use: a small archive can unpack to a very large one. */
export class Allowance {
  #bytes: number;
  #entries: number;

  constructor(bytes = MOST_UNPACKED, entries = MOST_ENTRIES) {
    this.#bytes = bytes;
    this.#entries = entries;
  }

  bytes(count: number, name: string): void {
    this.#bytes -= count;
    if (this.#bytes < 0) throw new ArchiveProblem('bomb', name);
  }

  entry(name: string): void {
    if (--this.#entries < 0) throw new ArchiveProblem('bomb', name);
  }
}
