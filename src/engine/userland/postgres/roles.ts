import { makeVerifier } from '../lib/scram.ts';
import { done, type Result } from '../sql/result.ts';
import type { Statement } from '../sql/syntax.ts';
import { refused } from './words.ts';

/** A row of pg_authid. */
export interface Role {
  name: string;
  /** SCRAM's verifier; undefined where there is no password. */
  password?: string;
  superuser: boolean;
  login: boolean;
  createdb: boolean;
  createrole: boolean;
  inherit: boolean;
  replication: boolean;
}

/** What a role may do with a table or a database. */
export interface Privilege {
  role: string;
  database: string;
  /** `*`: all tables of the database; empty: the database itself. */
  table: string;
  privileges: string[];
}

export interface RoleFile {
  roles: Role[];
  grants: Privilege[];
}

type AccountStatement = Extract<Statement, { kind: 'create user' | 'drop user' | 'grant' | 'revoke' }>;

/** The roles of a cluster and what was granted to them. */
export class Roles {
  readonly roles: Role[];
  grants: Privilege[];
  readonly #save: (file: RoleFile) => Promise<void>;
  readonly #random: (count: number) => Uint8Array;

  constructor(
    file: RoleFile,
    random: (count: number) => Uint8Array,
    save: (file: RoleFile) => Promise<void>,
  ) {
    this.roles = file.roles;
    this.grants = file.grants;
    this.#random = random;
    this.#save = save;
  }

  find(name: string): Role | undefined {
    return this.roles.find((role) => role.name === name);
  }

  /** Whether a role was granted something on a table; superusers and owners are for the caller. */
  was(role: string, privilege: string, database: string, table: string): boolean {
    return this.grants.some(
      (grant) =>
        [role, 'public'].includes(grant.role) &&
        grant.database === database &&
        [table, '*'].includes(grant.table) &&
        (grant.privileges.includes('ALL') || grant.privileges.includes(privilege)),
    );
  }

  /** @param owned what each role owns, in words, where it cannot be dropped for it */
  async run(
    statement: AccountStatement,
    database: string,
    owned: (role: string) => readonly string[],
  ): Promise<Result> {
    const tag = this.#apply(statement, database, owned);
    await this.#save({ roles: this.roles, grants: this.grants });
    return done(tag.tag, { notices: tag.notices });
  }

  #apply(
    statement: AccountStatement,
    database: string,
    owned: (role: string) => readonly string[],
  ): { tag: string; notices: string[] } {
    const notices: string[] = [];
    switch (statement.kind) {
      case 'create user': {
        for (const { user, password, options } of statement.accounts)
          this.#set(user, password, options, statement.alter);
        return { tag: statement.alter ? 'ALTER ROLE' : 'CREATE ROLE', notices };
      }
      case 'drop user': {
        for (const { user } of statement.accounts) {
          const at = this.roles.findIndex(({ name }) => name === user);
          if (at === -1 && !statement.ifExists) throw refused.noRole(user);
          if (at === -1) notices.push(`role "${user}" does not exist, skipping`);
          else {
            const things = [
              ...owned(user),
              ...this.grants
                .filter(({ role }) => role === user)
                .map(({ table }) => `privileges for table ${table}`),
            ];
            if (things.length > 0) throw refused.ownsThings(user, things);
            this.roles.splice(at, 1);
          }
        }
        return { tag: 'DROP ROLE', notices };
      }
      default:
        this.#grant(statement, database);
        return {
          tag:
            statement.object === 'role'
              ? `${statement.kind.toUpperCase()} ROLE`
              : statement.kind.toUpperCase(),
          notices,
        };
    }
  }

  #set(name: string, password: string | undefined, options: readonly string[], alter: boolean): void {
    const there = this.find(name);
    if (alter && there === undefined) throw refused.noRole(name);
    if (!alter && there !== undefined) throw refused.roleExists(name);
    const role: Role = there ?? {
      name,
      superuser: false,
      login: false,
      createdb: false,
      createrole: false,
      inherit: true,
      replication: false,
    };
    for (const option of options) {
      const key = option.replace(/^no(?!inherit$)|^no(?=inherit$)/, '');
      if (key in role) Object.assign(role, { [key]: !option.startsWith('no') });
    }
    if (password === '') delete role.password;
    else if (password !== undefined) role.password = makeVerifier(password, this.#random(16));
    if (there === undefined) this.roles.push(role);
  }

  #grant(statement: Extract<AccountStatement, { kind: 'grant' | 'revoke' }>, database: string): void {
    const { kind, privileges, object, accounts } = statement;
    for (const { user } of accounts) if (user !== 'public' && !this.find(user)) throw refused.noRole(user);
    if (object === 'role' || object === 'schema' || object === 'all sequences') return;
    const on = object === 'database' ? '' : object === 'all tables' ? '*' : statement.table;
    const where = object === 'database' ? statement.database : database;
    for (const { user } of accounts) {
      const before = this.grants.find(
        (grant) => grant.role === user && grant.database === where && grant.table === on,
      );
      const others = this.grants.filter((grant) => grant !== before);
      const had = before?.privileges ?? [];
      const now =
        kind === 'grant'
          ? [...new Set([...had, ...privileges])]
          : privileges.includes('ALL')
            ? []
            : had.filter((one) => !privileges.includes(one));
      this.grants =
        now.length === 0 ? others : [...others, { role: user, database: where, table: on, privileges: now }];
    }
  }
}
