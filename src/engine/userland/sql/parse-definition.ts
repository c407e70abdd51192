import { parseExpression, parseType } from './parse-expression.ts';
import { parseSelect, parseTableName } from './parse-query.ts';
import type { ColumnDefinition, Constraint, Default, Statement, TableChange } from './syntax.ts';
import type { TokenStream } from './token-stream.ts';

/** CREATE, DROP and ALTER of databases, tables and indexes. */
export function parseCreate(s: TokenStream): Statement | undefined {
  if (s.accept('database') || s.accept('schema')) {
    const ifNotExists = s.accept('if', 'not', 'exists');
    const name = s.name();
    return { kind: 'create database', name, ifNotExists, owner: parseDatabaseOptions(s) };
  }
  if (s.sees('temporary') || s.sees('temp') || s.sees('unlogged'))
    throw s.words.notSimulated('temporary tables');
  if (s.accept('table')) return parseCreateTable(s);
  const unique = s.sees('unique', 'index');
  if (unique) s.take();
  if (s.accept('index')) {
    const ifNotExists = s.accept('if', 'not', 'exists');
    const name = s.sees('on') ? '' : s.name();
    s.expect('on');
    const table = parseTableName(s);
    if (s.accept('using')) s.name();
    return { kind: 'create index', name, table, columns: parseKey(s), unique, ifNotExists };
  }
  return undefined;
}

/** Of the options of a database only its owner means something here; sets of characters are all UTF-8. */
function parseDatabaseOptions(s: TokenStream): string | undefined {
  let owner: string | undefined;
  for (;;) {
    s.accept('with');
    if (s.accept('owner')) {
      s.acceptOperator('=');
      owner = s.name();
    } else if (s.acceptOne('encoding', 'lc_collate', 'lc_ctype', 'template', 'collate') !== undefined) {
      s.acceptOperator('=');
      s.take();
    } else if (s.sees('default') || s.sees('character') || s.sees('charset')) {
      s.accept('default');
      if (s.accept('character')) s.expect('set');
      else if (!s.accept('charset')) s.expect('collate');
      s.acceptOperator('=');
      s.take();
    } else return owner;
  }
}

function parseCreateTable(s: TokenStream): Statement {
  const ifNotExists = s.accept('if', 'not', 'exists');
  const table = parseTableName(s);
  const columns: ColumnDefinition[] = [];
  const constraints: Constraint[] = [];
  if (s.acceptOperator('(')) {
    s.list(() => {
      const constraint = parseConstraint(s);
      if (constraint !== undefined) constraints.push(constraint);
      else columns.push(parseColumn(s, constraints));
    });
    s.expectOperator(')');
  }
  const next = parseTableOptions(s);
  const as = s.accept('as') || s.sees('select') ? parseSelect(s) : undefined;
  if (columns.length === 0 && as === undefined) s.fail();
  return { kind: 'create table', table, ifNotExists, columns, constraints, next, as };
}

/** ENGINE=InnoDB and the like, which change nothing that one can see here; AUTO_INCREMENT, which is given back. */
function parseTableOptions(s: TokenStream): number | undefined {
  let next: number | undefined;
  for (;;) {
    const option = s.acceptOne(
      'engine',
      'default',
      'charset',
      'character',
      'collate',
      'comment',
      'row_format',
      'auto_increment',
    );
    if (option === undefined) {
      if (s.sees('partition')) throw s.words.notSimulated('partitions');
      return next;
    }
    if (option === 'default' && s.acceptOne('charset', 'collate') === undefined) s.expect('character', 'set');
    if (option === 'character') s.expect('set');
    s.acceptOperator('=');
    if (option === 'auto_increment') next = s.integer();
    else s.take();
    s.acceptOperator(',');
  }
}

function parseConstraint(s: TokenStream): Constraint | undefined {
  const name = s.accept('constraint') ? s.name() : undefined;
  if (s.accept('primary', 'key')) return { kind: 'primary', name, columns: parseKey(s) };
  if (
    s.sees('unique') &&
    (s.peek(1).text === '(' || /^(?:key|index)$/i.test(s.peek(1).text) || s.peek(2).text === '(')
  ) {
    s.take();
    if (!s.accept('key')) s.accept('index');
    const own = s.seesOperator('(') ? name : s.name();
    return { kind: 'unique', name: own, columns: parseKey(s) };
  }
  if ((s.sees('index') || s.sees('key')) && (s.peek(1).text === '(' || s.peek(2).text === '(')) {
    s.take();
    const own = s.seesOperator('(') ? undefined : s.name();
    return { kind: 'index', name: own, columns: parseKey(s) };
  }
  if (s.accept('foreign', 'key')) {
    if (!s.seesOperator('(')) s.name();
    const columns = parseKey(s);
    return parseReferences(s, name, columns);
  }
  if (s.sees('check')) return parseCheck(s, name, undefined);
  if (name !== undefined) s.fail();
  return undefined;
}

const parseKey = (s: TokenStream): string[] =>
  s.parenthesized(() => {
    const name = s.name();
    if (s.acceptOperator('(')) {
      s.integer();
      s.expectOperator(')');
    }
    if (!s.accept('asc')) s.accept('desc');
    return name;
  });

function parseCheck(s: TokenStream, name: string | undefined, column: string | undefined): Constraint {
  s.expect('check');
  const start = s.next.at;
  s.expectOperator('(');
  const expression = parseExpression(s);
  s.expectOperator(')');
  return { kind: 'check', name, column, expression, text: s.textFrom(start) };
}

function parseReferences(s: TokenStream, name: string | undefined, columns: readonly string[]): Constraint {
  s.expect('references');
  const references = parseTableName(s);
  const referenced = s.seesOperator('(') ? parseKey(s) : [];
  let onDelete: 'restrict' | 'cascade' | 'set null' = 'restrict';
  while (s.accept('on')) {
    const deletes = s.accept('delete');
    if (!deletes) s.expect('update');
    const action = s.accept('set', 'null')
      ? 'set null'
      : s.accept('no', 'action')
        ? 'restrict'
        : s.acceptOne('restrict', 'cascade');
    if (action === undefined) s.fail();
    if (deletes) onDelete = action as typeof onDelete;
    else if (action !== 'restrict') throw s.words.notSimulated('ON UPDATE of a foreign key');
  }
  return { kind: 'foreign', name, columns, references, referenced, onDelete };
}

const SERIAL = /^(?:small|big)?serial$/;

function parseColumn(s: TokenStream, constraints: Constraint[]): ColumnDefinition {
  const { at } = s.next;
  const name = s.name();
  const type = parseType(s);
  const column: ColumnDefinition = {
    name,
    type,
    notNull: SERIAL.test(type.name),
    default: undefined,
    counts: SERIAL.test(type.name),
    touches: false,
    at,
  };
  for (;;) {
    const own = s.accept('constraint') ? s.name() : undefined;
    if (s.accept('not', 'null')) column.notNull = true;
    else if (s.accept('null')) column.notNull = false;
    else if (s.accept('default')) column.default = parseDefault(s);
    else if (s.accept('auto_increment')) column.counts = true;
    else if (s.accept('generated')) parseIdentity(s, column);
    else if (s.accept('primary', 'key') || s.accept('primary')) {
      column.notNull = true;
      constraints.push({ kind: 'primary', name: own, columns: [name] });
    } else if (s.accept('unique')) {
      s.accept('key');
      constraints.push({ kind: 'unique', name: own, columns: [name] });
    } else if (s.sees('check')) constraints.push(parseCheck(s, own, name));
    else if (s.sees('references')) constraints.push(parseReferences(s, own, [name]));
    else if (s.accept('on', 'update')) {
      if (!/^(?:current_timestamp|now)$/i.test(s.take().text)) s.fail();
      if (s.acceptOperator('(')) s.expectOperator(')');
      column.touches = true;
    } else if (s.accept('comment')) s.string();
    else if (s.accept('collate')) s.name();
    else if (s.accept('character', 'set')) s.name();
    else return column;
  }
}

function parseDefault(s: TokenStream): Default {
  const start = s.next.at;
  return { expression: parseExpression(s), text: s.textFrom(start) };
}

/** GENERATED { ALWAYS | BY DEFAULT } AS IDENTITY */
function parseIdentity(s: TokenStream, column: ColumnDefinition): void {
  if (!s.accept('always')) s.expect('by', 'default');
  s.expect('as');
  if (!s.accept('identity')) throw s.words.notSimulated('generated columns');
  column.counts = true;
  column.notNull = true;
}

export function parseDrop(s: TokenStream): Statement | undefined {
  if (s.accept('database') || s.accept('schema')) {
    const ifExists = s.accept('if', 'exists');
    return { kind: 'drop database', name: s.name(), ifExists };
  }
  if (s.accept('table')) {
    const ifExists = s.accept('if', 'exists');
    const tables = s.list(() => parseTableName(s));
    const cascade = s.accept('cascade');
    if (!cascade) s.accept('restrict');
    return { kind: 'drop table', tables, ifExists, cascade };
  }
  if (s.accept('index')) {
    const ifExists = s.accept('if', 'exists');
    const { at } = s.next;
    const name = s.name();
    return { kind: 'drop index', name, table: s.accept('on') ? parseTableName(s) : undefined, ifExists, at };
  }
  return undefined;
}

export function parseAlterTable(s: TokenStream): Statement {
  const table = parseTableName(s);
  return { kind: 'alter table', table, changes: s.list(() => parseChange(s)) };
}

function parseChange(s: TokenStream): TableChange {
  const { at } = s.next;
  if (s.accept('add')) {
    const constraint = parseConstraint(s);
    if (constraint !== undefined) return { kind: 'add constraint', constraint };
    s.accept('column');
    const ifNotExists = s.accept('if', 'not', 'exists');
    const constraints: Constraint[] = [];
    const column = parseColumn(s, constraints);
    if (s.sees('after') || s.sees('first')) throw s.words.notSimulated('the place of a new column');
    return { kind: 'add column', column, constraints, ifNotExists };
  }
  if (s.accept('drop')) {
    s.accept('column');
    const ifExists = s.accept('if', 'exists');
    const name = s.name();
    if (!s.accept('cascade')) s.accept('restrict');
    return { kind: 'drop column', name, ifExists, at };
  }
  if (s.accept('rename')) {
    if (s.accept('to') || s.accept('as')) return { kind: 'rename', to: s.name() };
    s.accept('column');
    const from = s.name();
    s.expect('to');
    return { kind: 'rename column', from, to: s.name(), at };
  }
  if (s.accept('owner', 'to')) return { kind: 'owner', to: s.name() };
  if (s.accept('alter')) {
    s.accept('column');
    const column = s.name();
    if (s.accept('drop', 'default')) return { kind: 'default', column, value: undefined, at };
    if (s.accept('set', 'default')) return { kind: 'default', column, value: parseDefault(s), at };
  }
  throw s.words.notSimulated('this change of a table');
}
