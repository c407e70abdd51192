import type { Document, Value } from '../values.ts';
import type { Host, ShellFunction } from './members.ts';
import { documentOf, toBson } from './to-bson.ts';

/** What a query will find: it is asked when the first document is wanted. */
export class Cursor implements Host {
  readonly #fetch: (options: Document) => Promise<Document[]>;
  readonly #options: Document = new Map();
  #rest: Document[] | undefined;
  #change: ShellFunction | undefined;

  constructor(fetch: (options: Document) => Promise<Document[]>) {
    this.#fetch = fetch;
  }

  limited(count: number): void {
    this.#options.set('limit', count);
  }

  /** All that has not been taken. */
  async all(): Promise<unknown[]> {
    return this.take(Number.POSITIVE_INFINITY);
  }

  /** The next ones, at most so many. */
  async take(count: number): Promise<unknown[]> {
    this.#rest ??= await this.#fetch(this.#options);
    const taken = this.#rest.splice(0, count);
    if (this.#change === undefined) return taken;
    const out: unknown[] = [];
    for (const document of taken) out.push(await this.#change(document));
    return out;
  }

  async hasMore(): Promise<boolean> {
    this.#rest ??= await this.#fetch(this.#options);
    return this.#rest.length > 0;
  }

  get(name: string): unknown {
    const option = (key: string) => (value: unknown) => {
      this.#options.set(key, toBson(value) as Value);
      return this;
    };
    const methods: Record<string, ShellFunction> = {
      sort: (order) => {
        this.#options.set('sort', documentOf(order, 'sort'));
        return this;
      },
      limit: option('limit'),
      skip: option('skip'),
      projection: option('projection'),
      pretty: () => this,
      toArray: () => this.all(),
      next: async () => (await this.take(1))[0] ?? null,
      hasNext: () => this.hasMore(),
      count: async () => (await this.all()).length,
      size: async () => (await this.all()).length,
      itcount: async () => (await this.all()).length,
      forEach: async (act) => {
        for (const document of await this.all()) await (act as ShellFunction)(document);
      },
      map: (change) => {
        this.#change = change as ShellFunction;
        return this;
      },
    };
    return Object.hasOwn(methods, name) ? methods[name] : undefined;
  }
}
