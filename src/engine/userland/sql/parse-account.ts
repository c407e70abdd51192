import type { Dialect } from './dialect.ts';
import type { Account, Statement } from './syntax.ts';
import type { TokenStream } from './token-stream.ts';

/** CREATE, ALTER and DROP USER, GRANT and REVOKE. undefined when the statement is another one. */
export function parseAccountStatement(s: TokenStream, dialect: Dialect): Statement | undefined {
  const word = s.next.text.toLowerCase();
  if (word === 'grant' || word === 'revoke') return parseGrant(s, dialect, word);
  const replace =
    word === 'create' && s.peek(1).text.toLowerCase() === 'or' && s.peek(2).text.toLowerCase() === 'replace';
  const what = s.peek(replace ? 3 : 1).text.toLowerCase();
  if (what !== 'user' && what !== 'role' && !(what === 'group' && dialect.name === 'postgres'))
    return undefined;
  for (let i = replace ? 4 : 2; i > 0; i--) s.take();
  if (word === 'drop') {
    const ifExists = s.accept('if', 'exists');
    return { kind: 'drop user', accounts: s.list(() => parseAccount(s, dialect)), ifExists };
  }
  const ifNotExists = s.accept('if', 'not', 'exists') || s.accept('if', 'exists');
  const accounts =
    dialect.name === 'mysql'
      ? s.list(() => parseMysqlUser(s, dialect))
      : [parseRole(s, dialect, what === 'user' && word === 'create')];
  return { kind: 'create user', accounts, ifNotExists, alter: word === 'alter', replace };
}

/** `name`, and with MySQL `name@host`, where both may be in quotes. */
function parseAccount(s: TokenStream, dialect: Dialect): Account {
  if (dialect.name === 'postgres') return { user: s.name(), host: '' };
  if (s.accept('current_user')) {
    if (s.acceptOperator('(')) s.expectOperator(')');
    return { user: 'current_user()', host: '' };
  }
  const user = s.next.kind === 'string' ? s.string() : s.name();
  if (s.next.kind !== 'variable') return { user, host: '%' };
  const written = s.take().text.slice(1);
  if (written === '') return { user, host: hostName(s) };
  return { user, host: written.replace(/^(['"`])(.*)\1$/, '$2') };
}

const hostName = (s: TokenStream): string => (s.next.kind === 'string' ? s.string() : s.name());

function parseMysqlUser(s: TokenStream, dialect: Dialect) {
  const account = parseAccount(s, dialect);
  let password: string | undefined;
  const options: string[] = [];
  if (s.accept('identified')) {
    if (s.accept('with') || s.accept('via')) {
      const plugin = s.next.kind === 'string' ? s.string() : s.name();
      if (!/^(?:mysql_native_password|caching_sha2_password)$/.test(plugin))
        throw s.words.notSimulated(`the authentication plugin ${plugin}`);
      if (s.accept('by')) password = s.string();
    } else {
      s.expect('by');
      if (s.sees('password')) throw s.words.notSimulated('IDENTIFIED BY PASSWORD');
      password = s.string();
    }
  }
  if (s.accept('password', 'expire')) throw s.words.notSimulated('PASSWORD EXPIRE');
  return { ...account, password, options };
}

/** CREATE ROLE name [WITH] option …; a user is a role that may log in. */
function parseRole(s: TokenStream, dialect: Dialect, login: boolean) {
  const account = parseAccount(s, dialect);
  let password: string | undefined;
  const options: string[] = login ? ['login'] : [];
  s.accept('with');
  for (;;) {
    s.accept('encrypted');
    if (s.accept('password')) password = s.accept('null') ? '' : s.string();
    else if (s.accept('connection', 'limit') || s.accept('valid', 'until'))
      throw s.words.notSimulated('limits of a role');
    else {
      const option = s.acceptOne(
        'superuser',
        'nosuperuser',
        'createdb',
        'nocreatedb',
        'createrole',
        'nocreaterole',
        'login',
        'nologin',
        'inherit',
        'noinherit',
        'replication',
        'noreplication',
        'bypassrls',
        'nobypassrls',
      );
      if (option === undefined) return { ...account, password, options };
      options.push(option);
    }
  }
}

function parseGrant(s: TokenStream, dialect: Dialect, kind: 'grant' | 'revoke'): Statement {
  s.take();
  const privileges = s.list(() => parsePrivilege(s));
  let object = '';
  let [database, table] = ['*', '*'];
  if (s.accept('on')) {
    object =
      s.acceptOne('database', 'schema', 'table') ??
      (s.accept('all', 'tables', 'in', 'schema') ? 'all tables' : '');
    if (s.accept('all', 'sequences', 'in', 'schema')) object = 'all sequences';
    const name = () => (s.acceptOperator('*') ? '*' : s.name());
    const first = name();
    if (s.acceptOperator('.')) [database, table] = [first, name()];
    else if (object === 'database') database = first;
    else if (object === '' || object === 'table') table = first;
  } else object = 'role';
  s.expect(kind === 'grant' ? 'to' : 'from');
  const accounts = s.list(() => {
    const account = parseAccount(s, dialect);
    if (s.accept('identified')) throw s.words.notSimulated('GRANT … IDENTIFIED BY');
    return account;
  });
  const withGrant = s.accept('with', 'grant', 'option') || s.accept('with', 'admin', 'option');
  if (!s.accept('cascade')) s.accept('restrict');
  return { kind, privileges, database, table, object, accounts, withGrant };
}

/** One or two words: SELECT, ALL PRIVILEGES, CREATE USER; a list of columns is not simulated. */
function parsePrivilege(s: TokenStream): string {
  if (s.next.kind === 'string') return s.string();
  const words = [s.take().text];
  while (s.next.kind === 'word' && !s.sees('on') && !s.sees('to') && !s.sees('from'))
    words.push(s.take().text);
  if (s.seesOperator('(')) throw s.words.notSimulated('privileges on columns');
  return words
    .join(' ')
    .toUpperCase()
    .replace(/^ALL PRIVILEGES$/, 'ALL');
}
