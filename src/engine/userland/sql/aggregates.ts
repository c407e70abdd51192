import type { Dialect } from './dialect.ts';
import { BIGINT, compare, decimal, type SqlType, TEXT, toNumber, type Value } from './value.ts';

/** Functions over the rows of a group. Nulls are left out, but for count(*). */
export interface Aggregate {
  type(argument: SqlType | undefined, dialect: Dialect): SqlType;
  compute(values: readonly Value[], separator: string, dialect: Dialect): Value;
}

/** MySQL adds in decimals, PostgreSQL in the next larger integer. */
const sumType = (type: SqlType | undefined, dialect: Dialect): SqlType => {
  if (type?.kind === 'integer') return dialect.name === 'mysql' ? decimal(0) : BIGINT;
  if (type?.kind === 'decimal') return type.scale === undefined ? type : decimal(type.scale);
  return { kind: 'float', name: 'double precision' };
};

const averageType = (type: SqlType | undefined, dialect: Dialect): SqlType => {
  if (type?.kind === 'float' || type?.kind === 'text') return { kind: 'float', name: 'double precision' };
  return dialect.name === 'mysql' ? decimal((type?.scale ?? 0) + 4) : decimal(16);
};

const extreme = (sign: 1 | -1): Aggregate => ({
  type: (type) => type ?? TEXT,
  compute: (values, _, { loose }) =>
    values.reduce<Value>(
      (best, value) => (best === null || compare(value, best, loose) * sign > 0 ? value : best),
      null,
    ),
});

const joined: Aggregate = {
  type: () => TEXT,
  compute: (values, separator) => (values.length === 0 ? null : values.map(String).join(separator)),
};

/** A sum in decimals: without what binary fractions leave. */
const sum = (values: readonly Value[]): number =>
  Number(values.reduce<number>((total, value) => total + toNumber(value), 0).toPrecision(15));

export const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  count: { type: () => BIGINT, compute: (values) => values.length },
  sum: { type: sumType, compute: (values) => (values.length === 0 ? null : sum(values)) },
  avg: { type: averageType, compute: (values) => (values.length === 0 ? null : sum(values) / values.length) },
  min: extreme(-1),
  max: extreme(1),
  group_concat: joined,
  string_agg: joined,
  bool_and: {
    type: () => ({ kind: 'boolean', name: 'boolean' }),
    compute: (values) => values.every(Boolean),
  },
  bool_or: { type: () => ({ kind: 'boolean', name: 'boolean' }), compute: (values) => values.some(Boolean) },
};
