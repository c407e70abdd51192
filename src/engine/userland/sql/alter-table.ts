import { assign } from './coerce.ts';
import { compile } from './compile.ts';
import { addConstraint, type Builder, buildColumn, type Draft } from './create-table.ts';
import { rowContext } from './query-context.ts';
import { Scope } from './scope.ts';
import type { Constraint, Statement, TableChange } from './syntax.ts';
import type { Column, Row, Table } from './table.ts';
import type { Value } from './value.ts';

export interface Altered {
  table: Table;
  notices: string[];
}

/** The table after some changes. Throws SqlError. */
export function alterTable(table: Table, changes: readonly TableChange[], builder: Builder): Altered {
  const notices: string[] = [];
  let next = table;
  for (const change of changes) next = one(next, change, builder, notices);
  return { table: next, notices };
}

function one(table: Table, change: TableChange, builder: Builder, notices: string[]): Table {
  const { words } = builder.dialect;
  switch (change.kind) {
    case 'rename':
      if (builder.table(change.to) !== undefined) throw words.tableExists(change.to);
      return table.with({ name: change.to });
    case 'owner':
      return table.with({ owner: change.to });
    case 'rename column':
      return table.with({
        columns: changed(table, change.from, builder, (column) => ({ ...column, name: change.to })),
      });
    case 'default':
      return table.with({
        columns: changed(table, change.column, builder, (column) => ({ ...column, default: change.value })),
      });
    case 'add constraint':
      return constrained(table, [change.constraint], builder);
    case 'add column': {
      if (table.place(change.column.name) !== -1) {
        if (!change.ifNotExists) throw words.columnExists(change.column.name, table.name);
        notices.push(`column "${change.column.name}" of relation "${table.name}" already exists, skipping`);
        return table;
      }
      return constrained(
        withColumn(table, buildColumn(change.column, builder.dialect), builder),
        change.constraints,
        builder,
      );
    }
    case 'drop column': {
      const place = table.place(change.name);
      if (place === -1) {
        if (!change.ifExists) throw words.noColumnToChange(change.name, table.name, 'drop');
        notices.push(`column "${change.name}" of relation "${table.name}" does not exist, skipping`);
        return table;
      }
      return withoutColumn(table, place);
    }
  }
}

function changed(table: Table, name: string, builder: Builder, change: (column: Column) => Column): Column[] {
  const place = table.place(name);
  if (place === -1) throw builder.dialect.words.noColumnToChange(name, table.name, 'alter');
  return table.columns.map((column, i) => (i === place ? change(column) : column));
}

function constrained(table: Table, constraints: readonly Constraint[], builder: Builder): Table {
  const draft: Draft = {
    name: table.name,
    columns: [...table.columns],
    keys: [...table.keys],
    indexes: [...table.indexes],
    checks: [...table.checks],
    foreignKeys: [...table.foreignKeys],
  };
  for (const constraint of constraints) addConstraint(draft, constraint, builder);
  const next = table.with(draft);
  requireUnique(next, builder);
  return next;
}

/** What is there must be unique where that is asked for now. */
function requireUnique(table: Table, { dialect }: Builder): void {
  for (const key of table.keys)
    for (const row of table.rows)
      if (table.twin(key, row, dialect.loose, row) !== undefined)
        throw dialect.words.duplicate({
          table: table.name,
          key: key.name,
          columns: key.columns.map((place) => table.columns[place]!.name),
          values: key.columns.map((place) => dialect.show(row[place]!, table.columns[place]!.type) ?? 'null'),
        });
}

/** A new column, which has its default in the rows that are there. */
function withColumn(table: Table, column: Column, builder: Builder): Table {
  const { dialect, context } = builder;
  const c = rowContext(context, new Scope([], undefined, dialect.words), 'field list');
  const target = { column: column.name, table: table.name, database: builder.database, row: 1 };
  let { next } = table;
  const fill = (): Value => {
    if (column.counts) return next++;
    if (column.default === undefined) return null;
    return assign(
      compile(column.default.expression, c).evaluate({ tuple: [], outer: undefined }),
      column.type,
      target,
      dialect,
    );
  };
  const rows = table.rows.map((row): Row => [...row, fill()]);
  if (column.notNull && rows.some((row) => row.at(-1) === null)) {
    const zero = dialect.name === 'mysql' ? (column.type.kind === 'text' ? '' : 0) : undefined;
    if (zero === undefined) throw dialect.words.isNull({ table: table.name, column: column.name, row: [] });
    return table.with({
      columns: [...table.columns, column],
      rows: rows.map((row) => [...row.slice(0, -1), zero]),
      next,
    });
  }
  return table.with({ columns: [...table.columns, column], rows, next });
}

function withoutColumn(table: Table, gone: number): Table {
  const without = <T extends { columns: readonly number[] }>(all: readonly T[]): T[] =>
    all
      .filter(({ columns }) => !columns.includes(gone))
      .map((one) => ({ ...one, columns: one.columns.map((place) => (place > gone ? place - 1 : place)) }));
  return table.with({
    columns: table.columns.filter((_, place) => place !== gone),
    keys: without(table.keys),
    indexes: without(table.indexes),
    foreignKeys: without(table.foreignKeys),
    rows: table.rows.map((row) => row.filter((_, place) => place !== gone)),
  });
}

export function createIndex(
  table: Table,
  statement: Extract<Statement, { kind: 'create index' }>,
  builder: Builder,
): Altered {
  const { name, columns, unique, ifNotExists } = statement;
  if ([...table.indexes, ...table.keys].some((index) => index.name === name)) {
    if (!ifNotExists) throw builder.dialect.words.indexExists(name, table.name);
    return { table, notices: [`relation "${name}" already exists, skipping`] };
  }
  const constraint = {
    kind: unique ? 'unique' : 'index',
    name: name === '' ? undefined : name,
    columns,
  } as const;
  return { table: constrained(table, [constraint], builder), notices: [] };
}

export function dropIndex(table: Table, name: string): Altered {
  const others = <T extends { name: string }>(all: readonly T[]) => all.filter((one) => one.name !== name);
  return { table: table.with({ keys: others(table.keys), indexes: others(table.indexes) }), notices: [] };
}
