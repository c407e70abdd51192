import type { Dialect } from './dialect.ts';
import type { QueryContext } from './query-context.ts';
import type { ColumnDefinition, Constraint, Statement } from './syntax.ts';
import { type Check, type Column, type ForeignKey, type Index, type Key, Table } from './table.ts';

/** What building a table needs to know of what is around it. */
export interface Builder {
  dialect: Dialect;
  database: string;
  owner: string;
  table(name: string): Table | undefined;
  context: QueryContext;
}

/** The parts of a table that constraints add to. */
export interface Draft {
  name: string;
  columns: Column[];
  keys: Key[];
  indexes: Index[];
  checks: Check[];
  foreignKeys: ForeignKey[];
}

/** The table that CREATE TABLE describes. Throws SqlError. */
export function buildTable(statement: Extract<Statement, { kind: 'create table' }>, builder: Builder): Table {
  const { dialect, owner } = builder;
  const draft: Draft = {
    name: statement.table.name,
    columns: [],
    keys: [],
    indexes: [],
    checks: [],
    foreignKeys: [],
  };
  for (const definition of statement.columns) {
    if (draft.columns.some(({ name }) => name.toLowerCase() === definition.name.toLowerCase()))
      throw dialect.words.columnExists(definition.name, draft.name);
    draft.columns.push(buildColumn(definition, dialect));
  }
  for (const constraint of statement.constraints) addConstraint(draft, constraint, builder);
  const next = statement.next ?? 1;
  if (statement.as === undefined) return new Table({ ...draft, owner, next });
  const query = builder.context.prepare(statement.as, undefined);
  const columns = query.columns.map(({ name, type }): Column => {
    // What a text of the statement is, is a text.
    const own = type.kind === 'unknown' ? { name: 'text', args: [] } : { name: type.name, args: [] };
    const written = dialect.type(own) === undefined ? { name: 'text', args: [] } : own;
    return {
      name,
      type: dialect.type(written)!,
      written,
      notNull: false,
      default: undefined,
      counts: false,
      touches: false,
    };
  });
  return new Table({ ...draft, columns: [...draft.columns, ...columns], owner, rows: query.rows() });
}

export function buildColumn(definition: ColumnDefinition, dialect: Dialect): Column {
  const { name, type: written, notNull, counts, touches, at } = definition;
  const type = dialect.type(written);
  if (type === undefined) throw dialect.words.noType(written.name, at);
  return { name, type, written, notNull, default: definition.default, counts, touches };
}

/** Adds a constraint to what is there of a table, with a name of the dialect's making when it has none. */
export function addConstraint(draft: Draft, constraint: Constraint, builder: Builder): void {
  const { dialect } = builder;
  const { words } = dialect;
  const places = (names: readonly string[]) =>
    names.map((name) => {
      const place = draft.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
      if (place === -1) throw words.noColumnToChange(name, draft.name, 'key');
      return place;
    });
  const taken = new Set(
    [...draft.keys, ...draft.indexes, ...draft.checks, ...draft.foreignKeys].map(({ name }) => name),
  );
  const named = (kind: Constraint['kind'], columns: readonly string[]) => {
    const own = kind === 'primary' && dialect.name === 'mysql' ? undefined : constraint.name;
    return own ?? dialect.constraintName(kind, draft.name, columns, taken);
  };
  switch (constraint.kind) {
    case 'primary':
    case 'unique': {
      const columns = places(constraint.columns);
      const primary = constraint.kind === 'primary';
      if (primary && draft.keys.some((key) => key.primary)) throw words.multiplePrimaryKeys(draft.name);
      draft.keys.push({ name: named(constraint.kind, constraint.columns), columns, primary });
      if (primary)
        draft.columns = draft.columns.map((column, place) =>
          columns.includes(place) ? { ...column, notNull: true } : column,
        );
      break;
    }
    case 'index':
      draft.indexes.push({ name: named('index', constraint.columns), columns: places(constraint.columns) });
      break;
    case 'check': {
      const { expression, text, column } = constraint;
      const name = named('check', column === undefined ? [] : [column]);
      draft.checks.push({ name, expression, text });
      break;
    }
    case 'foreign': {
      const { columns, references, referenced, onDelete } = constraint;
      const own = places(columns);
      const parent = references.name === draft.name ? draft : builder.table(references.name);
      if (parent === undefined) throw words.noTable(builder.database, references.name, references.at);
      const there =
        referenced.length > 0
          ? referenced
          : (parent.keys.find(({ primary }) => primary)?.columns ?? []).map(
              (place) => parent.columns[place]!.name,
            );
      const isKey = parent.keys.some(
        (key) =>
          key.columns.length === there.length &&
          key.columns.every((place) =>
            there.some((name) => parent.columns[place]!.name.toLowerCase() === name.toLowerCase()),
          ),
      );
      if (!isKey) throw words.noReferencedKey(references.name, there);
      draft.foreignKeys.push({
        name: named('foreign', columns),
        columns: own,
        references: references.name,
        referenced: there,
        onDelete,
      });
    }
  }
}
