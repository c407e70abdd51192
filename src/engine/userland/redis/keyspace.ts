/** What a key can hold. */
export type Value =
  | { type: 'string'; text: string }
  | { type: 'list'; items: string[] }
  | { type: 'hash'; fields: Map<string, string> }
  | { type: 'set'; members: Set<string> }
  | { type: 'zset'; scores: Map<string, number> };

export type Type = Value['type'];
export type ValueOf<T extends Type> = Extract<Value, { type: T }>;

interface Entry {
  value: Value;
  /** When it expires, ms since the epoch. */
  until: number | undefined;
}

/** A command met a key of another type. */
export class WrongType extends Error {
  constructor() {
    super('WRONGTYPE Operation against a key holding the wrong kind of value');
  }
}

/** One numbered database: keys with their values, which go when they expire or when nothing is left in them. */
export class Database {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  /** Hears of a key that something was put under: who waits for it. */
  onWrite: (key: string) => void = () => undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  peek(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry?.until !== undefined && entry.until <= this.#now()) {
      this.#entries.delete(key);
      return undefined;
    }
    return entry?.value;
  }

  /** The value of a key that must be of a type if it is there at all. */
  get<T extends Type>(key: string, type: T): ValueOf<T> | undefined {
    const value = this.peek(key);
    if (value !== undefined && value.type !== type) throw new WrongType();
    return value as ValueOf<T> | undefined;
  }

  /** The value of a key, made empty if there is none. */
  open<T extends Type>(key: string, empty: ValueOf<T>): ValueOf<T> {
    const value = this.get<T>(key, empty.type as T) ?? empty;
    if (!this.#entries.has(key)) this.#entries.set(key, { value, until: undefined });
    return value;
  }

  /** Puts a value in place of what was there, without its expiry. */
  set(key: string, value: Value, until?: number): void {
    this.#entries.set(key, { value, until });
  }

  delete(key: string): boolean {
    return this.peek(key) !== undefined && this.#entries.delete(key);
  }

  /** What is empty is not there. */
  dropIfEmpty(key: string): void {
    const value = this.peek(key);
    if (value !== undefined && sizeOf(value) === 0) this.#entries.delete(key);
  }

  keys(): string[] {
    return [...this.#entries.keys()].filter((key) => this.peek(key) !== undefined);
  }

  get size(): number {
    return this.keys().length;
  }

  /** How many keys have an expiry. */
  get expiring(): number {
    return this.keys().filter((key) => this.#entries.get(key)!.until !== undefined).length;
  }

  clear(): void {
    this.#entries.clear();
  }

  expiry(key: string): number | undefined {
    return this.peek(key) === undefined ? undefined : this.#entries.get(key)!.until;
  }

  /** Sets when a key expires, undefined for never; a moment that has passed deletes it. Says whether there is such a key. */
  expire(key: string, until: number | undefined): boolean {
    if (this.peek(key) === undefined) return false;
    this.#entries.get(key)!.until = until;
    this.peek(key);
    return true;
  }
}

function sizeOf(value: Value): number {
  switch (value.type) {
    case 'string':
      return 1;
    case 'list':
      return value.items.length;
    case 'hash':
      return value.fields.size;
    case 'set':
      return value.members.size;
    case 'zset':
      return value.scores.size;
  }
}
