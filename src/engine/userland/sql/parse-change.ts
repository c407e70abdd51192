import { parseExpression, parseOrders } from './parse-expression.ts';
import { parseItem, parseSelect, parseTableName } from './parse-query.ts';
import type { Assignment, Expression, Item, Statement } from './syntax.ts';
import type { TokenStream } from './token-stream.ts';

/** INSERT, REPLACE, UPDATE and DELETE. */
export function parseInsert(s: TokenStream): Statement {
  const replaces = s.take().text.toLowerCase() === 'replace';
  const ignores = s.accept('ignore');
  if (!s.accept('into') && s.sees('low_priority')) s.fail();
  const table = parseTableName(s);
  const columns =
    s.seesOperator('(') && s.peek(1).text.toLowerCase() !== 'select' ? parseColumns(s) : undefined;
  const rows = s.accept('set') ? undefined : parseRows(s);
  if (rows === undefined) {
    const set = parseAssignments(s);
    return {
      kind: 'insert',
      table,
      columns: set.map(({ column, at }) => ({ name: column, at })),
      rows: [set.map(({ value }) => value)],
      conflict: replaces ? 'replace' : ignores ? 'ignore' : 'fail',
      returning: undefined,
    };
  }
  let conflict: Extract<Statement, { kind: 'insert' }>['conflict'] = replaces
    ? 'replace'
    : ignores
      ? 'ignore'
      : 'fail';
  if (s.accept('on', 'duplicate', 'key', 'update')) conflict = { set: parseAssignments(s) };
  else if (s.accept('on', 'conflict')) conflict = parseConflict(s);
  return { kind: 'insert', table, columns, rows, conflict, returning: parseReturning(s) };
}

const parseColumns = (s: TokenStream) =>
  s.parenthesized(() => {
    const { at } = s.next;
    return { name: s.name(), at };
  });

function parseRows(s: TokenStream) {
  if (s.accept('default', 'values')) return [[]];
  if (s.sees('select')) return parseSelect(s);
  if (!s.accept('values')) s.expect('value');
  return s.list(() => {
    s.expectOperator('(');
    const row = s.seesOperator(')') ? [] : s.list(() => parseExpression(s));
    s.expectOperator(')');
    return row;
  });
}

/** ON CONFLICT [(columns)] DO NOTHING | DO UPDATE SET … */
function parseConflict(s: TokenStream): 'ignore' | { set: readonly Assignment[] } {
  if (s.seesOperator('(')) s.parenthesized(() => s.name());
  else if (s.accept('on', 'constraint')) s.name();
  s.expect('do');
  if (s.accept('nothing')) return 'ignore';
  s.expect('update', 'set');
  return { set: parseAssignments(s) };
}

const parseAssignments = (s: TokenStream): Assignment[] =>
  s.list(() => {
    const { at } = s.next;
    const first = s.name();
    const column = s.acceptOperator('.') ? s.name() : first;
    if (!s.acceptOperator(':=')) s.expectOperator('=');
    return { column, value: parseExpression(s), at };
  });

const parseReturning = (s: TokenStream): Item[] | undefined =>
  s.accept('returning') ? s.list(() => parseItem(s)) : undefined;

export function parseUpdate(s: TokenStream): Statement {
  s.expect('update');
  const table = parseTableName(s);
  s.expect('set');
  const set = parseAssignments(s);
  return { kind: 'update', table, set, ...parseWhich(s), returning: parseReturning(s) };
}

export function parseDelete(s: TokenStream): Statement {
  s.expect('delete', 'from');
  const table = parseTableName(s);
  return { kind: 'delete', table, ...parseWhich(s), returning: parseReturning(s) };
}

function parseWhich(s: TokenStream) {
  const where: Expression | undefined = s.accept('where') ? parseExpression(s) : undefined;
  const orderBy = s.accept('order', 'by') ? parseOrders(s) : [];
  const limit: Expression | undefined = s.accept('limit') ? parseExpression(s) : undefined;
  return { where, orderBy, limit };
}
