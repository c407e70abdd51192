import { z } from 'zod';

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
    terminal: z.number().int(),
    columns: z.number().int(),
    rows: z.number().int(),
  }),
  z.object({ kind: z.literal('terminal.input'), terminal: z.number().int(), data: z.string() }),
  z.object({
    kind: z.literal('terminal.resize'),
    terminal: z.number().int(),
    columns: z.number().int(),
    rows: z.number().int(),
  }),
  z.object({ kind: z.literal('file.save'), path: z.string(), content: z.string().describe('base64') }),
  z.object({ kind: z.literal('browser.fetch'), method: z.string(), url: z.string() }),
  z.object({ kind: z.literal('external.failed'), key: z.string(), reason: z.string() }),
]);
export type Input = z.infer<typeof Input>;

export const Entry = z.object({
  step: z.number().int().nonnegative().describe('steps the world had taken'),
  time: z.number().describe('virtual time, ms since the epoch'),
  input: Input,
});
export type Entry = z.infer<typeof Entry>;

/** The version of the format and of everything that replay hangs on; an older journal is migrated or refused by name. */
export const JOURNAL_VERSION = 1;

export const Journal = z.object({
  version: z.literal(JOURNAL_VERSION),
  engine: z.string().describe('the build of the engine that recorded it'),
  lab: z.string().describe('lesson or exercise id'),
  scenario: z.string(),
  seed: z.string(),
  start: z.number().describe('virtual time at boot, ms since the epoch'),
  entries: z.array(Entry),
});
export type Journal = z.infer<typeof Journal>;
