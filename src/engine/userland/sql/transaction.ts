import type { Database, Instance, Slot } from './instance.ts';
import type { Table } from './table.ts';

/**
 * What one session has changed and not committed yet, and the tables that it holds meanwhile. Others see a table as it was until then; who
 * wants to change it too waits. Without BEGIN a statement is a transaction of its own.
 */
export class Transaction {
  readonly #owner: object;
  readonly #instance: Instance;
  readonly #wait: (released: Promise<void>) => Promise<boolean>;
  #working: Map<Slot, { database: Database; table: Table }> | undefined;
  readonly #held = new Set<Slot>();
  /** Held beyond the end, by LOCK TABLES. */
  readonly #locked = new Set<Slot>();
  #undo: (() => Promise<void>)[] = [];

  constructor(owner: object, instance: Instance, wait: (released: Promise<void>) => Promise<boolean>) {
    this.#owner = owner;
    this.#instance = instance;
    this.#wait = wait;
  }

  get isOpen(): boolean {
    return this.#working !== undefined;
  }

  begin(): void {
    this.#working ??= new Map();
  }

  /** A table as this session sees it. */
  seen(slot: Slot): Table {
    return this.#working?.get(slot)?.table ?? slot.committed;
  }

  /** Waits for tables. Throws SqlError when that takes too long. */
  async lock(slots: Iterable<Slot>): Promise<void> {
    for (const slot of slots) {
      if (!(await slot.lock(this.#owner, this.#wait))) {
        this.giveUp();
        throw this.#instance.dialect.words.lockTimeout();
      }
      this.#held.add(slot);
    }
  }

  /** What a statement has changed becomes part of the transaction, or without one that of all. */
  async keep(database: Database, edited: ReadonlyMap<Slot, Table>): Promise<void> {
    const alone = !this.isOpen;
    this.begin();
    for (const [slot, table] of edited) this.#working!.set(slot, { database, table });
    if (alone) await this.commit();
  }

  /** A statement has failed: on its own it holds nothing any more. */
  giveUp(): void {
    if (!this.isOpen) this.#release();
  }

  /** How a definition is taken back, should the transaction be. */
  undoLater(undo: () => Promise<void>): void {
    if (this.isOpen) this.#undo.push(undo);
  }

  /** Makes what was changed that of all, and keeps it. */
  async commit(): Promise<void> {
    const changes = [...(this.#working ?? [])];
    this.#working = undefined;
    this.#undo = [];
    for (const [slot, { database, table }] of changes) {
      slot.committed = table;
      await this.#instance.storage.saveTable(database, table);
    }
    this.#release();
  }

  async rollback(): Promise<void> {
    // Numbers that were given out are not given out again.
    for (const [slot, { table }] of this.#working ?? [])
      slot.committed.next = Math.max(slot.committed.next, table.next);
    this.#working = undefined;
    for (const undo of this.#undo.splice(0).reverse()) await undo();
    this.#release();
  }

  async lockTables(slots: readonly Slot[]): Promise<void> {
    await this.commit();
    this.unlockTables();
    for (const slot of slots) {
      await this.lock([slot]);
      this.#locked.add(slot);
    }
    this.#held.clear();
  }

  unlockTables(): void {
    for (const slot of this.#locked) if (!this.#held.has(slot)) slot.release(this.#owner);
    this.#locked.clear();
  }

  /** The connection ends. */
  async end(): Promise<void> {
    await this.rollback();
    this.unlockTables();
  }

  #release(): void {
    for (const slot of this.#held) if (!this.#locked.has(slot)) slot.release(this.#owner);
    this.#held.clear();
  }
}
