import { type ChangeContext, shownRow, sourceOf } from './change-context.ts';
import { compile } from './compile.ts';
import { rowContext } from './query-context.ts';
import { Scope } from './scope.ts';
import type { ForeignKey, Row, Table } from './table.ts';
import { compare, type Value } from './value.ts';

/** CHECK and FOREIGN KEY. */
export function checkRow(table: Table, row: Row, context: ChangeContext): void {
  const { dialect, database } = context;
  const scope = new Scope([sourceOf(table)], undefined, dialect.words);
  for (const check of table.checks) {
    const value = compile(check.expression, rowContext(context, scope, 'where clause')).evaluate({
      tuple: row,
      outer: undefined,
    });
    if (value === false || value === 0)
      throw dialect.words.checkFails({
        table: table.name,
        name: check.name,
        database,
        row: shownRow(table, row, dialect),
      });
  }
  for (const key of table.foreignKeys) {
    const values = key.columns.map((place): Value => row[place] ?? null);
    if (values.some((value) => value === null)) continue;
    const parent = key.references === table.name ? table : context.sibling(key.references);
    const places = parent === undefined ? [] : referencedPlaces(parent, key);
    const found = parent?.rows.some((other) =>
      places.every((place, i) => compare(other[place]!, values[i]!, dialect.loose) === 0),
    );
    if (!found && !(key.references === table.name && places.every((place, i) => row[place] === values[i])))
      throw dialect.words.noParent(fault(table, key, row, context));
  }
}

const referencedPlaces = (parent: Table, { referenced }: ForeignKey): readonly number[] =>
  referenced.length === 0 ? (parent.primary?.columns ?? []) : referenced.map((name) => parent.place(name));

function fault(table: Table, key: ForeignKey, row: Row, { dialect, database }: ChangeContext) {
  const shown = shownRow(table, row, dialect);
  return {
    database,
    table: table.name,
    name: key.name,
    columns: key.columns.map((place) => table.columns[place]!.name),
    references: key.references,
    referenced: key.referenced,
    values: key.columns.map((place) => shown[place]!),
    onDelete: key.onDelete,
  };
}

/** Takes a row out, with what follows from that. */
export function removeRow(table: Table, row: Row, context: ChangeContext): void {
  if (!table.rows.includes(row)) return;
  table.rows.splice(table.rows.indexOf(row), 1);
  guardChildren(table, row, undefined, context);
}

/** What becomes of rows that refer to one which goes, or has another key now. */
export function guardChildren(table: Table, old: Row, next: Row | undefined, context: ChangeContext): void {
  for (const { table: child, key } of context.children(table.name)) {
    const places = referencedPlaces(table, key);
    if (next !== undefined && places.every((place) => next[place] === old[place])) continue;
    const own = child.name === table.name ? table : child;
    const rows = own.rows.filter((row) =>
      key.columns.every(
        (place, i) =>
          row[place] !== null && compare(row[place]!, old[places[i]!]!, context.dialect.loose) === 0,
      ),
    );
    if (rows.length === 0) continue;
    if (next !== undefined || key.onDelete === 'restrict')
      throw context.dialect.words.hasChildren({
        ...fault(own, key, rows[0]!, context),
        referenced: places.map((place) => table.columns[place]!.name),
      });
    const editable = own === table ? table : context.editable(child.name);
    for (const row of rows) {
      if (key.onDelete === 'cascade') removeRow(editable, row, context);
      else
        editable.rows[editable.rows.indexOf(row)] = row.map((value, place) =>
          key.columns.includes(place) ? null : value,
        );
    }
  }
}
