import type { Dialect } from '../sql/dialect.ts';
import { COMMON, type FunctionTable, moments } from '../sql/functions.ts';
import type { TypeName } from '../sql/syntax.ts';
import {
  BOOLEAN,
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
import { postgresWords } from './words.ts';

/** Words that need quotes to be names. */
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc distinct do
else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit localtime
localtimestamp not null offset on only or order placing primary references returning select session_user some symmetric
table then to trailing true union unique user using variadic when where window with`.split(/\s+/),
);

const ZONED: SqlType = { kind: 'timestamp', name: 'timestamp with time zone' };

const pad = (value: number, digits: number) => String(value).padStart(digits, '0');

/** to_char(moment, picture): the parts of dates and times that one uses most. */
function toChar(ms: number, picture: string): string {
  const date = showMoment(ms).split(/[- :]/);
  const [year = '', month = '', day = '', hour = '', minute = '', second = ''] = date;
  return picture.replace(/YYYY|MM|DD|HH24|HH12|HH|MI|SS/g, (part) => {
    const twelve = pad(Number(hour) % 12 || 12, 2);
    return { YYYY: year, MM: month, DD: day, HH24: hour, HH12: twelve, HH: twelve, MI: minute, SS: second }[
      part
    ] as string;
  });
}

const FUNCTIONS: FunctionTable = {
  ...COMMON,
  ...moments(ZONED, 'now', 'current_timestamp', 'clock_timestamp', 'transaction_timestamp'),
  ...moments({ kind: 'timestamp', name: 'timestamp without time zone' }, 'localtimestamp'),
  btrim: COMMON['trim']!,
  character_length: COMMON['char_length']!,
  pow: COMMON['power']!,
  current_database: { min: 0, max: 0, type: TEXT, call: (_, { database }) => database ?? null },
  current_schema: { min: 0, max: 0, type: TEXT, call: () => 'public' },
  current_user: { min: 0, max: 0, type: TEXT, call: (_, { user }) => user },
  session_user: { min: 0, max: 0, type: TEXT, call: (_, { user }) => user },
  user: { min: 0, max: 0, type: TEXT, call: (_, { user }) => user },
  random: { min: 0, max: 0, type: FLOAT, call: (_, { random }) => random() },
  gen_random_uuid: { min: 0, max: 0, type: { kind: 'text', name: 'uuid' }, call: (_, { uuid }) => uuid() },
  pg_backend_pid: { min: 0, max: 0, type: INTEGER, call: (_, { connection }) => connection },
  pg_sleep: {
    min: 1,
    max: 1,
    type: { kind: 'text', name: 'void' },
    call([seconds], { delay }) {
      delay(toNumber(seconds ?? null) * 1000);
      return '';
    },
  },
  pg_is_in_recovery: { min: 0, max: 0, type: BOOLEAN, call: () => false },
  to_char: {
    min: 2,
    max: 2,
    type: TEXT,
    call: ([value, picture]) => (typeof value === 'number' ? toChar(value, String(picture)) : null),
  },
  initcap: {
    min: 1,
    max: 1,
    type: TEXT,
    call: ([value]) =>
      String(value)
        .toLowerCase()
        .replace(/(?<![a-z0-9])[a-z]/g, (letter) => letter.toUpperCase()),
  },
};

const RANGES: Record<string, readonly [number, number]> = {
  smallint: [-32_768, 32_767],
  integer: [-2_147_483_648, 2_147_483_647],
  bigint: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

const SAME: Record<string, string> = {
  int: 'integer',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
  smallserial: 'smallint',
  bool: 'boolean',
  decimal: 'numeric',
  float: 'double precision',
  float8: 'double precision',
  float4: 'real',
  varchar: 'character varying',
  char: 'character',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
};

function typeOf({ name: written, args }: TypeName): SqlType | undefined {
  const name = SAME[written] ?? written;
  const range = RANGES[name];
  if (range !== undefined) return { kind: 'integer', name, range };
  switch (name) {
    case 'numeric': {
      const [precision, scale = 0] = args;
      return precision === undefined ? { kind: 'decimal', name } : { ...decimal(scale, precision), name };
    }
    case 'double precision':
    case 'real':
      return { kind: 'float', name };
    case 'character varying':
      return args[0] === undefined ? { kind: 'text', name } : { kind: 'text', name, length: args[0] };
    case 'character':
      return { kind: 'text', name, length: args[0] ?? 1 };
    case 'text':
    case 'uuid':
    case 'name':
    case 'inet':
      return { kind: 'text', name };
    case 'json':
    case 'jsonb':
      return { kind: 'json', name };
    case 'boolean':
      return BOOLEAN;
    case 'date':
      return { kind: 'date', name };
    case 'timestamp without time zone':
    case 'timestamp with time zone':
      return { kind: 'timestamp', name, scale: args[0] ?? 6 };
    default:
      return undefined;
  }
}

/** A moment with as many digits of its second as it needs, and with its zone where the type has one. */
function momentText(ms: number, type: SqlType): string {
  const text = showMoment(ms, Math.min(type.scale ?? 6, 6)).replace(/\.?0+$/, (zeros) =>
    zeros.startsWith('.') ? '' : zeros,
  );
  const short = text.includes('.') ? text.replace(/0+$/, '') : text;
  return type.name === 'timestamp with time zone' ? `${short}+00` : short;
}

export const postgresDialect: Dialect = {
  name: 'postgres',
  lexis: { nameQuote: '"', backslashes: false, hashComments: false, dollarQuotes: true, foldsNames: true },
  reserved: RESERVED,
  words: postgresWords,
  functions: FUNCTIONS,
  loose: false,
  type: typeOf,
  show(value, type) {
    if (value === null) return null;
    if (typeof value === 'boolean') return value ? 't' : 'f';
    if (typeof value === 'string') return value;
    switch (type.kind) {
      case 'decimal':
        return type.scale === undefined ? String(value) : showDecimal(value, type.scale);
      case 'date':
        return showDate(value);
      case 'timestamp':
        return momentText(value, type);
      default:
        return String(value);
    }
  },
  constraintName(kind, table, columns, taken) {
    const tail = { primary: 'pkey', unique: 'key', index: 'idx', check: 'check', foreign: 'fkey' }[kind];
    const stem = kind === 'primary' ? `${table}_${tail}` : [table, ...columns, tail].join('_');
    let name = stem;
    for (let i = 1; taken.has(name); i++) name = `${stem}${i}`;
    return name;
  },
  label(_text, expression) {
    switch (expression.kind) {
      case 'column':
        return expression.name;
      case 'call':
        return expression.name === 'trim' ? 'btrim' : expression.name;
      case 'case':
        return 'case';
      case 'exists':
        return 'exists';
      case 'literal':
        return '?column?';
      case 'cast':
        return expression.operand.kind === 'column'
          ? expression.operand.name
          : (SHORT[expression.type.name] ?? expression.type.name);
      default:
        return '?column?';
    }
  },
};

/** A cast is called by the type's own name. */
const SHORT: Record<string, string> = {
  int: 'int4',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  boolean: 'bool',
  decimal: 'numeric',
};
