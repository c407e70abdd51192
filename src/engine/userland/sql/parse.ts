import type { Dialect } from './dialect.ts';
import { parseAccountStatement } from './parse-account.ts';
import { parseDelete, parseInsert, parseUpdate } from './parse-change.ts';
import { parseAlterTable, parseCreate, parseDrop } from './parse-definition.ts';
import { parseSelect, parseTableName } from './parse-query.ts';
import type { Statement } from './syntax.ts';
import { TokenStream } from './token-stream.ts';

/** Reads one statement. Throws SqlError. undefined for a text without one. */
export function parse(text: string, dialect: Dialect): Statement | undefined {
  const s = new TokenStream(text, dialect, parseSelect);
  if (s.acceptOperator(';') || s.next.kind === 'end') return undefined;
  const statement = parseStatement(s, dialect);
  s.expectEnd();
  return statement;
}

function parseStatement(s: TokenStream, dialect: Dialect): Statement {
  const word = s.next.kind === 'word' ? s.next.text.toLowerCase() : '';
  switch (word) {
    case 'select':
      return parseSelect(s);
    case 'insert':
      return parseInsert(s);
    case 'update':
      return parseUpdate(s);
    case 'delete':
      return parseDelete(s);
    case 'replace':
      return dialect.name === 'mysql' ? parseInsert(s) : s.fail();
    case 'create':
    case 'drop':
    case 'alter':
    case 'grant':
    case 'revoke':
      return parseDefinition(s, dialect, word);
    case 'truncate':
      s.take();
      s.accept('table');
      return { kind: 'truncate', tables: s.list(() => parseTableName(s)) };
    case 'begin':
      s.take();
      if (!s.accept('work')) s.accept('transaction');
      return { kind: 'begin' };
    case 'start':
      s.take();
      s.expect('transaction');
      return { kind: 'begin' };
    case 'commit':
    case 'end':
      s.take();
      if (!s.accept('work')) s.accept('transaction');
      return { kind: 'commit' };
    case 'rollback':
    case 'abort':
      s.take();
      if (!s.accept('work')) s.accept('transaction');
      if (s.sees('to')) throw s.words.notSimulated('SAVEPOINT');
      return { kind: 'rollback' };
    case 'set':
      return parseSet(s);
    case 'show':
      return parseShow(s, dialect);
    case 'use':
    case 'describe':
    case 'desc':
    case 'explain':
    case 'flush':
    case 'lock':
    case 'unlock':
      if (dialect.name === 'mysql') return parseMysqlOnly(s, word);
      if (word === 'explain' || word === 'lock') throw s.words.notSimulated(word.toUpperCase());
      return s.fail();
    default:
      if (NOT_SIMULATED[dialect.name].has(word)) throw s.words.notSimulated(word.toUpperCase());
      return s.fail();
  }
}

/** Statements that the servers have and that are not simulated. */
const NOT_SIMULATED: Record<Dialect['name'], ReadonlySet<string>> = {
  mysql: new Set([
    'with',
    'call',
    'prepare',
    'execute',
    'analyze',
    'optimize',
    'check',
    'repair',
    'load',
    'kill',
    'savepoint',
    'rename',
    'do',
    'handler',
    'reset',
    'install',
  ]),
  postgres: new Set([
    'with',
    'copy',
    'vacuum',
    'analyze',
    'listen',
    'notify',
    'prepare',
    'execute',
    'lock',
    'savepoint',
    'cluster',
    'comment',
    'do',
    'declare',
    'fetch',
    'table',
    'values',
    'reindex',
    'checkpoint',
    'call',
    'discard',
    'reset',
    'release',
    'security',
    'merge',
  ]),
};

function parseDefinition(s: TokenStream, dialect: Dialect, word: string): Statement {
  const account = parseAccountStatement(s, dialect);
  if (account !== undefined) return account;
  s.take();
  if (word === 'create') {
    const statement = parseCreate(s);
    if (statement !== undefined) return statement;
  } else if (word === 'drop') {
    const statement = parseDrop(s);
    if (statement !== undefined) return statement;
  } else if (s.accept('table')) return parseAlterTable(s);
  const what = s.next.text.toUpperCase();
  if (
    /^(?:OR|VIEW|TRIGGER|FUNCTION|PROCEDURE|SEQUENCE|TYPE|EXTENSION|EVENT|MATERIALIZED|DATABASE|SERVER|DOMAIN|RULE|POLICY|SYSTEM|INDEX|SCHEMA)$/.test(
      what,
    )
  )
    throw s.words.notSimulated(`${word.toUpperCase()} ${what}`);
  return s.fail();
}

/** SET name = value, …; what the value is, is for the server to say. */
function parseSet(s: TokenStream): Statement {
  s.expect('set');
  s.acceptOne('session', 'global', 'local');
  if (s.accept('names')) return { kind: 'set', assignments: [{ name: 'names', value: s.take().value }] };
  if (s.sees('password')) throw s.words.notSimulated('SET PASSWORD');
  if (s.accept('transaction')) throw s.words.notSimulated('SET TRANSACTION');
  const assignments = s.list(() => {
    s.acceptOne('session', 'global', 'local');
    const name =
      s.next.kind === 'variable' ? s.take().text.replace(/^@@(?:session|global)\./i, '@@') : s.name();
    if (!s.acceptOperator('=') && !s.acceptOperator(':=')) s.expect('to');
    const start = s.next.at;
    while (s.next.kind !== 'end' && !s.seesOperator(',') && !s.seesOperator(';')) s.take();
    if (s.next.at === start) s.fail();
    return { name: name.replace(/^@@/, ''), value: s.textFrom(start).replace(/^(['"])(.*)\1$/s, '$2') };
  });
  return { kind: 'set', assignments };
}

function parseShow(s: TokenStream, dialect: Dialect): Statement {
  const { at } = s.take();
  const show = { kind: 'show', from: undefined, like: undefined, name: undefined, at } as const;
  if (dialect.name === 'postgres') return { ...show, what: 'variable', name: parseParameter(s) };
  s.acceptOne('full', 'global', 'session');
  const like = () => (s.accept('like') ? s.string() : undefined);
  const from = () => (s.accept('from') || s.accept('in') ? parseTableName(s) : undefined);
  if (s.accept('databases') || s.accept('schemas')) return { ...show, what: 'databases', like: like() };
  if (s.accept('tables')) {
    const database = from();
    return { ...show, what: 'tables', name: database?.name, like: like() };
  }
  if (s.accept('columns') || s.accept('fields')) {
    const table = from();
    return { ...show, what: 'columns', from: table ?? s.fail() };
  }
  if (s.accept('create', 'table')) return { ...show, what: 'create table', from: parseTableName(s) };
  if (s.accept('create', 'database')) return { ...show, what: 'create database', name: s.name() };
  if (s.accept('index') || s.accept('indexes') || s.accept('keys')) {
    const table = from();
    return { ...show, what: 'index', from: table ?? s.fail() };
  }
  if (s.accept('grants')) return { ...show, what: 'grants' };
  const list = s.acceptOne('variables', 'status', 'processlist', 'warnings', 'errors', 'engines');
  if (list !== undefined) return { ...show, what: list, like: like() };
  throw s.words.notSimulated(`SHOW ${s.next.text.toUpperCase()}`);
}

/** `SHOW server_version`, `SHOW TIME ZONE`. */
function parseParameter(s: TokenStream): string {
  if (s.accept('time', 'zone')) return 'timezone';
  const name = s.take();
  if (name.kind !== 'word' && name.kind !== 'quoted') s.fail(name);
  return name.value.toLowerCase();
}

function parseMysqlOnly(s: TokenStream, word: string): Statement {
  const { at } = s.take();
  if (word === 'use') return { kind: 'use', database: s.name() };
  if (word === 'unlock') {
    s.expect('tables');
    return { kind: 'unlock tables' };
  }
  if (word === 'lock') {
    s.expect('tables');
    const tables = s.list(() => {
      const table = parseTableName(s);
      if (!s.accept('write') && !s.accept('read', 'local')) s.expect('read');
      return table;
    });
    return { kind: 'lock tables', tables };
  }
  if (word === 'flush') {
    s.expect('privileges');
    return { kind: 'nothing', tag: 'FLUSH' };
  }
  if (word === 'explain' && !s.seesName) throw s.words.notSimulated('EXPLAIN');
  return { kind: 'show', what: 'columns', name: undefined, from: parseTableName(s), like: undefined, at };
}
