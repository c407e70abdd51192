import { AGGREGATES } from './aggregates.ts';
import { assign, convert } from './coerce.ts';
import type { Dialect } from './dialect.ts';
import type { Clause } from './errors.ts';
import type { CallContext } from './functions.ts';
import { arithmetic, comparison } from './operators.ts';
import { among, both, is, like, truth } from './predicates.ts';
import type { Environment, Scope } from './scope.ts';
import type { Expression, Select } from './syntax.ts';
import { BOOLEAN, decimal, INTEGER, type SqlType, TEXT, TIMESTAMP, UNKNOWN, type Value } from './value.ts';

/** An expression with its names found and its type known. */
export interface Compiled {
  type: SqlType;
  evaluate(environment: Environment): Value;
  /** Whether it can never be null. */
  notNull?: boolean;
  /** A text that stands in the statement, whose type its neighbours decide. */
  literal?: string;
  /** Where that text stands. */
  literalAt?: number;
}

/** An aggregate of a query: what it is computed of, for each row of a group. */
export interface CompiledAggregate {
  name: string;
  argument: Compiled | undefined;
  distinct: boolean;
  separator: string;
  orderBy: { by: Compiled; descending: boolean }[];
}

/** What compiling needs to know of where an expression stands. */
export interface CompileContext {
  dialect: Dialect;
  scope: Scope;
  clause: Clause;
  session: CallContext;
  variable(name: string): Value | undefined;
  /** Runs a query within the present one. */
  query(select: Select, outer: Scope): { types: SqlType[]; rows(outer: Environment): Value[][] };
  /** Where aggregates are collected; without it they may not stand here. */
  aggregates?: CompiledAggregate[] | undefined;
  /** Asked of each column outside an aggregate in a query with groups. */
  grouped?: ((place: number, name: string, at: number) => void) | undefined;
}

export function compile(expression: Expression, c: CompileContext): Compiled {
  const { dialect } = c;
  switch (expression.kind) {
    case 'literal':
      return literal(expression);
    case 'column':
      return column(expression, c);
    case 'variable': {
      const value = c.variable(expression.name);
      if (value === undefined) throw dialect.words.noVariable(expression.name.replace(/^@@?/, ''));
      return constant(value, typeof value === 'number' ? INTEGER : TEXT);
    }
    case 'unary':
      return unary(expression, c);
    case 'binary':
      return binary(expression, c);
    case 'call':
      return call(expression, c);
    case 'case':
      return cases(expression, c);
    case 'in': {
      const list = expression.among;
      const value = compile(expression.operand, c);
      const others = 'kind' in list ? c.query(list, c.scope) : list.map((one) => compile(one, c));
      return among(expression, value, others, c.dialect);
    }
    case 'between': {
      const { operand, low, high, not, at } = expression;
      const both: Expression = {
        kind: 'binary',
        operator: 'and',
        at,
        left: { kind: 'binary', operator: '>=', left: operand, right: low, at },
        right: { kind: 'binary', operator: '<=', left: operand, right: high, at },
      };
      return compile(not ? { kind: 'unary', operator: 'not', operand: both, at } : both, c);
    }
    case 'like':
      return like(expression, compile(expression.operand, c), compile(expression.pattern, c), dialect);
    case 'is':
      return is(expression, compile(expression.operand, c));
    case 'exists': {
      const query = c.query(expression.query, c.scope);
      return { type: BOOLEAN, notNull: true, evaluate: (environment) => query.rows(environment).length > 0 };
    }
    case 'subquery':
      return subquery(expression, c);
    case 'cast':
      return cast(expression, c);
    case 'interval':
    case 'default':
      return dialect.words.syntax('', expression.at, expression.kind.toUpperCase()) as never;
  }
}

const constant = (value: Value, type: SqlType): Compiled => ({
  type,
  evaluate: () => value,
  notNull: value !== null,
});

function literal({ value, type, scale = 0, at }: Extract<Expression, { kind: 'literal' }>): Compiled {
  switch (type) {
    case 'integer':
      return constant(value, {
        ...INTEGER,
        ...(Math.abs(Number(value)) > 2_147_483_647 ? { name: 'bigint' } : {}),
      });
    case 'decimal':
      return constant(value, decimal(scale));
    case 'boolean':
      return constant(value, BOOLEAN);
    case 'null':
      return constant(null, UNKNOWN);
    case 'string':
      return { ...constant(value, UNKNOWN), literal: value as string, literalAt: at };
  }
}

function column({ table, name, at }: Extract<Expression, { kind: 'column' }>, c: CompileContext): Compiled {
  const { depth, place, type, name: own, notNull } = c.scope.find(table, name, c.clause, at);
  if (depth === 0) c.grouped?.(place, own, at);
  if (depth === 0) return { type, notNull, evaluate: ({ tuple }) => tuple[place] ?? null };
  return {
    type,
    notNull,
    evaluate(environment) {
      let there: Environment | undefined = environment;
      for (let i = depth; i > 0; i--) there = there?.outer;
      return there?.tuple[place] ?? null;
    },
  };
}

function unary(
  { operator, operand, at }: Extract<Expression, { kind: 'unary' }>,
  c: CompileContext,
): Compiled {
  const inner = compile(operand, c);
  if (operator === 'not') {
    requireBoolean(inner, 'NOT', c, at);
    return {
      type: BOOLEAN,
      notNull: inner.notNull ?? false,
      evaluate(environment) {
        const value = truth(inner.evaluate(environment));
        return value === null ? null : !value;
      },
    };
  }
  return {
    type: inner.type.kind === 'unknown' ? INTEGER : inner.type,
    notNull: inner.notNull ?? false,
    evaluate(environment) {
      const value = convert(inner.evaluate(environment), { kind: 'float', name: '' }, c.dialect);
      if (value === null) return null;
      return operator === '-' ? -Number(value ?? 0) + 0 : Number(value ?? 0);
    },
  };
}

/** PostgreSQL wants truth values where truth is asked for. */
function requireBoolean(operand: Compiled, what: string, { dialect }: CompileContext, at: number): void {
  if (dialect.loose || operand.type.kind === 'boolean' || operand.type.kind === 'unknown') return;
  throw dialect.words.notBoolean(what, operand.type.name, at);
}

/** A condition: of WHERE, HAVING, ON. */
export function condition(
  expression: Expression,
  c: CompileContext,
  what: string,
): (environment: Environment) => boolean {
  const compiled = compile(expression, c);
  requireBoolean(compiled, what, c, expression.at);
  return (environment) => truth(compiled.evaluate(environment)) === true;
}

function binary(expression: Extract<Expression, { kind: 'binary' }>, c: CompileContext): Compiled {
  const { dialect } = c;
  const { operator, at } = expression;
  if (expression.right.kind === 'interval') return shifted(expression, expression.right, c);
  const left = compile(expression.left, c);
  const right = compile(expression.right, c);
  if (operator === 'and' || operator === 'or' || (operator === '||' && dialect.name === 'mysql')) {
    const all = operator === 'and';
    for (const side of [left, right]) requireBoolean(side, all ? 'AND' : 'OR', c, at);
    return {
      type: BOOLEAN,
      notNull: Boolean(left.notNull && right.notNull),
      evaluate(environment) {
        const a = truth(left.evaluate(environment));
        if (a === !all) return a;
        const b = truth(right.evaluate(environment));
        if (b === !all) return b;
        return a === null || b === null ? null : all;
      },
    };
  }
  if (operator === '||')
    return {
      type: TEXT,
      evaluate: (e) => both(left, right, e, (a, b) => `${showIn(a, left, c)}${showIn(b, right, c)}`),
    };
  if (/^[<>=]/.test(operator)) return comparison(operator, left, right, at, dialect);
  if (operator === '~' || operator === '~*' || operator === '!~') {
    const flags = operator === '~*' ? 'i' : '';
    return {
      type: BOOLEAN,
      evaluate: (e) =>
        both(left, right, e, (a, b) => new RegExp(String(b), flags).test(String(a)) !== (operator === '!~')),
    };
  }
  if (operator === '->' || operator === '->>') throw dialect.words.notSimulated(`the operator ${operator}`);
  return arithmetic(operator, left, right, at, dialect);
}

/** A value as it is joined to a text. */
const showIn = (value: Value, { type }: Compiled, { dialect }: CompileContext): string =>
  dialect.show(value, type) ?? '';

const SPANS: Record<string, number> = {
  microsecond: 0.001,
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  min: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** A moment and an interval. Months and years are not simulated. */
function shifted(
  { operator, left }: Extract<Expression, { kind: 'binary' }>,
  { amount, unit, at }: Extract<Expression, { kind: 'interval' }>,
  c: CompileContext,
): Compiled {
  const moment = compile(left, c);
  const count = compile(amount, c);
  const span = SPANS[unit];
  if (span === undefined) throw c.dialect.words.notSimulated(`INTERVAL in ${unit}`);
  if (operator !== '+' && operator !== '-') throw c.dialect.words.syntax('', at, unit);
  const sign = operator === '+' ? 1 : -1;
  return {
    type: TIMESTAMP,
    evaluate: (environment) =>
      both(moment, count, environment, (value, by) => {
        const from = convert(value, TIMESTAMP, c.dialect);
        return typeof from === 'number' ? from + sign * Number(by) * span : null;
      }),
  };
}

function call(expression: Extract<Expression, { kind: 'call' }>, c: CompileContext): Compiled {
  const { name, args, star, at } = expression;
  const { dialect, session } = c;
  if (Object.hasOwn(AGGREGATES, name) && (star || args.length > 0)) return aggregate(expression, c);
  const known = Object.hasOwn(dialect.functions, name) ? dialect.functions[name] : undefined;
  const compiled = args.map((arg) => compile(arg, c));
  const types = compiled.map(({ type }) => type);
  if (known === undefined || star)
    throw dialect.words.noFunction(
      session.database ?? '',
      name,
      types.map((type) => type.name),
      at,
    );
  const constants = args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined));
  if (compiled.length < known.min || compiled.length > known.max)
    throw dialect.words.wrongArguments(name, at);
  return {
    type: typeof known.type === 'function' ? known.type(types, constants) : known.type,
    notNull:
      !known.mayBeNull &&
      (known.seesNull ? compiled.some((arg) => arg.notNull) : compiled.every((arg) => arg.notNull)),
    evaluate(environment) {
      const values = compiled.map((arg) => arg.evaluate(environment));
      if (!known.seesNull && values.includes(null)) return null;
      return known.call(
        values.map((value, i) =>
          typeof value === 'number' && ['date', 'timestamp'].includes(types[i]!.kind) && TAKES_TEXT.has(name)
            ? dialect.show(value, types[i]!)
            : value,
        ),
        session,
      );
    },
  };
}

/** Functions that see a moment as its text. */
const TAKES_TEXT = new Set([
  'concat',
  'concat_ws',
  'substring',
  'substr',
  'left',
  'right',
  'length',
  'char_length',
  'replace',
]);

function aggregate(expression: Extract<Expression, { kind: 'call' }>, c: CompileContext): Compiled {
  const { name, args, distinct, star, orderBy, at } = expression;
  const { aggregates, dialect } = c;
  if (aggregates === undefined) throw dialect.words.wrongArguments(name, at);
  // What is within is computed of each row.
  const within: CompileContext = { ...c, aggregates: undefined, grouped: undefined };
  const argument = star ? undefined : compile(args[0]!, within);
  const second = args[1] === undefined ? undefined : compile(args[1], within);
  const place = aggregates.length;
  aggregates.push({
    name,
    argument,
    distinct,
    separator: second === undefined ? ',' : String(second.evaluate({ tuple: [], outer: undefined })),
    orderBy: orderBy.map(({ by, descending }) => ({ by: compile(by, within), descending })),
  });
  return {
    type: AGGREGATES[name]!.type(argument?.type, dialect),
    notNull: name === 'count',
    evaluate: (environment) => environment.aggregates?.[place] ?? null,
  };
}

/** The type that all of some expressions can have. */
function common(types: readonly SqlType[]): SqlType {
  const known = types.filter(({ kind }) => kind !== 'unknown');
  return (
    known.find(({ kind }) => kind === 'text') ??
    known.find(({ kind }) => kind === 'decimal') ??
    known[0] ??
    TEXT
  );
}

function cases(
  { operand, whens, otherwise }: Extract<Expression, { kind: 'case' }>,
  c: CompileContext,
): Compiled {
  const tests = whens.map(([when]) =>
    operand === undefined
      ? condition(when, c, 'CASE/WHEN')
      : condition({ kind: 'binary', operator: '=', left: operand, right: when, at: when.at }, c, 'CASE/WHEN'),
  );
  const results = whens.map(([, result]) => compile(result, c));
  const last = otherwise === undefined ? undefined : compile(otherwise, c);
  return {
    type: common([...results, ...(last ? [last] : [])].map(({ type }) => type)),
    evaluate(environment) {
      const found = tests.findIndex((test) => test(environment));
      return (found === -1 ? last : results[found])?.evaluate(environment) ?? null;
    },
  };
}

function subquery({ query, at }: Extract<Expression, { kind: 'subquery' }>, c: CompileContext): Compiled {
  const { types, rows } = c.query(query, c.scope);
  if (types.length !== 1) throw c.dialect.words.oneColumn(at);
  return {
    type: types[0]!,
    evaluate(environment) {
      const found = rows(environment);
      if (found.length > 1) throw c.dialect.words.oneRow();
      return found[0]?.[0] ?? null;
    },
  };
}

function cast({ operand, type, at }: Extract<Expression, { kind: 'cast' }>, c: CompileContext): Compiled {
  const { dialect } = c;
  const inner = compile(operand, c);
  const target = dialect.type(type);
  if (target === undefined) throw dialect.words.noType(type.name, at);
  const place = { column: '', table: '', database: '', row: 1, at: operand.at };
  return {
    type: target,
    evaluate(environment) {
      const value = inner.evaluate(environment);
      if (target.kind === 'text' && value !== null) {
        const shown = dialect.show(value, inner.type) ?? '';
        return target.length === undefined ? shown : [...shown].slice(0, target.length).join('');
      }
      if (!dialect.loose) return assign(value, target, place, dialect);
      return (
        convert(value, target, dialect) ??
        convert(Number.parseFloat(String(value)) || 0, target, dialect) ??
        null
      );
    },
  };
}
