import { type ChangeContext, shownRow, sourceOf } from './change-context.ts';
import { assign } from './coerce.ts';
import { type Compiled, compile, condition } from './compile.ts';
import { checkRow, guardChildren, removeRow } from './constraints.ts';
import type { Dialect } from './dialect.ts';
import type { Clause } from './errors.ts';
import { completed, DEFAULT, defaultOf, type Given } from './new-row.ts';
import { type ResultColumn, rowContext } from './query-context.ts';
import { type Environment, Scope } from './scope.ts';
import type { Assignment, Expression, Item, Order, Select, Statement } from './syntax.ts';
import type { Row, Table } from './table.ts';
import { compare, type Value } from './value.ts';

export interface Changed {
  /** As MySQL counts them: rows that are what they were are not changed. */
  affected: number;
  matched: number;
  insertId: number;
  returning: { columns: ResultColumn[]; rows: Value[][] } | undefined;
  warnings: number;
}

type Insert = Extract<Statement, { kind: 'insert' }>;
type Update = Extract<Statement, { kind: 'update' }>;
type Delete = Extract<Statement, { kind: 'delete' }>;

/** What a row is made of: an expression for each of some columns; the others get their defaults. */
export function insert(statement: Insert, table: Table, context: ChangeContext): Changed {
  const { dialect } = context;
  const places = (statement.columns ?? table.columns.map(({ name }) => ({ name, at: 0 }))).map(
    ({ name, at }) => placeOf(table, name, 'INSERT INTO', at, dialect),
  );
  const made = sourceRows(statement, places, context);
  const scope = new Scope([sourceOf(table)], undefined, dialect.words);
  const returning = returns(statement.returning, scope, context);
  const result: Changed = { affected: 0, matched: 0, insertId: 0, returning: undefined, warnings: 0 };
  const rows: Row[] = [];
  made.forEach((values, i) => {
    const given = new Map(values.map((value, at) => [places[at]!, value] as const));
    const row = completed(table, given, i + 1, context, (place) =>
      literalAt(statement, i, places.indexOf(place)),
    );
    const clash = table.keys
      .map((key) => ({ key, twin: table.twin(key, row, dialect.loose) }))
      .find(({ twin }) => twin !== undefined);
    if (clash?.twin !== undefined) {
      if (statement.conflict === 'ignore') {
        result.warnings++;
        return;
      }
      if (statement.conflict === 'fail')
        throw duplicate(table, clash.key.name, clash.key.columns, row, dialect);
      if (statement.conflict !== 'replace') {
        const next = onConflict(statement.conflict.set, table, clash.twin, row, context);
        if (dialect.name === 'postgres') result.affected++;
        else if (next !== clash.twin) result.affected += 2;
        rows.push(next);
        return;
      }
      for (const key of table.keys) {
        const twin = table.twin(key, row, dialect.loose);
        if (twin === undefined) continue;
        removeRow(table, twin, context);
        result.affected++;
      }
    }
    checkRow(table, row, context);
    table.rows.push(row);
    rows.push(row);
    result.affected++;
    const counting = table.columns.findIndex(({ counts }) => counts);
    if (counting !== -1 && result.insertId === 0 && (given.get(counting) ?? null) === null)
      result.insertId = Number(row[counting]);
  });
  result.matched = made.length;
  result.returning = returning?.(rows);
  return result;
}

/** Where a text stands that is given for a column of a row. */
function literalAt({ rows }: Insert, row: number, column: number): number | undefined {
  const given = 'kind' in rows ? undefined : rows[row]?.[column];
  return given?.kind === 'literal' && given.type === 'string' ? given.at : undefined;
}

function placeOf(table: Table, name: string, clause: Clause, at: number, { words }: Dialect): number {
  const place = table.place(name);
  if (place === -1) throw words.noColumn(name, `into ${table.name}`, clause, at);
  return place;
}

function sourceRows(
  { rows, columns, table: { at } }: Insert,
  places: readonly number[],
  context: ChangeContext,
): Given[][] {
  const { words } = context.dialect;
  if ('kind' in rows) {
    const query = context.prepare(rows as Select, undefined);
    if (query.columns.length !== places.length)
      throw words.valueCount(1, query.columns.length > places.length, at);
    return query.rows();
  }
  const c = rowContext(context, new Scope([], undefined, words), 'field list');
  return (rows as readonly (readonly Expression[])[]).map((row, i) => {
    const isShort =
      row.length < places.length &&
      (context.dialect.name === 'mysql' ? row.length > 0 : columns !== undefined);
    if (row.length > places.length || isShort)
      throw words.valueCount(i + 1, row.length > places.length, row[places.length]?.at ?? row[0]?.at ?? at);
    return row.map((expression) =>
      expression.kind === 'default'
        ? DEFAULT
        : compile(expression, c).evaluate({ tuple: [], outer: undefined }),
    );
  });
}

function duplicate(table: Table, key: string, columns: readonly number[], row: Row, dialect: Dialect) {
  const shown = shownRow(table, row, dialect);
  return dialect.words.duplicate({
    table: table.name,
    key,
    columns: columns.map((place) => table.columns[place]!.name),
    values: columns.map((place) => shown[place]!),
  });
}

/** ON CONFLICT DO UPDATE and ON DUPLICATE KEY UPDATE: `excluded.x` and VALUES(x) are what was to be inserted. */
function onConflict(
  set: readonly Assignment[],
  table: Table,
  old: Row,
  fresh: Row,
  context: ChangeContext,
): Row {
  const { words } = context.dialect;
  const excluded = {
    name: 'excluded',
    columns: table.columns,
    hidden: new Set(table.columns.map(({ name }) => name.toLowerCase())),
  };
  const scope = new Scope([sourceOf(table), excluded], undefined, words);
  return replaced(
    table,
    old,
    set.map((assignment) => ({ ...assignment, value: withExcluded(assignment.value) })),
    scope,
    [...old, ...fresh],
    context,
    1,
  );
}

/** VALUES(x) as `excluded.x`. */
function withExcluded(expression: Expression): Expression {
  if (expression.kind === 'call' && expression.name === 'values' && expression.args[0]?.kind === 'column')
    return { ...expression.args[0], table: 'excluded' };
  if (expression.kind === 'binary')
    return { ...expression, left: withExcluded(expression.left), right: withExcluded(expression.right) };
  return expression;
}

/** The row with columns set anew, put in the place of the old one if it differs; gives the old one if it does not. */
function replaced(
  table: Table,
  old: Row,
  set: readonly Assignment[],
  scope: Scope,
  tuple: readonly Value[],
  context: ChangeContext,
  number: number,
): Row {
  const { dialect, database } = context;
  const next = [...old];
  for (const { column, value, at } of set) {
    const place = placeOf(table, column, 'field list', at, dialect);
    const target = { column: table.columns[place]!.name, table: table.name, database, row: number };
    const given =
      value.kind === 'default'
        ? defaultOf(table.columns[place]!, context)
        : compile(value, rowContext(context, scope, 'SET')).evaluate({ tuple, outer: undefined });
    next[place] = assign(given, table.columns[place]!.type, target, dialect);
    if (next[place] === null && table.columns[place]!.notNull)
      throw dialect.words.isNull({ table: table.name, column, row: shownRow(table, next, dialect) });
  }
  if (next.every((value, i) => value === old[i])) return old;
  table.columns.forEach((column, place) => {
    if (column.touches && next[place] === old[place]) next[place] = context.session.now();
  });
  for (const key of table.keys)
    if (table.twin(key, next, dialect.loose, old) !== undefined)
      throw duplicate(table, key.name, key.columns, next, dialect);
  checkRow(table, next, context);
  guardChildren(table, old, next, context);
  table.rows[table.rows.indexOf(old)] = next;
  return next;
}

export function update(statement: Update, table: Table, context: ChangeContext): Changed {
  const { dialect } = context;
  const scope = new Scope([sourceOf(table)], undefined, dialect.words);
  for (const { column, at } of statement.set) placeOf(table, column, 'SET', at, dialect);
  const chosen = choose(statement, table, scope, context);
  const returning = returns(statement.returning, scope, context);
  const result: Changed = {
    affected: 0,
    matched: chosen.length,
    insertId: 0,
    returning: undefined,
    warnings: 0,
  };
  const rows = chosen.map((old, i) => {
    const next = replaced(table, old, statement.set, scope, old, context, i + 1);
    if (next !== old) result.affected++;
    return next;
  });
  result.returning = returning?.(rows);
  return result;
}

export function remove(statement: Delete, table: Table, context: ChangeContext): Changed {
  const scope = new Scope([sourceOf(table)], undefined, context.dialect.words);
  const chosen = choose(statement, table, scope, context);
  const returning = returns(statement.returning, scope, context)?.(chosen);
  for (const row of chosen) removeRow(table, row, context);
  return { affected: chosen.length, matched: chosen.length, insertId: 0, returning, warnings: 0 };
}

/** The rows that WHERE, ORDER BY and LIMIT say. */
function choose(
  {
    where,
    orderBy,
    limit,
  }: { where: Expression | undefined; orderBy: readonly Order[]; limit: Expression | undefined },
  table: Table,
  scope: Scope,
  context: ChangeContext,
): Row[] {
  const c = rowContext(context, scope, 'where clause');
  const test = where && condition(where, c, 'WHERE');
  const on = (row: Row): Environment => ({ tuple: row, outer: undefined });
  context.charge(table.rows.length);
  let rows = table.rows.filter((row) => test === undefined || test(on(row)));
  const keys = orderBy.map(({ by, descending }) => ({
    by: compile(by, rowContext(context, scope, 'order clause')),
    descending,
  }));
  if (keys.length > 0)
    rows = rows.sort((a, b) => {
      for (const { by, descending } of keys) {
        const sign = compare(by.evaluate(on(a)), by.evaluate(on(b)), context.dialect.loose);
        if (sign !== 0) return descending ? -sign : sign;
      }
      return 0;
    });
  const most = limit && compile(limit, c).evaluate({ tuple: [], outer: undefined });
  return most === undefined ? rows : rows.slice(0, Number(most));
}

/** RETURNING: a query over the rows that were touched. */
function returns(items: readonly Item[] | undefined, scope: Scope, context: ChangeContext) {
  if (items === undefined) return undefined;
  const c = rowContext(context, scope, 'field list');
  const columns = items.flatMap((item): { name: string; compiled: Compiled }[] =>
    item.kind === 'star'
      ? scope.all(item.table, item.at).map(({ name, type, place }) => ({
          name,
          compiled: { type, evaluate: ({ tuple }) => tuple[place] ?? null },
        }))
      : [
          {
            name: item.alias ?? (item.expression.kind === 'column' ? item.expression.name : '?column?'),
            compiled: compile(item.expression, c),
          },
        ],
  );
  return (rows: readonly Row[]) => ({
    columns: columns.map(({ name, compiled }) => ({ name, type: compiled.type })),
    rows: rows.map((row) =>
      columns.map(({ compiled }) => compiled.evaluate({ tuple: row, outer: undefined })),
    ),
  });
}
