import { type Document, doc, isDocument, numberOf, type Value } from '../values.ts';
import { Cursor } from './cursor.ts';
import type { Database } from './database.ts';
import { absentMethod, type Host, ShellError, type ShellFunction, toText } from './members.ts';
import { documentOf, toBson } from './to-bson.ts';

/** What the real shell's collections can do beside, which is not simulated. */
const ABSENT = new Set([
  'help',
  ...[
    'bulkWrite',
    'findAndModify',
    'findOneAndUpdate',
    'findOneAndReplace',
    'findOneAndDelete',
    'watch',
    'mapReduce',
  ],
  ...[
    'explain',
    'stats',
    'renameCollection',
    'validate',
    'getShardDistribution',
    'hideIndex',
    'initializeOrderedBulkOp',
  ],
]);

/** `db.NAME`: a collection, which need not be there. */
export class CollectionHandle implements Host {
  readonly database: Database;
  readonly name: string;
  readonly #methods: Readonly<Record<string, ShellFunction>>;

  constructor(database: Database, name: string) {
    this.database = database;
    this.name = name;
    this.#methods = this.#make();
  }

  get(name: string): unknown {
    if (Object.hasOwn(this.#methods, name)) return this.#methods[name];
    if (ABSENT.has(name)) return absentMethod('collections', name);
    return new CollectionHandle(this.database, `${this.name}.${name}`);
  }

  get namespace(): string {
    return `${this.database.name}.${this.name}`;
  }

  #run(command: Document): Promise<Document> {
    return this.database.run(command);
  }

  #make(): Record<string, ShellFunction> {
    const { name } = this;
    const counted = async (filter: unknown, method: string): Promise<number> => {
      const pipeline = [
        doc({ $match: documentOf(filter, method) }),
        doc({ $group: doc({ _id: 1, n: doc({ $sum: 1 }) }) }),
      ];
      const [found] = batchOf(await this.#run(doc({ aggregate: name, pipeline, cursor: new Map() })));
      return numberOf(found?.get('n')) ?? 0;
    };
    return {
      insertOne: (value) => this.#insert([value], false),
      insertMany: (values) => {
        if (!Array.isArray(values))
          throw new ShellError('MongoInvalidArgumentError', 'Argument "docs" must be an array of documents');
        return this.#insert(values, true);
      },
      find: (filter, projection) => this.#find(filter, projection, 'find'),
      findOne: async (filter, projection) => {
        const cursor = this.#find(filter, projection, 'findOne');
        cursor.limited(1);
        return (await cursor.all())[0] ?? null;
      },
      countDocuments: (filter) => counted(filter, 'countDocuments'),
      count: async (filter) => {
        await this.database.shell.warn(
          'DeprecationWarning: Collection.count() is deprecated. Use countDocuments or estimatedDocumentCount.',
        );
        return counted(filter, 'count');
      },
      estimatedDocumentCount: async () => numberOf((await this.#run(doc({ count: name }))).get('n')) ?? 0,
      updateOne: (filter, change, options) => this.#update(filter, change, options, 'updateOne'),
      updateMany: (filter, change, options) => this.#update(filter, change, options, 'updateMany'),
      replaceOne: (filter, change, options) => this.#update(filter, change, options, 'replaceOne'),
      deleteOne: (filter) => this.#delete(filter, 1, 'deleteOne'),
      deleteMany: (filter) => this.#delete(filter, 0, 'deleteMany'),
      distinct: async (key, filter) =>
        (
          await this.#run(doc({ distinct: name, key: toText(key), query: documentOf(filter, 'distinct') }))
        ).get('values'),
      aggregate: (...stages) => {
        const pipeline = Array.isArray(stages[0]) ? stages[0] : stages;
        return new Cursor(async () =>
          batchOf(
            await this.#run(doc({ aggregate: name, pipeline: pipeline.map(toBson), cursor: new Map() })),
          ),
        );
      },
      drop: async () => {
        await this.#run(doc({ drop: name }));
        return true;
      },
      createIndex: async (key, options) => {
        const fields = documentOf(key, 'createIndex');
        const given = documentOf(options, 'createIndex');
        const called =
          given.get('name') ?? [...fields].map(([field, sense]) => `${field}_${toText(sense)}`).join('_');
        const index = new Map<string, Value>([['key', fields], ['name', called], ...given]);
        await this.#run(doc({ createIndexes: name, indexes: [index] }));
        return called;
      },
      getIndexes: async () => batchOf(await this.#run(doc({ listIndexes: name }))),
      dropIndex: async (index) => {
        const answer = await this.#run(doc({ dropIndexes: name, index: toText(index) }));
        return answer;
      },
      getName: () => name,
      getFullName: () => this.namespace,
      toString: () => this.namespace,
    };
  }

  #find(filter: unknown, projection: unknown, method: string): Cursor {
    const command = doc({ find: this.name, filter: documentOf(filter, method) });
    const fields = documentOf(projection, method);
    if (fields.size > 0) command.set('projection', fields);
    return new Cursor(async (options) => batchOf(await this.#run(new Map([...command, ...options]))));
  }

  async #insert(values: readonly unknown[], many: boolean): Promise<Document> {
    const { shell } = this.database;
    const documents = values.map((value) => {
      const given = documentOf(value, many ? 'insertMany' : 'insertOne');
      // The client makes the id: it knows it then without asking.
      if (given.has('_id')) return given;
      const id = shell.ids.next();
      if (isDocument(value)) (value as Document).set('_id', id);
      return new Map<string, Value>([['_id', id], ...given]);
    });
    if (documents.length === 0)
      throw new ShellError('MongoInvalidArgumentError', 'Invalid BulkOperation, Batch cannot be empty');
    const answer = await this.#run(doc({ insert: this.name, documents, ordered: true }));
    refuse(answer, many);
    const ids = documents.map((document) => document.get('_id')!);
    if (!many) return doc({ acknowledged: true, insertedId: ids[0]! });
    return doc({ acknowledged: true, insertedIds: new Map(ids.map((id, i) => [String(i), id])) });
  }

  async #update(filter: unknown, change: unknown, options: unknown, method: string): Promise<Document> {
    const u = documentOf(change, method);
    const isChange = [...u.keys()][0]?.startsWith('$') === true;
    if (isChange === (method === 'replaceOne'))
      throw new ShellError(
        'MongoInvalidArgumentError',
        isChange
          ? 'Replacement document must not contain atomic operators'
          : 'Update document requires atomic operators',
      );
    const upsert = documentOf(options, method).get('upsert') ?? false;
    const statement = doc({ q: documentOf(filter, method), u, multi: method === 'updateMany', upsert });
    const answer = await this.#run(doc({ update: this.name, updates: [statement], ordered: true }));
    refuse(answer, false);
    const upserted = (answer.get('upserted') as Document[] | undefined) ?? [];
    const n = numberOf(answer.get('n')) ?? 0;
    return doc({
      acknowledged: true,
      insertedId: upserted[0]?.get('_id') ?? null,
      matchedCount: n - upserted.length,
      modifiedCount: answer.get('nModified') ?? 0,
      upsertedCount: upserted.length,
    });
  }

  async #delete(filter: unknown, limit: number, method: string): Promise<Document> {
    if (filter === undefined)
      throw new ShellError(
        'MongoshInvalidInputError',
        `[COMMON-10001] Missing required argument at position 0 (Collection.${method})`,
      );
    const statement = doc({ q: documentOf(filter, method), limit });
    const answer = await this.#run(doc({ delete: this.name, deletes: [statement], ordered: true }));
    return doc({ acknowledged: true, deletedCount: answer.get('n') ?? 0 });
  }
}

/** The documents that came with an answer. */
export const batchOf = (answer: Document): Document[] => {
  const cursor = answer.get('cursor');
  return isDocument(cursor ?? null) ? ((cursor as Document).get('firstBatch') as Document[]) : [];
};

/** Throws for the first document that was refused. */
function refuse(answer: Document, many: boolean): void {
  const [first] = (answer.get('writeErrors') as Document[] | undefined) ?? [];
  if (first !== undefined)
    throw new ShellError(
      many ? 'MongoBulkWriteError' : 'MongoServerError',
      String(first.get('errmsg')),
      numberOf(first.get('code')),
    );
}
