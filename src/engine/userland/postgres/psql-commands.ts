import type { ClientConnection } from './client-connection.ts';
import type { Rows } from './output.ts';

/** What psql's commands with \d and \l show: rows that the client asks for itself. */
export interface Listing extends Rows {
  rows: (string | null)[][];
}

const left = (...names: string[]) => names.map((name) => ({ name, right: false }));

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** `\l` */
export async function databases(connection: ClientConnection): Promise<Listing> {
  const rows = await connection.ask('select datname, owner from pg_database order by 1');
  return {
    title: 'List of databases',
    columns: left(
      'Name',
      'Owner',
      'Encoding',
      'Locale Provider',
      'Collate',
      'Ctype',
      'Locale',
      'ICU Rules',
      'Access privileges',
    ),
    rows: rows.map(([name = '', owner = '']) => {
      const rights = name?.startsWith('template') ? `=c/${owner}\n${owner}=CTc/${owner}` : '';
      return [name, owner, 'UTF8', 'libc', 'en_US.utf8', 'en_US.utf8', '', '', rights];
    }),
  };
}

/** `\dt`, and `\d` without a name; a text where there is nothing. */
export async function relations(
  connection: ClientConnection,
  pattern: string | undefined,
  withSequences: boolean,
): Promise<Listing | string> {
  const like =
    pattern === undefined
      ? ''
      : ` and tablename like ${quoted(pattern.replaceAll('*', '%').replaceAll('?', '_'))}`;
  const tables = await connection.ask(
    `select tablename, tableowner from pg_tables where schemaname = 'public'${like} order by 1`,
  );
  const counted = withSequences
    ? await connection.ask(
        "select table_name, column_name from information_schema.columns where column_default like 'nextval%'",
      )
    : [];
  const owners = new Map(tables.map(([name, owner]) => [name, owner]));
  const rows = [
    ...tables.map(([name = '', owner = '']) => ['public', name, 'table', owner]),
    ...counted.map(([table, column]) => [
      'public',
      `${table}_${column}_seq`,
      'sequence',
      owners.get(table ?? '') ?? '',
    ]),
  ].sort((one, other) => (String(one[1]) < String(other[1]) ? -1 : 1));
  if (rows.length === 0)
    return pattern === undefined
      ? 'Did not find any relations.'
      : `Did not find any relation named "${pattern}".`;
  return { title: 'List of relations', columns: left('Schema', 'Name', 'Type', 'Owner'), rows };
}

/** `\d NAME` */
export async function describe(connection: ClientConnection, name: string): Promise<Listing | string> {
  const plain = name.replace(/^public\./, '').replace(/^"(.*)"$/, '$1');
  const columns = await connection.ask(
    `select column_name, full_type, is_nullable, column_default from information_schema.columns where table_name = ${quoted(plain)} order by ordinal_position`,
  );
  if (columns.length === 0) return `Did not find any relation named "${name}".`;
  const about = await connection.ask(
    `select kind, name, text from drydock_constraints where tablename = ${quoted(plain)} order by 2`,
  );
  const others = await connection.ask(
    `select tablename, name, text from drydock_constraints where kind = 'foreign' and text like ${quoted(`%REFERENCES ${plain}(%`)} order by 2`,
  );
  const of = (kind: string) => about.filter(([is]) => is === kind);
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [title, ...lines.map((line) => `    ${line}`)];
  const primaryFirst = of('index').toSorted(
    (one, other) => Number(other[2]?.startsWith('PRIMARY')) - Number(one[2]?.startsWith('PRIMARY')),
  );
  return {
    title: `Table "public.${plain}"`,
    columns: left('Column', 'Type', 'Collation', 'Nullable', 'Default'),
    rows: columns.map(([column = '', type = '', nullable, byDefault = '']) => [
      column,
      type,
      '',
      nullable === 'NO' ? 'not null' : '',
      byDefault,
    ]),
    footers: [
      ...section(
        'Indexes:',
        primaryFirst.map(([, index, text]) => `"${index}" ${text}`),
      ),
      ...section(
        'Check constraints:',
        of('check').map(([, check, text]) => `"${check}" ${text}`),
      ),
      ...section(
        'Foreign-key constraints:',
        of('foreign').map(([, key, text]) => `"${key}" ${text}`),
      ),
      ...section(
        'Referenced by:',
        others.map(([table, key, text]) => `TABLE "${table}" CONSTRAINT "${key}" ${text}`),
      ),
    ],
  };
}

/** `\du` */
export async function roles(connection: ClientConnection): Promise<Listing> {
  const rows = await connection.ask(
    'select rolname, rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication from pg_roles order by 1',
  );
  return {
    title: 'List of roles',
    columns: left('Role name', 'Attributes'),
    rows: rows.map(([name = '', isSuper, createrole, createdb, login, replication]) => [
      name,
      [
        ...(isSuper === 't' ? ['Superuser'] : []),
        ...(createrole === 't' ? ['Create role'] : []),
        ...(createdb === 't' ? ['Create DB'] : []),
        ...(login === 't' ? [] : ['Cannot login']),
        ...(replication === 't' ? ['Replication'] : []),
        ...(isSuper === 't' ? ['Bypass RLS'] : []),
      ].join(', '),
    ]),
    footers: [],
  };
}

/** `\dn` */
export const schemas = (): Listing => ({
  title: 'List of schemas',
  columns: left('Name', 'Owner'),
  rows: [['public', 'pg_database_owner']],
});

/** What `\?` says; the words are our own. */
export const HELP = `General
  \\copyright, \\h and what is not listed here are not simulated
  \\q                     ends
  \\g, \\gx                carries out what was typed; \\gx shows rows upright
  \\i FILE                carries out what is in a file
  \\echo TEXT             shows a text
  \\timing                tells how long statements take
Looking
  \\l                     databases
  \\dt [PATTERN]          tables
  \\d [NAME]              tables and sequences, or what is known of one
  \\du                    roles
  \\dn                    schemas
  \\conninfo              where one is connected, and as whom
How rows are shown
  \\x                     upright
  \\t                     without names and counts
  \\a                     without alignment
Connection
  \\c DATABASE [USER]     connects to another database
`;
