import type { Dialect } from './dialect.ts';
import type { QueryContext } from './query-context.ts';
import type { ForeignKey, Row, Table } from './table.ts';

/** What changing rows needs beside what queries need. */
export interface ChangeContext extends QueryContext {
  database: string;
  /** Tables of the database that refer to one. */
  children(table: string): { table: Table; key: ForeignKey }[];
  /** Another table of the database, and one that may be changed. */
  sibling(name: string): Table | undefined;
  editable(name: string): Table;
}

/** A row as it is shown in messages. */
export const shownRow = (table: Table, row: Row, dialect: Dialect): string[] =>
  row.map((value, i) => dialect.show(value, table.columns[i]!.type) ?? 'null');

/** A table as its own expressions see it. */
export const sourceOf = (table: Table) => ({ name: table.name, columns: table.columns });
