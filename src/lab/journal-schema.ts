import * as z from 'zod/mini';
import { JOURNAL_VERSION } from './journal.ts';

/** What a JavaScript host outside the world told (engine/userland/node/outside/messages.ts); bytes are in base64. */
const report = { kind: z.literal('javascript.report'), run: z.int() };
const Report = z.discriminatedUnion('is', [
  z.object({ ...report, is: z.literal('output'), fd: z.literal([1, 2]), data: z.string() }),
  z.object({ ...report, is: z.literal(['listening', 'closed']), port: z.int() }),
  z.object({ ...report, is: z.literal('data'), connection: z.int(), data: z.string() }),
  z.object({ ...report, is: z.literal('end'), connection: z.int() }),
  z.object({ ...report, is: z.literal('exited'), status: z.int() }),
  z.object({ ...report, is: z.literal('unavailable'), reason: z.string() }),
]);

/** What the parts of a journal look like (journal.ts): for one that was kept, and may have been changed or cut off since. */
const Input = z.discriminatedUnion('kind', [
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
  z.object({
    kind: z.literal('file.save'),
    path: z.string(),
    content: z.string(),
    /** It was opened with `sudo`. */
    isRoot: z.optional(z.boolean()),
  }),
  z.object({ kind: z.literal('file.mkdir'), path: z.string() }),
  z.object({ kind: z.literal('file.rename'), path: z.string(), to: z.string() }),
  z.object({ kind: z.literal('file.remove'), path: z.string() }),
  z.object({ kind: z.literal('browser.fetch'), method: z.string(), url: z.string() }),
  z.object({ kind: z.literal('javascript.host'), host: z.literal(['embedded', 'webcontainer']) }),
  Report,
  z.object({ kind: z.literal('external.failed'), key: z.string(), reason: z.string() }),
]);
const Entry = z.object({
  /** Steps the world had taken. */
  step: z.int().check(z.nonnegative()),
  /** Virtual time, ms since the epoch. */
  time: z.number(),
  input: Input,
});
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
