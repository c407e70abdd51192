/** Commands for databases, collections and indexes. */
import { MongoError } from '../errors.ts';
import type { Call } from '../server.ts';
import type { Collection } from '../store.ts';
import { allows } from '../users.ts';
import { type Document, doc, isDocument, type Value } from '../values.ts';
import { type Command, namespaceOf } from './data.ts';

const existing = (call: Call): Collection => {
  const namespace = namespaceOf(call);
  const found = call.store.collections.get(namespace);
  if (found === undefined) throw new MongoError('NamespaceNotFound', `ns does not exist: ${namespace}`);
  return found;
};

const nameIn = (db: string, { namespace }: Collection): string => namespace.slice(db.length + 1);

export const create: Command = async (call) => {
  const namespace = namespaceOf(call);
  if (call.store.collections.has(namespace))
    throw new MongoError('NamespaceExists', `Collection ${namespace} already exists.`);
  await call.store.create(namespace);
  return doc({ ok: 1 });
};

export const drop: Command = async (call) => {
  const namespace = namespaceOf(call);
  const found = call.store.collections.get(namespace);
  if (found === undefined) return doc({ ok: 1 });
  await call.store.drop(found);
  return doc({ nIndexesWas: found.indexes.length, ns: namespace, ok: 1 });
};

export const dropDatabase: Command = async ({ store, db }) => {
  for (const collection of store.of(db)) await store.drop(collection);
  return doc({ dropped: db, ok: 1 });
};

export const listCollections: Command = async ({ store, db }) => {
  const firstBatch = store
    .of(db)
    .map((collection) => doc({ name: nameIn(db, collection), type: 'collection', options: new Map() }));
  return doc({ cursor: doc({ id: 0, ns: `${db}.$cmd.listCollections`, firstBatch }), ok: 1 });
};

/** Who may not see all sees those that are theirs. */
export const listDatabases: Command = async ({ store, server, session }) => {
  const roles = session.users.flatMap((user) => user.roles);
  const names = store.databases.filter(
    (name) => !server.auth || allows(roles, 'cluster', name) || allows(roles, 'read', name),
  );
  const databases = names.map((name) => doc({ name, sizeOnDisk: store.sizeOf(name), empty: false }));
  return doc({ databases, totalSize: names.reduce((sum, name) => sum + store.sizeOf(name), 0), ok: 1 });
};

export const createIndexes: Command = async (call) => {
  const { store, body } = call;
  const namespace = namespaceOf(call);
  const isNew = !store.collections.has(namespace);
  const collection = await store.create(namespace);
  const before = collection.indexes.length;
  for (const wanted of (body.get('indexes') ?? []) as Value[]) {
    if (!isDocument(wanted) || !isDocument(wanted.get('key') ?? null))
      throw new MongoError(
        'FailedToParse',
        "The 'key' field is a required property of an index specification",
      );
    const key = wanted.get('key') as Document;
    for (const direction of key.values())
      if (direction !== 1 && direction !== -1)
        throw new MongoError(
          'CannotCreateIndex',
          'only ascending and descending indexes are simulated in Drydock',
        );
    const name = String(wanted.get('name'));
    if (collection.indexes.some((index) => index.name === name)) continue;
    const index = { name, key, unique: wanted.get('unique') === true };
    collection.indexes.push(index);
    try {
      for (const document of collection.documents.values()) collection.checkUnique(document, document);
    } catch (error) {
      collection.indexes.pop();
      throw error;
    }
  }
  await store.saveCatalog();
  return doc({
    numIndexesBefore: before,
    numIndexesAfter: collection.indexes.length,
    createdCollectionAutomatically: isNew,
    ok: 1,
  });
};

export const listIndexes: Command = async (call) => {
  const collection = existing(call);
  const firstBatch = collection.indexes.map(({ name, key, unique }) =>
    doc({ v: 2, key, name, unique: unique && name !== '_id_' ? true : undefined }),
  );
  return doc({ cursor: doc({ id: 0, ns: collection.namespace, firstBatch }), ok: 1 });
};

export const dropIndexes: Command = async (call) => {
  const collection = existing(call);
  const name = String(call.body.get('index'));
  const before = collection.indexes.length;
  if (name === '_id_') throw new MongoError('BadValue', 'cannot drop _id index');
  if (name !== '*' && !collection.indexes.some((index) => index.name === name))
    throw new MongoError('IndexNotFound', `index not found with name [${name}]`);
  const kept = collection.indexes.filter(
    (index) => index.name === '_id_' || (name !== '*' && index.name !== name),
  );
  collection.indexes.splice(0, before, ...kept);
  await call.store.saveCatalog();
  return doc({ nIndexesWas: before, ok: 1 });
};

export const dbStats: Command = async ({ store, db }) => {
  const collections = store.of(db);
  const objects = collections.reduce((sum, { documents }) => sum + documents.size, 0);
  const dataSize = collections.reduce((sum, { bytes }) => sum + bytes, 0);
  return doc({
    db,
    collections: collections.length,
    views: 0,
    objects,
    avgObjSize: objects === 0 ? 0 : dataSize / objects,
    dataSize,
    storageSize: store.sizeOf(db),
    indexes: collections.reduce((sum, { indexes }) => sum + indexes.length, 0),
    ok: 1,
  });
};
