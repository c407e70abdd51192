import * as z from 'zod/mini';

/**
 * The journal: everything that reached a world from outside, in order, each with the moment at which it was
 * applied. With the scenario and the seed it is the whole state of a lab: replaying it gives the same world
 * byte for byte.
 *
 * A moment is the number of steps the world had taken (`World.steps`) and its virtual time; the engine
 * reaches the same step with the same time again because nothing else moves it.
 */
export const Input = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('terminal.open'),
    terminal: z.int(),
    columns: z.int(),
    rows: z.int(),
  }),
  z.object({ kind: z.literal('terminal.input'), terminal: z.int(), data: z.string() }),
  z.object({
    kind: z.literal('terminal.resize'),
    terminal: z.int(),
    columns: z.int(),
    rows: z.int(),
  }),
  /** `content` is in base64. */
  z.object({ kind: z.literal('file.save'), path: z.string(), content: z.string() }),
  z.object({ kind: z.literal('browser.fetch'), method: z.string(), url: z.string() }),
  z.object({ kind: z.literal('external.failed'), key: z.string(), reason: z.string() }),
]);
export type Input = z.infer<typeof Input>;

export const Entry = z.object({
  /** Steps the world had taken. */
  step: z.int().check(z.nonnegative()),
  /** Virtual time, ms since the epoch. */
  time: z.number(),
  input: Input,
});
export type Entry = z.infer<typeof Entry>;

/** The version of the format and of everything that replay hangs on; an older journal is migrated or refused by name. */
export const JOURNAL_VERSION = 1;

export const Journal = z.object({
  version: z.literal(JOURNAL_VERSION),
  /** The build of the engine that recorded it. */
  engine: z.string(),
  /** Lesson or exercise id. */
  lab: z.string(),
  scenario: z.string(),
  seed: z.string(),
  /** Virtual time at boot, ms since the epoch. */
  start: z.number(),
  entries: z.array(Entry),
});
export type Journal = z.infer<typeof Journal>;
