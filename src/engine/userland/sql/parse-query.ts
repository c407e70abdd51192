import { parseExpression, parseOrders } from './parse-expression.ts';
import type { Expression, From, Item, Order, Select, TableName } from './syntax.ts';
import type { TokenStream } from './token-stream.ts';

/** SELECT with what may follow it. */
export function parseSelect(s: TokenStream): Select {
  const first = parseCore(s);
  const unions: Select['unions'][number][] = [];
  while (s.accept('union')) {
    const all = s.accept('all');
    if (!all) s.accept('distinct');
    unions.push({ all, select: s.seesOperator('(') ? inParentheses(s) : parseCore(s) });
  }
  return { ...first, unions, ...parseEnd(s) };
}

function inParentheses(s: TokenStream): Select {
  s.expectOperator('(');
  const select = parseSelect(s);
  s.expectOperator(')');
  return select;
}

function parseCore(s: TokenStream): Select {
  s.expect('select');
  const distinct = s.accept('distinct');
  if (!distinct) s.accept('all');
  const items = s.list(() => parseItem(s));
  const from = s.accept('from') ? parseFrom(s) : undefined;
  const where = s.accept('where') ? parseExpression(s) : undefined;
  const groupBy = s.accept('group', 'by') ? s.list(() => parseExpression(s)) : [];
  const having = s.accept('having') ? parseExpression(s) : undefined;
  const none: { orderBy: Order[]; limit: undefined; offset: undefined } = {
    orderBy: [],
    limit: undefined,
    offset: undefined,
  };
  return { kind: 'select', distinct, items, from, where, groupBy, having, unions: [], ...none };
}

/** ORDER BY, LIMIT and OFFSET, in either order. */
function parseEnd(s: TokenStream): Pick<Select, 'orderBy' | 'limit' | 'offset'> {
  const orderBy = s.accept('order', 'by') ? parseOrders(s) : [];
  let limit: Expression | undefined;
  let offset: Expression | undefined;
  for (;;) {
    if (limit === undefined && s.accept('limit')) {
      limit = s.accept('all') ? undefined : parseExpression(s);
      if (s.acceptOperator(',')) {
        offset = limit;
        limit = parseExpression(s);
      }
    } else if (offset === undefined && s.accept('offset')) {
      offset = parseExpression(s);
      if (!s.accept('rows')) s.accept('row');
    } else break;
  }
  if (s.accept('for', 'update')) throw s.words.notSimulated('SELECT … FOR UPDATE');
  return { orderBy, limit, offset };
}

export function parseItem(s: TokenStream): Item {
  const { at } = s.next;
  if (s.acceptOperator('*')) return { kind: 'star', table: undefined, at };
  if (s.peek(1).text === '.' && s.peek(2).text === '*') {
    const table = s.name();
    s.take();
    s.take();
    return { kind: 'star', table, at };
  }
  const expression = parseExpression(s);
  const text = s.textFrom(at);
  return { kind: 'expression', expression, alias: parseAlias(s), text };
}

function parseAlias(s: TokenStream): string | undefined {
  if (s.accept('as')) return s.next.kind === 'string' || s.next.kind === 'word' ? s.take().value : s.name();
  if (s.next.kind === 'string') return s.take().value;
  return s.seesName ? s.name() : undefined;
}

export function parseTableName(s: TokenStream): TableName {
  const { at } = s.next;
  const first = s.name();
  return s.acceptOperator('.')
    ? { database: first, name: s.name(), at }
    : { database: undefined, name: first, at };
}

function parseFrom(s: TokenStream): From {
  let left = parseJoins(s);
  while (s.acceptOperator(','))
    left = { kind: 'join', how: 'cross', left, right: parseJoins(s), on: undefined, using: [] };
  return left;
}

function parseJoins(s: TokenStream): From {
  let left = parseSource(s);
  for (;;) {
    const how = parseJoin(s);
    if (how === undefined) return left;
    const right = parseSource(s);
    const on = how !== 'cross' && s.accept('on') ? parseExpression(s) : undefined;
    const using = on === undefined && s.accept('using') ? s.parenthesized(() => s.name()) : [];
    left = { kind: 'join', how, left, right, on, using };
  }
}

function parseJoin(s: TokenStream): 'inner' | 'left' | 'right' | 'cross' | undefined {
  if (s.sees('full') || s.sees('natural')) throw s.words.notSimulated('FULL and NATURAL JOIN');
  if (s.accept('join') || s.accept('inner', 'join')) return 'inner';
  if (s.accept('cross', 'join')) return 'cross';
  for (const side of ['left', 'right'] as const)
    if (s.accept(side, 'join') || s.accept(side, 'outer', 'join')) return side;
  return undefined;
}

function parseSource(s: TokenStream): From {
  if (s.acceptOperator('(')) {
    if (!s.sees('select')) {
      const inner = parseFrom(s);
      s.expectOperator(')');
      return inner;
    }
    const query = parseSelect(s);
    s.expectOperator(')');
    const alias = parseAlias(s);
    return alias === undefined ? s.fail() : { kind: 'query', query, alias };
  }
  const { at } = s.next;
  if (s.sees('generate_series')) {
    s.take();
    const args = s.parenthesized(() => parseExpression(s));
    return { kind: 'series', args, alias: parseAlias(s) ?? 'generate_series', at };
  }
  return { kind: 'table', table: parseTableName(s), alias: parseAlias(s) };
}
