import type { Expression, Order, TypeName } from './syntax.ts';
import type { TokenStream } from './token-stream.ts';

/** Expressions, by precedence: what binds weakest comes first. */
export const parseExpression = (s: TokenStream): Expression => disjunction(s);

function leftToRight(
  s: TokenStream,
  operand: (s: TokenStream) => Expression,
  operator: (s: TokenStream) => string | undefined,
): Expression {
  let left = operand(s);
  for (;;) {
    const { at } = s.next;
    const found = operator(s);
    if (found === undefined) return left;
    left = { kind: 'binary', operator: found, left, right: operand(s), at };
  }
}

const disjunction = (s: TokenStream): Expression =>
  leftToRight(s, conjunction, () => (s.accept('or') ? 'or' : undefined));

const conjunction = (s: TokenStream): Expression =>
  leftToRight(s, negation, () => (s.accept('and') || s.acceptOperator('&&') ? 'and' : undefined));

function negation(s: TokenStream): Expression {
  const { at } = s.next;
  if (s.sees('not') && !s.peek(1).text.match(/^exists$/i)) {
    s.take();
    return { kind: 'unary', operator: 'not', operand: negation(s), at };
  }
  return comparison(s);
}

const COMPARISONS = ['=', '<>', '!=', '<=>', '<=', '>=', '<', '>', '~', '~*', '!~'];

function comparison(s: TokenStream): Expression {
  let left = sum(s);
  for (;;) {
    const { at, kind, text } = s.next;
    if (kind === 'operator' && COMPARISONS.includes(text)) {
      s.take();
      left = { kind: 'binary', operator: text === '!=' ? '<>' : text, left, right: sum(s), at };
      continue;
    }
    const predicate = parsePredicate(s, left, at);
    if (predicate === undefined) return left;
    left = predicate;
  }
}

/** IS, IN, BETWEEN, LIKE and their negations. */
function parsePredicate(s: TokenStream, operand: Expression, at: number): Expression | undefined {
  if (s.accept('is')) {
    const not = s.accept('not');
    const what = s.acceptOne('null', 'true', 'false', 'unknown');
    if (what === undefined) return s.fail();
    const value = what === 'true' ? true : what === 'false' ? false : null;
    return { kind: 'is', operand, what: value, not, at };
  }
  if (s.accept('isnull')) return { kind: 'is', operand, what: null, not: false, at };
  const negated = s.sees('not') && /^(?:in|between|like|ilike|regexp)$/i.test(s.peek(1).text);
  if (negated) s.take();
  if (s.accept('in')) {
    s.expectOperator('(');
    const among = s.sees('select') ? s.query() : s.list(() => parseExpression(s));
    s.expectOperator(')');
    return { kind: 'in', operand, among, not: negated, at };
  }
  if (s.accept('between')) {
    const low = sum(s);
    s.expect('and');
    return { kind: 'between', operand, low, high: sum(s), not: negated, at };
  }
  if (s.sees('like') || s.sees('ilike')) {
    const ignoreCase = s.take().text.toLowerCase() === 'ilike';
    return { kind: 'like', operand, pattern: sum(s), not: negated, ignoreCase, at };
  }
  if (negated) return s.fail();
  return undefined;
}

const sum = (s: TokenStream): Expression =>
  leftToRight(s, product, () => ['+', '-', '||', '->', '->>'].find((operator) => s.acceptOperator(operator)));

const product = (s: TokenStream): Expression =>
  leftToRight(s, power, () => {
    const word = s.acceptOne('div', 'mod');
    return word ?? ['*', '/', '%'].find((operator) => s.acceptOperator(operator));
  });

const power = (s: TokenStream): Expression =>
  leftToRight(s, sign, () => (s.acceptOperator('^') ? '^' : undefined));

function sign(s: TokenStream): Expression {
  const { at } = s.next;
  for (const operator of ['-', '+'] as const)
    if (s.acceptOperator(operator)) return { kind: 'unary', operator, operand: sign(s), at };
  if (s.acceptOperator('!')) return { kind: 'unary', operator: 'not', operand: sign(s), at };
  return casts(s);
}

function casts(s: TokenStream): Expression {
  let operand = primary(s);
  for (;;) {
    const { at } = s.next;
    if (!s.acceptOperator('::')) return operand;
    operand = { kind: 'cast', operand, type: parseType(s), at };
  }
}

function primary(s: TokenStream): Expression {
  const { kind, text, at } = s.next;
  if (kind === 'number') {
    s.take();
    if (/^\d+$/.test(text)) return { kind: 'literal', value: Number(text), type: 'integer', at };
    const scale = /\.(\d*)/.exec(text)?.[1]?.length ?? 0;
    return { kind: 'literal', value: Number(text), type: 'decimal', scale, at };
  }
  if (kind === 'string') {
    let value = '';
    // Texts that follow each other are one.
    while (s.next.kind === 'string') value += s.take().value;
    return { kind: 'literal', value, type: 'string', at };
  }
  if (kind === 'variable') return { kind: 'variable', name: s.take().text, at };
  if (s.acceptOperator('(')) {
    if (s.sees('select')) {
      const query = s.query();
      s.expectOperator(')');
      return { kind: 'subquery', query, at };
    }
    const inner = parseExpression(s);
    s.expectOperator(')');
    return inner;
  }
  if (kind === 'word' && s.peek(1).text !== '.') {
    const special = keyword(s, text.toLowerCase(), at);
    if (special !== undefined) return special;
  }
  return nameOrCall(s, at);
}

/** What begins with a word of the language. */
function keyword(s: TokenStream, word: string, at: number): Expression | undefined {
  switch (word) {
    case 'null':
      s.take();
      return { kind: 'literal', value: null, type: 'null', at };
    case 'true':
    case 'false':
      s.take();
      return { kind: 'literal', value: word === 'true', type: 'boolean', at };
    case 'default':
      s.take();
      return { kind: 'default', at };
    case 'case':
      s.take();
      return parseCase(s, at);
    case 'exists':
      s.take();
      return { kind: 'exists', query: parenthesizedQuery(s), at };
    case 'not':
      s.take();
      s.expect('exists');
      return {
        kind: 'unary',
        operator: 'not',
        operand: { kind: 'exists', query: parenthesizedQuery(s), at },
        at,
      };
    case 'cast':
      if (s.peek(1).text !== '(') return undefined;
      s.take();
      return parseCast(s, at);
    case 'interval':
      if (!['string', 'number'].includes(s.peek(1).kind)) return undefined;
      s.take();
      return parseInterval(s, at);
    case 'current_timestamp':
    case 'current_date':
    case 'current_time':
    case 'localtimestamp':
    case 'current_user':
    case 'session_user':
      s.take();
      if (s.acceptOperator('(')) {
        if (s.next.kind === 'number') s.take();
        s.expectOperator(')');
      }
      return { kind: 'call', name: word, args: [], distinct: false, star: false, orderBy: [], at };
    case 'date':
    case 'timestamp':
      if (s.peek(1).kind !== 'string') return undefined;
      return { kind: 'cast', type: parseType(s), operand: primary(s), at };
    default:
      return undefined;
  }
}

function parenthesizedQuery(s: TokenStream) {
  s.expectOperator('(');
  const query = s.query();
  s.expectOperator(')');
  return query;
}

function parseCase(s: TokenStream, at: number): Expression {
  const operand = s.sees('when') ? undefined : parseExpression(s);
  const whens: (readonly [Expression, Expression])[] = [];
  while (s.accept('when')) {
    const when = parseExpression(s);
    s.expect('then');
    whens.push([when, parseExpression(s)]);
  }
  if (whens.length === 0) s.fail();
  const otherwise = s.accept('else') ? parseExpression(s) : undefined;
  s.expect('end');
  return { kind: 'case', operand, whens, otherwise, at };
}

function parseCast(s: TokenStream, at: number): Expression {
  s.expectOperator('(');
  const operand = parseExpression(s);
  s.expect('as');
  const type = parseType(s);
  s.expectOperator(')');
  return { kind: 'cast', operand, type, at };
}

/** `INTERVAL 1 DAY`, `INTERVAL '1 day'`. */
function parseInterval(s: TokenStream, at: number): Expression {
  const token = s.next;
  const both = token.kind === 'string' ? /^\s*(-?\d+)\s+([a-z]+?)s?\s*$/i.exec(token.value) : null;
  if (both !== null) {
    s.take();
    const amount: Expression = { kind: 'literal', value: Number(both[1]), type: 'integer', at };
    return { kind: 'interval', amount, unit: both[2]!.toLowerCase(), at };
  }
  const amount = primary(s);
  return { kind: 'interval', amount, unit: s.name().toLowerCase().replace(/s$/, ''), at };
}

function nameOrCall(s: TokenStream, at: number): Expression {
  // A function may have a reserved word's name: LEFT(…), REPLACE(…), VALUES(…).
  const first = s.next.kind === 'word' && s.peek(1).text === '(' ? s.take().value : s.name();
  if (s.seesOperator('(')) return parseCall(s, first, at);
  if (!s.acceptOperator('.')) return { kind: 'column', table: undefined, name: first, at };
  const second = s.take();
  if (second.kind !== 'word' && second.kind !== 'quoted') s.fail(second);
  if (s.seesOperator('(')) return parseCall(s, second.value, at);
  if (!s.acceptOperator('.')) return { kind: 'column', table: first, name: second.value, at };
  return { kind: 'column', table: second.value, name: s.name(), at };
}

function parseCall(s: TokenStream, name: string, at: number): Expression {
  s.expectOperator('(');
  const call = { kind: 'call', name: name.toLowerCase(), at } as const;
  if (s.acceptOperator('*')) {
    s.expectOperator(')');
    return { ...call, args: [], distinct: false, star: true, orderBy: [] };
  }
  if (call.name === 'extract') {
    const field: Expression = { kind: 'literal', value: s.name().toLowerCase(), type: 'string', at };
    s.expect('from');
    const moment = parseExpression(s);
    s.expectOperator(')');
    return { ...call, args: [field, moment], distinct: false, star: false, orderBy: [] };
  }
  const distinct = s.accept('distinct');
  const args: Expression[] = [];
  if (!s.seesOperator(')')) {
    args.push(parseExpression(s));
    // SUBSTRING(x FROM 1 FOR 2), TRIM(x FROM y), EXTRACT(year FROM x), POSITION(x IN y)
    while (s.acceptOperator(',') || s.accept('from') || s.accept('for')) args.push(parseExpression(s));
  }
  const orderBy = s.accept('order', 'by') ? parseOrders(s) : [];
  if (s.accept('separator')) args.push(primary(s));
  s.expectOperator(')');
  return { ...call, args, distinct, star: false, orderBy };
}

export const parseOrders = (s: TokenStream): Order[] =>
  s.list(() => {
    const by = parseExpression(s);
    const descending = s.accept('desc');
    if (!descending) s.accept('asc');
    if (s.sees('nulls')) throw s.words.notSimulated('NULLS FIRST and NULLS LAST');
    return { by, descending };
  });

/** Types of more than one word. */
const LONG_TYPES: readonly (readonly string[])[] = [
  ['double', 'precision'],
  ['character', 'varying'],
  ['timestamp', 'without', 'time', 'zone'],
  ['timestamp', 'with', 'time', 'zone'],
];

export function parseType(s: TokenStream): TypeName {
  const long = LONG_TYPES.find((words) => s.accept(...words));
  const name = long === undefined ? s.take() : undefined;
  if (name !== undefined && name.kind !== 'word' && name.kind !== 'quoted') s.fail(name);
  const args: number[] = [];
  if (s.acceptOperator('(')) {
    args.push(...s.list(() => s.integer()));
    s.expectOperator(')');
  }
  // The precision may stand in the middle: timestamp(3) with time zone.
  const zone = s.acceptOne('without', 'with');
  if (zone !== undefined) s.expect('time', 'zone');
  const unsigned = s.accept('unsigned');
  if (!unsigned) s.accept('signed');
  if (s.acceptOperator('[')) throw s.words.notSimulated('arrays');
  const written = long?.join(' ') ?? name!.value.toLowerCase();
  return {
    name: zone === 'with' ? `${written} with time zone` : written,
    args,
    ...(unsigned ? { unsigned: true } : {}),
  };
}
