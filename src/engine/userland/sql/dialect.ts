import type { Words } from './errors.ts';
import type { FunctionTable } from './functions.ts';
import type { Lexis } from './lexer.ts';
import type { Constraint, Expression, TypeName } from './syntax.ts';
import type { SqlType, Value } from './value.ts';

/** What tells one server's SQL from another's. */
export interface Dialect {
  name: 'mysql' | 'postgres';
  lexis: Lexis;
  /** Words that cannot be names without quotes. */
  reserved: ReadonlySet<string>;
  words: Words;
  functions: FunctionTable;
  /** Whether texts are compared without regard to case, and numbers taken from texts. */
  loose: boolean;
  /** The type that a name stands for; undefined when there is none. */
  type(name: TypeName): SqlType | undefined;
  /** A value as a text, as the server sends it. */
  show(value: Value, type: SqlType): string | null;
  /** The name of a constraint that was given none. */
  constraintName(
    kind: Constraint['kind'],
    table: string,
    columns: readonly string[],
    taken: ReadonlySet<string>,
  ): string;
  /** The name of an expression in a result. */
  label(text: string, expression: Expression): string;
}
