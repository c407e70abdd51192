/**
 * Lists of the few things that are under way at once and come and go all the time: arrays, because a `Set` makes its table anew
 * whenever it is emptied.
 */

/** Takes an item out, if it is there. */
export function takeOut<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at !== -1) list.splice(at, 1);
}
