import type { Value } from './value.ts';

/** The trees that statements are read into. `at` is where a piece begins in the text: what error messages point at. */

export interface TypeName {
  /** In lower case, as written: `varchar`, `double precision`. */
  name: string;
  args: readonly number[];
  unsigned?: true;
}

export type Expression = { at: number } & (
  | {
      kind: 'literal';
      value: Value;
      type: 'integer' | 'decimal' | 'string' | 'boolean' | 'null';
      /** Digits behind the point, as written. */
      scale?: number;
    }
  | { kind: 'column'; table: string | undefined; name: string }
  | { kind: 'variable'; name: string }
  | { kind: 'unary'; operator: '-' | '+' | 'not'; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | {
      kind: 'call';
      name: string;
      args: readonly Expression[];
      distinct: boolean;
      star: boolean;
      orderBy: readonly Order[];
    }
  | {
      kind: 'case';
      operand: Expression | undefined;
      whens: readonly (readonly [Expression, Expression])[];
      otherwise: Expression | undefined;
    }
  | { kind: 'in'; operand: Expression; among: readonly Expression[] | Select; not: boolean }
  | { kind: 'between'; operand: Expression; low: Expression; high: Expression; not: boolean }
  | { kind: 'like'; operand: Expression; pattern: Expression; not: boolean; ignoreCase: boolean }
  | { kind: 'is'; operand: Expression; what: null | boolean; not: boolean }
  | { kind: 'exists'; query: Select }
  | { kind: 'subquery'; query: Select }
  | { kind: 'cast'; operand: Expression; type: TypeName }
  | { kind: 'interval'; amount: Expression; unit: string }
  | { kind: 'default' }
);

export interface Order {
  by: Expression;
  descending: boolean;
}

export type Item =
  | { kind: 'star'; table: string | undefined; at: number }
  | { kind: 'expression'; expression: Expression; alias: string | undefined; text: string };

export interface TableName {
  database: string | undefined;
  name: string;
  at: number;
}

export type From =
  | { kind: 'table'; table: TableName; alias: string | undefined }
  | { kind: 'query'; query: Select; alias: string }
  | { kind: 'series'; args: readonly Expression[]; alias: string; at: number }
  | {
      kind: 'join';
      how: 'inner' | 'left' | 'right' | 'cross';
      left: From;
      right: From;
      on: Expression | undefined;
      using: readonly string[];
    };

export interface Select {
  kind: 'select';
  distinct: boolean;
  items: readonly Item[];
  from: From | undefined;
  where: Expression | undefined;
  groupBy: readonly Expression[];
  having: Expression | undefined;
  unions: readonly { all: boolean; select: Select }[];
  orderBy: readonly Order[];
  limit: Expression | undefined;
  offset: Expression | undefined;
}

/** What a column gets when nothing is said, with its text, which is what is kept. */
export interface Default {
  expression: Expression;
  text: string;
}

export interface ColumnDefinition {
  name: string;
  type: TypeName;
  notNull: boolean;
  default: Default | undefined;
  /** AUTO_INCREMENT, SERIAL, IDENTITY. */
  counts: boolean;
  /** ON UPDATE CURRENT_TIMESTAMP. */
  touches: boolean;
  at: number;
}

export type Constraint =
  | { kind: 'primary' | 'unique' | 'index'; name: string | undefined; columns: readonly string[] }
  | {
      kind: 'check';
      name: string | undefined;
      column: string | undefined;
      expression: Expression;
      text: string;
    }
  | {
      kind: 'foreign';
      name: string | undefined;
      columns: readonly string[];
      references: TableName;
      referenced: readonly string[];
      onDelete: 'restrict' | 'cascade' | 'set null';
    };

export interface Assignment {
  column: string;
  value: Expression;
  at: number;
}

export interface Account {
  user: string;
  /** MySQL's: where the user comes from. */
  host: string;
}

export type Statement =
  | Select
  | {
      kind: 'insert';
      table: TableName;
      columns: readonly { name: string; at: number }[] | undefined;
      rows: readonly (readonly Expression[])[] | Select;
      /** What happens to a row whose key is there. */
      conflict: 'fail' | 'ignore' | 'replace' | { set: readonly Assignment[] };
      returning: readonly Item[] | undefined;
    }
  | {
      kind: 'update';
      table: TableName;
      set: readonly Assignment[];
      where: Expression | undefined;
      orderBy: readonly Order[];
      limit: Expression | undefined;
      returning: readonly Item[] | undefined;
    }
  | {
      kind: 'delete';
      table: TableName;
      where: Expression | undefined;
      orderBy: readonly Order[];
      limit: Expression | undefined;
      returning: readonly Item[] | undefined;
    }
  | {
      kind: 'create table';
      table: TableName;
      ifNotExists: boolean;
      columns: readonly ColumnDefinition[];
      constraints: readonly Constraint[];
      /** What the next row gets that counts. */
      next: number | undefined;
      as: Select | undefined;
    }
  | { kind: 'drop table'; tables: readonly TableName[]; ifExists: boolean; cascade: boolean }
  | { kind: 'truncate'; tables: readonly TableName[] }
  | { kind: 'alter table'; table: TableName; changes: readonly TableChange[] }
  | {
      kind: 'create index';
      name: string;
      table: TableName;
      columns: readonly string[];
      unique: boolean;
      ifNotExists: boolean;
    }
  | { kind: 'drop index'; name: string; table: TableName | undefined; ifExists: boolean; at: number }
  | { kind: 'create database'; name: string; ifNotExists: boolean; owner: string | undefined }
  | { kind: 'drop database'; name: string; ifExists: boolean }
  | { kind: 'use'; database: string }
  | { kind: 'begin' | 'commit' | 'rollback' }
  | { kind: 'set'; assignments: readonly { name: string; value: string }[] }
  | {
      kind: 'show';
      what: string;
      name: string | undefined;
      from: TableName | undefined;
      like: string | undefined;
      at: number;
    }
  | {
      kind: 'create user';
      accounts: readonly (Account & { password: string | undefined; options: readonly string[] })[];
      ifNotExists: boolean;
      alter: boolean;
      replace: boolean;
    }
  | { kind: 'drop user'; accounts: readonly Account[]; ifExists: boolean }
  | {
      kind: 'grant' | 'revoke';
      privileges: readonly string[];
      /** `*` stands for all. */
      database: string;
      table: string;
      /** DATABASE, TABLE or ROLE of PostgreSQL; MySQL has none. */
      object: string;
      accounts: readonly Account[];
      withGrant: boolean;
    }
  | { kind: 'lock tables'; tables: readonly TableName[] }
  | { kind: 'unlock tables' }
  /** Understood, and nothing to do here: FLUSH PRIVILEGES, ANALYZE. */
  | { kind: 'nothing'; tag: string };

export type TableChange =
  | { kind: 'add column'; column: ColumnDefinition; constraints: readonly Constraint[]; ifNotExists: boolean }
  | { kind: 'drop column'; name: string; ifExists: boolean; at: number }
  | { kind: 'rename column'; from: string; to: string; at: number }
  | { kind: 'rename'; to: string }
  | { kind: 'add constraint'; constraint: Constraint }
  | { kind: 'default'; column: string; value: Default | undefined; at: number }
  | { kind: 'owner'; to: string };
