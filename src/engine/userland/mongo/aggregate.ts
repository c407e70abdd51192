/** Pipelines: stages that documents go through one after another. */
import { MongoError } from './errors.ts';
import { matches, truthy, valuesAt } from './match.ts';
import { clone, sorted } from './update.ts';
import { compare, type Document, equal, isDocument, numberOf, Pattern, type Value } from './values.ts';

/** What comes out of a pipeline. Throws `MongoError`; stages and operators that are not simulated say so. */
export function aggregate(documents: readonly Document[], pipeline: readonly Value[]): Document[] {
  let flow = [...documents];
  for (const stage of pipeline) {
    if (!isDocument(stage) || stage.size !== 1)
      throw new MongoError(
        'Location40324',
        'A pipeline stage specification object must contain exactly one field.',
      );
    const [name, operand] = [...stage][0]!;
    flow = throughStage(flow, name, operand);
  }
  return flow;
}

function throughStage(flow: Document[], name: string, operand: Value): Document[] {
  const fields = (): Document => {
    if (isDocument(operand)) return operand;
    throw new MongoError('FailedToParse', `the ${name} stage specification must be an object`);
  };
  switch (name) {
    case '$match':
      return flow.filter((document) => matches(document, fields()));
    case '$sort':
      return sorted(flow, fields());
    case '$limit':
      return flow.slice(0, numberOf(operand));
    case '$skip':
      return flow.slice(numberOf(operand));
    case '$count':
      return flow.length === 0 ? [] : [new Map([[String(operand), flow.length as Value]])];
    case '$project':
      return flow.map((document) => project(document, fields()));
    case '$addFields':
    case '$set':
      return flow.map((document) => {
        const out = clone(document);
        for (const [field, expression] of fields()) {
          const value = evaluate(document, expression);
          if (value !== undefined) out.set(field, value);
        }
        return out;
      });
    case '$unset': {
      const names = Array.isArray(operand) ? operand : [operand];
      return flow.map((document) => project(document, new Map(names.map((field) => [String(field), 0]))));
    }
    case '$unwind':
      return flow.flatMap((document) => unwound(document, operand));
    case '$group':
      return group(flow, fields());
    case '$sortByCount':
      return sorted(
        group(
          flow,
          new Map<string, Value>([
            ['_id', operand],
            ['count', new Map([['$sum', 1]])],
          ]),
        ),
        new Map([['count', -1]]),
      );
    default:
      throw new MongoError(
        'Location40324',
        KNOWN_STAGES.has(name)
          ? `the stage ${name} is not simulated in Drydock`
          : `Unrecognized pipeline stage name: '${name}'`,
      );
  }
}

const KNOWN_STAGES = new Set([
  ...[
    '$lookup',
    '$facet',
    '$bucket',
    '$bucketAuto',
    '$out',
    '$merge',
    '$sample',
    '$graphLookup',
    '$geoNear',
    '$redact',
  ],
  ...[
    '$replaceRoot',
    '$replaceWith',
    '$unionWith',
    '$setWindowFields',
    '$densify',
    '$fill',
    '$search',
    '$indexStats',
  ],
]);

function unwound(document: Document, operand: Value): Document[] {
  const path = isDocument(operand) ? String(operand.get('path')) : String(operand);
  const name = path.slice(1);
  const value = document.get(name);
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0))
    return isDocument(operand) && truthy(operand.get('preserveNullAndEmptyArrays')) ? [document] : [];
  return (Array.isArray(value) ? value : [value]).map((item) => new Map(clone(document)).set(name, item));
}

function group(flow: readonly Document[], fields: Document): Document[] {
  const by = fields.get('_id');
  if (by === undefined) throw new MongoError('Location15947', 'a group specification must include an _id');
  const groups: { id: Value; members: Document[] }[] = [];
  for (const document of flow) {
    const id = evaluate(document, by) ?? null;
    const found = groups.find((one) => equal(one.id, id));
    if (found === undefined) groups.push({ id, members: [document] });
    else found.members.push(document);
  }
  return groups.map(({ id, members }) => {
    const out: Document = new Map([['_id', id]]);
    for (const [name, accumulator] of fields) {
      if (name === '_id') continue;
      if (!isDocument(accumulator) || accumulator.size !== 1)
        throw new MongoError('BadValue', `The field '${name}' must be an accumulator object`);
      const [operator, expression] = [...accumulator][0]!;
      out.set(
        name,
        accumulate(
          operator,
          members.map((member) => evaluate(member, expression)),
        ),
      );
    }
    return out;
  });
}

function accumulate(operator: string, all: readonly (Value | undefined)[]): Value {
  const values = all.filter((value): value is Value => value !== undefined && value !== null);
  const numbers = values.map((value) => numberOf(value)).filter((value) => value !== undefined);
  const sum = numbers.reduce((total, value) => total + value, 0);
  switch (operator) {
    case '$sum':
      return sum;
    case '$avg':
      return numbers.length === 0 ? null : sum / numbers.length;
    case '$min':
      return values.length === 0
        ? null
        : values.reduce((best, value) => (compare(value, best) < 0 ? value : best));
    case '$max':
      return values.length === 0
        ? null
        : values.reduce((best, value) => (compare(value, best) > 0 ? value : best));
    case '$first':
      return all[0] ?? null;
    case '$last':
      return all.at(-1) ?? null;
    case '$push':
      return all.filter((value) => value !== undefined);
    case '$addToSet':
      return values.filter((value, i) => values.findIndex((other) => equal(other, value)) === i);
    case '$count':
      return all.length;
    default:
      throw new MongoError('Location15947', `unknown group operator '${operator}'`);
  }
}

/** The value of an expression for a document; undefined where it names nothing. */
function evaluate(document: Document, expression: Value): Value | undefined {
  if (typeof expression === 'string' && expression.startsWith('$$'))
    return expression === '$$ROOT' ? document : undefined;
  if (typeof expression === 'string' && expression.startsWith('$'))
    return valuesAt(document, expression.slice(1))[0];
  if (!isDocument(expression)) return expression;
  const [name, operand] = [...expression][0] ?? [];
  if (name === undefined || !name.startsWith('$')) {
    const out: Document = new Map();
    for (const [field, inner] of expression) {
      const value = evaluate(document, inner);
      if (value !== undefined) out.set(field, value);
    }
    return out;
  }
  if (name === '$literal') return operand;
  const values = (Array.isArray(operand) ? operand : [operand!]).map(
    (part) => evaluate(document, part) ?? null,
  );
  const numbers = values.map((value) => numberOf(value));
  const [a = null, b = null] = values;
  const two = (f: (x: number, y: number) => number): Value =>
    numbers[0] === undefined || numbers[1] === undefined ? null : f(numbers[0], numbers[1]);
  switch (name) {
    case '$add':
      return numbers.includes(undefined) ? null : numbers.reduce<number>((sum, value) => sum + value!, 0);
    case '$multiply':
      return numbers.includes(undefined)
        ? null
        : numbers.reduce<number>((product, value) => product * value!, 1);
    case '$subtract':
      return two((x, y) => x - y);
    case '$divide':
      return two((x, y) => x / y);
    case '$concat':
      return values.some((value) => value === null) ? null : values.join('');
    case '$toUpper':
      return String(a ?? '').toUpperCase();
    case '$toLower':
      return String(a ?? '').toLowerCase();
    case '$size':
      return Array.isArray(a) ? a.length : null;
    case '$ifNull':
      return values.find((value) => value !== null) ?? null;
    case '$cond':
      return truthy(a) ? b : (values[2] ?? null);
    case '$eq':
    case '$ne':
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return matches(new Map([['v', a]]), new Map([['v', new Map([[name, b]])]]));
    default:
      throw new MongoError('Location40324', `the expression ${name} is not simulated in Drydock`);
  }
}

/** A document with only some of its fields, or without some. */
export function project(document: Document, fields: Document): Document {
  if (fields.size === 0) return document;
  const isFlag = (value: Value) => typeof value === 'boolean' || numberOf(value) !== undefined;
  const rest = [...fields].filter(([name]) => name !== '_id');
  const includes =
    rest.some(([, value]) => !isFlag(value) || truthy(value)) ||
    (rest.length === 0 && truthy(fields.get('_id')));
  const wrong = rest.find(([, value]) => isFlag(value) && truthy(value) !== includes);
  if (wrong !== undefined)
    throw new MongoError(
      'BadValue',
      `Invalid $project :: caused by :: Cannot do ${includes ? 'exclusion' : 'inclusion'} on field ${wrong[0]} in ${includes ? 'inclusion' : 'exclusion'} projection`,
    );
  if (!includes) {
    const out = clone(document);
    for (const [path, value] of fields) if (isFlag(value) && !truthy(value)) drop(out, path.split('.'));
    return out;
  }
  const out: Document = new Map();
  const id = document.get('_id');
  if (id !== undefined && (fields.get('_id') === undefined || truthy(fields.get('_id')))) out.set('_id', id);
  for (const [name, value] of document)
    if (rest.some(([path, flag]) => path === name && isFlag(flag))) out.set(name, value);
  for (const [path, value] of rest) {
    if (isFlag(value)) {
      if (path.includes('.')) keep(document, out, path.split('.'));
    } else {
      if (value instanceof Pattern) continue;
      const made = evaluate(document, value);
      if (made !== undefined) out.set(path, made);
    }
  }
  return out;
}

function drop(at: Value | undefined, [name, ...rest]: string[]): void {
  if (Array.isArray(at)) for (const item of at) drop(item, [name!, ...rest]);
  else if (isDocument(at)) {
    if (rest.length === 0) at.delete(name!);
    else drop(at.get(name!), rest);
  }
}

function keep(from: Document, to: Document, [name, ...rest]: string[]): void {
  const value = from.get(name!);
  if (value === undefined) return;
  if (rest.length === 0) to.set(name!, value);
  else if (isDocument(value)) {
    const inner = to.get(name!);
    const next: Document = isDocument(inner) ? inner : new Map();
    to.set(name!, next);
    keep(value, next, rest);
  } else if (Array.isArray(value))
    to.set(
      name!,
      value.filter(isDocument).map((item) => {
        const next: Document = new Map();
        keep(item, next, rest);
        return next;
      }),
    );
}
