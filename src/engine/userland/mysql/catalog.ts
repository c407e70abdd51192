import type { Dialect } from '../sql/dialect.ts';
import type { Database, Instance } from '../sql/instance.ts';
import { likePattern } from '../sql/predicates.ts';
import { done, type Result } from '../sql/result.ts';
import type { Statement } from '../sql/syntax.ts';
import type { Table } from '../sql/table.ts';
import { INTEGER, type SqlType, TEXT, type Value } from '../sql/value.ts';
import { virtualTable as tableOf } from '../sql/virtual-table.ts';
import { mayUse, showGrants, type User } from './accounts.ts';
import { createTable, defaultText, isNow, keyMark, typeText } from './show-create.ts';
import type { Flavour } from './words.ts';

/** What SHOW, DESCRIBE and information_schema tell of what is there. */
export interface CatalogContext {
  instance: Instance;
  flavour: Flavour;
  user: User;
  /** All accounts. */
  users: readonly User[];
  database: string | undefined;
  variables: ReadonlyMap<string, string>;
  connections: readonly { id: number; user: string; host: string; database: string | undefined }[];
  me: number;
  uptime: number;
}

/** Databases that are always there and hold no tables of ours. */
export const SYSTEM_DATABASES = ['information_schema', 'mysql', 'performance_schema', 'sys'];

export function show(statement: Extract<Statement, { kind: 'show' }>, c: CatalogContext): Result {
  const { what, name, from, like } = statement;
  const { words } = c.instance.dialect;
  const matches = (text: string) =>
    like === undefined || new RegExp(`^${likePattern(like)}$`, 'i').test(text);
  const suffix = like === undefined ? '' : ` (${like})`;
  const databaseOf = (wanted: string | undefined): Database => {
    const chosen = wanted ?? c.database;
    if (chosen === undefined) throw words.noDatabaseChosen();
    const database = c.instance.find(chosen);
    if (database === undefined) throw words.noDatabase(chosen);
    return database;
  };
  const tableOf = (): { database: Database; table: Table } => {
    const database = databaseOf(from!.database);
    const slot = database.tables.get(from!.name);
    if (slot === undefined) throw words.noTable(database.name, from!.name, from!.at);
    return { database, table: slot.committed };
  };
  switch (what) {
    case 'databases':
      return listing(`Database${suffix}`, databases(c).filter(matches));
    case 'tables': {
      const database = databaseOf(name);
      return listing(
        `Tables_in_${database.name}${suffix}`,
        [...database.tables.keys()].sort().filter(matches),
      );
    }
    case 'columns':
      return columns(tableOf().table, c.flavour, c.instance.dialect);
    case 'create table': {
      const { table } = tableOf();
      return rows(
        [
          ['Table', TEXT],
          ['Create Table', TEXT],
        ],
        [[table.name, createTable(table, c.flavour, c.instance.dialect)]],
      );
    }
    case 'create database': {
      const database = databaseOf(name);
      const set =
        c.flavour === 'mariadb'
          ? 'utf8mb4 COLLATE utf8mb4_uca1400_ai_ci'
          : 'utf8mb4 COLLATE utf8mb4_0900_ai_ci';
      const tail = c.flavour === 'mariadb' ? '' : " /*!80016 DEFAULT ENCRYPTION='N' */";
      return rows(
        [
          ['Database', TEXT],
          ['Create Database', TEXT],
        ],
        [
          [
            database.name,
            `CREATE DATABASE \`${database.name}\` /*!40100 DEFAULT CHARACTER SET ${set} */${tail}`,
          ],
        ],
      );
    }
    case 'index':
      return indexes(tableOf().table);
    case 'grants':
      return listing(`Grants for ${c.user.user}@${c.user.host}`, showGrants(c.user));
    case 'variables':
      return rows(
        [
          ['Variable_name', TEXT],
          ['Value', TEXT],
        ],
        [...c.variables].filter(([key]) => matches(key)).sort(),
      );
    case 'status':
      return rows(
        [
          ['Variable_name', TEXT],
          ['Value', TEXT],
        ],
        status(c).filter(([key]) => matches(key)),
      );
    case 'processlist':
      return processes(c);
    case 'warnings':
    case 'errors':
      return rows(
        [
          ['Level', TEXT],
          ['Code', INTEGER],
          ['Message', TEXT],
        ],
        [],
      );
    case 'engines':
      return rows(
        [
          ['Engine', TEXT],
          ['Support', TEXT],
          ['Comment', TEXT],
        ],
        [['InnoDB', 'DEFAULT', 'Supports transactions, row-level locking, and foreign keys']],
      );
    default:
      throw words.notSimulated(`SHOW ${what.toUpperCase()}`);
  }
}

const databases = (c: CatalogContext): string[] =>
  [...new Set([...SYSTEM_DATABASES, ...c.instance.databases.keys()])]
    .filter((name) => name === 'information_schema' || name === 'performance_schema' || mayUse(c.user, name))
    .sort();

function rows(
  head: readonly (readonly [string, SqlType])[],
  content: readonly (readonly (string | null)[])[],
): Result {
  return done('SHOW', {
    columns: head.map(([name, type]) => ({ name, type, notNull: true })),
    rows: content,
  });
}

const listing = (head: string, names: readonly string[]): Result =>
  rows(
    [[head, TEXT]],
    names.map((name) => [name]),
  );

const status = (c: CatalogContext): [string, string][] => [
  ['Threads_connected', String(c.connections.length)],
  ['Threads_running', '1'],
  ['Uptime', String(c.uptime)],
];

function processes(c: CatalogContext): Result {
  const head: [string, SqlType][] = [
    ['Id', INTEGER],
    ['User', TEXT],
    ['Host', TEXT],
    ['db', TEXT],
    ['Command', TEXT],
    ['Time', INTEGER],
    ['State', TEXT],
    ['Info', TEXT],
  ];
  const content = c.connections.map(({ id, user, host, database }) => [
    String(id),
    user,
    host,
    database ?? null,
    id === c.me ? 'Query' : 'Sleep',
    '0',
    id === c.me ? 'init' : '',
    id === c.me ? 'show processlist' : null,
  ]);
  return rows(head, content);
}

function columns(table: Table, flavour: Flavour, dialect: Dialect): Result {
  const head = ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'].map((name): [string, SqlType] => [
    name,
    TEXT,
  ]);
  const content = table.columns.map((column, place) => {
    const text = defaultText(column, flavour, dialect);
    const generated = flavour === 'mysql' && column.default !== undefined && isNow(column.default.text);
    const extra = [
      ...(column.counts ? ['auto_increment'] : []),
      ...(generated ? ['DEFAULT_GENERATED'] : []),
      ...(column.touches
        ? [`on update ${flavour === 'mariadb' ? 'current_timestamp()' : 'CURRENT_TIMESTAMP'}`]
        : []),
    ];
    return [
      column.name,
      typeText(column, flavour),
      column.notNull ? 'NO' : 'YES',
      keyMark(table, place),
      text,
      extra.join(' '),
    ];
  });
  return rows(head, content);
}

function indexes(table: Table): Result {
  const head: [string, SqlType][] = [
    ['Table', TEXT],
    ['Non_unique', INTEGER],
    ['Key_name', TEXT],
    ['Seq_in_index', INTEGER],
    ['Column_name', TEXT],
    ['Null', TEXT],
    ['Index_type', TEXT],
  ];
  const all = [
    ...table.keys.map((key) => ({ ...key, unique: true })),
    ...table.indexes.map((index) => ({ ...index, unique: false })),
  ];
  const content = all.flatMap(({ name, columns: places, unique }) =>
    places.map((place, i) => [
      table.name,
      unique ? '0' : '1',
      name,
      String(i + 1),
      table.columns[place]!.name,
      table.columns[place]!.notNull ? '' : 'YES',
      'BTREE',
    ]),
  );
  return rows(head, content);
}

/** Tables of information_schema, and mysql.user: made when they are asked for. */
export function virtualTable(
  database: string | undefined,
  name: string,
  c: CatalogContext,
): Table | undefined {
  const schema = (database ?? c.database)?.toLowerCase();
  const all = [...c.instance.databases.values()].filter(({ name: one }) => mayUse(c.user, one));
  const tables = all.flatMap(({ name: one, tables: slots }) =>
    [...slots.values()].map(({ committed }) => ({ database: one, table: committed })),
  );
  if (schema === 'mysql' && name.toLowerCase() === 'user')
    return made(
      'user',
      ['Host', 'User', 'plugin', 'authentication_string'],
      c.users.map(({ host, user, plugin, hash }) => [host, user, plugin, hash]),
    );
  if (schema !== 'information_schema') return undefined;
  switch (name.toLowerCase()) {
    case 'schemata':
      return made(
        'SCHEMATA',
        ['CATALOG_NAME', 'SCHEMA_NAME'],
        databases(c).map((one) => ['def', one]),
      );
    case 'tables':
      return made(
        'TABLES',
        ['TABLE_SCHEMA', 'TABLE_NAME', 'TABLE_TYPE', 'ENGINE', 'TABLE_ROWS'],
        tables.map(({ database: one, table }) => [
          one,
          table.name,
          'BASE TABLE',
          'InnoDB',
          table.rows.length,
        ]),
      );
    case 'columns':
      return made(
        'COLUMNS',
        [
          'TABLE_SCHEMA',
          'TABLE_NAME',
          'COLUMN_NAME',
          'ORDINAL_POSITION',
          'IS_NULLABLE',
          'DATA_TYPE',
          'COLUMN_TYPE',
          'COLUMN_KEY',
        ],
        tables.flatMap(({ database: one, table }) =>
          table.columns.map((column, place) => [
            one,
            table.name,
            column.name,
            place + 1,
            column.notNull ? 'NO' : 'YES',
            column.type.name,
            typeText(column, c.flavour),
            keyMark(table, place),
          ]),
        ),
      );
    default:
      return undefined;
  }
}

const NUMBERS = new Set(['TABLE_ROWS', 'ORDINAL_POSITION']);

const made = (name: string, names: readonly string[], rows: Value[][]): Table =>
  tableOf(
    name,
    names.map((one) => [one, NUMBERS.has(one) ? INTEGER : TEXT] as const),
    rows,
  );
