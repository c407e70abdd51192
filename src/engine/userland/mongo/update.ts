/** Changes of documents by update operators, or by another document in their place. */
import { MongoError } from './errors.ts';
import { matches, valuesAt } from './match.ts';
import {
  compare,
  type Document,
  equal,
  isDocument,
  Long,
  Moment,
  numberOf,
  typeOf,
  type Value,
} from './values.ts';

/** A copy of a value that shares nothing with it. */
export function clone<T extends Value>(value: T): T {
  const copy = (of: Value): Value => {
    if (Array.isArray(of)) return of.map(copy);
    return isDocument(of) ? new Map([...of].map(([name, item]) => [name, copy(item)])) : of;
  };
  return copy(value) as T;
}

/** The document after a change. Throws `MongoError`; `now` is what $currentDate sets. */
export function updated(before: Document, change: Document, now: number, inserted = false): Document {
  const operators = [...change.keys()];
  if (!operators.some((name) => name.startsWith('$'))) {
    const id = before.get('_id');
    const other = change.get('_id');
    if (id !== undefined && other !== undefined && !equal(id, other)) throw immutable('_id');
    return new Map([...(id === undefined ? [] : [['_id', id] as const]), ...clone(change)]);
  }
  const after = clone(before);
  for (const [operator, fields] of change) {
    if (!OPERATORS.has(operator))
      throw new MongoError(
        'FailedToParse',
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    if (!isDocument(fields))
      throw new MongoError(
        'FailedToParse',
        `Modifiers operate on fields but we found type ${typeOf(fields).name} instead.`,
      );
    if (operator === '$setOnInsert' && !inserted) continue;
    for (const [path, operand] of fields) apply(after, operator, path, operand, now);
  }
  const [id, kept] = [before.get('_id'), after.get('_id')];
  if (id !== undefined && (kept === undefined || !equal(id, kept))) throw immutable('_id');
  return after;
}

const immutable = (path: string) =>
  new MongoError(
    'ImmutableField',
    `Performing an update on the path '${path}' would modify the immutable field '${path}'`,
  );

const OPERATORS = new Set([
  ...['$set', '$setOnInsert', '$unset', '$inc', '$mul', '$min', '$max', '$rename', '$currentDate'],
  ...['$push', '$addToSet', '$pull', '$pop'],
]);

function apply(document: Document, operator: string, path: string, operand: Value, now: number): void {
  const place = placeOf(document, path, !['$unset', '$pull', '$pop', '$rename'].includes(operator));
  if (place === undefined) return;
  const old = place.get();
  if (operator === '$unset') place.remove();
  else if (operator === '$rename') {
    if (old === undefined) return;
    place.remove();
    placeOf(document, String(operand), true)?.set(old);
  } else {
    const value = valueAfter(operator, path, old, operand, { document, now });
    if (value !== undefined) place.set(value);
  }
}

/** What an operator makes of a value; undefined for what it leaves alone. */
function valueAfter(
  operator: string,
  path: string,
  old: Value | undefined,
  operand: Value,
  { document, now }: { document: Document; now: number },
): Value | undefined {
  switch (operator) {
    case '$set':
    case '$setOnInsert':
      return clone(operand);
    case '$inc':
    case '$mul':
      return arithmetic(operator, document, path, old, operand);
    case '$min':
      return old === undefined || compare(operand, old) < 0 ? operand : undefined;
    case '$max':
      return old === undefined || compare(operand, old) > 0 ? operand : undefined;
    case '$currentDate':
      return new Moment(now);
    default:
      return changedList(operator, path, old, operand, document);
  }
}

function arithmetic(
  operator: string,
  document: Document,
  path: string,
  old: Value | undefined,
  operand: Value,
): Value {
  const verb = operator === '$inc' ? 'increment' : 'multiply';
  const by = numberOf(operand);
  if (by === undefined)
    throw new MongoError(
      'TypeMismatch',
      `Cannot ${verb} with non-numeric argument: {${path}: ${JSON.stringify(operand)}}`,
    );
  if (old === undefined) return operator === '$inc' ? operand : 0;
  const value = numberOf(old);
  if (value === undefined) {
    const id = document.get('_id');
    const shown =
      typeof id === 'object' && id !== null && 'hex' in id ? `ObjectId('${id.hex}')` : JSON.stringify(id);
    throw new MongoError(
      'TypeMismatch',
      `Cannot apply ${operator} to a value of non-numeric type. {_id: ${shown}} has the field '${path.split('.').at(-1)}' of non-numeric type ${typeOf(old).name}`,
    );
  }
  if (old instanceof Long || operand instanceof Long)
    return new Long(operator === '$inc' ? BigInt(value) + BigInt(by) : BigInt(value) * BigInt(by));
  return operator === '$inc' ? value + by : value * by;
}

function changedList(
  operator: string,
  path: string,
  old: Value | undefined,
  operand: Value,
  document: Document,
): Value {
  if (old !== undefined && !Array.isArray(old))
    throw new MongoError(
      'BadValue',
      operator === '$push' || operator === '$addToSet'
        ? `The field '${path}' must be an array but is of type ${typeOf(old).name} in document {_id: ${JSON.stringify(document.get('_id'))}}`
        : `Cannot apply ${operator} to a non-array value`,
    );
  const list = [...((old as Value[] | undefined) ?? [])];
  const each = isDocument(operand) ? operand.get('$each') : undefined;
  const added = Array.isArray(each) ? each : [operand];
  switch (operator) {
    case '$push':
      return [...list, ...clone(added)];
    case '$addToSet':
      for (const value of added) if (!list.some((item) => equal(item, value))) list.push(clone(value));
      return list;
    case '$pop':
      return numberOf(operand) === -1 ? list.slice(1) : list.slice(0, -1);
    default:
      return list.filter((item) => !pulled(item, operand));
  }
}

function pulled(item: Value, operand: Value): boolean {
  if (!isDocument(operand)) return equal(item, operand);
  if ([...operand.keys()][0]?.startsWith('$'))
    return matches(new Map([['item', item]]), new Map([['item', operand]]));
  return isDocument(item) && matches(item, operand);
}

interface Place {
  get(): Value | undefined;
  set(value: Value): void;
  remove(): void;
}

/** Where a path leads; what is missing on the way is made where that is wanted. */
function placeOf(document: Document, path: string, make: boolean): Place | undefined {
  const names = path.split('.');
  const last = names.pop()!;
  let at: Value = document;
  for (const name of names) {
    let next: Value | undefined = isDocument(at)
      ? at.get(name)
      : Array.isArray(at)
        ? at[Number(name)]
        : undefined;
    if (next === undefined) {
      if (!make) return undefined;
      next = new Map();
      put(at, name, next);
    }
    at = next;
  }
  if (!isDocument(at) && !Array.isArray(at)) {
    if (!make) return undefined;
    throw new MongoError(
      'PathNotViable',
      `Cannot create field '${last}' in element {${names.at(-1)}: ${JSON.stringify(at)}}`,
    );
  }
  const holder = at;
  return {
    get: () => (isDocument(holder) ? holder.get(last) : holder[Number(last)]),
    set: (value) => put(holder, last, value),
    remove() {
      if (isDocument(holder)) holder.delete(last);
      else if (Number(last) in holder) holder[Number(last)] = null;
    },
  };
}

function put(holder: Value, name: string, value: Value): void {
  if (isDocument(holder)) holder.set(name, value);
  else if (Array.isArray(holder)) {
    for (let i = holder.length; i < Number(name); i++) holder[i] = null;
    holder[Number(name)] = value;
  }
}

/** What an upsert begins with: the values that the filter asks for. */
export function beginning(filter: Document): Document {
  const out: Document = new Map();
  for (const [path, wanted] of filter) {
    if (path === '$and' && Array.isArray(wanted))
      for (const part of wanted)
        if (isDocument(part)) for (const [name, value] of beginning(part)) out.set(name, value);
    const exact = isDocument(wanted) && [...wanted.keys()][0]?.startsWith('$') ? wanted.get('$eq') : wanted;
    if (!path.startsWith('$') && exact !== undefined) placeOf(out, path, true)?.set(clone(exact));
  }
  return out;
}

/** By what documents are sorted: fields with 1 or -1. Throws `MongoError`. */
export function sorted(documents: readonly Document[], order: Document): Document[] {
  for (const [, direction] of order)
    if (![1, -1].includes(numberOf(direction) ?? 0))
      throw new MongoError('BadValue', '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
  const key = (document: Document, path: string, direction: number): Value => {
    const found = valuesAt(document, path).flatMap((value) =>
      Array.isArray(value) && value.length > 0 ? value : [value],
    );
    if (found.length === 0) return null;
    return found.reduce((best, value) => (compare(value, best) * direction < 0 ? value : best));
  };
  return documents.toSorted((a, b) => {
    for (const [path, sense] of order) {
      const direction = numberOf(sense)!;
      const by = compare(key(a, path, direction), key(b, path, direction));
      if (by !== 0) return by * direction;
    }
    return 0;
  });
}
