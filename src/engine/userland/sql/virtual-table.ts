import { Table } from './table.ts';
import type { SqlType, Value } from './value.ts';

/** A table that is not kept, as catalogues have them: its columns with their types, and the rows of this moment. */
export const virtualTable = (
  name: string,
  columns: readonly (readonly [name: string, type: SqlType])[],
  rows: Value[][],
): Table =>
  new Table({
    name,
    owner: '',
    columns: columns.map(([column, type]) => ({
      name: column,
      type,
      written: { name: type.name, args: [] },
      notNull: false,
      default: undefined,
      counts: false,
      touches: false,
    })),
    keys: [],
    indexes: [],
    checks: [],
    foreignKeys: [],
    rows,
  });
