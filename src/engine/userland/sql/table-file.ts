import { bytesToText, textToBytes } from '../lib/text.ts';
import type { Dialect } from './dialect.ts';
import { parseExpression } from './parse-expression.ts';
import { parseSelect } from './parse-query.ts';
import type { Expression, TypeName } from './syntax.ts';
import { type Column, type ForeignKey, type Index, type Key, type Row, Table } from './table.ts';
import { TokenStream } from './token-stream.ts';

/** A table as a file: a line of JSON that describes it, then a line for each row. Expressions are kept as their texts. */
interface Head {
  name: string;
  owner: string;
  next: number;
  columns: {
    name: string;
    type: TypeName;
    notNull: boolean;
    default?: string;
    counts: boolean;
    touches: boolean;
  }[];
  keys: Key[];
  indexes: Index[];
  checks: { name: string; text: string }[];
  foreignKeys: ForeignKey[];
}

export function encodeTable(table: Table): Uint8Array {
  const head: Head = {
    name: table.name,
    owner: table.owner,
    next: table.next,
    columns: table.columns.map(({ name, written, notNull, default: byDefault, counts, touches }) => ({
      name,
      type: written,
      notNull,
      ...(byDefault === undefined ? {} : { default: byDefault.text }),
      counts,
      touches,
    })),
    keys: [...table.keys],
    indexes: [...table.indexes],
    checks: table.checks.map(({ name, text }) => ({ name, text })),
    foreignKeys: [...table.foreignKeys],
  };
  return textToBytes(`${[head, ...table.rows].map((line) => JSON.stringify(line)).join('\n')}\n`);
}

/** Throws for what is no such file. */
export function decodeTable(bytes: Uint8Array, dialect: Dialect): Table {
  const [first = '', ...lines] = bytesToText(bytes)
    .split('\n')
    .filter((line) => line !== '');
  const { columns, checks, ...head } = JSON.parse(first) as Head;
  return new Table({
    ...head,
    columns: columns.map(
      ({ type: written, default: text, ...rest }): Column => ({
        ...rest,
        written,
        type: dialect.type(written)!,
        default: text === undefined ? undefined : { expression: readExpression(text, dialect), text },
      }),
    ),
    checks: checks.map(({ name, text }) => ({ name, text, expression: readExpression(text, dialect) })),
    rows: lines.map((line) => JSON.parse(line) as Row),
  });
}

function readExpression(text: string, dialect: Dialect): Expression {
  return parseExpression(new TokenStream(text, dialect, parseSelect));
}
