import { z } from 'zod';
import type { ScriptStep } from './script.ts';

/** A line of a script in JSON Lines. */
export const scriptStep = z.union([
  z.strictObject({
    cmd: z.string(),
    stdin: z.string().optional(),
    tty: z.boolean().optional(),
    input: z.array(z.string()).optional(),
  }),
  z.strictObject({ write: z.string(), content: z.string() }),
]) satisfies z.ZodType<ScriptStep>;
