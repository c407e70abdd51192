import { assign, convert } from './coerce.ts';
import type { Compiled } from './compile.ts';
import type { Dialect } from './dialect.ts';
import type { Environment } from './scope.ts';
import {
  BOOLEAN,
  compare,
  decimal,
  isNumeric,
  type SqlType,
  TIMESTAMP,
  toNumber,
  type Value,
} from './value.ts';

/** `=`, `<>`, `<`, `<=>` and the like. */
export function comparison(
  operator: string,
  left: Compiled,
  right: Compiled,
  at: number,
  dialect: Dialect,
): Compiled {
  const [a, b] = alike(operator, left, right, at, dialect);
  const verdict = (sign: number): boolean => {
    switch (operator) {
      case '=':
      case '<=>':
        return sign === 0;
      case '<>':
        return sign !== 0;
      case '<':
        return sign < 0;
      case '<=':
        return sign <= 0;
      case '>':
        return sign > 0;
      default:
        return sign >= 0;
    }
  };
  return {
    type: BOOLEAN,
    notNull: operator === '<=>' || Boolean(left.notNull && right.notNull),
    evaluate(environment) {
      const [x, y] = [a(environment), b(environment)];
      if (x === null || y === null) return operator === '<=>' ? x === y : null;
      return verdict(compare(x, y, dialect.loose));
    },
  };
}

type Evaluate = (environment: Environment) => Value;

/** Two operands as values that can be compared: a text beside a moment is one, beside a number it is read as one. */
function alike(
  operator: string,
  left: Compiled,
  right: Compiled,
  at: number,
  dialect: Dialect,
): [Evaluate, Evaluate] {
  const moment = [left, right].find(({ type }) => type.kind === 'date' || type.kind === 'timestamp');
  const as = (side: Compiled, other: Compiled): Evaluate => {
    if (
      side.type.kind === 'unknown' &&
      side.literal !== undefined &&
      !dialect.loose &&
      other.type.kind !== 'text'
    )
      return settled(side, other.type, at, dialect);
    if (moment !== undefined && (side.type.kind === 'text' || side.type.kind === 'unknown'))
      return (environment) => convert(side.evaluate(environment), TIMESTAMP, dialect) ?? null;
    return side.evaluate;
  };
  if (!dialect.loose) requireAlike(operator, left.type, right.type, at, dialect);
  return [as(left, right), as(right, left)];
}

const family = ({ kind }: SqlType): string => {
  if (kind === 'integer' || kind === 'decimal' || kind === 'float') return 'number';
  return kind === 'date' || kind === 'timestamp' ? 'moment' : kind;
};

function requireAlike(operator: string, left: SqlType, right: SqlType, at: number, { words }: Dialect): void {
  if (left.kind === 'unknown' || right.kind === 'unknown' || family(left) === family(right)) return;
  throw words.noOperator(operator, left.name, right.name, at);
}

/** A text of the statement taken as a value of a type: PostgreSQL does that before it runs anything. */
function settled(side: Compiled, type: SqlType, at: number, dialect: Dialect): Evaluate {
  if (type.kind === 'unknown' || side.literal === undefined) return side.evaluate;
  const { length: _, ...unbounded } = type;
  const value = assign(
    side.literal,
    unbounded,
    { column: '', table: '', database: '', row: 1, at: side.literalAt ?? at },
    dialect,
  );
  return () => value;
}

/** `+`, `-`, `*`, `/`, `%`, DIV, `^`. */
export function arithmetic(
  operator: string,
  left: Compiled,
  right: Compiled,
  at: number,
  dialect: Dialect,
): Compiled {
  const type = resultType(operator, left, right, at, dialect);
  const [a, b] = dialect.loose
    ? [left.evaluate, right.evaluate]
    : [settled(left, right.type, at, dialect), settled(right, left.type, at, dialect)];
  return {
    type,
    notNull: /^[-+*]$/.test(operator) && Boolean(left.notNull && right.notNull),
    evaluate(environment) {
      const [x, y] = [a(environment), b(environment)];
      if (x === null || y === null) return null;
      return compute(operator, toNumber(x), toNumber(y), type, dialect);
    },
  };
}

function resultType(
  operator: string,
  left: Compiled,
  right: Compiled,
  at: number,
  dialect: Dialect,
): SqlType {
  const [l, r] = [left.type, right.type];
  if (!dialect.loose) {
    const known = (side: Compiled, other: Compiled) =>
      isNumeric(side.type) || (side.type.kind === 'unknown' && isNumeric(other.type));
    if (l.kind === 'timestamp' || r.kind === 'timestamp' || l.kind === 'date' || r.kind === 'date')
      throw dialect.words.notSimulated('arithmetic with moments');
    if (!known(left, right) || !known(right, left))
      throw dialect.words.noOperator(operator, l.name, r.name, at);
  }
  const types = [l, r].filter((type) => isNumeric(type));
  const wide: SqlType = {
    kind: 'integer',
    name: types.some(({ name }) => name === 'bigint') ? 'bigint' : 'integer',
  };
  const float: SqlType = { kind: 'float', name: 'double precision' };
  if (
    types.some(({ kind }) => kind === 'float') ||
    operator === '^' ||
    types.length < (dialect.loose ? 2 : 1)
  )
    return float;
  const scales = types.map(({ scale = 0 }) => scale);
  const isDecimal = types.some(({ kind }) => kind === 'decimal');
  if (operator === 'div') return wide;
  if (operator === '/') {
    if (dialect.name === 'mysql') return decimal((l.scale ?? 0) + 4);
    return isDecimal ? decimal(16) : wide;
  }
  if (!isDecimal) return wide;
  return decimal(operator === '*' ? scales.reduce((sum, scale) => sum + scale, 0) : Math.max(...scales));
}

function compute(operator: string, x: number, y: number, type: SqlType, dialect: Dialect): Value {
  const clean = (value: number) => (type.kind === 'decimal' ? Number(value.toPrecision(15)) : value);
  switch (operator) {
    case '+':
      return clean(x + y);
    case '-':
      return clean(x - y);
    case '*':
      return clean(x * y);
    case '^':
      return x ** y;
    default: {
      if (y === 0) {
        const error = dialect.words.divisionByZero();
        if (error !== undefined) throw error;
        return null;
      }
      if (operator === '/') return type.kind === 'integer' ? Math.trunc(x / y) : x / y;
      return operator === 'div' ? Math.trunc(x / y) : clean(x % y);
    }
  }
}
