import { done, type Result } from '../sql/result.ts';
import type { Account, Statement } from '../sql/syntax.ts';
import { keptHash, type Plugin } from './password.ts';
import { access, type Flavour } from './words.ts';

/** A row of mysql.user, with what was granted to it. */
export interface User {
  user: string;
  host: string;
  plugin: Plugin;
  /** The password hashed twice; empty for none. */
  hash: string;
  grants: Grant[];
}

/** Privileges on a database or a table, `*` for all. */
export interface Grant {
  privileges: string[];
  database: string;
  table: string;
  withGrant: boolean;
}

export const ALL = 'ALL';

/** The accounts of a server, in the order in which a connection is held against them: the more exact host first. */
export class Accounts {
  readonly users: User[];
  readonly flavour: Flavour;
  readonly plugin: Plugin;
  readonly #save: (users: readonly User[]) => Promise<void>;

  constructor(
    users: User[],
    flavour: Flavour,
    plugin: Plugin,
    save: (users: readonly User[]) => Promise<void>,
  ) {
    this.users = users;
    this.flavour = flavour;
    this.plugin = plugin;
    this.#save = save;
  }

  /** The account that somebody is who comes from a host. */
  find(user: string, host: string): User | undefined {
    return this.users
      .filter((one) => one.user === user && hostMatches(one.host, host))
      .sort((a, b) => exactness(b.host) - exactness(a.host))[0];
  }

  exact({ user, host }: Account): User | undefined {
    return this.users.find((one) => one.user === user && one.host === host);
  }

  async run(
    statement: Extract<Statement, { kind: 'create user' | 'drop user' | 'grant' | 'revoke' }>,
    me: User,
  ): Promise<Result> {
    if (statement.kind === 'create user') await this.#create(statement, me);
    else if (statement.kind === 'drop user') await this.#drop(statement);
    else await this.#grant(statement);
    await this.#save(this.users);
    return done('GRANT');
  }

  async #create(statement: Extract<Statement, { kind: 'create user' }>, me: User): Promise<void> {
    const { accounts, alter, ifNotExists, replace } = statement;
    const what = alter ? 'ALTER USER' : 'CREATE USER';
    const real = accounts.map((account) =>
      account.user === 'current_user()' ? { ...account, user: me.user, host: me.host } : account,
    );
    const wrong = real.filter((account) => (this.exact(account) !== undefined) !== alter);
    if (wrong.length > 0 && !ifNotExists && !replace) throw access.failed(what, list(wrong));
    for (const { user, host, password } of real) {
      const there = this.exact({ user, host });
      const hash =
        password === undefined ? undefined : password === '' ? '' : keptHash(password, this.plugin);
      if (there !== undefined && (alter || replace)) {
        there.hash = hash ?? there.hash;
        there.plugin = this.plugin;
      } else if (there === undefined && !alter)
        this.users.push({ user, host, plugin: this.plugin, hash: hash ?? '', grants: [] });
    }
  }

  async #drop({ accounts, ifExists }: Extract<Statement, { kind: 'drop user' }>): Promise<void> {
    const missing = accounts.filter((account) => this.exact(account) === undefined);
    if (missing.length > 0 && !ifExists) throw access.failed('DROP USER', list(missing));
    for (const account of accounts) {
      const at = this.users.findIndex(({ user, host }) => user === account.user && host === account.host);
      if (at !== -1) this.users.splice(at, 1);
    }
  }

  async #grant(statement: Extract<Statement, { kind: 'grant' | 'revoke' }>): Promise<void> {
    const { kind, privileges, database, table, accounts, withGrant } = statement;
    for (const account of accounts) {
      const user = this.exact(account);
      if (user === undefined) throw access.noAccount(this.flavour);
      let grant = user.grants.find((one) => one.database === database && one.table === table);
      if (kind === 'revoke') {
        if (grant !== undefined)
          grant.privileges = privileges.includes(ALL)
            ? []
            : grant.privileges.filter((one) => !privileges.includes(one));
        user.grants = user.grants.filter(({ privileges: left }) => left.length > 0);
        continue;
      }
      if (grant === undefined) {
        grant = { privileges: [], database, table, withGrant };
        user.grants.push(grant);
      }
      const own = privileges.filter((one) => one !== 'USAGE');
      grant.privileges = own.includes(ALL) ? [ALL] : [...new Set([...grant.privileges, ...own])];
      grant.withGrant ||= withGrant;
    }
  }
}

const list = (accounts: readonly Account[]): string =>
  accounts.map(({ user, host }) => `'${user}'@'${host}'`).join(',');

const exactness = (host: string): number => (host.includes('%') ? host.length - 1000 : 1000);

/** `%` and `_` are as in LIKE. */
function hostMatches(pattern: string, host: string): boolean {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${source}$`, 'i').test(host);
}

/** Names of databases in grants may hold wildcards, which a backslash quotes. */
function databaseMatches(pattern: string, database: string): boolean {
  if (pattern === '*' || pattern === database) return true;
  const source = pattern.replace(/\\([\s\S])|%|_|[.*+?^${}()|[\]\\]/g, (found, quoted: string | undefined) =>
    quoted === undefined ? (found === '%' ? '.*' : found === '_' ? '.' : `\\${found}`) : quoted,
  );
  return new RegExp(`^${source}$`).test(database);
}

/** Whether an account may do something with a table, or with a database when no table is named. */
export function may(
  { grants }: User,
  privilege: string,
  database: string,
  table: string | undefined,
): boolean {
  return grants.some(
    (grant) =>
      databaseMatches(grant.database, database) &&
      (grant.table === '*' || table === undefined || grant.table === table) &&
      (grant.privileges.includes(ALL) || grant.privileges.includes(privilege)),
  );
}

/** Whether it may do anything there: then the database is one that it sees. */
export const mayUse = ({ grants }: User, database: string): boolean =>
  grants.some((grant) => databaseMatches(grant.database, database) && grant.privileges.length > 0);

/** GRANT statements that amount to what an account may, as SHOW GRANTS shows them. */
export function showGrants({ user, host, grants }: User): string[] {
  const account = `\`${user}\`@\`${host}\``;
  const shown = grants.map(({ privileges, database, table, withGrant }) => {
    const what = privileges.includes(ALL) ? 'ALL PRIVILEGES' : privileges.join(', ');
    const where = `${database === '*' ? '*' : `\`${database}\``}.${table === '*' ? '*' : `\`${table}\``}`;
    return `GRANT ${what} ON ${where} TO ${account}${withGrant ? ' WITH GRANT OPTION' : ''}`;
  });
  const isGlobal = grants.some(({ database }) => database === '*');
  return isGlobal ? shown : [`GRANT USAGE ON *.* TO ${account}`, ...shown];
}
