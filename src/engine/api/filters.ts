/**
 * The `filters` query parameter: `{"name":{"web":true}}`, keys and values in order.
 * Models moby `api/types/filters` (ToJSON, FromJSON).
 */
export class Filters {
  readonly #fields = new Map<string, Set<string>>();

  constructor(pairs: Iterable<readonly [string, string]> = []) {
    for (const [key, value] of pairs) this.add(key, value);
  }

  add(key: string, value: string): void {
    const values = this.#fields.get(key);
    if (values === undefined) this.#fields.set(key, new Set([value]));
    else values.add(value);
  }

  get empty(): boolean {
    return this.#fields.size === 0;
  }

  keys(): string[] {
    return [...this.#fields.keys()];
  }

  has(key: string): boolean {
    return this.#fields.has(key);
  }

  values(key: string): string[] {
    return [...(this.#fields.get(key) ?? [])];
  }

  /** True when the key is not asked for, or one of its values is exactly `value`. */
  matches(key: string, value: string): boolean {
    return this.#fields.get(key)?.has(value) ?? true;
  }

  /** As the client sends it: keys and values sorted, as Go's maps are marshalled. */
  toJson(): string {
    const fields = [...this.#fields]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, values]) => [key, Object.fromEntries([...values].sort().map((value) => [value, true]))]);
    return JSON.stringify(Object.fromEntries(fields));
  }

  /** Reads both forms, `{"k":{"v":true}}` and the old `{"k":["v"]}`. undefined when the text is neither. */
  static fromJson(text: string): Filters | undefined {
    const filters = new Filters();
    if (text === '') return filters;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return undefined;
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    for (const [key, values] of Object.entries(parsed)) {
      if (Array.isArray(values)) {
        for (const value of values) {
          if (typeof value !== 'string') return undefined;
          filters.add(key, value);
        }
      } else if (typeof values === 'object' && values !== null) {
        for (const [value, on] of Object.entries(values)) {
          if (typeof on !== 'boolean') return undefined;
          if (on) filters.add(key, value);
        }
      } else return undefined;
    }
    return filters;
  }
}
