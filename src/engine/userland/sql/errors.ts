/** A statement that cannot be carried out, in the words of the server that refuses it. */
export class SqlError extends Error {
  /** SQLSTATE. */
  readonly state: string;
  /** MySQL's number. */
  readonly code: number;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** Where in the statement, from 0; PostgreSQL shows it. */
  readonly at: number | undefined;

  constructor(
    message: string,
    about: { state: string; code?: number; detail?: string; hint?: string; at?: number | undefined },
  ) {
    super(message);
    this.state = about.state;
    this.code = about.code ?? 0;
    this.detail = about.detail;
    this.hint = about.hint;
    this.at = about.at;
  }
}

/**
 * What a dialect says of each mistake. A method for each: the engine finds the mistake, the dialect words it.
 */
export interface Words {
  syntax(text: string, at: number, token: string): SqlError;
  notSimulated(what: string): SqlError;
  noDatabase(name: string): SqlError;
  noDatabaseChosen(): SqlError;
  databaseExists(name: string): SqlError;
  cannotDropDatabase(name: string): SqlError;
  noTable(database: string, table: string, at: number): SqlError;
  noTableToDrop(database: string, tables: readonly string[]): SqlError;
  tableExists(name: string): SqlError;
  noColumn(name: string, table: string | undefined, clause: Clause, at: number): SqlError;
  /** A table that a name is of, and that FROM does not have; where a server says so. */
  noSource?(table: string, at: number): SqlError;
  noColumnToChange(name: string, table: string, how: 'drop' | 'key' | 'alter'): SqlError;
  ambiguousColumn(name: string, clause: Clause, at: number): SqlError;
  columnExists(name: string, table: string): SqlError;
  noFunction(database: string, name: string, types: readonly string[], at: number): SqlError;
  wrongArguments(name: string, at: number): SqlError;
  noType(name: string, at: number): SqlError;
  noVariable(name: string): SqlError;
  valueCount(row: number, more: boolean, at: number): SqlError;
  duplicate(about: {
    table: string;
    key: string;
    columns: readonly string[];
    values: readonly string[];
  }): SqlError;
  isNull(about: { table: string; column: string; row: readonly string[] }): SqlError;
  noDefault(about: { table: string; column: string; row: readonly string[] }): SqlError;
  tooLong(about: { column: string; row: number; type: string; length: number }): SqlError;
  outOfRange(about: { column: string; row: number; type: string; value: string }): SqlError;
  badValue(about: {
    column: string;
    table: string;
    database: string;
    row: number;
    type: string;
    value: string;
    at?: number | undefined;
  }): SqlError;
  divisionByZero(): SqlError | undefined;
  checkFails(about: { table: string; name: string; database: string; row: readonly string[] }): SqlError;
  noParent(about: ForeignKeyFault): SqlError;
  hasChildren(about: ForeignKeyFault): SqlError;
  noReferencedKey(table: string, columns: readonly string[]): SqlError;
  multiplePrimaryKeys(table: string): SqlError;
  /** undefined where a server lets it pass. */
  notGrouped(column: string, at: number): SqlError | undefined;
  oneColumn(at: number): SqlError;
  oneRow(): SqlError;
  unionColumns(at: number): SqlError;
  indexExists(name: string, table: string): SqlError;
  noIndex(name: string, table: string | undefined): SqlError;
  dependents(table: string, by: readonly { name: string; table: string }[]): SqlError;
  lockTimeout(): SqlError;
  noOperator(operator: string, left: string, right: string, at: number): SqlError;
  notBoolean(clause: string, type: string, at: number): SqlError;
}

/** The part of a statement that a name stands in. */
export type Clause =
  | 'field list'
  | 'where clause'
  | 'order clause'
  | 'group statement'
  | 'having clause'
  | 'on clause'
  | 'INSERT INTO'
  | 'SET';

export interface ForeignKeyFault {
  database: string;
  table: string;
  name: string;
  columns: readonly string[];
  references: string;
  referenced: readonly string[];
  values: readonly string[];
  onDelete: string;
}
