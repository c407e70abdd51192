import { type Changed, insert, remove, update } from './change.ts';
import type { ChangeContext } from './change-context.ts';
import { Definitions } from './definitions.ts';
import type { SqlError } from './errors.ts';
import type { CallContext } from './functions.ts';
import { type Database, type Instance, referring, type Slot } from './instance.ts';
import { parse } from './parse.ts';
import { prepare } from './query.ts';
import type { QueryContext, ResultColumn } from './query-context.ts';
import { done, type Result } from './result.ts';
import type { Statement, TableName } from './syntax.ts';
import type { Table } from './table.ts';
import { Transaction } from './transaction.ts';
import type { SqlType, Value } from './value.ts';

/** What is a server's own: variables, accounts, tables that show what is there. */
export interface Hooks {
  context: CallContext;
  variable(name: string): Value | undefined;
  /** A table that is not kept: information_schema and the like. */
  virtual(database: string | undefined, name: string): Table | undefined;
  /** Why the user may not do something; undefined when it may. */
  refusal(privilege: string, database: string, table: string | undefined, at: number): SqlError | undefined;
  show(statement: Extract<Statement, { kind: 'show' }>): Result;
  set(name: string, value: string): void;
  account(
    statement: Extract<Statement, { kind: 'create user' | 'drop user' | 'grant' | 'revoke' }>,
  ): Promise<Result>;
  /** Another database becomes the present one, with MySQL. */
  use(database: string): void;
  /** Waits for a lock; false when that has taken too long. */
  waitForLock(released: Promise<void>): Promise<boolean>;
  /** Who makes something owns it. */
  readonly user: string;
}

type Rows = Extract<Statement, { kind: 'insert' | 'update' | 'delete' }>;

/** More rows than this in one statement are not simulated. */
const MOST_ROWS = 2_000_000;

/** One connection's work with the databases: its present one, and its transaction. */
export class Session {
  readonly instance: Instance;
  readonly #hooks: Hooks;
  database: string | undefined;
  readonly #transaction: Transaction;
  #charged = 0;

  constructor(instance: Instance, hooks: Hooks, database: string | undefined) {
    this.instance = instance;
    this.#hooks = hooks;
    this.database = database;
    this.#transaction = new Transaction(this, instance, (released) => hooks.waitForLock(released));
  }

  /** Whether a transaction was begun that is not ended. */
  get inTransaction(): boolean {
    return this.#transaction.isOpen;
  }

  /** Rows that the last statement looked at: what it costs. */
  get charged(): number {
    return this.#charged;
  }

  /** Carries out one statement. Throws SqlError. undefined for a text without one. */
  async execute(text: string): Promise<Result | undefined> {
    this.#charged = 0;
    const statement = parse(text, this.instance.dialect);
    return statement && this.#run(statement);
  }

  /** The connection ends: what it has not committed is gone. */
  async end(): Promise<void> {
    await this.#transaction.end();
  }

  async #run(statement: Statement): Promise<Result> {
    switch (statement.kind) {
      case 'select':
        return this.#select(statement);
      case 'insert':
      case 'update':
      case 'delete':
        return this.#change(statement);
      case 'truncate':
        return this.#truncate(statement.tables);
      case 'create table':
      case 'drop table':
      case 'alter table':
      case 'create index':
      case 'drop index':
        return this.#definitions().run(statement);
      case 'create database':
      case 'drop database':
        return this.#definitions().databases(statement);
      case 'use':
        this.#hooks.use(statement.database);
        this.database = statement.database;
        return done('USE');
      case 'begin':
        if (this.instance.dialect.name === 'mysql') await this.#transaction.commit();
        this.#transaction.begin();
        return done('BEGIN');
      case 'commit':
        await this.#transaction.commit();
        return done('COMMIT');
      case 'rollback':
        await this.#transaction.rollback();
        return done('ROLLBACK');
      case 'set':
        for (const { name, value } of statement.assignments) this.#hooks.set(name, value);
        return done('SET');
      case 'show':
        return this.#hooks.show(statement);
      case 'create user':
      case 'drop user':
      case 'grant':
      case 'revoke':
        return this.#hooks.account(statement);
      case 'lock tables':
        await this.#transaction.lockTables(statement.tables.map((name) => this.#slot(name).slot));
        return done('LOCK TABLES');
      case 'unlock tables':
        this.#transaction.unlockTables();
        return done('UNLOCK TABLES');
      case 'nothing':
        return done(statement.tag);
    }
  }

  // Names -----------------------------------------------------------------------------------------------

  /** The database that a name means; PostgreSQL's names before a point are schemas of the present one. */
  #databaseOf(name: string | undefined): Database {
    const { dialect } = this.instance;
    const wanted = dialect.name === 'mysql' ? (name ?? this.database) : this.database;
    if (wanted === undefined) throw dialect.words.noDatabaseChosen();
    const database = this.instance.find(wanted);
    if (database === undefined) throw dialect.words.noDatabase(wanted);
    return database;
  }

  #slot({ database: name, name: table, at }: TableName): { database: Database; slot: Slot } {
    const { dialect } = this.instance;
    if (dialect.name === 'postgres' && name !== undefined && name !== 'public')
      throw dialect.words.noTable(name, table, at);
    const exists =
      dialect.name === 'postgres' || name === undefined || this.instance.find(name) !== undefined;
    if (!exists) throw dialect.words.noTable(name, table, at);
    const database = this.#databaseOf(name);
    const slot = database.tables.get(table);
    if (slot === undefined) throw dialect.words.noTable(name ?? database.name, table, at);
    return { database, slot };
  }

  #table(name: TableName): Table {
    const virtual = this.#hooks.virtual(name.database, name.name);
    if (virtual !== undefined) return virtual;
    const { database, slot } = this.#slot(name);
    this.#require('SELECT', database.name, name.name, name.at);
    return this.#transaction.seen(slot);
  }

  #require(privilege: string, database: string, table: string | undefined, at: number): void {
    const refusal = this.#hooks.refusal(privilege, database, table, at);
    if (refusal !== undefined) throw refusal;
  }

  #queryContext(): QueryContext {
    const { dialect } = this.instance;
    const context: QueryContext = {
      dialect,
      session: this.#hooks.context,
      prepare: (select, outer) => prepare(select, context, outer),
      variable: (name) => this.#hooks.variable(name),
      table: (name) => this.#table(name),
      charge: (rows) => {
        this.#charged += rows;
        if (this.#charged > MOST_ROWS)
          throw dialect.words.notSimulated(`a statement that looks at more than ${MOST_ROWS} rows`);
      },
    };
    return context;
  }

  #definitions(): Definitions {
    return new Definitions({
      instance: this.instance,
      transaction: this.#transaction,
      user: this.#hooks.user,
      query: this.#queryContext(),
      databaseOf: (name) => this.#databaseOf(name),
      // Definitions do not show where the name stands.
      slot: (name) => this.#slot({ ...name, at: -1 }),
      require: (privilege, database, table, at) => this.#require(privilege, database, table, at),
      dropped: (database) => {
        if (this.database === database) this.database = undefined;
      },
    });
  }

  // Statements ------------------------------------------------------------------------------------------

  #select(statement: Extract<Statement, { kind: 'select' }>): Result {
    const query = prepare(statement, this.#queryContext());
    return this.#shown('SELECT', query.columns, query.rows());
  }

  #shown(tag: string, columns: readonly ResultColumn[], rows: readonly (readonly Value[])[]): Result {
    const { dialect } = this.instance;
    const shown = rows.map((row) => row.map((value, i) => dialect.show(value, columns[i]?.type as SqlType)));
    return done(`${tag} ${rows.length}`, { columns, rows: shown });
  }

  async #change(statement: Rows): Promise<Result> {
    const { database, slot } = this.#slot(statement.table);
    this.#require(statement.kind.toUpperCase(), database.name, statement.table.name, statement.table.at);
    await this.#transaction.lock(this.#touched(database, slot, statement.kind === 'delete'));
    const edited = new Map<Slot, Table>();
    const editable = (one: Slot): Table => {
      const table = edited.get(one) ?? this.#transaction.seen(one).with({});
      edited.set(one, table);
      return table;
    };
    const table = editable(slot);
    const context: ChangeContext = {
      ...this.#queryContext(),
      database: database.name,
      sibling: (name) => {
        const other = database.tables.get(name);
        return other && (edited.get(other) ?? this.#transaction.seen(other));
      },
      children: (name) =>
        referring(
          [...database.tables.values()].map((one) => edited.get(one) ?? this.#transaction.seen(one)),
          name,
        ),
      editable: (name) => editable(database.tables.get(name)!),
    };
    let changed: Changed;
    try {
      changed = this.#apply(statement, table, context);
    } catch (error) {
      // Numbers that were given out are not given out again.
      this.#transaction.seen(slot).next = Math.max(this.#transaction.seen(slot).next, table.next);
      this.#transaction.giveUp();
      throw error;
    }
    await this.#transaction.keep(database, edited);
    if (changed.insertId !== 0) this.#hooks.context.lastInsertId = changed.insertId;
    return this.#changedResult(statement, changed);
  }

  #apply(statement: Rows, table: Table, context: ChangeContext): Changed {
    if (statement.kind === 'insert') return insert(statement, table, context);
    return statement.kind === 'update'
      ? update(statement, table, context)
      : remove(statement, table, context);
  }

  #changedResult(statement: Rows, { affected, matched, insertId, returning, warnings }: Changed): Result {
    const isMysql = this.instance.dialect.name === 'mysql';
    const count = isMysql || statement.kind === 'insert' ? affected : matched;
    const tag =
      statement.kind === 'insert' ? `INSERT 0 ${count}` : `${statement.kind.toUpperCase()} ${count}`;
    const counts = { affected: count, matched, insertId, warnings };
    if (returning === undefined) return done(tag, counts);
    return { ...this.#shown('', returning.columns, returning.rows), ...counts, tag };
  }

  /** A table, and with a deletion all that refer to it. */
  #touched(database: Database, slot: Slot, withChildren: boolean, all = new Set<Slot>()): Set<Slot> {
    if (all.has(slot)) return all;
    all.add(slot);
    if (!withChildren) return all;
    const tables = [...database.tables.values()];
    for (const { table } of referring(
      tables.map((one) => this.#transaction.seen(one)),
      this.#transaction.seen(slot).name,
    ))
      this.#touched(database, database.tables.get(table.name)!, true, all);
    return all;
  }

  async #truncate(names: readonly TableName[]): Promise<Result> {
    if (this.instance.dialect.name === 'mysql') await this.#transaction.commit();
    for (const name of names) {
      const { database, slot } = this.#slot(name);
      this.#require('DROP', database.name, name.name, name.at);
      await this.#transaction.lock([slot]);
      const empty = { rows: [], ...(this.instance.dialect.name === 'mysql' ? { next: 1 } : {}) };
      await this.#transaction.keep(database, new Map([[slot, this.#transaction.seen(slot).with(empty)]]));
    }
    return done('TRUNCATE TABLE');
  }
}
