import { textToBytes } from '../lib/text.ts';
import type { Dialect } from '../sql/dialect.ts';
import { COMMON, type FunctionTable, moments } from '../sql/functions.ts';
import type { TypeName } from '../sql/syntax.ts';
import {
  decimal,
  FLOAT,
  INTEGER,
  type SqlType,
  showDate,
  showDecimal,
  showMoment,
  TEXT,
  toNumber,
} from '../sql/value.ts';
import { type Flavour, mysqlWords } from './words.ts';

/** Words that need a grave accent to be names. */
const RESERVED = new Set(
  `add all alter and as asc between by case check column constraint create cross database databases default delete desc
describe distinct div drop else exists explain false for foreign from grant group having if ignore in index inner insert
interval into is join key keys left like limit mod not null on or order outer primary references rename replace restrict
revoke right schema select separator set show table then to true union unique unsigned update usage use using values when
where with`.split(/\s+/),
);

const SECONDS: SqlType = { kind: 'timestamp', name: 'datetime' };

const FUNCTIONS: FunctionTable = {
  ...COMMON,
  ...moments(SECONDS, 'now', 'current_timestamp', 'localtime', 'localtimestamp', 'sysdate', 'utc_timestamp'),
  length: { min: 1, max: 1, type: INTEGER, call: ([value]) => textToBytes(String(value)).length },
  character_length: COMMON['char_length']!,
  curdate: COMMON['current_date']!,
  ifnull: COMMON['coalesce']!,
  mid: COMMON['substring']!,
  lcase: COMMON['lower']!,
  ucase: COMMON['upper']!,
  pow: COMMON['power']!,
  if: {
    min: 3,
    max: 3,
    type: ([, yes]) => yes ?? TEXT,
    seesNull: true,
    call: ([test = null, yes = null, no = null]) => (toNumber(test) !== 0 ? yes : no),
  },
  database: { min: 0, max: 0, type: TEXT, mayBeNull: true, call: (_, { database }) => database ?? null },
  schema: { min: 0, max: 0, type: TEXT, mayBeNull: true, call: (_, { database }) => database ?? null },
  user: { min: 0, max: 0, type: TEXT, call: (_, { user }) => user },
  current_user: { min: 0, max: 0, type: TEXT, call: (_, { account }) => account },
  session_user: { min: 0, max: 0, type: TEXT, call: (_, { user }) => user },
  system_user: { min: 0, max: 0, type: TEXT, call: (_, { user }) => user },
  connection_id: { min: 0, max: 0, type: INTEGER, call: (_, { connection }) => connection },
  last_insert_id: { min: 0, max: 0, type: INTEGER, call: (_, { lastInsertId }) => lastInsertId },
  rand: { min: 0, max: 0, type: FLOAT, call: (_, { random }) => random() },
  uuid: { min: 0, max: 0, type: TEXT, call: (_, { uuid }) => uuid() },
  sleep: {
    min: 1,
    max: 1,
    type: INTEGER,
    call([seconds], { delay }) {
      delay(toNumber(seconds ?? null) * 1000);
      return 0;
    },
  },
  date: {
    min: 1,
    max: 1,
    type: { kind: 'date', name: 'date' },
    call: ([value]) => (typeof value === 'number' ? Math.floor(value / 86_400_000) * 86_400_000 : null),
  },
  unix_timestamp: { min: 0, max: 0, type: INTEGER, call: (_, { now }) => Math.floor(now() / 1000) },
};

const RANGES: Record<string, readonly [number, number]> = {
  tinyint: [-128, 127],
  smallint: [-32_768, 32_767],
  mediumint: [-8_388_608, 8_388_607],
  int: [-2_147_483_648, 2_147_483_647],
  bigint: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

const SAME: Record<string, string> = {
  integer: 'int',
  bool: 'tinyint',
  boolean: 'tinyint',
  dec: 'decimal',
  numeric: 'decimal',
  real: 'double',
  'double precision': 'double',
  serial: 'bigint',
  signed: 'bigint',
};

function typeOf({ name: written, args, unsigned }: TypeName): SqlType | undefined {
  const name = SAME[written] ?? written;
  const range = RANGES[name];
  if (range !== undefined) {
    const [, most] = range;
    return {
      kind: 'integer',
      name,
      range: unsigned ? [0, Math.min(2 * most + 1, Number.MAX_SAFE_INTEGER)] : range,
    };
  }
  switch (name) {
    case 'decimal': {
      const [precision = 10, scale = 0] = args;
      return { ...decimal(scale, precision), name };
    }
    case 'double':
    case 'float':
      return { kind: 'float', name };
    case 'char':
    case 'varchar':
    case 'character':
    case 'character varying':
      return {
        kind: 'text',
        name: name.startsWith('char') && !name.includes('varying') ? 'char' : 'varchar',
        length: args[0] ?? 1,
      };
    case 'text':
    case 'tinytext':
    case 'mediumtext':
    case 'longtext':
    case 'enum':
      return name === 'enum' ? undefined : { kind: 'text', name };
    case 'json':
      return { kind: 'json', name };
    case 'date':
      return { kind: 'date', name };
    case 'datetime':
    case 'timestamp':
      return { kind: 'timestamp', name, scale: args[0] ?? 0 };
    default:
      return undefined;
  }
}

export const mysqlDialect = (flavour: Flavour): Dialect => ({
  name: 'mysql',
  lexis: { nameQuote: '`', backslashes: true, hashComments: true, dollarQuotes: false, foldsNames: false },
  reserved: RESERVED,
  words: mysqlWords(flavour),
  functions: FUNCTIONS,
  loose: true,
  type: typeOf,
  show(value, type) {
    if (value === null) return null;
    if (typeof value === 'boolean') return String(Number(value));
    if (typeof value === 'string') return value;
    switch (type.kind) {
      case 'decimal':
        return type.scale === undefined ? String(value) : showDecimal(value, type.scale);
      case 'date':
        return showDate(value);
      case 'timestamp':
        return showMoment(value, type.scale ?? 0);
      default:
        return String(value);
    }
  },
  constraintName(kind, table, columns, taken) {
    if (kind === 'primary') return 'PRIMARY';
    const numbered = (stem: string, first: number) => {
      let i = first;
      while (taken.has(`${stem}${i}`)) i++;
      return `${stem}${i}`;
    };
    if (kind === 'check' && flavour === 'mariadb' && columns.length > 0) return `${table}.${columns[0]}`;
    if (kind === 'check') return numbered(flavour === 'mariadb' ? 'CONSTRAINT_' : `${table}_chk_`, 1);
    if (kind === 'foreign') return numbered(`${table}_ibfk_`, 1);
    const [first = ''] = columns;
    return taken.has(first) ? numbered(`${first}_`, 2) : first;
  },
  label(text, expression) {
    if (expression.kind === 'column') return expression.name;
    if (expression.kind !== 'literal' || typeof expression.value === 'number') return text;
    return typeof expression.value === 'string' ? expression.value : String(expression.value).toUpperCase();
  },
});
