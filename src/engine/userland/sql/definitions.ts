import { alterTable, createIndex, dropIndex } from './alter-table.ts';
import { buildTable } from './create-table.ts';
import { Database, type Instance, referring, Slot } from './instance.ts';
import type { QueryContext } from './query-context.ts';
import { done, type Result } from './result.ts';
import type { Statement, TableName } from './syntax.ts';
import type { Table } from './table.ts';
import type { Transaction } from './transaction.ts';

/** What definitions need of the session. */
export interface DefinitionContext {
  instance: Instance;
  transaction: Transaction;
  /** Who makes something owns it. */
  user: string;
  query: QueryContext;
  databaseOf(name: string | undefined): Database;
  slot(name: TableName): { database: Database; slot: Slot };
  /** Throws SqlError when the user may not do something. */
  require(privilege: string, database: string, table: string | undefined, at: number): void;
  /** A database is gone that may be the present one. */
  dropped(database: string): void;
}

/** CREATE, DROP and ALTER. */
export class Definitions {
  readonly #about: DefinitionContext;

  constructor(about: DefinitionContext) {
    this.#about = about;
  }

  async databases(
    statement: Extract<Statement, { kind: 'create database' | 'drop database' }>,
  ): Promise<Result> {
    const { dialect, databases, storage } = this.#about.instance;
    const { name } = statement;
    if (statement.kind === 'create database') {
      this.#about.require('CREATE', name, undefined, 0);
      if (databases.has(name)) {
        if (!statement.ifNotExists) throw dialect.words.databaseExists(name);
        return done('CREATE DATABASE', { affected: 1, warnings: 1 });
      }
      const database = new Database(name, statement.owner ?? this.#about.user);
      databases.set(name, database);
      await storage.createDatabase(database);
      return done('CREATE DATABASE', { affected: 1 });
    }
    this.#about.require('DROP', name, undefined, 0);
    const database = databases.get(name);
    if (database === undefined) {
      if (!statement.ifExists) throw dialect.words.cannotDropDatabase(name);
      return done('DROP DATABASE', { warnings: 1, notices: [`database "${name}" does not exist, skipping`] });
    }
    databases.delete(name);
    this.#about.dropped(name);
    await storage.dropDatabase(database);
    return done('DROP DATABASE', { affected: database.tables.size });
  }

  /** MySQL ends the transaction before such a statement; with PostgreSQL it can be taken back. */
  async run(
    statement: Extract<
      Statement,
      { kind: 'create table' | 'drop table' | 'alter table' | 'create index' | 'drop index' }
    >,
  ): Promise<Result> {
    if (this.#about.instance.dialect.name === 'mysql') await this.#about.transaction.commit();
    switch (statement.kind) {
      case 'create table':
        return this.#createTable(statement);
      case 'drop table':
        return this.#dropTables(statement);
      case 'alter table': {
        const { database, slot } = this.#about.slot(statement.table);
        this.#about.require('ALTER', database.name, statement.table.name, statement.table.at);
        return this.#redefine(
          database,
          slot,
          (table) => alterTable(table, statement.changes, this.#builder(database)),
          'ALTER TABLE',
        );
      }
      case 'create index': {
        const { database, slot } = this.#about.slot(statement.table);
        this.#about.require('INDEX', database.name, statement.table.name, statement.table.at);
        return this.#redefine(
          database,
          slot,
          (table) => createIndex(table, statement, this.#builder(database)),
          'CREATE INDEX',
        );
      }
      case 'drop index': {
        const { words } = this.#about.instance.dialect;
        const database = this.#about.databaseOf(statement.table?.database);
        const slot = [...database.tables.values()].find((one) => {
          const { name, indexes, keys } = this.#about.transaction.seen(one);
          const isMeant = statement.table === undefined || statement.table.name === name;
          return isMeant && [...indexes, ...keys].some((index) => index.name === statement.name);
        });
        if (slot === undefined) {
          if (statement.ifExists)
            return done('DROP INDEX', { notices: [`index "${statement.name}" does not exist, skipping`] });
          throw words.noIndex(statement.name, statement.table?.name);
        }
        return this.#redefine(database, slot, (table) => dropIndex(table, statement.name), 'DROP INDEX');
      }
    }
  }

  #builder(database: Database) {
    return {
      dialect: this.#about.instance.dialect,
      database: database.name,
      owner: this.#about.user,
      table: (name: string) => {
        const slot = database.tables.get(name);
        return slot && this.#about.transaction.seen(slot);
      },
      context: this.#about.query,
    };
  }

  async #createTable(statement: Extract<Statement, { kind: 'create table' }>): Promise<Result> {
    const { dialect, storage } = this.#about.instance;
    const { table: name, ifNotExists } = statement;
    const database = this.#about.databaseOf(name.database);
    this.#about.require('CREATE', database.name, name.name, name.at);
    if (database.tables.has(name.name)) {
      if (!ifNotExists) throw dialect.words.tableExists(name.name);
      return done('CREATE TABLE', {
        warnings: 1,
        notices: [`relation "${name.name}" already exists, skipping`],
      });
    }
    const table = buildTable(statement, this.#builder(database));
    database.tables.set(name.name, new Slot(table));
    await storage.saveTable(database, table);
    this.#about.transaction.undoLater(async () => {
      database.tables.delete(name.name);
      await storage.dropTable(database, name.name);
    });
    if (statement.as === undefined) return done('CREATE TABLE');
    return done(`SELECT ${table.rows.length}`, { affected: table.rows.length, matched: table.rows.length });
  }

  async #dropTables({
    tables,
    ifExists,
    cascade,
  }: Extract<Statement, { kind: 'drop table' }>): Promise<Result> {
    const { dialect, storage } = this.#about.instance;
    const missing = tables.filter((name) => !this.#about.databaseOf(name.database).tables.has(name.name));
    if (missing.length > 0 && !ifExists)
      throw dialect.words.noTableToDrop(
        this.#about.databaseOf(missing[0]!.database).name,
        missing.map(({ name }) => name),
      );
    const going = new Set(tables.map(({ name }) => name));
    for (const name of tables) {
      const database = this.#about.databaseOf(name.database);
      const slot = database.tables.get(name.name);
      if (slot === undefined) continue;
      this.#about.require('DROP', database.name, name.name, name.at);
      const others = referring(
        [...database.tables.values()].map((one) => this.#about.transaction.seen(one)),
        name.name,
      ).filter(({ table }) => !going.has(table.name));
      if (others.length > 0 && !cascade)
        throw dialect.words.dependents(
          name.name,
          others.map(({ table, key }) => ({ table: table.name, name: key.name })),
        );
      await this.#about.transaction.lock([slot]);
      database.tables.delete(name.name);
      await storage.dropTable(database, name.name);
      this.#about.transaction.undoLater(async () => {
        database.tables.set(name.name, slot);
        await storage.saveTable(database, slot.committed);
      });
      for (const { table } of others) {
        const child = database.tables.get(table.name)!;
        const foreignKeys = table.foreignKeys.filter(({ references }) => references !== name.name);
        await this.#about.transaction.keep(database, new Map([[child, table.with({ foreignKeys })]]));
      }
    }
    this.#about.transaction.giveUp();
    const notices = missing.map(({ name }) => `table "${name}" does not exist, skipping`);
    return done('DROP TABLE', { warnings: missing.length, notices });
  }

  async #redefine(
    database: Database,
    slot: Slot,
    change: (table: Table) => { table: Table; notices: string[] },
    tag: string,
  ): Promise<Result> {
    await this.#about.transaction.lock([slot]);
    const before = this.#about.transaction.seen(slot);
    let after: { table: Table; notices: string[] };
    try {
      after = change(before);
    } catch (error) {
      this.#about.transaction.giveUp();
      throw error;
    }
    const { table, notices } = after;
    if (table.name !== before.name) {
      database.tables.delete(before.name);
      database.tables.set(table.name, slot);
      await this.#about.instance.storage.dropTable(database, before.name);
      this.#about.transaction.undoLater(async () => {
        database.tables.delete(table.name);
        database.tables.set(before.name, slot);
        await this.#about.instance.storage.saveTable(database, slot.committed);
      });
    }
    await this.#about.transaction.keep(database, new Map([[slot, table]]));
    return done(tag, { notices });
  }
}
