import { type ChangeContext, shownRow } from './change-context.ts';
import { assign } from './coerce.ts';
import { compile } from './compile.ts';
import { rowContext } from './query-context.ts';
import { Scope } from './scope.ts';
import type { Column, Row, Table } from './table.ts';
import type { Value } from './value.ts';

/** Marks a value that is the column's default. */
export const DEFAULT = Symbol('default');
export type Given = Value | typeof DEFAULT;

/**
 * A whole row: what is given as the columns' types have it, and the defaults.
 * @param at where in the statement what is given for a column stands
 */
export function completed(
  table: Table,
  given: ReadonlyMap<number, Given>,
  number: number,
  context: ChangeContext,
  at?: (place: number) => number | undefined,
): Row {
  const { dialect, database } = context;
  const valueAt = (place: number): Given => given.get(place) ?? (given.has(place) ? null : DEFAULT);
  // A number is given out when all else is right.
  const isCounted = (column: Column, place: number): boolean => {
    const value = valueAt(place);
    return (
      column.counts && (value === DEFAULT || (dialect.name === 'mysql' && (value === null || value === 0)))
    );
  };
  const row = table.columns.map((column, place): Value => {
    const value = valueAt(place);
    if (isCounted(column, place)) return null;
    if (value === DEFAULT) return defaultOf(column, context);
    const target = { column: column.name, table: table.name, database, row: number, at: at?.(place) };
    const own = assign(value, column.type, target, dialect);
    if (column.counts && dialect.name === 'mysql' && Number(own) >= table.next) table.next = Number(own) + 1;
    return own;
  });
  if (dialect.name === 'postgres') count();
  table.columns.forEach((column, place) => {
    if (row[place] !== null || !column.notNull || isCounted(column, place)) return;
    const about = { table: table.name, column: column.name, row: shownRow(table, row, dialect) };
    const isSilent = !given.has(place) && column.default === undefined;
    throw isSilent ? dialect.words.noDefault(about) : dialect.words.isNull(about);
  });
  if (dialect.name === 'mysql') count();
  return row;

  function count(): void {
    table.columns.forEach((column, place) => {
      if (isCounted(column, place)) row[place] = table.next++;
    });
  }
}

export function defaultOf(column: Column, context: ChangeContext): Value {
  if (column.default === undefined) return null;
  const c = rowContext(context, new Scope([], undefined, context.dialect.words), 'field list');
  const value = compile(column.default.expression, c).evaluate({ tuple: [], outer: undefined });
  return assign(
    value,
    column.type,
    { column: column.name, table: '', database: '', row: 1 },
    context.dialect,
  );
}
