import { fullName } from '../sql/coerce.ts';
import type { Instance } from '../sql/instance.ts';
import type { Column, Table } from '../sql/table.ts';
import { BOOLEAN, INTEGER, type SqlType, TEXT, type Value } from '../sql/value.ts';
import { virtualTable as tableOf } from '../sql/virtual-table.ts';
import type { Role } from './roles.ts';

/** What pg_catalog and information_schema tell of what is there: as far as psql and people ask. */
export interface CatalogContext {
  instance: Instance;
  database: string;
  roles: readonly Role[];
  connections: readonly { pid: number; user: string; database: string; query: string }[];
  settings: ReadonlyMap<string, string>;
}

type Shape = readonly (readonly [name: string, type: SqlType])[];

const TABLES: Readonly<Record<string, (c: CatalogContext) => { shape: Shape; rows: Value[][] }>> = {
  pg_database: (c) => ({
    shape: [
      ['datname', TEXT],
      ['owner', TEXT],
    ],
    rows: [...c.instance.databases.values()].map(({ name, owner }) => [name, owner]),
  }),
  pg_tables: (c) => ({
    shape: [
      ['schemaname', TEXT],
      ['tablename', TEXT],
      ['tableowner', TEXT],
    ],
    rows: tables(c).map(({ name, owner }) => ['public', name, owner]),
  }),
  pg_roles: (c) => ({
    shape: [
      ['rolname', TEXT],
      ['rolsuper', BOOLEAN],
      ['rolinherit', BOOLEAN],
      ['rolcreaterole', BOOLEAN],
      ['rolcreatedb', BOOLEAN],
      ['rolcanlogin', BOOLEAN],
      ['rolreplication', BOOLEAN],
    ],
    rows: c.roles.map((role) => [
      role.name,
      role.superuser,
      role.inherit,
      role.createrole,
      role.createdb,
      role.login,
      role.replication,
    ]),
  }),
  pg_stat_activity: (c) => ({
    shape: [
      ['pid', INTEGER],
      ['usename', TEXT],
      ['datname', TEXT],
      ['query', TEXT],
    ],
    rows: c.connections.map(({ pid, user, database, query }) => [pid, user, database, query]),
  }),
  pg_settings: (c) => ({
    shape: [
      ['name', TEXT],
      ['setting', TEXT],
    ],
    rows: [...c.settings].map(([name, setting]) => [name, setting]),
  }),
  pg_indexes: (c) => ({
    shape: [
      ['schemaname', TEXT],
      ['tablename', TEXT],
      ['indexname', TEXT],
      ['indexdef', TEXT],
    ],
    rows: tables(c).flatMap((table) =>
      [
        ...table.keys.map((key) => ({ ...key, unique: true })),
        ...table.indexes.map((index) => ({ ...index, unique: false })),
      ].map(({ name, columns, unique }): Value[] => [
        'public',
        table.name,
        name,
        `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${name} ON public.${table.name} USING btree (${namesOf(table, columns)})`,
      ]),
    ),
  }),
  // What psql's \d shows; the real one joins a dozen tables for it.
  drydock_constraints: (c) => ({
    shape: [
      ['tablename', TEXT],
      ['kind', TEXT],
      ['name', TEXT],
      ['text', TEXT],
    ],
    rows: tables(c).flatMap((table) => [
      ...table.keys.map((key): Value[] => [
        table.name,
        'index',
        key.name,
        `${key.primary ? 'PRIMARY KEY' : 'UNIQUE CONSTRAINT'}, btree (${namesOf(table, key.columns)})`,
      ]),
      ...table.indexes.map((index): Value[] => [
        table.name,
        'index',
        index.name,
        `btree (${namesOf(table, index.columns)})`,
      ]),
      ...table.checks.map((check): Value[] => [
        table.name,
        'check',
        check.name,
        `CHECK ${check.text.startsWith('(') ? check.text : `(${check.text})`}`,
      ]),
      ...table.foreignKeys.map((key): Value[] => [
        table.name,
        'foreign',
        key.name,
        `FOREIGN KEY (${namesOf(table, key.columns)}) REFERENCES ${key.references}(${key.referenced.join(', ') || primaryOf(c, key.references)})${key.onDelete === 'restrict' ? '' : ` ON DELETE ${key.onDelete.toUpperCase()}`}`,
      ]),
    ]),
  }),
  'information_schema.tables': (c) => ({
    shape: [
      ['table_catalog', TEXT],
      ['table_schema', TEXT],
      ['table_name', TEXT],
      ['table_type', TEXT],
    ],
    rows: tables(c).map(({ name }) => [c.database, 'public', name, 'BASE TABLE']),
  }),
  'information_schema.columns': (c) => ({
    shape: [
      ['table_schema', TEXT],
      ['table_name', TEXT],
      ['column_name', TEXT],
      ['ordinal_position', INTEGER],
      ['column_default', TEXT],
      ['is_nullable', TEXT],
      ['data_type', TEXT],
      ['full_type', TEXT],
    ],
    rows: tables(c).flatMap((table) =>
      table.columns.map((column, at): Value[] => [
        'public',
        table.name,
        column.name,
        at + 1,
        defaultOf(table, column),
        column.notNull ? 'NO' : 'YES',
        column.type.name,
        fullName(column.type),
      ]),
    ),
  }),
};

/** A table of the catalogue; undefined for what is a name like others. */
export function virtualTable(schema: string | undefined, name: string, c: CatalogContext): Table | undefined {
  const key = schema === 'information_schema' ? `${schema}.${name}` : name;
  if (
    schema === 'public' ||
    (schema !== undefined && schema !== 'pg_catalog' && schema !== 'information_schema')
  )
    return undefined;
  if (schema === undefined && !name.startsWith('pg_') && name !== 'drydock_constraints') return undefined;
  const make = TABLES[key];
  if (make === undefined) return undefined;
  const { shape, rows } = make(c);
  return tableOf(name, shape, rows);
}

const tables = ({ instance, database }: CatalogContext): Table[] =>
  [...(instance.find(database)?.tables.values() ?? [])]
    .map((slot) => slot.committed)
    .sort((one, other) => (one.name < other.name ? -1 : 1));

const namesOf = (table: Table, places: readonly number[]) =>
  places.map((place) => table.columns[place]?.name).join(', ');

const primaryOf = (c: CatalogContext, name: string) => {
  const table = tables(c).find((one) => one.name === name);
  return table?.primary === undefined ? '' : namesOf(table, table.primary.columns);
};

function defaultOf(table: Table, { name, counts, default: byDefault, type }: Column): string | null {
  if (counts) return `nextval('${table.name}_${name}_seq'::regclass)`;
  if (byDefault === undefined) return null;
  return /^'.*'$/s.test(byDefault.text) ? `${byDefault.text}::${type.name}` : byDefault.text;
}
