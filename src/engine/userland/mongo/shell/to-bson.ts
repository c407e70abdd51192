import { Binary, type Document, isDocument, Long, Moment, ObjectId, Pattern, type Value } from '../values.ts';
import { ShellError } from './members.ts';

/** A value of a program as one of documents. Throws `ShellError` for what documents cannot hold. */
export function toBson(value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  if (value instanceof Long || value instanceof ObjectId || value instanceof Moment) return value;
  if (value instanceof Pattern || value instanceof Binary) return value;
  if (Array.isArray(value)) return value.map(toBson);
  if (isDocument(value)) return new Map([...value].map(([name, inner]) => [name, toBson(inner)]));
  throw new ShellError(
    'MongoInvalidArgumentError',
    'functions and objects of the shell cannot be kept in documents',
  );
}

/** A document that a method was given; an empty one where none was. */
export function documentOf(value: unknown, method: string): Document {
  if (value === undefined || value === null) return new Map();
  const made = toBson(value);
  if (isDocument(made)) return made;
  throw new ShellError(
    'MongoshInvalidInputError',
    `[COMMON-10001] Argument at position 0 must be of type object, got ${Array.isArray(made) ? 'array' : typeof made} (Database.${method})`,
  );
}
