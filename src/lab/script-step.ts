import { z } from 'zod';
import type { ScriptStep } from './script.ts';

const command = z.strictObject({
  cmd: z.string(),
  stdin: z.string().optional(),
  tty: z.boolean().optional(),
  input: z.array(z.string()).optional(),
});

const write = z.strictObject({ write: z.string(), content: z.string() });

/** Checks a line of a script in JSON Lines: a command, unless it has a `write`. */
export function scriptStep(value: unknown): z.ZodSafeParseResult<ScriptStep> {
  const isWrite = typeof value === 'object' && value !== null && 'write' in value;
  return (isWrite ? write : command).safeParse(value);
}
