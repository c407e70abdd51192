import type { Default, Expression, TypeName } from './syntax.ts';
import { compare, type SqlType, type Value } from './value.ts';

export type Row = readonly Value[];

export interface Column {
  name: string;
  type: SqlType;
  /** The type as it was written, which is what is kept. */
  written: TypeName;
  notNull: boolean;
  default: Default | undefined;
  counts: boolean;
  touches: boolean;
}

/** A primary key or what else must be unique, by the places of its columns. */
export interface Key {
  name: string;
  columns: readonly number[];
  primary: boolean;
}

export interface Index {
  name: string;
  columns: readonly number[];
}

export interface Check {
  name: string;
  expression: Expression;
  text: string;
}

export interface ForeignKey {
  name: string;
  columns: readonly number[];
  references: string;
  /** Names of the columns there; none for its primary key. */
  referenced: readonly string[];
  onDelete: 'restrict' | 'cascade' | 'set null';
}

/** A table: what its rows must be like, and the rows. Changes make a new one (`edit`), so that who reads the old goes on. */
export class Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly keys: readonly Key[];
  readonly indexes: readonly Index[];
  readonly checks: readonly Check[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly owner: string;
  rows: Row[];
  /** What the next row gets that counts. */
  next: number;

  constructor(parts: TableParts) {
    this.name = parts.name;
    this.columns = parts.columns;
    this.keys = parts.keys;
    this.indexes = parts.indexes;
    this.checks = parts.checks;
    this.foreignKeys = parts.foreignKeys;
    this.owner = parts.owner;
    this.rows = parts.rows ?? [];
    this.next = parts.next ?? 1;
  }

  /** One with other parts, and rows of its own. */
  with(parts: Partial<TableParts>): Table {
    return new Table({ ...this, rows: [...this.rows], ...parts });
  }

  place(name: string): number {
    return this.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  }

  get primary(): Key | undefined {
    return this.keys.find(({ primary }) => primary);
  }

  /** A row other than `except` with the same values in a key's columns; null is never the same. */
  twin(key: Key, row: Row, fold: boolean, except?: Row): Row | undefined {
    if (key.columns.some((place) => row[place] === null)) return undefined;
    return this.rows.find(
      (other) =>
        other !== except && key.columns.every((place) => compare(other[place]!, row[place]!, fold) === 0),
    );
  }
}

export interface TableParts {
  name: string;
  columns: readonly Column[];
  keys: readonly Key[];
  indexes: readonly Index[];
  checks: readonly Check[];
  foreignKeys: readonly ForeignKey[];
  owner: string;
  rows?: Row[];
  next?: number;
}
