import { SqlError, type Words } from '../sql/errors.ts';

interface More {
  detail?: string;
  hint?: string;
  at?: number | undefined;
}

const error = (state: string, message: string, more: More = {}): SqlError =>
  new SqlError(message, { state, ...more });

const list = (names: readonly string[]) => names.join(', ');

const notSimulated = (what: string) => error('0A000', `this is not simulated in Drydock: ${what}`);

/** Functions that the server has and that are not simulated. */
const UNSIMULATED =
  /^(age|array_\w+|cardinality|date_(bin|part|trunc)|dense_rank|first_value|format|jsonb?_\w+|lag|last_value|lead|make_\w+|ntile|pg_\w+|rank|regexp_\w+|row_number|row_to_json|split_part|string_to_array|to_(date|json|jsonb|number|timestamp)|unnest|setval|nextval|currval|width_bucket)$/;

/** What PostgreSQL says of mistakes (errcodes.txt; the wordings as psql was seen to show them). */
export const postgresWords: Words = {
  syntax: (_text, at, token) =>
    /^(array|\[)$/i.test(token)
      ? notSimulated('arrays')
      : error('42601', token === '' ? 'syntax error at end of input' : `syntax error at or near "${token}"`, {
          at,
        }),
  notSimulated,
  noDatabase: (name) => error('3D000', `database "${name}" does not exist`),
  noDatabaseChosen: () => error('3D000', 'no database is chosen'),
  databaseExists: (name) => error('42P04', `database "${name}" already exists`),
  cannotDropDatabase: (name) => error('3D000', `database "${name}" does not exist`),
  noTable: (_database, table, at) =>
    error('42P01', `relation "${table}" does not exist`, at < 0 ? {} : { at }),
  noTableToDrop: (_database, [table]) => error('42P01', `table "${table}" does not exist`),
  tableExists: (name) => error('42P07', `relation "${name}" already exists`),
  noColumn(name, table, clause, at) {
    if (name === '*' || (table !== undefined && clause !== 'INSERT INTO' && clause !== 'SET'))
      return name === '*'
        ? error('42P01', `missing FROM-clause entry for table "${table}"`, { at })
        : error('42703', `column ${table}.${name} does not exist`, { at });
    const of = table === undefined ? '' : ` of relation "${table.replace(/^into /, '')}"`;
    return error('42703', `column "${name}"${of} does not exist`, { at });
  },
  noSource: (table, at) => error('42P01', `missing FROM-clause entry for table "${table}"`, { at }),
  noColumnToChange: (name, table, how) =>
    how === 'key'
      ? error('42703', `column "${name}" named in key does not exist`)
      : error('42703', `column "${name}" of relation "${table}" does not exist`),
  ambiguousColumn: (name, _clause, at) => error('42702', `column reference "${name}" is ambiguous`, { at }),
  columnExists: (name, table) => error('42701', `column "${name}" of relation "${table}" already exists`),
  noFunction: (_database, name, types, at) =>
    UNSIMULATED.test(name)
      ? notSimulated(`the function ${name}`)
      : error('42883', `function ${name}(${list(types)}) does not exist`, {
          at,
          hint: 'No function matches the given name and argument types. You might need to add explicit type casts.',
        }),
  wrongArguments: (name, at) =>
    error('42883', `function ${name} does not exist`, {
      at,
      hint: 'No function matches the given name and argument types. You might need to add explicit type casts.',
    }),
  noType: (name, at) => error('42704', `type "${name}" does not exist`, { at }),
  noVariable: (name) => error('42704', `unrecognized configuration parameter "${name}"`),
  valueCount: (_row, more, at) =>
    error(
      '42601',
      `INSERT has more ${more ? 'expressions than target columns' : 'target columns than expressions'}`,
      {
        at,
      },
    ),
  duplicate: ({ key, columns, values }) =>
    error('23505', `duplicate key value violates unique constraint "${key}"`, {
      detail: `Key (${list(columns)})=(${list(values)}) already exists.`,
    }),
  isNull: ({ table, column, row }) =>
    error('23502', `null value in column "${column}" of relation "${table}" violates not-null constraint`, {
      detail: `Failing row contains (${list(row)}).`,
    }),
  noDefault: ({ table, column, row }) =>
    error('23502', `null value in column "${column}" of relation "${table}" violates not-null constraint`, {
      detail: `Failing row contains (${list(row)}).`,
    }),
  tooLong: ({ type, length }) =>
    error('22001', `value too long for type ${type.replace(/\(.*/, '')}(${length})`),
  outOfRange({ type }) {
    const [, precision, scale] = /^numeric\((\d+),(\d+)\)/.exec(type) ?? [];
    if (precision === undefined) return error('22003', `${type} out of range`);
    const digits = Number(precision) - Number(scale);
    return error('22003', 'numeric field overflow', {
      detail: `A field with precision ${precision}, scale ${scale} must round to an absolute value less than ${digits === 0 ? '1' : `10^${digits}`}.`,
    });
  },
  badValue: ({ type, value, at }) =>
    error('22P02', `invalid input syntax for type ${type.replace(/\(.*/, '')}: "${value}"`, { at }),
  divisionByZero: () => error('22012', 'division by zero'),
  checkFails: ({ table, name, row }) =>
    error('23514', `new row for relation "${table}" violates check constraint "${name}"`, {
      detail: `Failing row contains (${list(row)}).`,
    }),
  noParent: ({ table, name, columns, values, references }) =>
    error('23503', `insert or update on table "${table}" violates foreign key constraint "${name}"`, {
      detail: `Key (${list(columns)})=(${list(values)}) is not present in table "${references}".`,
    }),
  hasChildren: ({ table, name, references, referenced, values }) =>
    error(
      '23503',
      `update or delete on table "${references}" violates foreign key constraint "${name}" on table "${table}"`,
      { detail: `Key (${list(referenced)})=(${list(values)}) is still referenced from table "${table}".` },
    ),
  noReferencedKey: (table) =>
    error('42830', `there is no unique constraint matching given keys for referenced table "${table}"`),
  multiplePrimaryKeys: (table) =>
    error('42P16', `multiple primary keys for table "${table}" are not allowed`),
  notGrouped: (column, at) =>
    error(
      '42803',
      `column "${column}" must appear in the GROUP BY clause or be used in an aggregate function`,
      {
        at,
      },
    ),
  oneColumn: (at) => error('42601', 'subquery must return only one column', { at }),
  oneRow: () => error('21000', 'more than one row returned by a subquery used as an expression'),
  unionColumns: (at) => error('42601', 'each UNION query must have the same number of columns', { at }),
  indexExists: (name) => error('42P07', `relation "${name}" already exists`),
  noIndex: (name) => error('42704', `index "${name}" does not exist`),
  dependents: (table, by) =>
    error('2BP01', `cannot drop table ${table} because other objects depend on it`, {
      detail: by
        .map((one) => `constraint ${one.name} on table ${one.table} depends on table ${table}`)
        .join('\n'),
      hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
    }),
  lockTimeout: () => error('55P03', 'canceling statement due to lock timeout'),
  noOperator: (operator, left, right, at) =>
    error('42883', `operator does not exist: ${left} ${operator} ${right}`, {
      at,
      hint: 'No operator matches the given name and argument types. You might need to add explicit type casts.',
    }),
  notBoolean: (clause, type, at) =>
    error('42804', `argument of ${clause} must be type boolean, not type ${type}`, { at }),
};

/** What is said outside the words that all dialects share. */
export const refused = {
  aborted: () =>
    error('25P02', 'current transaction is aborted, commands ignored until end of transaction block'),
  roleExists: (name: string) => error('42710', `role "${name}" already exists`),
  noRole: (name: string) => error('42704', `role "${name}" does not exist`),
  ownsThings: (name: string, what: readonly string[]) =>
    error('2BP01', `role "${name}" cannot be dropped because some objects depend on it`, {
      detail: what.join('\n'),
    }),
  denied: (what: string, name: string) => error('42501', `permission denied for ${what} ${name}`),
  createDenied: (what: string) => error('42501', `permission denied to create ${what}`),
  mustOwn: (what: string, name: string) => error('42501', `must be owner of ${what} ${name}`),
  inUse: (name: string, others: number) =>
    error('55006', `database "${name}" is being accessed by other users`, {
      detail: `There ${others === 1 ? 'is 1 other session' : `are ${others} other sessions`} using the database.`,
    }),
  ownDatabase: () => error('55006', 'cannot drop the currently open database'),
  inBlock: (tag: string) => error('25001', `${tag} cannot run inside a transaction block`),
};
