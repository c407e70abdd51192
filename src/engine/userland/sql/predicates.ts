import type { Compiled } from './compile.ts';
import type { Dialect } from './dialect.ts';
import { comparison } from './operators.ts';
import type { Environment } from './scope.ts';
import type { Expression } from './syntax.ts';
import { BOOLEAN, compare, type SqlType, type Value } from './value.ts';

/** IN, LIKE and IS, and what counts as true. */
/** Whether a value counts as true; null when that is not known. */
export function truth(value: Value): boolean | null {
  if (value === null) return null;
  if (typeof value === 'string') return (Number.parseFloat(value) || 0) !== 0;
  return Boolean(value);
}

/** What two values give; null when one of them is null. */
export function both(
  left: Compiled,
  right: Compiled,
  environment: Environment,
  use: (a: Value, b: Value) => Value,
): Value {
  const a = left.evaluate(environment);
  if (a === null) return null;
  const b = right.evaluate(environment);
  return b === null ? null : use(a, b);
}

interface Subquery {
  types: SqlType[];
  rows(outer: Environment): Value[][];
}

export function among(
  { not, at }: Extract<Expression, { kind: 'in' }>,
  value: Compiled,
  list: readonly Compiled[] | Subquery,
  dialect: Dialect,
): Compiled {
  const verdict = (found: boolean, unknown: boolean): Value => (found ? !not : unknown ? null : not);
  if ('rows' in list) {
    if (list.types.length !== 1) throw dialect.words.oneColumn(at);
    return {
      type: BOOLEAN,
      evaluate(environment) {
        const own = value.evaluate(environment);
        const others = list.rows(environment).map(([other = null]) => other);
        if (own === null) return others.length === 0 ? not : null;
        const found = others.some((other) => other !== null && compare(own, other, dialect.loose) === 0);
        return verdict(found, others.includes(null));
      },
    };
  }
  const tests = list.map((one) => comparison('=', value, one, at, dialect));
  return {
    type: BOOLEAN,
    evaluate(environment) {
      const results = tests.map((test) => test.evaluate(environment));
      return verdict(results.includes(true), results.includes(null));
    },
  };
}

export function like(
  { not, ignoreCase }: Extract<Expression, { kind: 'like' }>,
  value: Compiled,
  wanted: Compiled,
  dialect: Dialect,
): Compiled {
  const flags = ignoreCase || dialect.loose ? 'isu' : 'su';
  return {
    type: BOOLEAN,
    evaluate: (environment) =>
      both(value, wanted, environment, (text, form) => {
        const shown = dialect.show(text, value.type) ?? '';
        return new RegExp(`^${likePattern(String(form))}$`, flags).test(shown) !== not;
      }),
  };
}

/** A pattern of LIKE as a regular expression: `%` is anything, `_` a character, a backslash quotes. */
export const likePattern = (pattern: string): string =>
  pattern.replace(/\\([\s\S])|%|_|[.*+?^${}()|[\]\\/-]/g, (found, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
    return found === '%' ? '.*' : found === '_' ? '.' : `\\${found}`;
  });

export function is({ what, not }: Extract<Expression, { kind: 'is' }>, value: Compiled): Compiled {
  return {
    type: BOOLEAN,
    notNull: true,
    evaluate(environment) {
      const own = value.evaluate(environment);
      return (what === null ? own === null : truth(own) === what) !== not;
    },
  };
}
