import type { CompileContext } from './compile.ts';
import type { Dialect } from './dialect.ts';
import type { Clause } from './errors.ts';
import type { CallContext } from './functions.ts';
import type { Environment, Scope } from './scope.ts';
import type { Select, TableName } from './syntax.ts';
import type { Table } from './table.ts';
import type { SqlType, Value } from './value.ts';

/** What a query works with. */
export interface QueryContext {
  dialect: Dialect;
  session: CallContext;
  /** The table of a name, as the session sees it now. Throws SqlError. */
  table(name: TableName): Table;
  variable(name: string): Value | undefined;
  /** Finds names and types of a query within another. */
  prepare(select: Select, outer: Scope | undefined): Query;
  /** Charges work: so many rows looked at. Throws when it is more than a simulated server does. */
  charge(rows: number): void;
}

export interface ResultColumn {
  name: string;
  type: SqlType;
  notNull?: boolean;
}

export interface Query {
  columns: ResultColumn[];
  rows(outer?: Environment): Value[][];
}

/** What compiling needs to know, in a place of a query. */
export function compileContext(
  context: QueryContext,
  scope: Scope,
  clause: Clause,
  more: Partial<CompileContext>,
): CompileContext {
  return {
    dialect: context.dialect,
    session: context.session,
    variable: context.variable,
    scope,
    clause,
    query(select, outer) {
      const query = context.prepare(select, outer);
      return { types: query.columns.map(({ type }) => type), rows: (environment) => query.rows(environment) };
    },
    ...more,
  };
}

/** For statements that are no queries: an expression over the columns of one table. */
export function rowContext(context: QueryContext, scope: Scope, clause: Clause): CompileContext {
  return compileContext(context, scope, clause, {});
}
