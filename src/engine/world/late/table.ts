import { Errno } from '../../base/errno.ts';
import type { MaybePromise } from '../../base/maybe-promise.ts';

/** A map, or something like it that may have to fetch first. */
export interface Table<Value> {
  get(name: string): MaybePromise<Value | undefined>;
}

/**
 * A table of late code, loaded when something is first looked up in it; from then on it answers at once.
 * What cannot be had is like what cannot be read from the disk: EIO.
 */
export function lateTable<Value>(fetch: () => Promise<Table<Value>>): Table<Value> {
  let table: MaybePromise<Table<Value>> | undefined;
  const load = async () => {
    try {
      const loaded = await fetch();
      table = loaded;
      return loaded;
    } catch {
      table = undefined;
      throw new Errno('EIO');
    }
  };
  return {
    get(name) {
      table ??= load();
      return table instanceof Promise ? table.then((there) => there.get(name)) : table.get(name);
    },
  };
}
