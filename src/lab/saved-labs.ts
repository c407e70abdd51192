import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Entry, Journal } from './journal.ts';

interface Labs extends DBSchema {
  /** The journals' heads, without their entries, by lab. */
  labs: { key: string; value: Omit<Journal, 'entries'> };
  /** Entries by lab and number. */
  entries: { key: [string, number]; value: Entry };
}

/** What is kept of a lab is no journal. */
export class UnreadableLab extends Error {}

/** Journals of labs, kept by the browser as they grow. */
export class SavedLabs {
  readonly #db: IDBPDatabase<Labs>;

  private constructor(db: IDBPDatabase<Labs>) {
    this.#db = db;
  }

  static async open(): Promise<SavedLabs> {
    const db = await openDB<Labs>('drydock', 1, {
      upgrade(fresh) {
        fresh.createObjectStore('labs');
        fresh.createObjectStore('entries');
      },
    });
    return new SavedLabs(db);
  }

  /** The journal of a lab, or undefined. Throws `UnreadableLab` when what is there is no journal. */
  async load(lab: string): Promise<Journal | undefined> {
    const head = await this.#db.get('labs', lab);
    if (head === undefined) return undefined;
    const entries = await this.#db.getAll('entries', range(lab));
    // Who comes for the first time has nothing to check, and no need of the checker.
    const schema = await import('./journal-schema.ts');
    const journal = schema.Journal.safeParse({ ...head, entries });
    if (!journal.success) throw new UnreadableLab(journal.error.message);
    return journal.data;
  }

  /** Begins a lab anew; what was kept of it is gone. */
  async begin({ entries, ...head }: Journal): Promise<void> {
    const change = this.#db.transaction(['labs', 'entries'], 'readwrite');
    await change.objectStore('entries').delete(range(head.lab));
    await change.objectStore('labs').put(head, head.lab);
    for (const [number, entry] of entries.entries())
      await change.objectStore('entries').put(entry, [head.lab, number]);
    await change.done;
  }

  async append(lab: string, number: number, entry: Entry): Promise<void> {
    await this.#db.put('entries', entry, [lab, number]);
  }
}

const range = (lab: string) => IDBKeyRange.bound([lab, 0], [lab, Number.MAX_SAFE_INTEGER]);
