import { AGGREGATES } from './aggregates.ts';
import { type CompileContext, type Compiled, type CompiledAggregate, compile, condition } from './compile.ts';
import type { Dialect } from './dialect.ts';
import type { Clause } from './errors.ts';
import { type Joined, joinSources } from './from.ts';
import { compileContext, type Query, type QueryContext } from './query-context.ts';
import { type Environment, Scope } from './scope.ts';
import type { Expression, Item, Order, Select } from './syntax.ts';
import { compare, type Value } from './value.ts';

/** A row of the result, with what it was made of. */
interface Made {
  values: Value[];
  order: Value[];
}

/** Finds names and types of a query; what it gives can then be asked for as often as one likes. */
export function prepare(select: Select, context: QueryContext, outer?: Scope): Query {
  if (select.unions.length > 0) return prepareUnion(select, context, outer);
  const { dialect } = context;
  const joined: Joined = joinSources(select.from, context, outer);
  const scope = new Scope(joined.sources, outer, dialect.words);
  const aggregates: CompiledAggregate[] = [];
  const isGrouped = select.groupBy.length > 0;
  const within = (clause: Clause, more: Partial<CompileContext> = {}): CompileContext =>
    compileContext(context, scope, clause, more);
  const where = select.where && condition(select.where, within('where clause'), 'WHERE');
  const groups = select.groupBy.map((expression) =>
    compile(named(expression, select.items), within('group statement')),
  );
  const grouping =
    isGrouped || hasAggregates(select)
      ? { aggregates, grouped: groupedColumns(select, scope, joined, dialect) }
      : { aggregates };
  const items = select.items.flatMap((item) =>
    expandItem(item, scope, within('field list', grouping), dialect),
  );
  const having =
    select.having &&
    condition(named(select.having, select.items), within('having clause', grouping), 'HAVING');
  const orders = select.orderBy.map((order) => ({
    ...order,
    key: orderKey(order, select, items, within('order clause', grouping)),
  }));
  const window = limits(select, context, scope);
  return {
    columns: items.map(({ name, compiled }) => ({
      name,
      type: compiled.type,
      notNull: compiled.notNull ?? false,
    })),
    rows(environment) {
      const tuples = joined.tuples(environment);
      context.charge(tuples.length);
      const kept = tuples
        .map((tuple): Environment => ({ tuple, outer: environment }))
        .filter((row) => where === undefined || where(row));
      const rows =
        isGrouped || aggregates.length > 0
          ? group(kept, groups, aggregates, isGrouped, environment, dialect)
          : kept;
      let made = rows
        .filter((row) => having === undefined || having(row))
        .map((row): Made => {
          const values = items.map(({ compiled }) => compiled.evaluate(row));
          return {
            values,
            order: orders.map(({ key }) => (typeof key === 'number' ? values[key]! : key.evaluate(row))),
          };
        });
      if (select.distinct) made = distinct(made, dialect);
      return window(
        sorted(made, select.orderBy, dialect).map(({ values }) => values),
        environment,
      );
    },
  };
}

/** A name or a number that stands for an item of the list. */
function named(expression: Expression, items: readonly Item[]): Expression {
  if (expression.kind === 'literal' && expression.type === 'integer') {
    const item = items[Number(expression.value) - 1];
    return item?.kind === 'expression' ? item.expression : expression;
  }
  if (expression.kind !== 'column' || expression.table !== undefined) return expression;
  const item = items.find(
    (one) => one.kind === 'expression' && one.alias?.toLowerCase() === expression.name.toLowerCase(),
  );
  return item?.kind === 'expression' ? item.expression : expression;
}

interface PreparedItem {
  name: string;
  compiled: Compiled;
}

function expandItem(item: Item, scope: Scope, c: CompileContext, dialect: Dialect): PreparedItem[] {
  if (item.kind === 'star') {
    if (scope.sources.length === 0) throw dialect.words.syntax('*', 0, '*');
    return scope.all(item.table, item.at).map(({ name, type, place, notNull }) => {
      c.grouped?.(place, name, item.at);
      return { name, compiled: { type, notNull, evaluate: ({ tuple }) => tuple[place] ?? null } };
    });
  }
  const compiled = compile(item.expression, c);
  return [{ name: item.alias ?? dialect.label(item.text, item.expression), compiled }];
}

/** What an ORDER BY sorts by: an item of the result by its number, or something else. */
function orderKey(
  { by }: Order,
  select: Select,
  items: readonly PreparedItem[],
  c: CompileContext,
): number | Compiled {
  if (by.kind === 'literal' && by.type === 'integer') {
    const place = Number(by.value) - 1;
    if (items[place] === undefined)
      throw c.dialect.words.noColumn(String(by.value), undefined, 'order clause', by.at);
    return place;
  }
  if (by.kind === 'column' && by.table === undefined) {
    const place = items.findIndex(
      ({ name }, i) =>
        name.toLowerCase() === by.name.toLowerCase() &&
        (select.items.length !== items.length || isAlias(select.items[i])),
    );
    if (place !== -1) return place;
  }
  return compile(by, c);
}

const isAlias = (item: Item | undefined): boolean => item?.kind === 'expression' && item.alias !== undefined;

/** PostgreSQL, and MySQL since 5.7, want columns of a query with groups to be grouped by, or within an aggregate. */
function groupedColumns(select: Select, scope: Scope, joined: Joined, dialect: Dialect) {
  const places = new Set<number>();
  for (const expression of select.groupBy) {
    const real = named(expression, select.items);
    if (real.kind === 'column')
      places.add(scope.find(real.table, real.name, 'group statement', real.at).place);
  }
  // Who is grouped by a primary key has the rest of the row with it.
  for (const { start, primary, width } of joined.keys)
    if (primary.length > 0 && primary.every((place) => places.has(start + place)))
      for (let i = 0; i < width; i++) places.add(start + i);
  const expressions = select.groupBy.some((expression) => named(expression, select.items).kind !== 'column');
  return (place: number, name: string, at: number) => {
    if (places.has(place) || expressions) return;
    const source = joined.sources.findIndex(
      (_, i) => place < joined.starts[i]! + joined.sources[i]!.columns.length,
    );
    const error = dialect.words.notGrouped(`${joined.sources[source]?.name ?? ''}.${name}`, at);
    if (error !== undefined) throw error;
  };
}

/** Whether an aggregate stands in the list, HAVING or ORDER BY of a query. */
function hasAggregates(select: Select): boolean {
  const found = (expression: Expression): boolean => {
    if (
      expression.kind === 'call' &&
      Object.hasOwn(AGGREGATES, expression.name) &&
      (expression.star || expression.args.length > 0)
    )
      return true;
    return children(expression).some(found);
  };
  const items = select.items.flatMap((item) => (item.kind === 'expression' ? [item.expression] : []));
  return [...items, ...(select.having ? [select.having] : []), ...select.orderBy.map(({ by }) => by)].some(
    found,
  );
}

function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'unary':
    case 'cast':
    case 'is':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'call':
      return expression.args;
    case 'case':
      return [
        ...(expression.operand ? [expression.operand] : []),
        ...expression.whens.flat(),
        ...(expression.otherwise ? [expression.otherwise] : []),
      ];
    case 'between':
      return [expression.operand, expression.low, expression.high];
    case 'like':
      return [expression.operand, expression.pattern];
    case 'in':
      return 'kind' in expression.among ? [expression.operand] : [expression.operand, ...expression.among];
    default:
      return [];
  }
}

function group(
  rows: readonly Environment[],
  groups: readonly Compiled[],
  aggregates: readonly CompiledAggregate[],
  isGrouped: boolean,
  outer: Environment | undefined,
  dialect: Dialect,
): Environment[] {
  const byKey = new Map<string, Environment[]>();
  // Without GROUP BY there is one group, of no rows too.
  if (!isGrouped) byKey.set('', [...rows]);
  else
    for (const row of rows) {
      const key = keyOf(
        groups.map((one) => one.evaluate(row)),
        dialect,
      );
      const others = byKey.get(key);
      if (others === undefined) byKey.set(key, [row]);
      else others.push(row);
    }
  return [...byKey.values()].map((members) => ({
    tuple: members[0]?.tuple ?? [],
    outer,
    aggregates: aggregates.map((aggregate) => compute(aggregate, members, dialect)),
  }));
}

function compute(
  { name, argument, distinct: once, separator, orderBy }: CompiledAggregate,
  members: readonly Environment[],
  dialect: Dialect,
): Value {
  if (argument === undefined) return members.length;
  const ordered =
    orderBy.length === 0
      ? members
      : [...members].sort((a, b) => {
          for (const { by, descending } of orderBy) {
            const sign = compare(by.evaluate(a), by.evaluate(b), dialect.loose);
            if (sign !== 0) return descending ? -sign : sign;
          }
          return 0;
        });
  let values = ordered.map((row) => argument.evaluate(row)).filter((value) => value !== null);
  if (once)
    values = values.filter(
      (value, i) => values.findIndex((other) => compare(other, value, dialect.loose) === 0) === i,
    );
  const isText = name === 'group_concat' || name === 'string_agg';
  const shown = isText ? values.map((value) => dialect.show(value, argument.type)) : values;
  return AGGREGATES[name]!.compute(shown, separator, dialect);
}

const keyOf = (values: readonly Value[], { loose }: Dialect): string =>
  JSON.stringify(values.map((value) => (typeof value === 'string' && loose ? value.toLowerCase() : value)));

function distinct(rows: readonly Made[], dialect: Dialect): Made[] {
  const seen = new Set<string>();
  return rows.filter(({ values }) => {
    const key = keyOf(values, dialect);
    return !seen.has(key) && seen.add(key);
  });
}

/** MySQL puts nulls first, PostgreSQL last; texts go by their letters, and by case where these are the same. */
function sorted(rows: Made[], orders: readonly Order[], { loose }: Dialect): Made[] {
  if (orders.length === 0) return rows;
  return rows.sort((a, b) => {
    for (const [i, { descending }] of orders.entries()) {
      const [x, y] = [a.order[i]!, b.order[i]!];
      const nulls = Number(y === null) - Number(x === null);
      const sign =
        nulls !== 0 ? (loose ? nulls : -nulls) : compare(x, y, true) || (loose ? 0 : -compare(x, y, false));
      if (sign !== 0) return descending ? -sign : sign;
    }
    return 0;
  });
}

function limits(
  select: Select,
  context: QueryContext,
  scope: Scope,
): (rows: Value[][], outer: Environment | undefined) => Value[][] {
  const c = compileContext(context, scope, 'field list', {});
  const limit = select.limit && compile(select.limit, c);
  const offset = select.offset && compile(select.offset, c);
  return (rows, outer) => {
    const environment: Environment = { tuple: [], outer };
    const from = Number(offset?.evaluate(environment) ?? 0);
    const most = limit?.evaluate(environment) ?? null;
    return rows.slice(from, most === null ? undefined : from + Number(most));
  };
}

const placeOf = (item: Item | undefined): number =>
  (item?.kind === 'expression' ? item.expression.at : item?.at) ?? 0;

/** Queries below each other; ORDER BY and LIMIT are those of the whole. */
function prepareUnion(select: Select, context: QueryContext, outer: Scope | undefined): Query {
  const { dialect } = context;
  const { unions, orderBy, limit, offset, ...first } = select;
  const parts = [
    { ...first, unions: [], orderBy: [], limit: undefined, offset: undefined },
    ...unions.map((union) => union.select),
  ].map((part) => prepare(part, context, outer));
  const { columns } = parts[0]!;
  const unlike = parts.findIndex((part) => part.columns.length !== columns.length);
  if (unlike > 0) throw dialect.words.unionColumns(placeOf(unions[unlike - 1]?.select.items[0]));
  const places = orderBy.map(({ by }) => {
    const place =
      by.kind === 'literal'
        ? Number(by.value) - 1
        : by.kind === 'column'
          ? columns.findIndex(({ name }) => name.toLowerCase() === by.name.toLowerCase())
          : -1;
    if (columns[place] === undefined)
      throw dialect.words.noColumn(by.kind === 'column' ? by.name : '?', undefined, 'order clause', by.at);
    return place;
  });
  const window = limits(select, context, new Scope([], outer, dialect.words));
  return {
    columns,
    rows(environment) {
      let made: Made[] = [];
      parts.forEach((part, i) => {
        const more = part
          .rows(environment)
          .map((values) => ({ values, order: places.map((place) => values[place]!) }));
        made = [...made, ...more];
        if (i > 0 && !unions[i - 1]!.all) made = distinct(made, dialect);
      });
      return window(
        sorted(made, orderBy, dialect).map(({ values }) => values),
        environment,
      );
    },
  };
}
