/** Commands that read and change documents. */
import { aggregate, project } from '../aggregate.ts';
import { MongoError } from '../errors.ts';
import { matches, truthy, valuesAt } from '../match.ts';
import type { Call } from '../server.ts';
import { type Collection, idKey } from '../store.ts';
import { beginning, sorted, updated } from '../update.ts';
import { type Document, doc, equal, isDocument, numberOf, type Value } from '../values.ts';

type Command = (call: Call) => Promise<Document>;

/** The name of the collection that a command is for. */
export function namespaceOf({ db, body }: Call): string {
  const [[, name = null] = []] = body;
  if (typeof name !== 'string')
    throw new MongoError('InvalidNamespace', `collection name has invalid type ${typeof name}`);
  if (name === '' || name.includes('$'))
    throw new MongoError('InvalidNamespace', `Invalid namespace specified '${db}.${name}'`);
  return `${db}.${name}`;
}

const found = (call: Call): Collection | undefined => call.store.collections.get(namespaceOf(call));
const all = (call: Call): Document[] => [...(found(call)?.documents.values() ?? [])];
const part = (body: Document, name: string): Document => {
  const value = body.get(name);
  return isDocument(value) ? value : new Map();
};
const list = (body: Document, name: string): Value[] => (body.get(name) as Value[] | undefined) ?? [];

/** Documents come all at once: cursors that stay open are not simulated. */
const batch = (call: Call, documents: readonly Document[]): Document =>
  doc({ cursor: doc({ firstBatch: [...documents], id: 0, ns: namespaceOf(call) }), ok: 1 });

export const insert: Command = async (call) => {
  const { store, body } = call;
  const collection = await store.create(namespaceOf(call));
  const added: Document[] = [];
  const errors: Document[] = [];
  for (const [index, given] of list(body, 'documents').entries()) {
    const document = withId(given as Document, call);
    try {
      collection.checkUnique(document);
      collection.documents.set(idKey(document.get('_id')!), document);
      added.push(document);
    } catch (error) {
      errors.push(writeError(error, index));
      if (body.get('ordered') !== false) break;
    }
  }
  await store.append(collection, added);
  return doc({ n: added.length, writeErrors: errors.length > 0 ? errors : undefined, ok: 1 });
};

function withId(document: Document, { server: { ids } }: Call): Document {
  const id = document.get('_id');
  if (Array.isArray(id)) throw new MongoError('BadValue', "The '_id' value cannot be of type array");
  if (id !== undefined) return new Map([['_id', id], ...document]);
  return new Map<string, Value>([['_id', ids.next()], ...document]);
}

function writeError(error: unknown, index: number): Document {
  if (!(error instanceof MongoError)) throw error;
  return doc({ index, code: error.code, errmsg: error.message });
}

export const find: Command = async (call) => {
  const { body } = call;
  let documents = all(call).filter((document) => matches(document, part(body, 'filter')));
  const sort = part(body, 'sort');
  if (sort.size > 0) documents = sorted(documents, sort);
  documents = documents.slice(numberOf(body.get('skip')) ?? 0);
  const limit = Math.abs(numberOf(body.get('limit')) ?? 0);
  if (limit > 0) documents = documents.slice(0, limit);
  return batch(
    call,
    documents.map((document) => project(document, part(body, 'projection'))),
  );
};

export const pipeline: Command = async (call) =>
  batch(call, aggregate(all(call), list(call.body, 'pipeline')));

export const count: Command = async (call) => {
  const { length } = all(call).filter((document) => matches(document, part(call.body, 'query')));
  const limit = numberOf(call.body.get('limit')) ?? 0;
  return doc({ n: limit > 0 ? Math.min(limit, length) : length, ok: 1 });
};

export const distinct: Command = async (call) => {
  const key = String(call.body.get('key'));
  const values = all(call)
    .filter((document) => matches(document, part(call.body, 'query')))
    .flatMap((document) => valuesAt(document, key))
    .flatMap((value) => (Array.isArray(value) ? value : [value]));
  return doc({
    values: values.filter((value, i) => values.findIndex((other) => equal(other, value)) === i),
    ok: 1,
  });
};

export const update: Command = async (call) => {
  const { store, body, server } = call;
  const collection = await store.create(namespaceOf(call));
  let [matched, modified] = [0, 0];
  const upserted: Document[] = [];
  const errors: Document[] = [];
  const now = server.sys.clock_gettime();
  for (const [index, statement] of (list(body, 'updates') as Document[]).entries())
    try {
      const change = statement.get('u');
      if (!isDocument(change))
        throw new MongoError('NotImplemented', 'updates by pipelines are not simulated in Drydock');
      const multi = truthy(statement.get('multi'));
      if (multi && ![...change.keys()][0]?.startsWith('$'))
        throw new MongoError('FailedToParse', 'multi update is not supported for replacement-style update');
      const filter = part(statement, 'q');
      const hits = [...collection.documents.values()].filter((document) => matches(document, filter));
      for (const before of multi ? hits : hits.slice(0, 1)) {
        matched++;
        const after = updated(before, change, now);
        if (equal(before, after)) continue;
        collection.checkUnique(after, before);
        collection.documents.set(idKey(after.get('_id')!), after);
        modified++;
      }
      if (hits.length === 0 && truthy(statement.get('upsert'))) {
        const made = withId(updated(beginning(filter), change, now, true), call);
        collection.checkUnique(made);
        collection.documents.set(idKey(made.get('_id')!), made);
        upserted.push(doc({ index, _id: made.get('_id')! }));
      }
    } catch (error) {
      errors.push(writeError(error, index));
      break;
    }
  if (modified + upserted.length > 0) await store.rewrite(collection);
  return doc({
    n: matched + upserted.length,
    nModified: modified,
    upserted: upserted.length > 0 ? upserted : undefined,
    writeErrors: errors.length > 0 ? errors : undefined,
    ok: 1,
  });
};

export const remove: Command = async (call) => {
  const { store, body } = call;
  const collection = found(call);
  if (collection === undefined) return doc({ n: 0, ok: 1 });
  let removed = 0;
  for (const statement of list(body, 'deletes') as Document[]) {
    const hits = [...collection.documents].filter(([, document]) => matches(document, part(statement, 'q')));
    for (const [key] of statement.get('limit') === 1 ? hits.slice(0, 1) : hits) {
      collection.documents.delete(key);
      removed++;
    }
  }
  if (removed > 0) await store.rewrite(collection);
  return doc({ n: removed, ok: 1 });
};

export type { Command };
