import { type Clause, SqlError, type Words } from '../sql/errors.ts';

/** MySQL and MariaDB word most things alike. */
export type Flavour = 'mysql' | 'mariadb';

const PLACES: Record<Clause, [mysql: string, mariadb: string]> = {
  'field list': ['field list', 'SELECT'],
  'where clause': ['where clause', 'WHERE'],
  'order clause': ['order clause', 'ORDER BY'],
  'group statement': ['group statement', 'GROUP BY'],
  'having clause': ['having clause', 'HAVING'],
  'on clause': ['on clause', 'ON'],
  'INSERT INTO': ['field list', 'INSERT INTO'],
  SET: ['field list', 'SET'],
};

const error = (code: number, state: string, message: string): SqlError =>
  new SqlError(message, { code, state });

/** What the servers say of mistakes (mysqld_error.h, errmsg-utf8.txt). */
export function mysqlWords(flavour: Flavour): Words {
  const isMaria = flavour === 'mariadb';
  const place = (clause: Clause) => PLACES[clause][isMaria ? 1 : 0];
  const product = isMaria ? 'MariaDB' : 'MySQL';
  const foreignKey = ({
    database,
    table,
    name,
    columns,
    references,
    referenced,
    onDelete,
  }: Parameters<Words['noParent']>[0]) => {
    const list = (names: readonly string[]) => names.map((one) => `\`${one}\``).join(', ');
    const action = onDelete === 'restrict' ? '' : ` ON DELETE ${onDelete.toUpperCase()}`;
    return `(\`${database}\`.\`${table}\`, CONSTRAINT \`${name}\` FOREIGN KEY (${list(columns)}) REFERENCES \`${references}\` (${list(referenced)})${action})`;
  };
  return {
    syntax(text, at) {
      const line = text.slice(0, at).split('\n').length;
      const near = text.slice(at).replace(/;\s*$/, '').slice(0, 80);
      return error(
        1064,
        '42000',
        `You have an error in your SQL syntax; check the manual that corresponds to your ${product} server version for the right syntax to use near '${near}' at line ${line}`,
      );
    },
    notSimulated: (what) => error(1235, '42000', `This is not simulated in Drydock: ${what}`),
    noDatabase: (name) => error(1049, '42000', `Unknown database '${name}'`),
    noDatabaseChosen: () => error(1046, '3D000', 'No database selected'),
    databaseExists: (name) => error(1007, 'HY000', `Can't create database '${name}'; database exists`),
    cannotDropDatabase: (name) =>
      error(1008, 'HY000', `Can't drop database '${name}'; database doesn't exist`),
    noTable: (database, table) => error(1146, '42S02', `Table '${database}.${table}' doesn't exist`),
    noTableToDrop: (database, tables) =>
      error(1051, '42S02', `Unknown table '${tables.map((table) => `${database}.${table}`).join(',')}'`),
    tableExists: (name) => error(1050, '42S01', `Table '${name}' already exists`),
    noColumn(name, table, clause) {
      if (name === '*' && table !== undefined) return error(1051, '42S02', `Unknown table '${table}'`);
      const isInsert = table?.startsWith('into ');
      const shown = table === undefined || isInsert ? name : `${table}.${name}`;
      return error(1054, '42S22', `Unknown column '${shown}' in '${place(clause)}'`);
    },
    noColumnToChange(name, _table, how) {
      if (how === 'key') return error(1072, '42000', `Key column '${name}' doesn't exist in table`);
      if (how === 'alter')
        return error(1054, '42S22', `Unknown column '${name}' in '${isMaria ? 'ALTER TABLE' : 'table'}'`);
      return error(
        1091,
        '42000',
        isMaria
          ? `Can't DROP COLUMN \`${name}\`; check that it exists`
          : `Can't DROP '${name}'; check that column/key exists`,
      );
    },
    ambiguousColumn: (name, clause) =>
      error(
        1052,
        '23000',
        isMaria
          ? `Column '${name}' in ${place(clause)} is ambiguous`
          : `Column '${name}' in ${place(clause)} is ambiguous`,
      ),
    columnExists: (name) => error(1060, '42S21', `Duplicate column name '${name}'`),
    noFunction: (database, name) =>
      error(1305, '42000', `FUNCTION ${database === '' ? '' : `${database}.`}${name} does not exist`),
    wrongArguments: (name) =>
      name === 'count' || name === 'sum' || name === 'avg' || name === 'min' || name === 'max'
        ? error(1111, 'HY000', 'Invalid use of group function')
        : error(1582, '42000', `Incorrect parameter count in the call to native function '${name}'`),
    noType: (name) =>
      isMaria
        ? error(4161, 'HY000', `Unknown data type: '${name}'`)
        : error(
            1064,
            '42000',
            `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${name}' at line 1`,
          ),
    noVariable: (name) => error(1193, 'HY000', `Unknown system variable '${name}'`),
    valueCount: (row) => error(1136, '21S01', `Column count doesn't match value count at row ${row}`),
    duplicate: ({ table, key, values }) =>
      error(
        1062,
        '23000',
        `Duplicate entry '${values.join('-')}' for key '${isMaria ? '' : `${table}.`}${key}'`,
      ),
    isNull: ({ column }) => error(1048, '23000', `Column '${column}' cannot be null`),
    noDefault: ({ column }) => error(1364, 'HY000', `Field '${column}' doesn't have a default value`),
    tooLong: ({ column, row }) => error(1406, '22001', `Data too long for column '${column}' at row ${row}`),
    outOfRange: ({ column, row }) =>
      error(1264, '22003', `Out of range value for column '${column}' at row ${row}`),
    badValue({ column, table, database, row, type, value }) {
      const kind = /int|bool/.test(type)
        ? 'integer'
        : /decimal|numeric/.test(type)
          ? 'decimal'
          : /double|float/.test(type)
            ? 'double'
            : type === 'timestamp'
              ? 'datetime'
              : type;
      const isMoment = /^(?:date|datetime|timestamp)$/.test(type);
      const where = isMaria ? `\`${database}\`.\`${table}\`.\`${column}\`` : `'${column}'`;
      const message = `Incorrect ${kind} value: '${value}' for column ${where} at row ${row}`;
      return error(
        isMoment ? 1292 : 1366,
        isMaria || isMoment ? (isMaria ? '22007' : '22007') : 'HY000',
        message,
      );
    },
    divisionByZero: () => undefined,
    checkFails: ({ table, name, database }) =>
      isMaria
        ? error(4025, '23000', `CONSTRAINT \`${name}\` failed for \`${database}\`.\`${table}\``)
        : error(3819, 'HY000', `Check constraint '${name}' is violated.`),
    noParent: (fault) =>
      error(
        1452,
        '23000',
        `Cannot add or update a child row: a foreign key constraint fails ${foreignKey(fault)}`,
      ),
    hasChildren: (fault) =>
      error(
        1451,
        '23000',
        `Cannot delete or update a parent row: a foreign key constraint fails ${foreignKey(fault)}`,
      ),
    noReferencedKey: (table) =>
      isMaria
        ? error(
            1005,
            'HY000',
            `Can't create table (errno: 150 "Foreign key constraint is incorrectly formed")`,
          )
        : error(
            1822,
            'HY000',
            `Failed to add the foreign key constraint. Missing index for constraint in the referenced table '${table}'`,
          ),
    multiplePrimaryKeys: () => error(1068, '42000', 'Multiple primary key defined'),
    notGrouped: (column) =>
      isMaria
        ? undefined
        : error(
            1055,
            '42000',
            `Expression of SELECT list is not in GROUP BY clause and contains nonaggregated column '${column}' which is not functionally dependent on columns in GROUP BY clause; this is incompatible with sql_mode=only_full_group_by`,
          ),
    oneColumn: () => error(1241, '21000', 'Operand should contain 1 column(s)'),
    oneRow: () => error(1242, '21000', 'Subquery returns more than 1 row'),
    unionColumns: () => error(1222, '21000', 'The used SELECT statements have a different number of columns'),
    indexExists: (name) => error(1061, '42000', `Duplicate key name '${name}'`),
    noIndex: (name) =>
      error(
        1091,
        '42000',
        isMaria
          ? `Can't DROP INDEX \`${name}\`; check that it exists`
          : `Can't DROP '${name}'; check that column/key exists`,
      ),
    dependents: (table, [by]) =>
      isMaria
        ? error(1451, '23000', 'Cannot delete or update a parent row: a foreign key constraint fails')
        : error(
            3730,
            'HY000',
            `Cannot drop table '${table}' referenced by a foreign key constraint '${by?.name}' on table '${by?.table}'.`,
          ),
    lockTimeout: () => error(1205, 'HY000', 'Lock wait timeout exceeded; try restarting transaction'),
    noOperator: (operator) => error(1064, '42000', `${operator} cannot be used so`),
    notBoolean: (clause) => error(1064, '42000', `${clause} wants a truth value`),
  };
}

/** What is said outside the words that all dialects share. */
export const access = {
  denied: (user: string, host: string, withPassword: boolean): SqlError =>
    error(
      1045,
      '28000',
      `Access denied for user '${user}'@'${host}' (using password: ${withPassword ? 'YES' : 'NO'})`,
    ),
  deniedDatabase: (user: string, host: string, database: string): SqlError =>
    error(1044, '42000', `Access denied for user '${user}'@'${host}' to database '${database}'`),
  deniedTable: (
    privilege: string,
    user: string,
    host: string,
    database: string,
    table: string,
    flavour: Flavour,
  ): SqlError =>
    error(
      1142,
      '42000',
      `${privilege} command denied to user '${user}'@'${host}' for table ${flavour === 'mariadb' ? `\`${database}\`.\`${table}\`` : `'${table}'`}`,
    ),
  needs: (privilege: string): SqlError =>
    error(
      1227,
      '42000',
      `Access denied; you need (at least one of) the ${privilege} privilege(s) for this operation`,
    ),
  failed: (what: string, accounts: string): SqlError =>
    error(1396, 'HY000', `Operation ${what} failed for ${accounts}`),
  noAccount: (flavour: Flavour): SqlError =>
    flavour === 'mariadb'
      ? error(1133, '28000', "Can't find any matching row in the user table")
      : error(1410, '42000', 'You are not allowed to create a user with GRANT'),
};
