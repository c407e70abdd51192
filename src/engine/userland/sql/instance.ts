import type { Dialect } from './dialect.ts';
import type { ForeignKey, Table } from './table.ts';

/** Where a server keeps what must outlive it. */
export interface Storage {
  createDatabase(database: Database): Promise<void>;
  dropDatabase(database: Database): Promise<void>;
  saveTable(database: Database, table: Table): Promise<void>;
  dropTable(database: Database, table: string): Promise<void>;
}

/** A table as all sessions see it, and who is changing it. */
export class Slot {
  committed: Table;
  #holder: object | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor(table: Table) {
    this.committed = table;
  }

  /** Waits until nobody else changes the table; `wait` tells how long one is willing to. Gives whether it was got. */
  async lock(owner: object, wait: (released: Promise<void>) => Promise<boolean>): Promise<boolean> {
    while (this.#holder !== undefined && this.#holder !== owner) {
      const released = new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
      if (!(await wait(released))) return false;
    }
    this.#holder = owner;
    return true;
  }

  release(owner: object): void {
    if (this.#holder !== owner) return;
    this.#holder = undefined;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

export class Database {
  readonly name: string;
  owner: string;
  readonly tables = new Map<string, Slot>();

  constructor(name: string, owner: string) {
    this.name = name;
    this.owner = owner;
  }
}

/** A running server's databases. */
export class Instance {
  readonly dialect: Dialect;
  readonly storage: Storage;
  readonly databases = new Map<string, Database>();

  constructor(dialect: Dialect, storage: Storage) {
    this.dialect = dialect;
    this.storage = storage;
  }

  /** Names are told apart by case, as both servers have it on Linux. */
  find(name: string): Database | undefined {
    return this.databases.get(name);
  }
}

/** The tables of a database that refer to one, with the key by which they do. */
export function referring(tables: Iterable<Table>, name: string): { table: Table; key: ForeignKey }[] {
  return [...tables].flatMap((table) =>
    table.foreignKeys.filter(({ references }) => references === name).map((key) => ({ table, key })),
  );
}
