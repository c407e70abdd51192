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
  readonly #db: Promise<IDBPDatabase<Labs>>;
  #isNew: boolean;

  private constructor(db: Promise<IDBPDatabase<Labs>>, isNew: boolean) {
    this.#db = db;
    this.#isNew = isNew;
  }

  /** Where there is nothing yet, it need not be waited for until there is a place for something. */
  static open(): Promise<SavedLabs> {
    return new Promise((resolve, reject) => {
      const db = openDB<Labs>('drydock', 1, {
        upgrade(fresh) {
          fresh.createObjectStore('labs');
          fresh.createObjectStore('entries');
          resolve(new SavedLabs(db, true));
        },
      });
      db.then(() => resolve(new SavedLabs(db, false)), reject);
    });
  }

  /** The journal of a lab, or undefined. Throws `UnreadableLab` when what is there is no journal. */
  async load(lab: string): Promise<Journal | undefined> {
    if (this.#isNew) return undefined;
    const db = await this.#db;
    const head = await db.get('labs', lab);
    if (head === undefined) return undefined;
    const entries = await db.getAll('entries', range(lab));
    // Who comes for the first time has nothing to check, and no need of the checker.
    const schema = await import('./journal-schema.ts');
    const journal = schema.Journal.safeParse({ ...head, entries });
    if (!journal.success) throw new UnreadableLab(journal.error.message);
    return journal.data;
  }

  /** Begins a lab anew; what was kept of it is gone. */
  async begin({ entries, ...head }: Journal): Promise<void> {
    this.#isNew = false;
    const change = (await this.#db).transaction(['labs', 'entries'], 'readwrite');
    await change.objectStore('entries').delete(range(head.lab));
    await change.objectStore('labs').put(head, head.lab);
    for (const [number, entry] of entries.entries())
      await change.objectStore('entries').put(entry, [head.lab, number]);
    await change.done;
  }

  async append(lab: string, number: number, entry: Entry): Promise<void> {
    await (await this.#db).put('entries', entry, [lab, number]);
  }
}

const range = (lab: string) => IDBKeyRange.bound([lab, 0], [lab, Number.MAX_SAFE_INTEGER]);
