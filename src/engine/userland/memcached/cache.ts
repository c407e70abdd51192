/** One thing in the cache. */
export interface Item {
  data: Uint8Array;
  flags: number;
  /** When it expires, ms since the epoch. */
  until: number | undefined;
  /** Differs after each change. */
  unique: number;
}

/** Times above this many seconds are moments, those below it are spans. */
const MONTH = 60 * 60 * 24 * 30;

/** What memcached holds, in memory alone. */
export class Cache {
  readonly #items = new Map<string, Item>();
  readonly #now: () => number;
  #unique = 0;
  /** How many items were ever stored. */
  stored = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(key: string): Item | undefined {
    const item = this.#items.get(key);
    if (item?.until === undefined || item.until > this.#now()) return item;
    this.#items.delete(key);
    return undefined;
  }

  set(key: string, data: Uint8Array, flags: number, seconds: number): void {
    this.stored++;
    this.#items.set(key, { data, flags, until: this.#moment(seconds), unique: ++this.#unique });
  }

  /** Other content, all else as it was. */
  change(key: string, item: Item, data: Uint8Array): void {
    this.#items.set(key, { ...item, data, unique: ++this.#unique });
  }

  touch(key: string, item: Item, seconds: number): void {
    this.#items.set(key, { ...item, until: this.#moment(seconds) });
  }

  delete(key: string): boolean {
    return this.get(key) !== undefined && this.#items.delete(key);
  }

  clear(): void {
    this.#items.clear();
  }

  get size(): number {
    return [...this.#items.keys()].filter((key) => this.get(key) !== undefined).length;
  }

  /** 0 is never, a negative number is now. */
  #moment(seconds: number): number | undefined {
    if (seconds === 0) return undefined;
    if (seconds < 0) return 0;
    return seconds > MONTH ? seconds * 1000 : this.#now() + seconds * 1000;
  }
}
