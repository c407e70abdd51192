import type * as z from 'zod/mini';
import type * as schema from './journal-schema.ts';

/**
 * The journal: everything that reached a world from outside, in order, each with the moment at which it was
 * applied. With the scenario and the seed it is the whole state of a lab: replaying it gives the same world
 * byte for byte.
 *
 * A moment is the number of steps the world had taken (`World.steps`) and its virtual time; the engine
 * reaches the same step with the same time again because nothing else moves it.
 */
export type Journal = z.infer<typeof schema.Journal>;
export type Entry = Journal['entries'][number];
export type Input = Entry['input'];

/** The version of the format and of everything that replay hangs on; an older journal is migrated or refused by name. */
export const JOURNAL_VERSION = 1;
