import type { CommandTable } from '../command.ts';
import { hashes } from './hashes.ts';
import { keys } from './keys.ts';
import { lists } from './lists.ts';
import { serverCommands } from './server.ts';
import { sets } from './sets.ts';
import { sortedSets } from './sorted-sets.ts';
import { strings } from './strings.ts';

/** Transactions are the session's own: they queue the others. */
const queued = { arity: 1, run: () => ({ kind: 'status', text: 'OK' }) as const };

export const commands: CommandTable = {
  ...serverCommands,
  ...keys,
  ...strings,
  ...lists,
  ...hashes,
  ...sets,
  ...sortedSets,
  MULTI: queued,
  EXEC: queued,
  DISCARD: queued,
  UNWATCH: queued,
  WATCH: { ...queued, arity: -2 },
};
