import { concat } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { type Heap, heapOf } from '../lib/heap.ts';
import { readFile, writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { replaceFile } from '../lib/write-file.ts';
import { BsonReader, encodeDocument } from './bson.ts';
import { MongoError } from './errors.ts';
import { valuesAt } from './match.ts';
import { type Document, doc, equal, isDocument, Long, ObjectId, type Value } from './values.ts';

export interface Index {
  name: string;
  key: Document;
  unique: boolean;
}

/** What one collection holds, in the order in which it came. */
export class Collection {
  readonly namespace: string;
  /** The file that it is kept in. */
  readonly ident: string;
  readonly indexes: Index[];
  /** By what `_id` is. */
  readonly documents = new Map<string, Document>();
  /** Of its documents together. */
  bytes = 0;

  constructor(namespace: string, ident: string, indexes: Index[]) {
    this.namespace = namespace;
    this.ident = ident;
    this.indexes = indexes;
  }

  /** Refuses a document of which an index allows only one; `own` is the one that it takes the place of. */
  checkUnique(document: Document, own?: Document): void {
    for (const { name, key, unique } of this.indexes) {
      if (!unique) continue;
      const fields = [...key.keys()];
      const values = fields.map((field) => valuesAt(document, field)[0] ?? null);
      const clashes =
        name === '_id_'
          ? (this.documents.get(idKey(values[0]!)) ?? own) !== own
          : [...this.documents.values()].some(
              (other) =>
                other !== own &&
                fields.every((field, i) => equal(valuesAt(other, field)[0] ?? null, values[i]!)),
            );
      if (clashes)
        throw new MongoError(
          'DuplicateKey',
          `E11000 duplicate key error collection: ${this.namespace} index: ${name} dup key: { ${fields.map((field, i) => `${field}: ${shown(values[i]!)}`).join(', ')} }`,
        );
    }
  }
}

/** An `_id` as the key of a map: equal values are the same key. */
export function idKey(value: Value): string {
  if (typeof value === 'number') return `n${value}`;
  if (value instanceof Long) return `n${value.value}`;
  if (typeof value === 'string') return `s${value}`;
  if (value instanceof ObjectId) return `o${value.hex}`;
  return `x${[...encodeDocument(new Map([['', value]]))].join()}`;
}

/** A value as the server's messages show it. */
export function shown(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof ObjectId) return `ObjectId('${value.hex}')`;
  if (value instanceof Long) return String(value.value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(shown).join(', ')} ]`;
  if (isDocument(value))
    return value.size === 0
      ? '{}'
      : `{ ${[...value].map(([name, item]) => `${name}: ${shown(item)}`).join(', ')} }`;
  return typeof value === 'object' && value !== null
    ? `new Date(${'ms' in value ? value.ms : 0})`
    : String(value);
}

/** The names of the files that a data directory has: WiredTiger's, though with documents one after another in them. */
const CATALOG = '_mdb_catalog.wt';
const MARK = 'WiredTiger';

/** What a file weighs at least, and in what steps it grows. */
const [LEAST, STEP] = [20_480, 4096];

/**
 * All databases, in memory and in the data directory. What is inserted is appended to the collection's file, and other changes write
 * it anew: both before the client has its answer, so that nothing is lost with the process.
 */
export class Store {
  readonly #sys: Syscalls;
  readonly #heap: Heap;
  readonly directory: string;
  readonly collections = new Map<string, Collection>();

  constructor(sys: Syscalls, directory: string) {
    this.#sys = sys;
    this.#heap = heapOf(sys);
    this.directory = directory;
  }

  /** Reads what is there; makes it where there is nothing. Throws `Errno`. */
  async open(): Promise<void> {
    let catalog: Uint8Array;
    try {
      catalog = await readFile(this.#sys, `${this.directory}/${CATALOG}`);
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
      await replaceFile(
        this.#sys,
        `${this.directory}/${MARK}`,
        textToBytes('WiredTiger\nWiredTiger 11.3.1\n'),
        0o600,
      );
      for (const namespace of ['admin.system.version', 'config.system.sessions', 'local.startup_log'])
        await this.create(namespace);
      return;
    }
    const reader = new BsonReader(catalog);
    while (!reader.done) {
      const entry = reader.document();
      const indexes = (entry.get('indexes') as Document[]).map((index) => ({
        name: String(index.get('name')),
        key: index.get('key') as Document,
        unique: index.get('unique') === true,
      }));
      const collection = new Collection(String(entry.get('ns')), String(entry.get('ident')), indexes);
      this.collections.set(collection.namespace, collection);
      const bytes = await readFile(this.#sys, this.#file(collection)).catch(() => new Uint8Array(0));
      const documents = new BsonReader(bytes);
      while (!documents.done) {
        const document = documents.document();
        collection.documents.set(idKey(document.get('_id') ?? null), document);
      }
      await this.#weigh(collection, bytes.length);
    }
  }

  /** Tells the kernel how much the documents of a collection take. */
  async #weigh(collection: Collection, bytes: number): Promise<void> {
    const more = bytes - collection.bytes;
    collection.bytes = bytes;
    await (more > 0 ? this.#heap.keep(more) : this.#heap.free(-more));
  }

  /** The collection of a name, made where there is none. */
  async create(namespace: string): Promise<Collection> {
    const found = this.collections.get(namespace);
    if (found !== undefined) return found;
    const number = new DataView(this.#sys.getrandom(8).buffer).getBigUint64(0) >> 1n;
    const indexes = [{ name: '_id_', key: doc({ _id: 1 }), unique: true }];
    const made = new Collection(namespace, `collection-${this.collections.size}-${number}`, indexes);
    this.collections.set(namespace, made);
    await this.rewrite(made);
    await this.saveCatalog();
    return made;
  }

  async drop(collection: Collection): Promise<void> {
    this.collections.delete(collection.namespace);
    await this.#weigh(collection, 0);
    await this.saveCatalog();
    await this.#sys.unlink(this.#file(collection));
  }

  /** Adds documents, all of which have an `_id` of their own. */
  async append(collection: Collection, documents: readonly Document[]): Promise<void> {
    const bytes = concat(documents.map(encodeDocument));
    for (const document of documents) collection.documents.set(idKey(document.get('_id')!), document);
    await this.#weigh(collection, collection.bytes + bytes.length);
    const fd = await this.#sys.open(this.#file(collection), O_WRONLY | O_CREAT | O_APPEND, 0o600);
    try {
      await writeAll(this.#sys, fd, bytes);
    } finally {
      await this.#sys.close(fd);
    }
  }

  /** Writes a collection as it is now. */
  async rewrite(collection: Collection): Promise<void> {
    const bytes = concat([...collection.documents.values()].map(encodeDocument));
    await this.#weigh(collection, bytes.length);
    await replaceFile(this.#sys, this.#file(collection), bytes, 0o600);
  }

  async saveCatalog(): Promise<void> {
    const entries = [...this.collections.values()].map(({ namespace, ident, indexes }) =>
      doc({
        ns: namespace,
        ident,
        indexes: indexes.map(({ name, key, unique }) => doc({ name, key, unique })),
      }),
    );
    await replaceFile(this.#sys, `${this.directory}/${CATALOG}`, concat(entries.map(encodeDocument)), 0o600);
  }

  /** The collections of a database, by name. */
  of(database: string): Collection[] {
    return [...this.collections.values()]
      .filter(({ namespace }) => namespace.startsWith(`${database}.`))
      .sort((a, b) => (a.namespace < b.namespace ? -1 : 1));
  }

  get databases(): string[] {
    return [...new Set([...this.collections.keys()].map((name) => name.slice(0, name.indexOf('.'))))].sort();
  }

  /** What a database weighs on disk: its collections and their indexes. */
  sizeOf(database: string): number {
    return this.of(database).reduce((sum, { bytes, indexes, documents }) => {
      const pages = (content: number) => LEAST + Math.floor(content / STEP) * STEP;
      return sum + pages(bytes) + indexes.length * pages(documents.size * 24);
    }, 0);
  }

  #file({ ident }: Collection): string {
    return `${this.directory}/${ident}.wt`;
  }
}
