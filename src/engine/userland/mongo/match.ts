/** Which documents a filter means. */
import { MongoError } from './errors.ts';
import {
  compare,
  type Document,
  equal,
  isDocument,
  numberOf,
  Pattern,
  typeOf,
  type Value,
} from './values.ts';

/** Says whether a document matches. Throws `MongoError` for a filter that is none. */
export function matches(document: Document, filter: Document): boolean {
  for (const [key, wanted] of filter)
    if (!(key.startsWith('$') ? combined(document, key, wanted) : atPath(document, key, wanted)))
      return false;
  return true;
}

function combined(document: Document, operator: string, value: Value): boolean {
  if (operator === '$comment') return true;
  if (!['$and', '$or', '$nor'].includes(operator))
    throw new MongoError(
      'BadValue',
      `unknown top level operator: ${operator}. If you are trying to negate an entire expression, use $nor. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
    );
  if (!Array.isArray(value)) throw new MongoError('BadValue', `${operator} must be an array`);
  if (value.length === 0) throw new MongoError('BadValue', '$and/$or/$nor must be a nonempty array');
  const each = (part: Value) => {
    if (!isDocument(part)) throw new MongoError('BadValue', '$or/$and/$nor entries need to be full objects');
    return matches(document, part);
  };
  if (operator === '$and') return value.every(each);
  return value.some(each) === (operator === '$or');
}

function atPath(document: Document, path: string, wanted: Value): boolean {
  const found = valuesAt(document, path);
  if (!isOperators(wanted)) return satisfies(found, '$eq', wanted, wanted);
  return [...wanted].every(([operator, operand]) => satisfies(found, operator, operand, wanted));
}

const isOperators = (value: Value): value is Document =>
  isDocument(value) && value.size > 0 && [...value.keys()][0]!.startsWith('$');

/** All that a path leads to: through lists to each of their members, and to the list itself. Empty where there is nothing. */
export function valuesAt(document: Document, path: string): Value[] {
  let level: Value[] = [document];
  const names = path.split('.');
  for (const [i, name] of names.entries()) {
    const next: Value[] = [];
    for (const value of level) {
      if (isDocument(value)) push(value.get(name));
      else if (Array.isArray(value)) {
        if (/^\d+$/.test(name)) push(value[Number(name)]);
        for (const item of value) if (isDocument(item)) push(item.get(name));
      }
    }
    level = next;
    if (level.length === 0) return [];
    if (i === names.length - 1) return level;

    function push(value: Value | undefined): void {
      if (value !== undefined) next.push(value);
    }
  }
  return level;
}

/** The values themselves and, of lists, their members. */
const spread = (found: readonly Value[]): Value[] =>
  found.flatMap((value) => (Array.isArray(value) ? [value as Value, ...value] : [value]));

function satisfies(
  found: readonly Value[],
  operator: string,
  operand: Value,
  all: Document | Value,
): boolean {
  const some = (test: (value: Value) => boolean) => spread(found).some(test);
  const isSame = (wanted: Value) => {
    if (wanted === null) return found.length === 0 || some((value) => value === null);
    const pattern = wanted instanceof Pattern ? wanted.compile() : undefined;
    return some((value) =>
      pattern && typeof value === 'string' ? pattern.test(value) : equal(value, wanted),
    );
  };
  const ordered = (test: (order: number) => boolean) =>
    some((value) => typeOf(value).rank === typeOf(operand).rank && test(compare(value, operand)));
  const list = (): Value[] => {
    if (!Array.isArray(operand)) throw new MongoError('BadValue', `${operator} needs an array`);
    return operand;
  };
  switch (operator) {
    case '$eq':
      return isSame(operand);
    case '$ne':
      return !isSame(operand);
    case '$gt':
      return ordered((order) => order > 0);
    case '$gte':
      return ordered((order) => order >= 0);
    case '$lt':
      return ordered((order) => order < 0);
    case '$lte':
      return ordered((order) => order <= 0);
    case '$in':
      return list().some(isSame);
    case '$nin':
      return !list().some(isSame);
    case '$exists':
      return found.length > 0 === truthy(operand);
    case '$not': {
      if (operand instanceof Pattern) return !isSame(operand);
      if (!isOperators(operand)) throw new MongoError('BadValue', '$not needs a regex or a document');
      return ![...operand].every(([name, value]) => satisfies(found, name, value, operand));
    }
    case '$regex': {
      const flags = isDocument(all as Value) ? ((all as Document).get('$options') ?? '') : '';
      const pattern = operand instanceof Pattern ? operand : new Pattern(String(operand), String(flags));
      const expression = pattern.compile();
      return some((value) => typeof value === 'string' && expression.test(value));
    }
    case '$options':
      return true;
    case '$size':
      return found.some((value) => Array.isArray(value) && value.length === numberOf(operand));
    case '$all':
      return list().every(isSame);
    case '$type':
      return some(
        (value) => typeOf(value).name === operand || (operand === 'number' && typeOf(value).rank === 1),
      );
    case '$mod': {
      const [divisor = 0, remainder = 0] = list().map((value) => numberOf(value) ?? 0);
      return some((value) => (numberOf(value) ?? Number.NaN) % divisor === remainder);
    }
    case '$elemMatch':
      if (!isDocument(operand)) throw new MongoError('BadValue', '$elemMatch needs an Object');
      return found.some(
        (value) =>
          Array.isArray(value) &&
          value.some((item) =>
            isOperators(operand)
              ? [...operand].every(([name, wanted]) => satisfies([item], name, wanted, operand))
              : isDocument(item) && matches(item, operand),
          ),
      );
    default:
      throw new MongoError('BadValue', `unknown operator: ${operator}`);
  }
}

/** What counts as true in options and in stages. */
export const truthy = (value: Value | undefined): boolean =>
  value !== undefined && value !== null && value !== false && numberOf(value) !== 0;
